"""Attempts at a recording that make its redacted sound and nothing else: its transcript is there and stays."""

from __future__ import annotations

import sqlalchemy as sa

from models.problems import ProblemCode
from service.vault import tables


def mark_sound_attempt(connection: sa.Connection, recording_id: str, attempt: int) -> None:
    """The attempt makes the redacted sound only."""
    table = tables.sound_attempt
    connection.execute(sa.delete(table).where(table.c.recording_id == recording_id))
    connection.execute(sa.insert(table).values(recording_id=recording_id, attempt=attempt, problem=None))


def makes_only_sound(connection: sa.Connection, recording_id: str, attempt: int) -> bool:
    table = tables.sound_attempt
    return (
        connection.execute(
            sa.select(table.c.attempt).where(table.c.recording_id == recording_id, table.c.attempt == attempt)
        ).first()
        is not None
    )


def note_sound_problem(
    connection: sa.Connection, recording_id: str, attempt: int, problem: ProblemCode
) -> None:
    """The attempt ended without a sound."""
    table = tables.sound_attempt
    connection.execute(
        sa.update(table)
        .where(table.c.recording_id == recording_id, table.c.attempt == attempt)
        .values(problem=problem)
    )


def sound_problem(connection: sa.Connection, recording_id: str, attempt: int) -> ProblemCode | None:
    """Why this attempt ended without a sound; None when it did not, or made more than that."""
    table = tables.sound_attempt
    found = connection.execute(
        sa.select(table.c.problem).where(table.c.recording_id == recording_id, table.c.attempt == attempt)
    ).scalar_one_or_none()
    return None if found is None else ProblemCode(found)
