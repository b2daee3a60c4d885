"""What becomes of codings and memos when what they are about is withdrawn."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa

from service.coding import tables
from service.coding.anchors import words_of
from service.coding.feed.noting import Act, Kind, Noted, erase_from_feed, note
from service.coding.forgetting import forget_quotes, quoting_elsewhere
from service.coding.listening.erasing import count_notes, erase_listening, sessions_quoting
from service.coding.quotes import QUOTED_WORDS, quotes, runs
from service.coding.values import WITHDRAWN


@dataclass(frozen=True, slots=True)
class Coded:
    """What coders made of interviews, removed codings and memos too, and how much of it a withdrawal leaves that keeps
    codes. Notes of listening sessions count as memos. ``quoting`` are codes, themes, sessions and other memos that lose
    what they quote in either case."""

    codings: int = 0
    memos: int = 0
    codings_kept: int = 0
    memos_kept: int = 0
    quoting: int = 0


def count_coded(
    connection: sa.Connection, interviews: Collection[str], participant: str | None = None
) -> Coded:
    """What goes and what may stay when these interviews are withdrawn, with the memos about ``participant``."""
    coding, memo = tables.coding, tables.memo
    here, held = coding.c.interview_id.in_(list(interviews)), memo.c.interview_id.in_(list(interviews))
    about = sa.and_(memo.c.about == "participant", memo.c.subject == participant)
    kept, notes, touched = 0, 0, set[str]()
    for interview_id in interviews:
        goes = set(_quoting(connection, interview_id)) | _removed(connection, interview_id)
        of_it = connection.execute(sa.select(memo.c.id).where(memo.c.interview_id == interview_id)).scalars()
        kept += len(set(of_it) - goes)
        noted, may_stay = count_notes(connection, interview_id)
        notes, kept = notes + noted, kept + may_stay
        touched |= quoting_elsewhere(connection, interview_id, interviews)
        touched |= sessions_quoting(connection, interview_id, interviews)
    return Coded(
        _count(connection, coding, here),
        _count(connection, memo, sa.or_(held, about) if participant is not None else held) + notes,
        _count(connection, coding, sa.and_(here, ~coding.c.removed)),
        kept,
        len(touched),
    )


def erase_codings(connection: sa.Connection, interview_id: str, *, keep: bool) -> None:
    """Erase the codings, memos and histories of an interview, before its words go.

    With ``keep``, what is left without what was said stays, under new ids that lead nowhere: codings with coder, code,
    weight and time, and memos that quote nothing. Where the words are not there to compare with, no memo stays. What
    was decided where coders disagreed goes in either case: its reasons speak of what was said.
    May be done again.
    """
    coding, memo = tables.coding, tables.memo
    forget_quotes(connection, interview_id)
    erase_listening(connection, interview_id, keep=keep)
    here = memo.c.interview_id == interview_id
    _tell_withdrawn(connection, interview_id)
    if keep:
        quoting = _quoting(connection, interview_id)
        connection.execute(sa.delete(memo).where(here, sa.or_(memo.c.removed, memo.c.id.in_(quoting))))
        connection.execute(sa.delete(coding).where(coding.c.interview_id == interview_id, coding.c.removed))
        nowhere = f"{WITHDRAWN}{secrets.token_hex(16)}"
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
        _rename(connection, nowhere)
    coders = (tables.ready, tables.seen_others)
    consensus = (tables.consensus, tables.consensus_change)
    for table in (coding, tables.coding_change, memo, tables.memo_change, *coders, *consensus):
        connection.execute(sa.delete(table).where(table.c.interview_id == interview_id))


def _rename(connection: sa.Connection, nowhere: str) -> None:
    """Give what was kept other ids: by those it had, an old export or a follower's copy says whose it is."""
    coding, memo = tables.coding, tables.memo
    for table in (coding, memo):
        here = sa.select(table.c.id).where(table.c.interview_id == nowhere)
        for old in connection.execute(here).scalars().all():
            new = str(uuid.uuid4())
            connection.execute(sa.update(table).where(table.c.id == old).values(id=new))
            if table is coding:
                on_it = (memo.c.interview_id == nowhere, memo.c.about == "coding", memo.c.subject == old)
                connection.execute(sa.update(memo).where(*on_it).values(subject=new))


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
    told = sa.select(entry.c.number).where(
        entry.c.subject == interview_id, entry.c.act.not_in((Act.WITHDRAWN, Act.TAKEN_BACK))
    )
    of_it = sa.select(change.c.coding_id).distinct().where(change.c.interview_id == interview_id)
    codings = tuple(connection.execute(of_it).scalars())
    if codings or connection.execute(told.limit(1)).first() is not None:
        note(connection, Noted(Kind.INTERVIEW, interview_id, Act.WITHDRAWN))
    erase_from_feed(connection, [interview_id, *codings])


def _count(connection: sa.Connection, table: sa.Table, condition: sa.ColumnElement[bool]) -> int:
    counted = sa.select(sa.func.count()).select_from(table).where(condition)
    return int(connection.execute(counted).scalar_one())


def _removed(connection: sa.Connection, interview_id: str) -> set[str]:
    memo = tables.memo
    return set(
        connection.execute(
            sa.select(memo.c.id).where(memo.c.interview_id == interview_id, memo.c.removed)
        ).scalars()
    )


def _quoting(connection: sa.Connection, interview_id: str) -> list[str]:
    """The memos of the interview that quote it; all where its words are not there to compare with."""
    memo = tables.memo
    rows = connection.execute(
        sa.select(memo.c.id, memo.c.text).where(memo.c.interview_id == interview_id)
    ).all()
    said = runs(words_of(connection, interview_id).text, QUOTED_WORDS)
    return [row.id for row in rows if not said or quotes(row.text, said, QUOTED_WORDS)]
