"""What people write in a session: notes and decisions, each with its writer, at a moment or about the whole.

What is written at a moment is of its interview. Others read it when they may see the moment, are ready with that
interview, and its writer is ready too or led when writing it; leads read all. What is about the whole session is
everybody's. What was kept of a withdrawn interview is read by its writer and leads.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from service.coding import tables
from service.coding.listening.playlist import find_listed, playlist_of
from service.coding.listening.sessions import note_change, open_session
from service.coding.listening.values import Note, NoteKind, SessionOvertaken
from service.coding.seeing import may_see, ready_coders
from service.coding.values import WITHDRAWN, Coder, NotThere, Refused, in_utc
from service.coding.writing import add_once


@dataclass(frozen=True, slots=True)
class Written:
    """What somebody wants to write. ``moment`` is an entry of the playlist; None for the whole session."""

    kind: NoteKind
    moment: str | None
    at_ms: int | None
    text: str


@dataclass(frozen=True, slots=True)
class Notes:
    """The notes that a reader may read, the oldest first. ``some_hidden``: there are others."""

    notes: tuple[Note, ...]
    some_hidden: bool


def add_note(
    connection: sa.Connection, writer: Coder, session_id: str, note_id: str, written: Written
) -> Note:
    """Write a note; the same one asked for again is the one that is there.

    Raises NotThere where there is no such session or moment, Refused where the session is over, SessionOvertaken where
    the id is another note of one's own.
    """
    there = open_session(connection, session_id)
    interview_id, at_ms = None, None
    if written.moment is not None:
        stretch = find_listed(connection, writer, session_id, written.moment).stretch
        interview_id, at_ms = stretch.interview_id, written.at_ms
        if at_ms is None:
            at_ms = stretch.start_ms
    now = datetime.now(UTC)
    new = Note(
        note_id, session_id, written.kind, written.moment, interview_id, at_ms, writer.name, written.text,
        1, now, now, False, writer.leads,
    )  # fmt: skip
    if not add_once(connection, tables.listening_note, _row(new)):
        known = _find(connection, session_id, note_id)
        if known.writer != writer.name:
            raise NotThere
        if known.version > 1 or (known.kind, known.text) == (written.kind, written.text):
            return known
        raise SessionOvertaken(known)
    note_change(connection, there)
    return new


def edit_note(
    connection: sa.Connection, writer: Coder, session_id: str, note_id: str, version: int, text: str
) -> Note:
    """Write one's note anew; a removed one comes back by it. Raises NotThere, Refused, SessionOvertaken."""
    return _write(connection, writer, session_id, note_id, version, text=text)


def remove_note(
    connection: sa.Connection, writer: Coder, session_id: str, note_id: str, version: int
) -> Note:
    """Take one's note away. Raises NotThere, Refused, SessionOvertaken."""
    return _write(connection, writer, session_id, note_id, version, text=None)


def notes_of(connection: sa.Connection, reader: Coder, session_id: str) -> Notes:
    """What ``reader`` may read of a session's notes; those of interviews that are not released are hidden."""
    note, interview = tables.listening_note, tables.interview
    rows = connection.execute(
        sa.select(note)
        .outerjoin(interview, interview.c.id == note.c.interview_id)
        .where(
            note.c.session_id == session_id,
            ~note.c.removed,
            sa.or_(
                note.c.interview_id.is_(None),
                interview.c.id.is_not(None),
                note.c.interview_id.startswith(WITHDRAWN),
            ),
        )
        .order_by(note.c.made_at, note.c.id)
    ).all()
    found = tuple(map(_note, rows))
    playlist = playlist_of(connection, reader, session_id, removed=True)
    moments = {one.id for one in playlist.listed} | {None}
    writers = {(one.interview_id, one.writer, one.led) for one in found}
    readable = {one for one in writers if _may_read(connection, reader, *one)}
    read = tuple(
        one for one in found if one.moment in moments and (one.interview_id, one.writer, one.led) in readable
    )
    return Notes(read, len(read) < len(found))


def _may_read(
    connection: sa.Connection, reader: Coder, interview_id: str | None, writer: str, led: bool
) -> bool:
    """Whether ``reader`` may read what ``writer`` noted at a moment of an interview, or (None) about a session.

    Whether the writer has codings there decides nothing, so that a note that shows or hides tells nothing of them.
    """
    if interview_id is None or may_see(connection, reader, interview_id, writer):
        return True
    return led and reader.name in ready_coders(connection, interview_id)


def _write(
    connection: sa.Connection, writer: Coder, session_id: str, note_id: str, version: int, *, text: str | None
) -> Note:
    there = open_session(connection, session_id)
    known = _find(connection, session_id, note_id)
    if not _may_read(connection, writer, known.interview_id, known.writer, known.led):
        raise NotThere
    if known.writer != writer.name:
        raise Refused("It is somebody else's note.")
    if known.version != version:
        raise SessionOvertaken(known)
    new = replace(
        known,
        text=known.text if text is None else text,
        removed=text is None,
        version=version + 1,
        changed_at=datetime.now(UTC),
    )
    note = tables.listening_note
    connection.execute(sa.update(note).where(note.c.id == note_id).values(**_row(new)))
    note_change(connection, there)
    return new


def _find(connection: sa.Connection, session_id: str, note_id: str) -> Note:
    note = tables.listening_note
    row = connection.execute(
        sa.select(note).where(note.c.id == note_id, note.c.session_id == session_id)
    ).first()
    if row is None:
        raise NotThere
    return _note(row)


def _row(one: Note) -> dict[str, Any]:
    return {
        "id": one.id,
        "session_id": one.session_id,
        "kind": str(one.kind),
        "moment_id": one.moment,
        "interview_id": one.interview_id,
        "at_ms": one.at_ms,
        "writer": one.writer,
        "text": one.text,
        "version": one.version,
        "made_at": one.made_at,
        "changed_at": one.changed_at,
        "removed": one.removed,
        "led": one.led,
    }


def _note(row: Any) -> Note:
    return Note(
        row.id,
        row.session_id,
        NoteKind(row.kind),
        row.moment_id,
        row.interview_id,
        row.at_ms,
        row.writer,
        row.text,
        row.version,
        in_utc(row.made_at),
        in_utc(row.changed_at),
        row.removed,
        bool(row.led),
    )
