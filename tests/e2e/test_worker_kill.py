"""The real pipeline on a real phone call, twice over: its worker is killed in every stage, one after the other."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import uuid
import wave
from collections import Counter
from pathlib import Path

import pytest
import sqlalchemy as sa

from models.audio.probe import probe
from service.pipeline.engine import JobQueue
from service.pipeline.stages import STAGES
from service.settings import Settings
from service.vault import tables
from service.vault.recordings import Filing, RecordingState, add_recording, get_recording
from service.vault.store import Vault, open_vault

pytestmark = [pytest.mark.e2e, pytest.mark.models]

TOO_SHORT_TO_HIT = ("assemble", "store", "voices", "guide")
"""These are over within milliseconds, so the worker is made to wait in them."""

Event = tuple[str, str, int]
FIRST_CHUNK: Event = ("stage_started", "transcribe", 0)
"""Transcription is killed in its second chunk, so that it must go on inside the file."""


def stage_events(vault: Vault) -> list[Event]:
    event = tables.event
    with vault.engine.connect() as connection:
        rows = connection.execute(
            sa.select(event.c.action, event.c.detail)
            .where(event.c.action.like("stage_%"))
            .order_by(event.c.id)
        ).all()
    return [(row.action, row.detail["stage"], row.detail["part"]) for row in rows]


def start(settings: Settings, hold: Path, log: Path) -> subprocess.Popen[bytes]:
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("LYTT_")},
        "LYTT_DATA_DIR": str(settings.data_dir),
        "LYTT_MODELS_DIR": str(settings.models_folder),
        "LYTT_RECOGNITION_MODEL": settings.recognition_model,
        "LYTT_CHUNK_SECONDS": "20",
        "LYTT_MAX_ATTEMPTS": "20",
    }
    with log.open("ab") as output:
        return subprocess.Popen(
            [sys.executable, str(Path(__file__).parent / "worker_process.py"), str(hold), "one"],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=output,
        )


def test_a_worker_killed_in_every_stage_finishes_and_repeats_no_finished_stage(
    tmp_path: Path, phone_call: Path
) -> None:
    installed = Settings().models_folder
    tiny = (installed / "whisper-tiny").is_dir()
    settings = Settings(
        data_dir=tmp_path / "data",
        models_dir=installed,
        recognition_model="whisper-tiny" if tiny else "whisper-base",
    )
    hold, log = tmp_path / "hold", tmp_path / "log"
    hold.mkdir()
    for stage in TOO_SHORT_TO_HIT:
        (hold / stage).touch()
    vault = open_vault(settings)
    queue = JobQueue(vault.engine)
    recording_id = uuid.uuid4().hex
    call = tmp_path / "call.wav"
    with wave.open(str(phone_call)) as once, wave.open(str(call), "wb") as twice:
        twice.setparams(once.getparams())
        twice.writeframes(once.readframes(once.getnframes()) * 2)
    sha256 = vault.artefacts.put_file(call)
    with vault.engine.begin() as connection:
        add_recording(
            connection,
            recording_id=recording_id,
            sha256=sha256,
            size_bytes=call.stat().st_size,
            info=probe(call),
            path="D03-T2.wav",
            filing=Filing(),
            title="D03-T2",
        )
        queue.enqueue(connection, recording_id, 1)

    def state() -> RecordingState:
        with vault.engine.connect() as connection:
            recording = get_recording(connection, recording_id)
        assert recording is not None
        assert recording.problem is None, log.read_text()
        return recording.state

    worker = start(settings, hold, log)
    killed_in: list[str] = []
    until = time.monotonic() + 300
    try:
        while state() != RecordingState.DONE:
            assert worker.poll() is None, log.read_text()
            assert time.monotonic() < until, log.read_text()
            now_in = next((event for event in stage_events(vault)[::-1] if event[0] == "stage_started"), None)
            if now_in is not None and now_in[1] not in killed_in and now_in != FIRST_CHUNK:
                worker.send_signal(signal.SIGKILL)
                worker.wait()
                assert stage_events(vault)[-1] == now_in, "killed in the stage"
                killed_in.append(now_in[1])
                (hold / now_in[1]).unlink(missing_ok=True)
                worker = start(settings, hold, log)
            time.sleep(0.02)
    finally:
        worker.kill()
        worker.wait()

    assert killed_in == [stage.name for stage in STAGES]
    finished = Counter(event[1:] for event in stage_events(vault) if event[0] == "stage_finished")
    assert set(finished.values()) == {1}, "nothing that finished was done again"
    assert finished.keys() >= {("transcribe", 0), ("transcribe", 1)}
    begun_parts = Counter(event[1:] for event in stage_events(vault) if event[0] == "stage_started")
    assert sorted(stage for (stage, _), times in begun_parts.items() if times == 2) == sorted(killed_in)
    word = tables.transcripts.word
    with vault.engine.connect() as connection:
        words = connection.execute(sa.select(sa.func.count()).select_from(word)).scalar_one()
    assert words > 50
    queue.close()
    vault.close()
