"""A workshop: a vault, a queue, and workers that are real processes with a small host instead of models."""

from __future__ import annotations

import math
import os
import signal
import subprocess
import sys
import time
import uuid
import wave
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

import psutil
import pytest
import sqlalchemy as sa

from models.values import AudioInfo
from service.pipeline.engine import JobQueue
from service.pipeline.stages import STAGES
from service.settings import Settings
from service.vault import tables
from service.vault.recordings import (
    Filing,
    RecordingState,
    StoredRecording,
    add_recording,
    get_recording,
    set_state,
    start_attempt,
)
from service.vault.store import Vault, open_vault

HERE = Path(__file__).parent


def beeps(seconds: int, pitch: int = 440) -> bytes:
    """A WAV file of so many seconds, 8 kHz, another one for each pitch."""
    frames = b"".join(
        int(8000 * math.sin(2 * math.pi * pitch * i / 8000)).to_bytes(2, "little", signed=True)
        for i in range(8000)
    )
    buffer = BytesIO()
    with wave.open(buffer, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(frames * seconds)
    return buffer.getvalue()


def wait_until(claim: Callable[[], object], seconds: float = 30.0, what: str = "") -> float:
    """Wait until the claim holds; returns how long it took."""
    began = time.monotonic()
    while not claim():
        if time.monotonic() - began > seconds:
            pytest.fail(f"did not happen within {seconds} s: {what}")
        time.sleep(0.02)
    return time.monotonic() - began


@dataclass
class Workshop:
    folder: Path
    settings: Settings
    vault: Vault
    queue: JobQueue
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def host_folder(self) -> Path:
        return self.settings.models_folder

    @property
    def log(self) -> str:
        return (self.folder / "worker.log").read_text()

    def drop(self, seconds: int = 45, pitch: int = 440) -> str:
        """Add a recording and queue it, as intake does; returns its id."""
        recording_id = uuid.uuid4().hex
        data = beeps(seconds, pitch)
        digest = self.vault.artefacts.put(data)
        info = AudioInfo("wav", "pcm_s16le", 8000, 1, seconds * 1000)
        with self.vault.engine.begin() as connection:
            add_recording(
                connection,
                recording_id=recording_id,
                sha256=digest,
                size_bytes=len(data),
                info=info,
                path=f"Kari Nordmann {pitch}.wav",
                filing=Filing(),
                title="Kari Nordmann",
            )
            self.queue.enqueue(connection, recording_id, 1)
        return recording_id

    def retry(self, recording_id: str) -> None:
        with self.vault.engine.begin() as connection:
            self.queue.enqueue(connection, recording_id, start_attempt(connection, recording_id))

    def cancel(self, recording_id: str) -> None:
        with self.vault.engine.begin() as connection:
            set_state(connection, recording_id, RecordingState.CANCELLED)
        self.queue.cancel(recording_id, self.recording(recording_id).attempt)

    def start_worker(self, name: str = "one", before: Sequence[str] = ()) -> subprocess.Popen[bytes]:
        """Start a worker; ``before`` is a command that runs it."""
        environment = {
            **os.environ,
            "PYTHONPATH": f"{HERE}{os.pathsep}{HERE.parents[2]}",
            "LYTT_DATA_DIR": str(self.settings.data_dir),
            "LYTT_CHUNK_SECONDS": "20",
            "LYTT_MAX_ATTEMPTS": str(self.settings.max_attempts),
        }
        if self.settings.vault_url:
            environment["LYTT_VAULT_URL"] = self.settings.vault_url
        with (self.folder / "worker.log").open("ab") as log:
            process = subprocess.Popen(
                [*before, sys.executable, str(HERE / "worker_process.py"), str(self.host_folder), name],
                env=environment,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
            )
        self.processes.append(process)
        return process

    def hold(self, method: str) -> Path:
        """Keep this method of the host, or this stage, working until the file is removed."""
        file = self.host_folder / "hold" / method
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
        return file

    def crash_in(self, method: str) -> Path:
        """Let the host kill its process in this method until the file is removed."""
        file = self.host_folder / "crash" / method
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
        return file

    def calls(self) -> list[str]:
        """The host's methods, in the order they were called."""
        file = self.host_folder / "calls"
        return file.read_text().split() if file.exists() else []

    def recording(self, recording_id: str) -> StoredRecording:
        with self.vault.engine.connect() as connection:
            found = get_recording(connection, recording_id)
        assert found is not None
        return found

    def state(self, recording_id: str) -> RecordingState:
        return self.recording(recording_id).state

    def wait_for(self, recording_id: str, state: RecordingState, seconds: float = 30.0) -> float:
        return wait_until(
            lambda: self.state(recording_id) == state, seconds, f"{state}; the worker's log:\n{self.log}"
        )

    def wait_for_call(self, method: str, times: int = 1) -> float:
        return wait_until(
            lambda: self.calls().count(method) >= times, 30, f"call of {method}; the log:\n{self.log}"
        )

    def stage_events(self, recording_id: str) -> list[tuple[str, str, int, str]]:
        """(action, stage, part, worker) in order."""
        event = tables.event
        with self.vault.engine.connect() as connection:
            rows = connection.execute(
                sa.select(event.c.action, event.c.detail)
                .where(event.c.subject == recording_id, event.c.action.like("stage_%"))
                .order_by(event.c.id)
            ).all()
        return [(r.action, r.detail["stage"], r.detail["part"], r.detail["worker"]) for r in rows]

    def started(self, recording_id: str, stage: str) -> bool:
        return any(e[:2] == ("stage_started", stage) for e in self.stage_events(recording_id))

    def text(self, recording_id: str) -> list[str]:
        """The words in the vault."""
        word = tables.transcripts.word
        with self.vault.engine.connect() as connection:
            return list(
                connection.execute(
                    sa.select(word.c.text)
                    .where(word.c.interview_id == self.recording(recording_id).interview_id)
                    .order_by(word.c.id)
                ).scalars()
            )

    def close(self) -> None:
        for process in self.processes:
            if process.poll() is None:
                process.send_signal(signal.SIGKILL)
            process.wait()
        self.queue.close()
        self.vault.close()


def open_workshop(folder: Path, vault_url: str | None = None, max_attempts: int = 4) -> Workshop:
    settings = Settings(data_dir=folder / "data", vault_url=vault_url, max_attempts=max_attempts)
    vault = open_vault(settings)
    settings.models_folder.mkdir()
    return Workshop(folder, settings, vault, JobQueue(vault.engine))


def assert_no_finished_stage_was_repeated(workshop: Workshop, recording_id: str) -> None:
    events = workshop.stage_events(recording_id)
    finished: set[tuple[str, int]] = set()
    for action, stage, part, _worker in events:
        assert (stage, part) not in finished, f"{stage} {part} was {action} after it had finished"
        if action == "stage_finished":
            finished.add((stage, part))
    assert {stage for stage, _ in finished} == {stage.name for stage in STAGES}


def assert_complete(workshop: Workshop, recording_id: str) -> None:
    assert workshop.text(recording_id) == [f"beep{second}" for second in range(0, 45, 2)]
    assert workshop.recording(recording_id).progress.percent == 100.0  # type: ignore[union-attr]


def kill(process: subprocess.Popen[bytes]) -> list[psutil.Process]:
    """Kill -9; returns the children it had."""
    children = psutil.Process(process.pid).children(recursive=True)
    process.kill()
    process.wait()
    return children
