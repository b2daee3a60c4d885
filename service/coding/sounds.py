"""The redacted sound of released interviews. Functions take an open connection; the caller owns the transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa

from models.values import Span
from service.coding import tables
from service.coding.feed.noting import Act, Kind, Noted, note
from service.coding.files import KeptFile


@dataclass(frozen=True, slots=True)
class Sound:
    """A listening copy (Opus in Ogg), its peaks, and where nothing is heard. ``version`` is another one for another
    sound.

    ``track`` is what was measured in it (:mod:`models.nuance.track`), None of one that was passed on without.
    """

    version: str
    listening: KeptFile
    peaks: KeptFile
    masked: tuple[Span, ...]
    track: KeptFile | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """Its files' names on disk."""
        return tuple(one.name for one in (self.listening, self.peaks, self.track) if one is not None)


def sound_of(connection: sa.Connection, interview_id: str) -> Sound | None:
    """What coders hear of the interview; None while there is none."""
    table = tables.sound
    row = connection.execute(sa.select(table).where(table.c.interview_id == interview_id)).first()
    if row is None:
        return None
    return Sound(
        row.version,
        KeptFile(row.listening, row.listening_key),
        KeptFile(row.peaks, row.peaks_key),
        tuple(Span(start, end) for start, end in row.masked),
        KeptFile(row.track, row.track_key) if row.track is not None else None,
    )


def put_sound(connection: sa.Connection, interview_id: str, sound: Sound) -> tuple[str, ...]:
    """Put a sound in the place of the released interview's; returns the names of files whose bytes can go."""
    gone = remove_sound(connection, interview_id)
    connection.execute(
        sa.insert(tables.sound).values(
            interview_id=interview_id,
            version=sound.version,
            listening=sound.listening.name,
            listening_key=sound.listening.wrapped,
            peaks=sound.peaks.name,
            peaks_key=sound.peaks.wrapped,
            masked=[[span.start_ms, span.end_ms] for span in sound.masked],
            received_at=datetime.now(UTC),
            track=sound.track.name if sound.track is not None else None,
            track_key=sound.track.wrapped if sound.track is not None else None,
        )
    )
    return gone


def remove_sound(connection: sa.Connection, interview_id: str) -> tuple[str, ...]:
    """Forget the sound and its keys; returns the names of files whose bytes can go."""
    held = sound_of(connection, interview_id)
    connection.execute(sa.delete(tables.sound).where(tables.sound.c.interview_id == interview_id))
    note(connection, Noted(Kind.INTERVIEW, interview_id, Act.SOUND))
    return held.names if held is not None else ()


def sound_versions(connection: sa.Connection) -> dict[str, str]:
    """The version of each interview's sound."""
    rows = connection.execute(sa.select(tables.sound.c.interview_id, tables.sound.c.version))
    return {row.interview_id: row.version for row in rows}


def known_files(connection: sa.Connection) -> frozenset[str]:
    """The names of all files that belong to a sound."""
    table = tables.sound
    rows = connection.execute(sa.select(table.c.listening, table.c.peaks, table.c.track))
    return frozenset(name for row in rows for name in row if name is not None)
