"""Recordings of the vault into the API's shapes."""

from __future__ import annotations

from service.api import schemas
from service.api.shaping import notices, problem
from service.vault.recordings import RecordingState, StoredRecording


def needs(recording: StoredRecording) -> list[str]:
    """What the recording waits for a person to do, most urgent first."""
    if recording.state is RecordingState.JOINED:
        return []
    if recording.state in (RecordingState.FAILED, RecordingState.CANCELLED):
        return ["retry"]
    wanted = [] if recording.name else ["name"]
    if _is_readable(recording) and recording.name and not recording.released:
        wanted.append("release")
    return wanted


def _is_readable(recording: StoredRecording) -> bool:
    """Whether its transcript is there: also while its redacted sound is made again."""
    running = recording.state in (RecordingState.QUEUED, RecordingState.PROCESSING)
    return recording.state is RecordingState.DONE or (running and recording.only_sound)


def recording(stored: StoredRecording) -> schemas.Recording:
    running = stored.state in (RecordingState.QUEUED, RecordingState.PROCESSING)
    progress = stored.progress if running else None
    done = 100.0 if stored.state is RecordingState.DONE else 0.0
    return schemas.Recording(
        id=stored.id,
        interview_id=stored.interview_id,
        name=stored.name,
        title=stored.title,
        paths=list(stored.paths),
        state=stored.state,
        readable=_is_readable(stored),
        stage=progress.stage if progress else None,
        percent=progress.percent if progress else done,
        eta_s=progress.eta_s if progress else None,
        problem=problem(stored.problem),
        notices=notices(stored.notices),
        duration_ms=stored.duration_ms,
        size_bytes=stored.size_bytes,
        received_at=stored.received_at,
        finished_at=stored.finished_at,
        released=stored.released,
        needs=needs(stored),
    )
