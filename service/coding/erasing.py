"""What becomes of codings and memos when what they are about is withdrawn."""

from __future__ import annotations

import secrets
from collections.abc import Collection

import sqlalchemy as sa

from service.coding import tables
from service.coding.anchors import words_of
from service.coding.feed.noting import Act, Kind, Noted, erase_from_feed, note
from service.coding.quotes import QUOTED_WORDS, QUOTING, Said


def count_codings(connection: sa.Connection, interviews: Collection[str]) -> int:
    """How many codings and memos belong to these interviews, removed ones too."""
    return sum(
        connection.execute(
            sa.select(sa.func.count()).select_from(table).where(table.c.interview_id.in_(list(interviews)))
        ).scalar_one()
        for table in (tables.coding, tables.memo)
    )


def erase_codings(connection: sa.Connection, interview_id: str, *, keep: bool) -> None:
    """Erase the codings, memos and histories of an interview, before its words go.

    With ``keep``, what is left without what was said stays, under an id that leads nowhere: codings with coder, code,
    weight and time, and memos that quote nothing. Where the words are not there to compare with, no memo stays.
    May be done again.
    """
    coding, memo = tables.coding, tables.memo
    _forget_quotes(connection, interview_id)
    here = memo.c.interview_id == interview_id
    _tell_withdrawn(connection, interview_id)
    if keep:
        quoting = _quoting(connection, interview_id)
        connection.execute(sa.delete(memo).where(here, sa.or_(memo.c.removed, memo.c.id.in_(quoting))))
        connection.execute(sa.delete(coding).where(coding.c.interview_id == interview_id, coding.c.removed))
        nowhere = f"withdrawn-{secrets.token_hex(16)}"
        connection.execute(
            sa.update(coding)
            .where(coding.c.interview_id == interview_id)
            .values(interview_id=nowhere, words_digest="", words_changed=False)
        )
        about_it = memo.c.subject == interview_id
        connection.execute(
            sa.update(memo)
            .where(here)
            .values(interview_id=nowhere, subject=sa.case((about_it, nowhere), else_=memo.c.subject))
        )
    for table in (coding, tables.coding_change, memo, tables.memo_change, tables.ready):
        connection.execute(sa.delete(table).where(table.c.interview_id == interview_id))


def erase_memos_of(connection: sa.Connection, participant: str) -> None:
    """Erase the memos about a participant, such as ``D03-C``."""
    for table in (tables.memo, tables.memo_change):
        connection.execute(
            sa.delete(table).where(table.c.about == "participant", table.c.subject == participant)
        )


def _tell_withdrawn(connection: sa.Connection, interview_id: str) -> None:
    """Leave nothing of the interview in the feed but that it is to be erased, where it was ever told.

    Codings that stay are not told any more: beside the withdrawn interview they would be known for its own.
    """
    change, entry = tables.coding_change, tables.feed_entry
    told = sa.select(entry.c.number).where(entry.c.subject == interview_id, entry.c.act != Act.WITHDRAWN)
    if connection.execute(told.limit(1)).first() is not None:
        note(connection, Noted(Kind.INTERVIEW, interview_id, Act.WITHDRAWN))
    of_it = sa.select(change.c.coding_id).distinct().where(change.c.interview_id == interview_id)
    erase_from_feed(connection, [interview_id, *connection.execute(of_it).scalars()])


def _quoting(connection: sa.Connection, interview_id: str) -> list[str]:
    memo = tables.memo
    rows = connection.execute(
        sa.select(memo.c.id, memo.c.text).where(memo.c.interview_id == interview_id)
    ).all()
    said = Said.of([words_of(connection, interview_id).text], QUOTED_WORDS)
    return [row.id for row in rows if not said or said.is_quoted_in(row.text)]


def _forget_quotes(connection: sa.Connection, interview_id: str) -> None:
    """Empty what quotes the interview elsewhere: examples and definitions of codes and themes, in past versions of the
    codebook too, and memos on something else, with their past versions."""
    said = Said.of([words_of(connection, interview_id).text])
    if not said:
        return
    for table in (tables.code, tables.theme):
        for name in (name for name in QUOTING if name in table.c):
            column = table.c[name]
            for key, text in connection.execute(sa.select(table.c.id, column)).all():
                if said.is_quoted_in(text):
                    connection.execute(sa.update(table).where(table.c.id == key).values({name: ""}))
                    kind = Kind.CODE if table is tables.code else Kind.THEME
                    note(connection, Noted(kind, key, Act.QUOTE_ERASED))
    change = tables.codebook_change
    for row in connection.execute(sa.select(change)).all():
        kept = {"before": said.without_quotes(row.before), "after": said.without_quotes(row.after)}
        if kept["before"] != row.before or kept["after"] != row.after:
            connection.execute(sa.update(change).where(change.c.number == row.number).values(**kept))
    memo, past = tables.memo, tables.memo_change
    elsewhere = sa.or_(memo.c.interview_id.is_(None), memo.c.interview_id != interview_id)
    for key, text in connection.execute(sa.select(memo.c.id, memo.c.text).where(elsewhere)).all():
        if said.is_quoted_in(text):
            connection.execute(sa.update(memo).where(memo.c.id == key).values(text=""))
    for key, version, text in connection.execute(
        sa.select(past.c.memo_id, past.c.version, past.c.text)
    ).all():
        if said.is_quoted_in(text):
            connection.execute(
                sa.update(past).where(past.c.memo_id == key, past.c.version == version).values(text="")
            )
