"""Listening sessions: made, changed by whoever knows the version that is there, and where everybody is."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from service.coding import tables
from service.coding.listening.values import About, Session, SessionOvertaken, SessionState
from service.coding.values import Coder, NotThere, Refused, in_utc
from service.coding.writing import add_once


def make_session(
    connection: sa.Connection, maker: Coder, session_id: str, about: About, source: str = ""
) -> tuple[Session, bool]:
    """Make a session, and whether it is new; the same one asked for again is the one that is there.

    Raises NotThere where the id is somebody else's session.
    """
    now = datetime.now(UTC)
    new = Session(session_id, about, source, None, 0, "", 1, 0, 0, maker.name, now, now)
    if add_once(connection, tables.listening_session, _row(new)):
        return new, True
    there = find_session(connection, session_id)
    if there.made_by != maker.name:
        raise NotThere
    return there, False


def change_session(connection: sa.Connection, session_id: str, version: int, about: About) -> Session:
    """Say other things of a session. Raises NotThere, SessionOvertaken."""
    there = find_session(connection, session_id, to_change=True)
    if there.version != version:
        raise SessionOvertaken(there)
    new = replace(there, about=about, version=version + 1, changed_at=datetime.now(UTC))
    _write(connection, there, new)
    return find_session(connection, session_id)


def find_session(connection: sa.Connection, session_id: str, *, to_change: bool = False) -> Session:
    """A session. ``to_change``: others who want to change it wait. Raises NotThere."""
    statement = sa.select(tables.listening_session).where(tables.listening_session.c.id == session_id)
    row = connection.execute(statement.with_for_update() if to_change else statement).first()
    if row is None:
        raise NotThere
    return _session(row)


def open_session(connection: sa.Connection, session_id: str) -> Session:
    """A session to write in. Raises NotThere, and Refused where it is over."""
    there = find_session(connection, session_id, to_change=True)
    if there.about.state is not SessionState.OPEN:
        raise Refused("The session is closed. Open it again to go on.")
    return there


def list_sessions(connection: sa.Connection) -> tuple[Session, ...]:
    """All sessions but removed ones, the newest first."""
    table = tables.listening_session
    rows = connection.execute(
        sa.select(table)
        .where(table.c.state != SessionState.REMOVED)
        .order_by(table.c.made_at.desc(), table.c.id)
    )
    return tuple(map(_session, rows))


def move_to(connection: sa.Connection, mover: Coder, session_id: str, moment: str) -> Session:
    """Take everybody to an entry of the playlist; the last who moves is right. Raises NotThere, Refused."""
    there, table = open_session(connection, session_id), tables.listening_moment
    here = sa.and_(table.c.id == moment, table.c.session_id == session_id, ~table.c.removed)
    if connection.execute(sa.select(table.c.id).where(here)).first() is None:
        raise NotThere
    connection.execute(
        sa.update(table).where(here, table.c.heard_at.is_(None)).values(heard_at=datetime.now(UTC))
    )
    _write(connection, there, replace(there, at=moment, moved=there.moved + 1, moved_by=mover.name))
    return find_session(connection, session_id)


def note_change(connection: sa.Connection, there: Session, *, playlist: bool = False) -> None:
    """Count a change of what belongs to the session."""
    _write(connection, there, replace(there, playlist=there.playlist + playlist))


def _write(connection: sa.Connection, there: Session, new: Session) -> None:
    table = tables.listening_session
    changed = replace(new, changes=there.changes + 1)
    connection.execute(sa.update(table).where(table.c.id == there.id).values(**_row(changed)))


def _row(one: Session) -> dict[str, Any]:
    return {
        "id": one.id,
        "name": one.about.name,
        "held_on": one.about.held_on,
        "people": list(one.about.people),
        "state": str(one.about.state),
        "source": one.source,
        "at_moment": one.at,
        "moved": one.moved,
        "moved_by": one.moved_by,
        "version": one.version,
        "playlist": one.playlist,
        "changes": one.changes,
        "made_by": one.made_by,
        "made_at": one.made_at,
        "changed_at": one.changed_at,
    }


def _session(row: Any) -> Session:
    return Session(
        row.id,
        About(row.name, row.held_on, tuple(row.people), SessionState(row.state)),
        row.source,
        row.at_moment,
        row.moved,
        row.moved_by,
        row.version,
        row.playlist,
        row.changes,
        row.made_by,
        in_utc(row.made_at),
        in_utc(row.changed_at),
    )
