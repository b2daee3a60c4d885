"""What becomes of codings and memos when what they are about is withdrawn."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection, Mapping

import sqlalchemy as sa

from service.coding import tables
from service.coding.anchors import words_of
from service.transcript.folding import fold

QUOTED_WORDS = 3
"""A memo of the interview with so many words one after the other as they were said in it quotes."""

QUOTED_IN_EXAMPLE = 5
"""As many in the name, example or definition of a code, which may be of any interview."""


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


def _quoting(connection: sa.Connection, interview_id: str) -> list[str]:
    memo = tables.memo
    rows = connection.execute(
        sa.select(memo.c.id, memo.c.text).where(memo.c.interview_id == interview_id)
    ).all()
    said = _runs(words_of(connection, interview_id).text, QUOTED_WORDS)
    return [row.id for row in rows if not said or said & _runs(row.text, QUOTED_WORDS)]


def _forget_quotes(connection: sa.Connection, interview_id: str) -> None:
    """Empty the examples and definitions of codes and themes that quote the interview, in past versions too.

    A name that does, as one made of the words themselves (in vivo), becomes one that says so and tells nothing.
    """
    said = _runs(words_of(connection, interview_id).text, QUOTED_IN_EXAMPLE)

    def quotes(value: object) -> bool:
        return isinstance(value, str) and bool(said & _runs(value, QUOTED_IN_EXAMPLE))

    for column in (tables.code.c.example, tables.code.c.definition, tables.theme.c.definition):
        key = column.table.c.id
        for row in connection.execute(sa.select(key, column)).all():
            if quotes(row[1]):
                connection.execute(sa.update(column.table).where(key == row[0]).values({column.name: ""}))
    for table in (tables.code, tables.theme):
        for row in connection.execute(sa.select(table.c.id, table.c.name)).all():
            if quotes(row.name):
                connection.execute(sa.update(table).where(table.c.id == row.id).values(name=_unnamed(row.id)))
    change = tables.codebook_change
    for row in connection.execute(sa.select(change)).all():
        kept = {side: [_without(item, quotes) for item in getattr(row, side)] for side in ("before", "after")}
        if kept["before"] != row.before or kept["after"] != row.after:
            connection.execute(sa.update(change).where(change.c.number == row.number).values(**kept))


def _without(item: Mapping[str, object], quotes: Callable[[object], bool]) -> dict[str, object]:
    """A code or theme of a past version, without what quotes."""
    kept = {
        name: "" if name in ("example", "definition") and quotes(value) else value
        for name, value in item.items()
    }
    return kept | {"name": _unnamed(str(item["id"]))} if quotes(item.get("name")) else kept


def _unnamed(item_id: str) -> str:
    """Names are told apart: the id is in it."""
    return f"Withdrawn words {item_id[:8]}"


def _runs(text: str, length: int) -> set[tuple[str, ...]]:
    words = fold(text).split()
    return {tuple(words[start : start + length]) for start in range(len(words) - length + 1)}
