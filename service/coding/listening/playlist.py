"""The playlist of a session: what was put into it, as each may see it.

An entry that was found by codings is seen by whoever may see all of those; one that was chosen by hand, by words or by
markers by everybody. Entries of interviews that are not released are hidden.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from service.coding import tables
from service.coding.listening.sessions import note_change, open_session
from service.coding.listening.values import Chosen, Listed
from service.coding.moments import Moment, Stretch, moments_at
from service.coding.seeing import seen_coders
from service.coding.values import Coder, NotThere, Refused, in_utc

MOST_LISTED = 2_000
"""Entries of a playlist that one person sees, removed ones too."""


@dataclass(frozen=True, slots=True)
class Playlist:
    """The entries that a reader may see, in order. ``some_hidden``: there are others of released interviews."""

    listed: tuple[Listed, ...]
    some_hidden: bool


@dataclass(frozen=True, slots=True)
class Counted:
    """How many entries a reader sees of a playlist, and how many of them were heard."""

    moments: int
    heard: int


def add_moments(
    connection: sa.Connection, adder: Coder, session_id: str, request: str, chosen: Sequence[Chosen]
) -> int:
    """Put stretches at the end of a playlist; what is asked for again with the same ``request`` (a UUID) is there once.

    Returns how many are new. Raises NotThere, Refused.
    """
    there, table = open_session(connection, session_id), tables.listening_moment
    last = connection.execute(
        sa.select(sa.func.max(table.c.place)).where(table.c.session_id == session_id)
    ).scalar_one()
    rows = [
        {
            "id": str(uuid.uuid5(uuid.UUID(request), str(number))),
            "session_id": session_id,
            "place": (-1 if last is None else last) + 1 + number,
            "interview_id": one.stretch.interview_id,
            "start_ms": one.stretch.start_ms,
            "end_ms": one.stretch.end_ms,
            "whole": one.whole,
            "coders": list(one.coders),
            "added_by": adder.name,
            "heard_at": None,
            "removed": False,
        }
        for number, one in enumerate(chosen)
    ]
    if not rows:
        return 0
    known = sa.select(table.c.id).where(table.c.id == rows[0]["id"])
    if connection.execute(known).first() is not None:
        return 0
    # What is hidden from whoever adds does not count, or the limit would tell how much that is.
    if len(playlist_of(connection, adder, session_id, removed=True).listed) + len(rows) > MOST_LISTED:
        raise Refused(f"A playlist has at most {MOST_LISTED:,} moments. Choose fewer.")
    connection.execute(sa.insert(table), rows)
    note_change(connection, there, playlist=True)
    return len(rows)


def playlist_of(
    connection: sa.Connection, reader: Coder, session_id: str, *, removed: bool = False
) -> Playlist:
    """What ``reader`` may see of a playlist; ``removed``: with what was taken out of it."""
    table = tables.listening_moment
    wanted = table.c.session_id == session_id
    rows = _released(connection, wanted if removed else sa.and_(wanted, ~table.c.removed))
    seen = _Seen(connection, reader)
    listed = tuple(_listed(row) for row in rows if seen(row.interview_id, row.coders))
    return Playlist(listed, len(listed) < len(rows))


def with_moments(
    connection: sa.Connection, reader: Coder, listed: Sequence[Listed]
) -> tuple[tuple[Listed, Moment], ...]:
    """These entries with what is said there and the codings there that ``reader`` may see."""
    found = {
        Stretch(one.interview_id, one.start_ms, one.end_ms): one
        for one in moments_at(connection, reader, [one.stretch for one in listed])
    }
    return tuple((one, found[one.stretch]) for one in listed if one.stretch in found)


def count_moments(connection: sa.Connection, reader: Coder) -> dict[str, Counted]:
    """How many entries of each session ``reader`` may see, by the id of the session."""
    seen, found = _Seen(connection, reader), dict[str, Counted]()
    for row in _released(connection, ~tables.listening_moment.c.removed):
        if seen(row.interview_id, row.coders):
            before = found.get(row.session_id, Counted(0, 0))
            found[row.session_id] = Counted(before.moments + 1, before.heard + (row.heard_at is not None))
    return found


def set_removed(
    connection: sa.Connection, reader: Coder, session_id: str, moment: str, *, removed: bool
) -> None:
    """Take an entry out of the playlist, or put it back; its notes stay. Raises NotThere, Refused."""
    there, table = open_session(connection, session_id), tables.listening_moment
    one = find_listed(connection, reader, session_id, moment)
    if one.removed == removed:
        return
    connection.execute(sa.update(table).where(table.c.id == moment).values(removed=removed))
    note_change(connection, there, playlist=True)


def place_after(
    connection: sa.Connection, reader: Coder, session_id: str, moment: str, after: str | None
) -> None:
    """Move an entry behind another one, or (None) to the beginning. Raises NotThere, Refused."""
    there, table = open_session(connection, session_id), tables.listening_moment
    for one in {moment, after} - {None}:
        find_listed(connection, reader, session_id, str(one))
    if moment == after:
        return
    ids = [
        one
        for one in connection.execute(
            sa.select(table.c.id).where(table.c.session_id == session_id).order_by(table.c.place, table.c.id)
        ).scalars()
        if one != moment
    ]
    ids.insert(0 if after is None else ids.index(after) + 1, moment)
    connection.execute(
        sa.update(table).where(table.c.id == sa.bindparam("moment")).values(place=sa.bindparam("at")),
        [{"moment": one, "at": place} for place, one in enumerate(ids)],
    )
    note_change(connection, there, playlist=True)


def sees(connection: sa.Connection, reader: Coder, session_id: str, moment: str) -> bool:
    """Whether ``reader`` may see an entry of the playlist."""
    try:
        return not find_listed(connection, reader, session_id, moment).removed
    except NotThere:
        return False


def find_listed(connection: sa.Connection, reader: Coder, session_id: str, moment: str) -> Listed:
    """An entry, removed or not. Raises NotThere where ``reader`` may not see it."""
    table = tables.listening_moment
    for row in _released(connection, sa.and_(table.c.id == moment, table.c.session_id == session_id)):
        if _Seen(connection, reader)(row.interview_id, row.coders):
            return _listed(row)
    raise NotThere


def _listed(row: Any) -> Listed:
    stretch = Stretch(row.interview_id, row.start_ms, row.end_ms)
    heard = None if row.heard_at is None else in_utc(row.heard_at)
    return Listed(row.id, stretch, row.whole, row.added_by, heard, row.removed)


def _released(connection: sa.Connection, condition: sa.ColumnElement[bool]) -> Sequence[Any]:
    table, interview = tables.listening_moment, tables.interview
    return connection.execute(
        sa.select(table)
        .join(interview, interview.c.id == table.c.interview_id)
        .where(condition)
        .order_by(table.c.session_id, table.c.place, table.c.id)
    ).all()


class _Seen:
    """Whether a reader may see what comes from these coders' codings of an interview."""

    def __init__(self, connection: sa.Connection, reader: Coder) -> None:
        self._connection, self._reader = connection, reader
        self._known: dict[str, frozenset[str] | None] = {}

    def __call__(self, interview_id: str, coders: Iterable[str]) -> bool:
        if self._reader.leads or not coders:
            return True
        if interview_id not in self._known:
            self._known[interview_id] = seen_coders(self._connection, self._reader, interview_id)
        seen = self._known[interview_id]
        return seen is None or seen.issuperset(coders)
