"""What tells an open page of a session that something changed: digests of what its reader may see.

Counters would tell how much others write that the reader may not see.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import sqlalchemy as sa

from service.coding.listening.notes import notes_of
from service.coding.listening.playlist import Playlist, playlist_of
from service.coding.listening.values import Session
from service.coding.values import Coder


@dataclass(frozen=True, slots=True)
class Standing:
    """``playlist`` is another one when the entries that the reader sees are, ``changes`` also when notes, what was
    heard, or what is said of the session are. Both say nothing but whether they are equal."""

    playlist: str
    changes: str


def standing(connection: sa.Connection, reader: Coder, session: Session) -> Standing:
    """How a session stands for a reader."""
    seen, written = playlist_of(connection, reader, session.id), notes_of(connection, reader, session.id)
    entries = playlist_digest(seen)
    heard = [one.id for one in seen.listed if one.heard_at is not None]
    return Standing(entries, _digest(entries, heard, written, session.about, session.version))


def playlist_digest(seen: Playlist) -> str:
    """``playlist`` of :class:`Standing`, of what somebody sees of a playlist."""
    return _digest([(one.id, one.stretch, one.whole, one.removed) for one in seen.listed], seen.some_hidden)


def _digest(*parts: object) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:32]
