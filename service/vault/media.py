"""The files a recording was decoded into."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from models.codec import from_json
from models.nuance.track import Track
from models.nuance.track import decode as decode_track
from models.problems import RecordingProblem
from models.values import DecodedAudio
from service.encrypted_files import EncryptedFile, FileBroken
from service.vault import tables
from service.vault.artefacts import Artefacts


@dataclass(frozen=True, slots=True)
class TrackKept:
    """What the stage ``track`` left: the file of the track, by its digest."""

    file: str


def decoded_audio(connection: sa.Connection, artefacts: Artefacts, interview_id: str) -> DecodedAudio | None:
    """What the decode stage left of the interview's first recording, its files named by digest."""
    digest = _result_of(connection, interview_id, "decode")
    return None if digest is None else from_json(DecodedAudio, artefacts.read(digest))


def read_track(connection: sa.Connection, artefacts: Artefacts, interview_id: str) -> Track | None:
    """The track of the interview's sound, or None when there is none that can be read."""
    digest = _result_of(connection, interview_id, "track")
    if digest is None:
        return None
    try:
        return decode_track(artefacts.read(from_json(TrackKept, artefacts.read(digest)).file))
    except (FileNotFoundError, FileBroken, RecordingProblem):
        return None


def _result_of(connection: sa.Connection, interview_id: str, stage: str) -> str | None:
    results, recording = tables.stage_result, tables.recording
    return connection.execute(
        sa.select(results.c.digest)
        .join(recording, recording.c.id == results.c.recording_id)
        .where(recording.c.interview_id == interview_id, results.c.stage == stage)
        .order_by(recording.c.position)
        .limit(1)
    ).scalar_one_or_none()


def listening_file(
    connection: sa.Connection, artefacts: Artefacts, interview_id: str
) -> EncryptedFile | None:
    """The listening copy, or None when there is none."""
    decoded = decoded_audio(connection, artefacts, interview_id)
    return _there(artefacts, decoded.listening) if decoded else None


def peaks_file(connection: sa.Connection, artefacts: Artefacts, interview_id: str) -> EncryptedFile | None:
    """The peaks, int8 pairs (min, max), or None when there are none."""
    decoded = decoded_audio(connection, artefacts, interview_id)
    return _there(artefacts, decoded.peaks) if decoded else None


def samples_file(connection: sa.Connection, artefacts: Artefacts, interview_id: str) -> EncryptedFile | None:
    """The samples that models hear, or None when there are none."""
    decoded = decoded_audio(connection, artefacts, interview_id)
    return _there(artefacts, decoded.samples) if decoded else None


def track_digest(connection: sa.Connection, artefacts: Artefacts, interview_id: str) -> str | None:
    """Which file is the interview's track; None when it has none."""
    results, recording = tables.stage_result, tables.recording
    digest = connection.execute(
        sa.select(results.c.digest)
        .join(recording, recording.c.id == results.c.recording_id)
        .where(recording.c.interview_id == interview_id, results.c.stage == "track")
        .order_by(recording.c.position)
        .limit(1)
    ).scalar_one_or_none()
    return None if digest is None else from_json(TrackKept, artefacts.read(digest)).file


def track_file(connection: sa.Connection, artefacts: Artefacts, interview_id: str) -> EncryptedFile | None:
    """The file of what voices and sounds measure (:mod:`models.nuance.track`), or None when there is none."""
    digest = track_digest(connection, artefacts, interview_id)
    return None if digest is None else _there(artefacts, digest)


def _there(artefacts: Artefacts, digest: str) -> EncryptedFile | None:
    try:
        return artefacts.file(digest)
    except FileNotFoundError:
        return None
