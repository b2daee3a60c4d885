"""Stretches that a person took out of the sound by their time, beside the words that are redacted."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from service.vault import tables
from service.vault.recordings import now, record_event

LONGEST_MS = 60_000
"""A longer stretch is no mention of anybody."""


@dataclass(frozen=True, slots=True)
class Silenced:
    """A stretch that nobody but stewards hears."""

    number: int
    start_ms: int
    end_ms: int


def silenced_of(connection: sa.Connection, interview_id: str) -> tuple[Silenced, ...]:
    """The interview's stretches, in order of number."""
    table = tables.silenced
    rows = connection.execute(
        sa.select(table).where(table.c.interview_id == interview_id).order_by(table.c.number)
    )
    return tuple(Silenced(row.number, row.start_ms, row.end_ms) for row in rows)


def silence(connection: sa.Connection, interview_id: str, start_ms: int, end_ms: int, actor: str) -> int:
    """Take a stretch out, from the next time the sound is made; returns its number.

    Raises ValueError when it is empty or longer than :data:`LONGEST_MS`.
    """
    if not 0 <= start_ms < end_ms <= start_ms + LONGEST_MS:
        raise ValueError("a stretch ends after it starts and is at most a minute long")
    table = tables.silenced
    last = connection.execute(
        sa.select(sa.func.max(table.c.number)).where(table.c.interview_id == interview_id)
    ).scalar_one()
    number = (last or 0) + 1
    connection.execute(
        sa.insert(table).values(
            interview_id=interview_id,
            number=number,
            start_ms=start_ms,
            end_ms=end_ms,
            set_by=actor,
            set_at=now(),
        )
    )
    record_event(
        connection, actor, "silenced", interview_id, {"number": number, "from_ms": start_ms, "to_ms": end_ms}
    )
    return number


def let_sound(connection: sa.Connection, interview_id: str, number: int, actor: str) -> bool:
    """Put a stretch back, from the next time the sound is made; whether there was one."""
    table = tables.silenced
    removed = connection.execute(
        sa.delete(table).where(table.c.interview_id == interview_id, table.c.number == number)
    ).rowcount
    if removed:
        record_event(connection, actor, "silenced_undone", interview_id, {"number": number})
    return bool(removed)
