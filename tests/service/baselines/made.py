"""Interviews of made voices: transcripts with the tracks that would have been measured of them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import sqlalchemy as sa

from models.codec import to_json
from models.loudness import Levels
from models.markers import AGAINST_BASELINE, find_markers
from models.nuance.track import Track, encode
from models.values import (
    TRANSCRIPT_FORMAT,
    AudioInfo,
    Marker,
    MarkerKind,
    Provenance,
    Role,
    Span,
    Speaker,
    Transcript,
    Turn,
)
from service.baselines.finding import bring_baselines
from service.naming import InterviewName
from service.review.keeping import keep_transcript
from service.settings import Settings
from service.study.applied import Study
from service.study.files import template
from service.transcript.readers import ConnectionReader
from service.transcript.reading import head, whole_transcript
from service.vault import tables
from service.vault.media import TrackKept
from service.vault.recordings import Filing, RecordingState, add_recording, now, set_state
from service.vault.store import Vault, open_vault
from tests.models.markers.made import utterance
from tests.models.nuance.sounds import track

AGREED = template("dyads").replace('consent = ["transcribe",', 'consent = ["voiceprint", "transcribe",')
NOT_AGREED = template("dyads")


@dataclass(frozen=True)
class Voice:
    """How a made voice speaks; ``calls`` are places of utterances in which it is raised by 12 dB."""

    pitch: float = 120.0
    level: float = -30.0
    letters: int = 12
    calls: tuple[int, ...] = ()


@dataclass
class Installation:
    settings: Settings
    vault: Vault
    count: int = 0

    def close(self) -> None:
        self.vault.close()

    def study(self, text: str) -> None:
        (self.settings.data_dir / "study.toml").write_text(text)
        assert Study(self.vault, self.settings.data_dir).current().findings == ()

    def add(self, name: str, count: int, voice: Voice | None = None, seed: int = 1) -> str:
        """A finished interview, filed under ``name``: S1 asks, S2 speaks ``count`` times. Its markers are those of the
        pipeline, found in this interview alone. Returns its id."""
        self.count += 1
        spoken, measured = interview(count, voice or Voice(), seed)
        group, place = name.split("-")
        recording_id = f"{self.count:032x}"
        artefacts = self.vault.artefacts
        with self.vault.engine.begin() as connection:
            add_recording(
                connection,
                recording_id=recording_id,
                sha256=f"{self.count:064x}",
                size_bytes=1,
                info=AudioInfo("wav", "pcm_s16le", 16_000, 1, spoken.duration_ms),
                path=f"{name} {self.count}.wav",
                filing=Filing().at([InterviewName(group, place[0], int(place[1:]))]),
                title=name,
            )
            interview_id = str(
                connection.execute(
                    sa.select(tables.recording.c.interview_id).where(tables.recording.c.id == recording_id)
                ).scalar_one()
            )
        file = artefacts.put(encode(measured), interview_id)
        digest = artefacts.put(to_json(TrackKept(file)), interview_id)
        with self.vault.engine.begin() as connection:
            connection.execute(
                sa.insert(tables.stage_result).values(
                    recording_id=recording_id,
                    stage="track",
                    part=0,
                    fingerprint="f" * 64,
                    digest=digest,
                    seconds=0.1,
                    worker="w",
                    finished_at=now(),
                )
            )
            keep_transcript(connection, interview_id, spoken, ())
            set_state(connection, recording_id, RecordingState.DONE)
        return interview_id

    def bring(self) -> tuple[str, ...]:
        return bring_baselines(self.vault)

    def markers(self, interview_id: str) -> list[Marker]:
        """Those against a baseline that stand out: activation has a value for every stretch."""
        with self.vault.engine.connect() as connection:
            found = whole_transcript(ConnectionReader(connection), interview_id)
        assert found is not None
        return [
            one
            for one in found.markers
            if one.kind in AGAINST_BASELINE and (one.kind is not MarkerKind.ACTIVATION or one.subtype)
        ]

    def revision(self, interview_id: str) -> int:
        with self.vault.engine.connect() as connection:
            found = head(ConnectionReader(connection), interview_id)
        assert found is not None
        return found.revision


def install(folder: Path, **settings: str) -> Installation:
    """An empty vault of a study in which everybody agreed to voiceprints."""
    made = Settings(data_dir=folder / "data", **settings)  # type: ignore[arg-type]
    made.data_dir.mkdir(parents=True)
    installation = Installation(made, open_vault(made))
    installation.study(AGREED)
    return installation


def interview(count: int, voice: Voice, seed: int) -> tuple[Transcript, Track]:
    """A question, and ``count`` utterances of two seconds, a second apart, each a little other than the last."""
    random = np.random.default_rng(seed)
    first = utterance(0, "S1", 0, 2_000, "How", "was", "that?")
    told = [first]
    made = track(count * 3 + 6)
    made.level[:] = -75.0
    made.level[made.rows(0, 2_000)] = voice.level
    for number in range(1, count + 1):
        start = number * 3_000
        letters = max(4, voice.letters + int(random.integers(-2, 3)))
        told.append(utterance(number, "S2", start, start + 2_000, *["w" * letters] * 2))
        rows = made.rows(start, start + 2_000)
        made.level[rows] = voice.level + random.normal(0, 1) + (12 if number in voice.calls else 0)
        made.pitch[rows] = voice.pitch * 2 ** (random.normal(0, 0.7) / 12)
        made.tilt[rows] = 10 + random.normal(0, 1)
        made.harmonicity[rows] = 10 + random.normal(0, 1)
    speech = tuple(Span(one.start_ms, one.end_ms) for one in told)
    turns = tuple(Turn(one.start_ms, one.end_ms, one.speaker) for one in told)
    kept = _kept(made)
    return (
        Transcript(
            format=TRANSCRIPT_FORMAT,
            duration_ms=made.duration_ms,
            language="en",
            speakers=(
                Speaker("S1", Role.INTERVIEWER, True, 2_000, 3),
                Speaker("S2", Role.PARTICIPANT, True, count * 2_000, count * 2),
            ),
            utterances=tuple(told),
            turns=turns,
            markers=find_markers(told, speech, turns, Levels(()), 1_000, track=kept),
            speech=speech,
            notices=(),
            provenance=(Provenance("entities", "m", "1", {"names_searched": "yes"}),),
        ),
        kept,
    )


def _kept(made: Track) -> Track:
    from models.nuance.track import as_kept

    return as_kept(made)
