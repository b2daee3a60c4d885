"""Measures what encryption costs: of the pipeline's time, and before the first byte of a long recording.

    scripts/bench encryption [RECORDING] [--times N] [--no-write]

The same work is done with plain files and rows and with encrypted ones, by turns. Processor time is compared, which
other programs don't disturb; wall time is told beside it.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import httpx
import sqlalchemy as sa
import uvicorn
from page import machine, write_section
from starlette.responses import FileResponse
from study import interview, vocabulary

from models.audio.decode import decode
from models.audio.files import DECODED_NAMES, TRACK_NAME, Folder, Outlet, Readable
from models.codec import to_json
from models.host import ModelHost
from models.values import AudioInfo, DecodedAudio, Progress, Transcript
from service.accounts.permissions import Action
from service.api.interviews import required
from service.api.rights import allowed
from service.api.state import State
from service.app import create_app
from service.cli.process import transcribe_recording
from service.coding import tables as plain_tables
from service.coding.store import open_coding_store
from service.encrypted_files import Scratch
from service.naming import InterviewName
from service.pipeline.stages import models_config
from service.review.keeping import keep_transcript
from service.settings import Settings
from service.transcript.writing import write_transcript
from service.vault import tables
from service.vault.media import decoded_audio
from service.vault.recordings import Filing, add_recording, now
from service.vault.store import open_vault

DEV = Path(__file__).resolve().parents[3] / "shared" / "audio" / "interviews" / "dev"
LONG_MINUTES = 90
LISTENING_BIT_RATE = 32_000
REQUESTS = 200
COST_BAR, FIRST_BYTE_BAR_MS = 0.05, 10.0
NAME = "D03-T2"


@dataclass(frozen=True)
class Cost:
    """Seconds of processor and wall time of one run."""

    processor_s: float
    wall_s: float


def spent(work: Callable[[], object]) -> Cost:
    processor, wall = time.process_time(), time.perf_counter()
    work()
    return Cost(time.process_time() - processor, time.perf_counter() - wall)


def silent(_stage: str, _ms: int) -> Progress:
    return lambda _: None


def keep_plain(source: Path, folder: Path) -> Path:
    """A copy named by its SHA-256, written whole and on disk, as files were kept without encryption."""
    hasher, partial = hashlib.sha256(), folder / "part"
    with source.open("rb") as stream, partial.open("wb") as copy:
        while block := stream.read(1 << 20):
            hasher.update(block)
            copy.write(block)
        copy.flush()
        os.fsync(copy.fileno())
    return partial.replace(folder / hasher.hexdigest())


Transcribe = Callable[[DecodedAudio, Readable, Outlet], Transcript]


@contextmanager
def in_clear(recording: Path, transcribe: Transcribe | None) -> Iterator[Callable[[], None]]:
    """Takes in, decodes, transcribes and stores with plain files and rows."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        store = open_coding_store(Settings(data_dir=folder))

        def work() -> None:
            source = keep_plain(recording, folder)
            out = Folder(folder)
            decoded = decode(source, out)
            samples, *_ = [keep_plain(folder / one, folder) for one in DECODED_NAMES]
            if transcribe is None:
                return
            transcript = transcribe(decoded, samples, out)
            keep_plain(folder / TRACK_NAME, folder)
            (folder / "result").write_bytes(to_json(transcript))
            with store.engine.begin() as connection:
                row = {"name": NAME, "group_code": "D03", "role_code": "T", "wave": 2, "released_at": now()}
                connection.execute(sa.insert(plain_tables.interview).values(id="i", **row))
                write_transcript(connection, plain_tables.transcripts, "i", transcript, 1)

        yield work
        store.close()


@contextmanager
def encrypted(recording: Path, transcribe: Transcribe | None) -> Iterator[Callable[[], None]]:
    """Does the same in a vault."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        vault = open_vault(Settings(data_dir=folder))

        def work() -> None:
            source = vault.artefacts.file(vault.artefacts.put_file(recording))
            scratch = Scratch.of(folder, (*DECODED_NAMES, TRACK_NAME))
            decoded = decode(source, scratch)
            samples, *_ = [vault.artefacts.adopt(scratch.written(one)) for one in DECODED_NAMES]
            if transcribe is None:
                return
            transcript = transcribe(decoded, vault.artefacts.file(samples), scratch)
            vault.artefacts.adopt(scratch.written(TRACK_NAME))
            vault.artefacts.put(to_json(transcript))
            with vault.engine.begin() as connection:
                connection.execute(sa.insert(tables.interview).values(id="i", title="", created_at=now()))
                keep_transcript(connection, "i", transcript, ())

        yield work
        vault.close()


def by_turns(times: int, recording: Path, transcribe: Transcribe | None) -> tuple[list[Cost], list[Cost]]:
    """Plain and encrypted, one after the other; a first round of each is not counted."""
    costs: tuple[list[Cost], list[Cost]] = ([], [])
    for turn in range(times + 1):
        for way, kept in zip((in_clear, encrypted), costs, strict=True):
            with way(recording, transcribe) as work:
                cost = spent(work)
            if turn:
                kept.append(cost)
    return costs


def row(what: str, costs: tuple[list[Cost], list[Cost]], bar: float | None) -> tuple[str, bool]:
    plain, sealed = (statistics.median(one.processor_s for one in kept) for kept in costs)
    walls = [statistics.median(one.wall_s for one in kept) for kept in costs]
    share = sealed / plain - 1
    holds = bar is None or share <= bar
    told = "" if bar is None else f"at most {bar:.0%} | {'holds' if holds else 'missed'}"
    seconds = f"{plain:.2f} s ({walls[0]:.2f} s) | {sealed:.2f} s ({walls[1]:.2f} s)"
    return f"| {what} | {seconds} | {share:+.1%} | {told or ' | '} |", holds


@contextmanager
def served(app: object) -> Iterator[str]:
    """The application on a free port of this machine; its address."""
    config = uvicorn.Config(app, host="127.0.0.1", port=0, log_level="error", lifespan="on")  # type: ignore[arg-type]
    running = uvicorn.Server(config)
    thread = threading.Thread(target=running.run, daemon=True)
    thread.start()
    while not running.started:
        time.sleep(0.02)
    try:
        yield f"http://127.0.0.1:{running.servers[0].sockets[0].getsockname()[1]}"
    finally:
        running.should_exit = True
        thread.join(20)


def first_bytes() -> tuple[list[float], list[float]]:
    """Times to the first byte of a Range in ms, plain and encrypted, by turns, of the same bytes."""
    size = LONG_MINUTES * 60 * LISTENING_BIT_RATE // 8
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        plain = folder / "listening.ogg"
        plain.write_bytes(random.Random(1).randbytes(size))
        settings = Settings(data_dir=folder / "data")
        app = create_app(settings, watch=False)

        def in_clear(reference: str) -> FileResponse:
            # The same way to the file, but for its key.
            service: State = app.state.lytt
            found = required(service, reference)
            with service.vault.engine.connect() as connection:
                decoded_audio(connection, service.vault.artefacts, found.id)
            return FileResponse(plain, media_type="audio/ogg", headers={"ETag": '"plain"'})

        app.add_api_route("/api/plain/{reference}", in_clear, dependencies=[allowed(Action.LISTEN)])
        app.router.routes.insert(0, app.router.routes.pop())
        fill(settings, plain)
        chance = random.Random(2)
        times: tuple[list[float], list[float]] = ([], [])
        with served(app) as address, httpx.Client(base_url=address) as client:
            for number in range(REQUESTS + 10):
                start = chance.randrange(size - 1_000_000)
                for path, kept in zip(
                    (f"/api/plain/{NAME}", f"/api/interviews/{NAME}/audio"), times, strict=True
                ):
                    began = time.perf_counter()
                    with client.stream("GET", path, headers={"Range": f"bytes={start}-"}) as answer:
                        assert answer.status_code == 206, answer.status_code
                        next(answer.iter_raw(1))
                        if number >= 10:
                            kept.append((time.perf_counter() - began) * 1000)
    return times


def fill(settings: Settings, listening: Path) -> None:
    """An interview with a listening copy, as the pipeline leaves it."""
    vault = open_vault(settings)
    digest = vault.artefacts.put_file(listening)
    decoded = DecodedAudio(digest, digest, digest, LONG_MINUTES * 60_000, 1, False)
    result = vault.artefacts.put(to_json(decoded))
    with vault.engine.begin() as connection:
        add_recording(
            connection,
            recording_id="r",
            sha256=digest,
            size_bytes=listening.stat().st_size,
            info=AudioInfo("ogg", "opus", 48_000, 1, LONG_MINUTES * 60_000),
            path="long.ogg",
            filing=Filing().at([InterviewName("D03", "T", 2)]),
            title=NAME,
        )
        interview_id = connection.execute(sa.select(tables.interview.c.id)).scalar_one()
        made = {"stage": "decode", "part": 0, "fingerprint": "0" * 64, "digest": result, "seconds": 1.0}
        connection.execute(
            sa.insert(tables.stage_result).values(recording_id="r", worker="w", finished_at=now(), **made)
        )
        transcript = interview(1, vocabulary(random.Random(1)))
        keep_transcript(connection, interview_id, replace(transcript, duration_ms=LONG_MINUTES * 60_000), ())
    vault.close()


def first_byte_rows(plain: list[float], sealed: list[float]) -> tuple[str, bool]:
    """Two rows of the table, and whether the bar holds."""
    plain_ms, sealed_ms = statistics.median(plain), statistics.median(sealed)
    late = [sorted(times)[int(len(times) * 0.95)] for times in (plain, sealed)]
    holds = sealed_ms - plain_ms <= FIRST_BYTE_BAR_MS
    return (
        f"| first byte of a range, {LONG_MINUTES} minutes, median of {REQUESTS} | {plain_ms:.1f} ms "
        f"| {sealed_ms:.1f} ms | {sealed_ms - plain_ms:+.1f} ms | at most {FIRST_BYTE_BAR_MS:.0f} ms "
        f"| {'holds' if holds else 'missed'} |\n"
        f"| the same, 95 of 100 are faster | {late[0]:.1f} ms | {late[1]:.1f} ms | {late[1] - late[0]:+.1f} ms | | |"
    ), holds


def main() -> int:
    parser = argparse.ArgumentParser(description="What encryption costs.")
    parser.add_argument("recording", type=Path, nargs="?", default=DEV / "interview_dev02.flac")
    parser.add_argument("--times", type=int, default=5, help="how often each way is measured")
    parser.add_argument("--no-write", action="store_true", help="leave docs/benchmarks.md as it is")
    given = parser.parse_args()
    settings = Settings(language="en")
    host = ModelHost(models_config(settings))

    def transcribe(decoded: DecodedAudio, samples: Readable, out: Outlet) -> Transcript:
        return transcribe_recording(host, settings, decoded, samples, silent, out)[0]

    decoding, _ = row("taking in and decoding", by_turns(given.times, given.recording, None), None)
    whole, cheap = row("the whole pipeline", by_turns(given.times, given.recording, transcribe), COST_BAR)
    pipeline = (
        f"{machine(('cryptography', 'av', 'starlette'))}\n\n"
        f"Processor time (wall time), medians of {given.times} runs each, by turns, on one recording.\n\n"
        "| | plain | encrypted | cost | must be | |\n|---|---|---|---|---|---|\n"
        f"{decoding}\n{whole}"
    )
    # Told at once: it took long, and what follows may fail.
    print(pipeline, flush=True)
    waited, quick = first_byte_rows(*first_bytes())
    print(waited)
    text = f"{pipeline}\n{waited}\n"
    if not given.no_write:
        write_section("encryption", text)
    return 0 if cheap and quick else 1


if __name__ == "__main__":
    raise SystemExit(main())
