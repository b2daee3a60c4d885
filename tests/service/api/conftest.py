"""A running API over a vault with one finished, named interview that has real sound."""

from __future__ import annotations

import math
import wave
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient

from models.audio.decode import decode
from models.audio.samples import open_samples
from models.codec import to_json
from models.nuance.measure import measure_track
from models.nuance.track import encode
from models.values import AudioInfo, Provenance, Redaction, Transcript
from service.accounts.accounts import add_account
from service.accounts.permissions import Role
from service.accounts.tokens import add_token
from service.api.state import State
from service.app import create_app
from service.naming import InterviewName
from service.review.keeping import keep_transcript
from service.settings import Settings
from service.vault import tables
from service.vault.events import Event, Wanted, read_events
from service.vault.media import TrackKept
from service.vault.recordings import Filing, RecordingState, add_recording, now, set_state, set_times
from tests.service.conftest import CONVERSATION, make_transcript
from tests.service.made_sound import make_sound
from tests.service.reviewing import review

RECORDING = "ab12" * 8
SECOND = "cd34" * 8


@dataclass(frozen=True)
class Running:
    client: TestClient
    state: State
    interview_id: str
    transcript: Transcript


def write_tone(path: Path, seconds: float, rate: int = 16_000) -> None:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        times = np.arange(int(seconds * rate)) / rate
        file.writeframes((np.sin(2 * math.pi * 220 * times) * 8000).astype("<i2").tobytes())


def client_of(settings: Settings, **headers: str) -> TestClient:
    return TestClient(
        create_app(settings, watch=False),
        base_url="http://127.0.0.1:8400",
        headers=headers,
        raise_server_exceptions=False,
    )


@contextmanager
def running_with(folder: Path, *, reviewed: bool = True, **settings: Any) -> Iterator[Running]:
    """``reviewed``: a steward has looked at everything, so that the interview can be released."""
    conversation = make_transcript(*CONVERSATION)
    with client_of(Settings(data_dir=folder / "data", **settings)) as client:
        state: State = client.app.state.lytt  # type: ignore[attr-defined]
        interview_id = add_finished(state, folder, conversation)
        if reviewed:
            review(state.vault, state.coding, interview_id)
        yield Running(client, state, interview_id, conversation)


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    with running_with(tmp_path) as one:
        yield one


PASSWORD = "four random words here"
PEOPLE = {"anna": Role.ADMIN, "stig": Role.STEWARD, "kode": Role.CODER, "lea": Role.LEAD}


@dataclass(frozen=True)
class House(Running):
    """A running service with one account of each role, and a token of each."""

    tokens: dict[Role, str]

    def new_client(self, **headers: str) -> TestClient:
        """Another browser, or a program, at the same service."""
        return TestClient(
            self.client.app, base_url="http://127.0.0.1:8400", headers=headers, raise_server_exceptions=False
        )

    def as_role(self, role: Role) -> TestClient:
        return self.new_client(Authorization=f"Bearer {self.tokens[role]}")

    def signed_in(self, name: str, password: str = PASSWORD) -> TestClient:
        browser = self.new_client()
        answer = browser.post("/api/session", json={"name": name, "password": password})
        assert answer.status_code == 204, answer.text
        browser.headers["X-Lytt-CSRF"] = browser.get("/api/session").json()["csrf"]
        return browser

    def events(self, **wanted: Any) -> list[Event]:
        """What the log says, the oldest first."""
        with self.state.vault.engine.connect() as connection:
            return list(reversed(read_events(connection, Wanted(limit=500, **wanted))))


@contextmanager
def house_with(folder: Path, **settings: Any) -> Iterator[House]:
    with running_with(folder, **settings) as one:
        secrets = {}
        with one.state.vault.engine.begin() as connection:
            for name, role in PEOPLE.items():
                add_account(connection, name, [role], PASSWORD, f"{name}@example.org", "test")
            for role in Role:
                _, secrets[role] = add_token(connection, f"of-{role}", [role], None, "test")
        yield House(one.client, one.state, one.interview_id, one.transcript, secrets)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with house_with(tmp_path_factory.mktemp("house")) as one:
        yield one


def add_finished(state: State, folder: Path, transcript: Transcript) -> str:
    """A recording that went through the pipeline: its files as the decode stage leaves them, its rows."""
    sound = folder / "sound.wav"
    (folder / "out").mkdir()
    write_tone(sound, transcript.duration_ms / 1000)
    decoded = decode(sound, folder / "out", lambda _: None)
    artefacts = state.vault.artefacts
    kept = replace(
        decoded,
        samples=artefacts.put_file(folder / "out" / decoded.samples),
        listening=artefacts.put_file(folder / "out" / decoded.listening),
        peaks=artefacts.put_file(folder / "out" / decoded.peaks),
    )
    digest = artefacts.put(to_json(kept))
    track = measure_track(open_samples(folder / "out" / decoded.samples), None)
    tracked = artefacts.put(to_json(TrackKept(artefacts.put(encode(track)))))
    with state.vault.engine.begin() as connection:
        add_recording(
            connection,
            recording_id=RECORDING,
            sha256="0" * 64,
            size_bytes=sound.stat().st_size,
            info=AudioInfo("wav", "pcm_s16le", 16_000, 1, transcript.duration_ms),
            path="D03-T2.wav",
            filing=Filing().at([InterviewName("D03", "T", 2)]),
            title="D03-T2",
        )
        interview_id = connection.execute(
            sa.select(tables.recording.c.interview_id).where(tables.recording.c.id == RECORDING)
        ).scalar_one()
        connection.execute(
            sa.insert(tables.stage_result),
            [
                {
                    "recording_id": RECORDING,
                    "stage": stage,
                    "part": 0,
                    "fingerprint": "f" * 64,
                    "digest": kept_as,
                    "seconds": 0.1,
                    "worker": "w",
                    "finished_at": now(),
                }
                for stage, kept_as in (("decode", digest), ("track", tracked))
            ],
        )
        named = transcript.utterances[0].words[-1]
        redaction = Redaction(1, "NAME", "[NAME-1]", named.start_ms, named.end_ms, (named.id,), 0.9, "ner")
        searched = Provenance("entities", "spacy-en-sm", "1", {"names_searched": "yes"})
        keep_transcript(
            connection,
            interview_id,
            replace(transcript, provenance=(*transcript.provenance, searched)),
            (redaction,),
        )
        set_times(connection, RECORDING, 0, transcript.duration_ms)
        set_state(connection, RECORDING, RecordingState.DONE)
        add_recording(
            connection,
            recording_id=SECOND,
            sha256="1" * 64,
            size_bytes=1,
            info=AudioInfo("wav", "pcm_s16le", 16_000, 1, None),
            path="somebody.wav",
            filing=Filing(),
            title="somebody",
        )
    make_sound(state.vault, interview_id, sound)
    return str(interview_id)
