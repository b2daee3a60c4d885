"""Recordings: what was dropped, what it is called, how far it has come.

Every function takes an open connection; the caller owns the transaction.
"""

from __future__ import annotations

import unicodedata
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import PurePosixPath

import sqlalchemy as sa

from models.problems import ProblemCode
from models.values import AudioInfo
from service.naming import InterviewName
from service.vault import tables
from service.vault.events import record_event as record_event

INTAKE_NOTICES = ("name_taken", "part_not_joined", "not_in_protocol", "withdrawn", "date_in_future")
"""What intake notices of a recording; the pipeline leaves these as they are."""


@dataclass(frozen=True, slots=True)
class Filing:
    """Where a new recording belongs: the expected interviews it covers, or none; ``notices`` say why none.

    ``joins`` is the interview of which it is a further file, at ``position``.
    """

    places: tuple[InterviewName, ...] = ()
    notices: tuple[str, ...] = ()
    held_on: date | None = None
    held_on_source: str | None = None
    joins: str | None = None
    position: int = 1

    def at(self, places: Sequence[InterviewName]) -> Filing:
        return replace(self, places=tuple(places))

    def with_notices(self, notices: Sequence[str]) -> Filing:
        return replace(self, notices=tuple(notices))


class RecordingState(StrEnum):
    """Where a recording stands. ``done``, ``failed`` and ``cancelled`` are ends; a retry leaves them.

    ``joined`` is a further file of an interview, worked on with its first one.
    """

    QUEUED = "queued"
    PROCESSING = "processing"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    JOINED = "joined"


@dataclass(frozen=True, slots=True)
class StoredProgress:
    """How far the work has come: ``percent`` of the whole, ``eta_s`` seconds left or None when unknown."""

    stage: str
    percent: float
    eta_s: int | None
    worker: str


@dataclass(frozen=True, slots=True)
class StoredRecording:
    """A recording with its interview's name, the paths it was dropped under, and its progress."""

    id: str
    interview_id: str
    name: str | None
    title: str
    paths: tuple[str, ...]
    sha256: str
    size_bytes: int
    duration_ms: int | None
    state: RecordingState
    problem: ProblemCode | None
    notices: tuple[str, ...]
    attempt: int
    received_at: datetime
    finished_at: datetime | None
    progress: StoredProgress | None
    released: bool
    position: int = 1
    offset_ms: int = 0
    only_sound: bool = False
    """The attempt makes the redacted sound only: the transcript is there and stays."""


def now() -> datetime:
    return datetime.now(UTC)


def add_recording(
    connection: sa.Connection,
    *,
    recording_id: str,
    sha256: str,
    size_bytes: int,
    info: AudioInfo,
    path: str,
    filing: Filing,
    title: str,
) -> None:
    """Add a recording in state ``queued`` with its first path, and its interview unless it joins one.

    Raises ``sqlalchemy.exc.IntegrityError`` when the same bytes are known already, or another interview has its place.
    """
    interview_id = filing.joins or _add_interview(connection, filing, title)
    connection.execute(
        sa.insert(tables.recording).values(
            id=recording_id,
            sha256=sha256,
            size_bytes=size_bytes,
            container=info.container,
            codec=info.codec,
            sample_rate=info.sample_rate,
            channels=info.channels,
            duration_ms=info.duration_ms,
            state=RecordingState.QUEUED,
            problem=None,
            notices=list(filing.notices),
            attempt=1,
            received_at=now(),
            interview_id=interview_id,
            position=filing.position,
            offset_ms=0,
        )
    )
    add_name(connection, recording_id, path)
    record_event(connection, "intake", "recording_added", recording_id, {"interview": interview_id})
    for notice in filing.notices:
        record_event(connection, "intake", notice, recording_id)


def _add_interview(connection: sa.Connection, filing: Filing, title: str) -> str:
    interview_id = uuid.uuid4().hex
    filed = filing.places[0] if filing.places else None
    connection.execute(
        sa.insert(tables.interview).values(
            id=interview_id,
            name=filed.study_id if filed else None,
            group_code=filed.group if filed else None,
            role_code=filed.role if filed else None,
            wave=filed.wave if filed else None,
            title=title,
            created_at=now(),
            held_on=filing.held_on,
            held_on_source=filing.held_on_source,
        )
    )
    for name in filing.places:
        connection.execute(
            sa.insert(tables.place).values(
                group_code=name.group, role_code=name.role, wave=name.wave, interview_id=interview_id
            )
        )
    return interview_id


def add_name(connection: sa.Connection, recording_id: str, path: str) -> None:
    """Remember that the recording's bytes were dropped under ``path`` (relative to the watched folder)."""
    names = tables.recording_name
    connection.execute(sa.delete(names).where(names.c.path == path))
    connection.execute(sa.insert(names).values(path=path, recording_id=recording_id, first_seen_at=now()))


def recording_by_sha256(connection: sa.Connection, sha256: str) -> str | None:
    found = connection.execute(sa.select(tables.recording.c.id).where(tables.recording.c.sha256 == sha256))
    value = found.scalar_one_or_none()
    return None if value is None else str(value)


def set_state(
    connection: sa.Connection,
    recording_id: str,
    state: RecordingState,
    problem: ProblemCode | None = None,
) -> None:
    """Move the recording to ``state``; ``problem`` says why when it failed."""
    ended = state in (RecordingState.DONE, RecordingState.FAILED, RecordingState.CANCELLED)
    connection.execute(
        sa.update(tables.recording)
        .where(tables.recording.c.id == recording_id)
        .values(state=state, problem=problem, finished_at=now() if ended else None)
    )
    record_event(
        connection,
        "pipeline",
        f"state_{state}",
        recording_id,
        {"problem": str(problem)} if problem else None,
    )


def start_attempt(connection: sa.Connection, recording_id: str, *, as_before: bool = False) -> int:
    """Put an ended recording back in the queue; returns the number of the new attempt.

    ``as_before``: if the last one made the redacted sound only, so does this one.
    """
    recordings = tables.recording
    attempt = (
        connection.execute(
            sa.select(recordings.c.attempt).where(recordings.c.id == recording_id).with_for_update()
        ).scalar_one()
        + 1
    )
    connection.execute(sa.update(recordings).where(recordings.c.id == recording_id).values(attempt=attempt))
    if as_before:
        only_sound = tables.sound_attempt
        connection.execute(
            sa.update(only_sound)
            .where(only_sound.c.recording_id == recording_id, only_sound.c.attempt == attempt - 1)
            .values(attempt=attempt, problem=None)
        )
    connection.execute(sa.delete(tables.progress).where(tables.progress.c.recording_id == recording_id))
    set_state(connection, recording_id, RecordingState.QUEUED)
    return int(attempt)


def set_joined(connection: sa.Connection, recording_id: str) -> None:
    """The recording is worked on with the first file of its interview; an attempt at it alone ends."""
    recordings = tables.recording
    connection.execute(
        sa.update(recordings)
        .where(recordings.c.id == recording_id)
        .values(attempt=recordings.c.attempt + 1, notices=[])
    )
    connection.execute(sa.delete(tables.progress).where(tables.progress.c.recording_id == recording_id))
    set_state(connection, recording_id, RecordingState.JOINED)


def set_times(connection: sa.Connection, recording_id: str, offset_ms: int, duration_ms: int | None) -> None:
    """Where in its interview the recording begins, and how long it is, None while nobody knows."""
    connection.execute(
        sa.update(tables.recording)
        .where(tables.recording.c.id == recording_id)
        .values(offset_ms=offset_ms, duration_ms=duration_ms)
    )


def set_notices(connection: sa.Connection, recording_id: str, notices: Sequence[str]) -> None:
    """Replace what the pipeline noticed; what intake noticed stays."""
    recordings = tables.recording
    before = connection.execute(
        sa.select(recordings.c.notices).where(recordings.c.id == recording_id)
    ).scalar_one()
    kept = [notice for notice in before if notice in INTAKE_NOTICES]
    connection.execute(
        sa.update(recordings)
        .where(recordings.c.id == recording_id)
        .values(notices=kept + [notice for notice in notices if notice not in kept])
    )


def get_recording(connection: sa.Connection, recording_id: str) -> StoredRecording | None:
    return next(iter(_select(connection, tables.recording.c.id == recording_id)), None)


def recordings_of(connection: sa.Connection, interview_id: str) -> tuple[StoredRecording, ...]:
    """The interview's recordings in their order."""
    found = _select(connection, tables.recording.c.interview_id == interview_id)
    return tuple(sorted(found, key=lambda one: one.position))


def list_recordings(connection: sa.Connection) -> tuple[StoredRecording, ...]:
    """Every recording, newest first."""
    return _select(connection, sa.true())


def _select(connection: sa.Connection, condition: sa.ColumnElement[bool]) -> tuple[StoredRecording, ...]:
    recording, interview, progress, release = (
        tables.recording,
        tables.interview,
        tables.progress,
        tables.release,
    )
    only = tables.sound_attempt
    rows = connection.execute(
        sa.select(
            recording,
            interview.c.name,
            interview.c.title,
            progress.c.stage,
            progress.c.percent,
            progress.c.eta_s,
            progress.c.worker,
            release.c.revision.label("released_revision"),
            only.c.attempt.label("only_sound"),
        )
        .join(interview, interview.c.id == recording.c.interview_id)
        .outerjoin(
            only, sa.and_(only.c.recording_id == recording.c.id, only.c.attempt == recording.c.attempt)
        )
        .outerjoin(progress, progress.c.recording_id == recording.c.id)
        .outerjoin(release, release.c.interview_id == interview.c.id)
        .where(condition)
        .order_by(recording.c.received_at.desc(), recording.c.id)
    ).all()
    names = tables.recording_name
    paths: dict[str, list[str]] = {}
    wanted = sa.select(recording.c.id).where(condition)
    named = connection.execute(sa.select(names).where(names.c.recording_id.in_(wanted)))
    for name in sorted(named, key=lambda one: (one.first_seen_at, one.path)):
        paths.setdefault(name.recording_id, []).append(name.path)
    return tuple(
        StoredRecording(
            id=row.id,
            interview_id=row.interview_id,
            name=row.name,
            title=row.title,
            paths=tuple(paths.get(row.id, ())),
            sha256=row.sha256,
            size_bytes=row.size_bytes,
            duration_ms=row.duration_ms,
            state=RecordingState(row.state),
            problem=None if row.problem is None else ProblemCode(row.problem),
            notices=tuple(row.notices),
            attempt=row.attempt,
            received_at=aware(row.received_at),
            finished_at=None if row.finished_at is None else aware(row.finished_at),
            progress=None
            if row.stage is None
            else StoredProgress(row.stage, row.percent, row.eta_s, row.worker),
            released=row.released_revision is not None,
            position=row.position,
            offset_ms=row.offset_ms,
            only_sound=row.only_sound is not None,
        )
        for row in rows
    )


def title_of_path(path: str) -> str:
    """What an interview is called until it has a study id: its file's name without folders and extension."""
    return unicodedata.normalize("NFC", PurePosixPath(path).stem)


def aware(moment: datetime) -> datetime:
    """SQLite gives times back without their zone; all are UTC."""
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
