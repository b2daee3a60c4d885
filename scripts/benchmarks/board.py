"""Measures the board: how long the API takes for it, at rest and while recordings are processed.

    scripts/bench board [RECORDING ...] [--no-write]

A made study of 11 groups with six expected interviews each, and one of 500 participants, every interview recorded and
transcribed. Then four of RECORDINGS (default: of the evaluation set beside the checkout) are dropped into the smaller
one and worked on by four workers at once, while the board is asked for again and again.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import tempfile
import time
import uuid
from pathlib import Path

import httpx
import sqlalchemy as sa
from page import machine, write_section
from queries import LYTT, Timing, server, timed

from models.values import TRANSCRIPT_FORMAT, AudioInfo, Provenance, Transcript
from service.review.keeping import keep_transcript
from service.settings import Settings
from service.study.applied import Study
from service.study.checking import PROTOCOL_FILE
from service.study.files import template
from service.vault import tables
from service.vault.recordings import Filing, RecordingState, add_recording, set_state, set_times
from service.vault.store import Vault, open_vault

DEV = Path(__file__).resolve().parents[3] / "shared" / "audio" / "interviews" / "dev"
AT_ONCE = 4
BAR_MS = 200
TIMES = 100
HOUR_MS = 3_600_000
EMPTY = Transcript(
    format=TRANSCRIPT_FORMAT,
    duration_ms=HOUR_MS,
    language="en",
    speakers=(),
    utterances=(),
    turns=(),
    markers=(),
    speech=(),
    notices=(),
    provenance=(Provenance("transcribe", "made", "1"),),
)


def write_protocol(data_dir: Path, groups: int) -> None:
    """The dyads' protocol with so many groups."""
    text = re.sub(r"\[\[group\]\]\nid = \"D\d+\"\n*", "", template("dyads"))
    text += "\n".join(f'[[group]]\nid = "D{number:03d}"\n' for number in range(1, groups + 1))
    (data_dir / PROTOCOL_FILE).write_text(text)


def fill(vault: Vault, data_dir: Path, leave: int = 0) -> int:
    """Record every expected interview but the last ``leave``; returns how many there are."""
    protocol = Study(vault, data_dir).current().protocol
    assert protocol is not None
    places = list(protocol.places)
    with vault.engine.begin() as connection:
        for number, name in enumerate(places[: len(places) - leave]):
            recording_id = uuid.uuid4().hex
            add_recording(
                connection,
                recording_id=recording_id,
                sha256=f"{number:064x}",
                size_bytes=1,
                info=AudioInfo("wav", "pcm_s16le", 16_000, 1, HOUR_MS),
                path=f"{name.study_id}.wav",
                filing=Filing().at([name]),
                title=name.study_id,
            )
            interview_id = connection.execute(
                sa.select(tables.recording.c.interview_id).where(tables.recording.c.id == recording_id)
            ).scalar_one()
            keep_transcript(connection, interview_id, EMPTY, ())
            set_times(connection, recording_id, 0, HOUR_MS)
            set_state(connection, recording_id, RecordingState.DONE)
    return len(places)


def ask(client: httpx.Client) -> dict[str, object]:
    answer = client.get("/api/board")
    answer.raise_for_status()
    board: dict[str, object] = answer.json()
    return board


def at_rest(groups: int) -> Timing:
    """The board of a study of so many groups, all recorded, while nothing is worked on."""
    with tempfile.TemporaryDirectory() as folder:
        data_dir = Path(folder)
        write_protocol(data_dir, groups)
        vault = open_vault(Settings(data_dir=data_dir))
        count = fill(vault, data_dir)
        vault.close()
        with server(data_dir) as client:
            ask(client)
            times = timed(TIMES, lambda: ask(client))
    return Timing(f"{groups} groups, {count} interviews, at rest", times, BAR_MS)


def at_work(groups: int, recordings: list[Path]) -> tuple[Timing, str]:
    """The same while four recordings are processed, and how often what the board tells of them changed."""
    with tempfile.TemporaryDirectory() as folder:
        data_dir = Path(folder)
        write_protocol(data_dir, groups)
        settings = Settings(data_dir=data_dir)
        vault = open_vault(settings)
        count = fill(vault, data_dir, leave=AT_ONCE)
        protocol = Study(vault, data_dir).current().protocol
        assert protocol is not None
        free = list(protocol.places)[-AT_ONCE:]
        vault.close()
        settings.watched_folder.mkdir(parents=True, exist_ok=True)
        for name, recording in zip(free, recordings, strict=True):
            shutil.copy(recording, settings.watched_folder / f"{name.study_id}{recording.suffix}")
        environment = os.environ | {
            "LYTT_DATA_DIR": folder,
            "LYTT_MODELS_DIR": str(Settings().models_folder),
        }
        process = subprocess.Popen(
            [LYTT, "serve", "--port", "0", "--workers", str(AT_ONCE)],
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            assert process.stdout is not None
            address = next(line for line in process.stdout if "http://" in line).split()[-1]
            with httpx.Client(base_url=address, timeout=30) as client:
                times, changes, watched_s = _watch(client)
        finally:
            process.terminate()
            process.wait(60)
    told = (
        f"While four were processed at once, on two cores, what the board told of them changed {changes} times in "
        f"{watched_s:.0f} s."
    )
    return Timing(f"{groups} groups, {count} interviews, 4 processed at once", times, BAR_MS), told


def _watch(client: httpx.Client) -> tuple[tuple[float, ...], int, float]:
    """Ask twice a second while all four are at work; times in ms, changes seen, seconds watched."""
    until = time.monotonic() + 300
    while ask(client)["counts"]["processing"] < AT_ONCE:  # type: ignore[index]
        assert time.monotonic() < until, "four recordings were never at work at once"
        time.sleep(0.5)
    times: list[float] = []
    seen: list[str] = []
    began = time.monotonic()
    while True:
        before = time.perf_counter()
        board = ask(client)
        times.append((time.perf_counter() - before) * 1000)
        if board["counts"]["processing"] < AT_ONCE:  # type: ignore[index]
            break
        at = str([cell["recordings"] for row in board["rows"][-2:] for cell in row["cells"] if cell])  # type: ignore[index]
        if not seen or at != seen[-1]:
            seen.append(at)
        time.sleep(0.5)
    return tuple(times), len(seen) - 1, time.monotonic() - began


def main() -> int:
    parser = argparse.ArgumentParser(description="How long the board takes.")
    default = [
        DEV / f"{name}.flac"
        for name in ("serial_p1272_s1", "serial_p1272_s2", "serial_p1462_s1", "serial_p1462_s2")
    ]
    parser.add_argument("recordings", type=Path, nargs="*", default=default)
    parser.add_argument("--no-write", action="store_true", help="leave docs/benchmarks.md as it is")
    given = parser.parse_args()
    small, large = at_rest(11), at_rest(250)
    working, told = at_work(11, given.recordings)
    rows = "\n".join(timing.row() for timing in (small, large, working))
    text = (
        f"{machine(('sqlalchemy', 'fastapi', 'uvicorn'))} SQLite.\n\n"
        "| board | times | median ms | p95 ms | worst ms | must be | |\n|---|---|---|---|---|---|---|\n"
        f"{rows}\n\n{told}"
    )
    print(text)
    if not given.no_write:
        write_section("board", text)
    return 0 if all(timing.holds for timing in (small, large, working)) else 1


if __name__ == "__main__":
    raise SystemExit(main())
