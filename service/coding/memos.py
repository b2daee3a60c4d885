"""Memos: on codes, themes, codings, interviews, participants, groups and the study. Each change is kept."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from service.coding import tables
from service.coding.codings import seen_coding
from service.coding.seeing import may_see, seen_where
from service.coding.values import WITHDRAWN, About, Coder, Memo, NotThere, Overtaken, Refused, in_utc
from service.coding.writing import add_once
from service.transcript.folding import fold


def add_memo(
    connection: sa.Connection, writer: Coder, memo_id: str, about: About, subject: str, text: str
) -> Memo:
    """Write a memo; the same one asked for again is the one that is there.

    Raises NotThere where its subject is not, or may not be seen; Overtaken where the id is another memo of one's own.
    """
    interview_id = _interview_of(connection, writer, about, subject)
    now = datetime.now(UTC)
    new = Memo(memo_id, about, subject, interview_id, writer.name, text, 1, now, now, False)
    if not add_once(connection, tables.memo, _row(new)):
        there = _find(connection, memo_id)
        if there is None or there.writer != writer.name:
            raise NotThere
        if there.version > 1 or (there.about, there.subject, there.text) == (about, subject, text):
            return there
        raise Overtaken(there)
    _log(connection, new, "memo_added")
    return new


def edit_memo(connection: sa.Connection, writer: Coder, memo_id: str, version: int, text: str) -> Memo:
    """Write one's memo anew; a removed one comes back by it. Raises NotThere, Refused, Overtaken."""
    there = _own(connection, writer, memo_id, version)
    return _write(connection, there, replace(there, text=text, removed=False), "memo_edited")


def remove_memo(connection: sa.Connection, writer: Coder, memo_id: str, version: int) -> Memo:
    """Take one's memo away. Raises NotThere, Refused, Overtaken."""
    there = _own(connection, writer, memo_id, version)
    return _write(connection, there, replace(there, removed=True), "memo_removed")


def memos_about(connection: sa.Connection, reader: Coder, about: About, subject: str) -> tuple[Memo, ...]:
    """The memos about something that ``reader`` may see, the oldest first. Raises NotThere as :func:`add_memo` does."""
    _interview_of(connection, reader, about, subject)
    memo = tables.memo
    rows = connection.execute(
        sa.select(memo)
        .where(memo.c.about == about, memo.c.subject == subject, ~memo.c.removed)
        .order_by(memo.c.made_at, memo.c.id)
    )
    return tuple(one for one in map(_memo, rows) if _is_seen(connection, reader, one))


def memos_in(connection: sa.Connection, reader: Coder, interview_id: str) -> tuple[Memo, ...]:
    """The memos about a released interview and its codings that ``reader`` may see, the oldest first."""
    memo = tables.memo
    statement = sa.select(memo).where(
        memo.c.interview_id == interview_id, ~memo.c.removed, seen_memos(reader)
    )
    return tuple(_memo(row) for row in connection.execute(statement.order_by(memo.c.made_at, memo.c.id)))


@dataclass(frozen=True, slots=True)
class Listed:
    """A memo among all others. ``named`` is what its code, theme or interview is called, ``interview`` the interview it
    belongs to, None for none; both are nothing for what was kept of a withdrawn interview. The coding that it is about
    stands from ``start_ms`` to ``end_ms``."""

    memo: Memo
    named: str
    interview: str | None
    start_ms: int | None
    end_ms: int | None


@dataclass(frozen=True, slots=True)
class MemoVersion:
    """What a memo said at one of its versions, and what was done."""

    version: int
    at: datetime
    act: str
    text: str


def all_memos(
    connection: sa.Connection,
    reader: Coder,
    *,
    text: str = "",
    about: About | None = None,
    writer: str | None = None,
) -> tuple[Listed, ...]:
    """Every memo that ``reader`` may see, what was changed last first; those with these words where ``text`` has any,
    compared as search compares them.

    What is about an interview, participant or group of which nothing is released is hidden. What was kept of withdrawn
    interviews is shown to leads and its writers.
    """
    memo, interview, coding = tables.memo, tables.interview, tables.coding
    here = sa.and_(coding.c.id == memo.c.subject, interview.c.id == memo.c.interview_id)
    statement = (
        sa.select(memo, interview.c.name, coding.c.start_ms, coding.c.end_ms)
        .outerjoin(interview, interview.c.id == memo.c.interview_id)
        .outerjoin(coding, here)
        .where(~memo.c.removed, seen_memos(reader))
        .order_by(memo.c.changed_at.desc(), memo.c.id)
    )
    if about is not None:
        statement = statement.where(memo.c.about == about)
    if writer is not None:
        statement = statement.where(memo.c.writer == writer)
    wanted = fold(text)
    rows = [row for row in connection.execute(statement) if not wanted or wanted in fold(row.text)]
    called: dict[str, str] = {}
    for table in (tables.code, tables.theme):
        called |= {row.id: row.name for row in connection.execute(sa.select(table.c.id, table.c.name))}

    def named(row: Any) -> str:
        if row.about in (About.CODE, About.THEME):
            return called.get(row.subject, "")
        return (row.name or "") if row.interview_id is not None else str(row.subject)

    return tuple(Listed(_memo(row), named(row), row.name, row.start_ms, row.end_ms) for row in rows)


def seen_memos(reader: Coder) -> sa.ColumnElement[bool]:
    """Which rows of memos ``reader`` may see: those on interviews and codings as codings are, all others of what is
    released."""
    memo = tables.memo
    coding, interview, place = tables.coding.alias(), tables.interview.alias(), tables.place.alias()
    here = sa.exists().where(interview.c.id == memo.c.interview_id)
    left = sa.and_(
        memo.c.interview_id.startswith(WITHDRAWN), sa.true() if reader.leads else memo.c.writer == reader.name
    )
    whose = seen_where(reader, memo.c.interview_id, memo.c.writer)
    coded = sa.exists().where(
        coding.c.id == memo.c.subject, seen_where(reader, coding.c.interview_id, coding.c.coder)
    )
    of_group = sa.exists().where(place.c.group_code == memo.c.subject)
    named = place.c.group_code.concat("-").concat(place.c.role_code)
    return sa.case(
        (memo.c.about == About.GROUP, of_group),
        (memo.c.about == About.PARTICIPANT, sa.exists().where(named == memo.c.subject)),
        (memo.c.about == About.CODING, sa.or_(left, sa.and_(here, whose, coded))),
        (memo.c.about == About.INTERVIEW, sa.or_(left, sa.and_(here, whose))),
        else_=sa.true(),
    )


def memo_history(connection: sa.Connection, reader: Coder, memo_id: str) -> tuple[MemoVersion, ...]:
    """Every version of a memo that ``reader`` may see, the oldest first. Raises NotThere."""
    found = sa.select(tables.memo.c.id).where(tables.memo.c.id == memo_id, seen_memos(reader))
    if connection.execute(found).first() is None:
        raise NotThere
    change = tables.memo_change
    rows = connection.execute(
        sa.select(change).where(change.c.memo_id == memo_id).order_by(change.c.version)
    ).all()
    return tuple(MemoVersion(row.version, in_utc(row.at), row.act, row.text) for row in rows)


def _is_seen(connection: sa.Connection, reader: Coder, memo: Memo) -> bool:
    """What is written on an interview or a coding is hidden like codings; all else is everybody's."""
    if memo.interview_id is None:
        return True
    if not may_see(connection, reader, memo.interview_id, memo.writer):
        return False
    return memo.about is not About.CODING or _sees_coding(connection, reader, memo.subject)


def _sees_coding(connection: sa.Connection, reader: Coder, coding_id: str) -> bool:
    coding = tables.coding
    seen = sa.select(coding.c.id).where(
        coding.c.id == coding_id, seen_where(reader, coding.c.interview_id, coding.c.coder)
    )
    return connection.execute(seen).first() is not None


def _interview_of(connection: sa.Connection, reader: Coder, about: About, subject: str) -> str | None:
    """The interview that a memo about ``subject`` belongs to, if one. Raises NotThere where there is no such thing."""
    interview, place = tables.interview, tables.place
    match about:
        case About.CODING:
            return seen_coding(connection, reader, subject).interview_id
        case About.INTERVIEW:
            held = sa.select(interview.c.id).where(interview.c.id == subject)
        case About.CODE:
            held = sa.select(tables.code.c.id).where(tables.code.c.id == subject)
        case About.THEME:
            held = sa.select(tables.theme.c.id).where(tables.theme.c.id == subject)
        case About.GROUP:
            held = sa.select(place.c.interview_id).where(place.c.group_code == subject)
        case About.PARTICIPANT:
            named = place.c.group_code.concat("-").concat(place.c.role_code)
            held = sa.select(place.c.interview_id).where(named == subject)
        case About.STUDY:
            if subject:
                raise NotThere
            return None
    if connection.execute(held.limit(1)).first() is None:
        raise NotThere
    return subject if about is About.INTERVIEW else None


def _own(connection: sa.Connection, writer: Coder, memo_id: str, version: int) -> Memo:
    there = _find(connection, memo_id)
    if there is None or not _is_seen(connection, writer, there):
        raise NotThere
    _interview_of(connection, writer, there.about, there.subject)
    if there.writer != writer.name:
        raise Refused("It is somebody else's memo.")
    if there.version != version:
        raise Overtaken(there)
    return there


def _write(connection: sa.Connection, there: Memo, changed: Memo, act: str) -> Memo:
    new = replace(changed, version=there.version + 1, changed_at=datetime.now(UTC))
    memo = tables.memo
    written = connection.execute(
        sa.update(memo).where(memo.c.id == there.id, memo.c.version == there.version).values(**_row(new))
    )
    if written.rowcount != 1:
        raise Overtaken(_find(connection, there.id) or there)
    _log(connection, new, act)
    return new


def _log(connection: sa.Connection, new: Memo, act: str) -> None:
    connection.execute(
        sa.insert(tables.memo_change).values(
            memo_id=new.id,
            version=new.version,
            interview_id=new.interview_id,
            about=new.about,
            subject=new.subject,
            at=new.changed_at,
            who=new.writer,
            act=act,
            text=new.text,
        )
    )


def _find(connection: sa.Connection, memo_id: str) -> Memo | None:
    row = connection.execute(sa.select(tables.memo).where(tables.memo.c.id == memo_id)).first()
    return _memo(row) if row is not None else None


def _row(one: Memo) -> dict[str, Any]:
    return {
        "id": one.id,
        "about": str(one.about),
        "subject": one.subject,
        "interview_id": one.interview_id,
        "writer": one.writer,
        "text": one.text,
        "version": one.version,
        "made_at": one.made_at,
        "changed_at": one.changed_at,
        "removed": one.removed,
    }


def _memo(row: Any) -> Memo:
    return Memo(
        row.id,
        About(row.about),
        row.subject,
        row.interview_id,
        row.writer,
        row.text,
        row.version,
        in_utc(row.made_at),
        in_utc(row.changed_at),
        row.removed,
    )
