"""Memos: on codes, themes, codings, interviews, participants, groups and the study. Each change is kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from service.coding import tables
from service.coding.codings import seen_coding
from service.coding.seeing import may_see, seen_coders
from service.coding.values import About, Coder, Memo, NotThere, Overtaken, Refused, in_utc
from service.coding.writing import add_once


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
    """The memos about an interview and its codings that ``reader`` may see, the oldest first."""
    memo = tables.memo
    statement = sa.select(memo).where(memo.c.interview_id == interview_id, ~memo.c.removed)
    if (seen := seen_coders(connection, reader, interview_id)) is not None:
        statement = statement.where(memo.c.writer.in_(seen))
    return tuple(_memo(row) for row in connection.execute(statement.order_by(memo.c.made_at, memo.c.id)))


def shared_memos(connection: sa.Connection) -> tuple[Memo, ...]:
    """The memos that are everybody's: on codes, themes, participants, groups and the study, the oldest first."""
    memo = tables.memo
    rows = connection.execute(
        sa.select(memo)
        .where(memo.c.interview_id.is_(None), ~memo.c.removed)
        .order_by(memo.c.made_at, memo.c.id)
    )
    return tuple(_memo(row) for row in rows)


def _is_seen(connection: sa.Connection, reader: Coder, memo: Memo) -> bool:
    """What is written on an interview or a coding is hidden like codings; all else is everybody's."""
    return memo.interview_id is None or may_see(connection, reader, memo.interview_id, memo.writer)


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
