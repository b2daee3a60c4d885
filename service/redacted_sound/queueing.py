"""Putting a recording back in the queue for its redacted sound only: its transcript stays as it is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import sqlalchemy as sa

from models.problems import ProblemCode
from service.redacted_sound.renditions import rendition_of
from service.redacted_sound.wanted import bases
from service.settings import SoundSettings
from service.vault import tables
from service.vault.recordings import RecordingState, recordings_of, start_attempt
from service.vault.sound_attempts import makes_only_sound, mark_sound_attempt, sound_problem

if TYPE_CHECKING:
    from service.pipeline.engine import JobQueue
    from service.vault.store import Vault

_AT_WORK = (RecordingState.QUEUED, RecordingState.PROCESSING)


class SoundState(StrEnum):
    """How far an interview's redacted sound is."""

    MAKING = "making"
    READY = "ready"
    OUTDATED = "outdated"
    """It has to be made (again), and nobody is at it."""
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class SoundProgress:
    """``percent`` is of the work under way, ``problem`` why the last attempt ended."""

    state: SoundState
    percent: float = 0.0
    problem: ProblemCode | None = None


def progress_of(connection: sa.Connection, sound: SoundSettings, interview_id: str) -> SoundProgress:
    """How far the redacted sound is, by the rows that are cheap to read."""
    kept = rendition_of(connection, interview_id)
    if kept is not None and kept.basis == bases(connection, sound, interview_id).get(interview_id):
        return SoundProgress(SoundState.READY)
    lead = next(iter(recordings_of(connection, interview_id)), None)
    if lead is not None and lead.state in _AT_WORK:
        return SoundProgress(SoundState.MAKING, lead.progress.percent if lead.progress else 0.0)
    problem = sound_problem(connection, lead.id, lead.attempt) if lead is not None else None
    if problem is not None:
        return SoundProgress(SoundState.FAILED, problem=problem)
    return SoundProgress(SoundState.OUTDATED)


def queue_sound(connection: sa.Connection, queue: JobQueue, interview_id: str) -> bool:
    """Queue the interview's first file for its redacted sound only; whether that was done.

    Not while it is worked on anyway (its sound is made last), nor while a transcription has failed.
    """
    lead = next(iter(recordings_of(connection, interview_id)), None)
    if lead is None:
        return False
    ended_well = lead.state is RecordingState.DONE
    if not ended_well and not (
        lead.state in (RecordingState.FAILED, RecordingState.CANCELLED)
        and makes_only_sound(connection, lead.id, lead.attempt)
    ):
        return False
    transcript = tables.transcripts.transcript
    if (
        connection.execute(
            sa.select(transcript.c.revision).where(transcript.c.interview_id == interview_id)
        ).first()
        is None
    ):
        return False
    attempt = start_attempt(connection, lead.id)
    mark_sound_attempt(connection, lead.id, attempt)
    queue.enqueue(connection, lead.id, attempt)
    return True


def ask_for_sound(vault: Vault, interview_id: str) -> bool:
    """:func:`queue_sound` for those who have no queue at hand."""
    from service.pipeline.engine import JobQueue

    queue = JobQueue(vault.engine)
    try:
        with vault.engine.begin() as connection:
            return queue_sound(connection, queue, interview_id)
    finally:
        queue.close()
