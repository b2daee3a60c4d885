"""Measures time queries and search on a made study of 66 interviews, over a real server.

    scripts/bench queries [--no-write]

Prints percentiles in ms and writes them into docs/benchmarks.md. Each request is a separate HTTP request
over loopback; `lytt at` is a process started from the shell.
"""

from __future__ import annotations

import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
from page import machine, write_section
from study import EXPECTED, GROUPS, MINUTES, fill

from service.settings import Settings
from service.vault.store import open_vault

LYTT = Path(sys.executable).parent / "lytt"


@dataclass(frozen=True)
class Timing:
    """Percentiles of one kind of request, in ms, with the bar it must stay under."""

    what: str
    times_ms: tuple[float, ...]
    bar_ms: float

    @property
    def p95_ms(self) -> float:
        ordered = sorted(self.times_ms)
        return ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]

    @property
    def holds(self) -> bool:
        return self.p95_ms < self.bar_ms

    def row(self) -> str:
        return (
            f"| {self.what} | {len(self.times_ms)} | {statistics.median(self.times_ms):.1f} | {self.p95_ms:.1f} "
            f"| {max(self.times_ms):.1f} | < {self.bar_ms:.0f} | {'holds' if self.holds else 'missed'} |"
        )


@contextmanager
def server(data_dir: Path) -> Iterator[httpx.Client]:
    environment = os.environ | {"LYTT_DATA_DIR": str(data_dir), "LYTT_WATCH": "off"}
    process = subprocess.Popen(
        [LYTT, "serve", "--port", "0", "--workers", "0"], env=environment, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        address = process.stdout.readline().split()[-1]
        with httpx.Client(base_url=address) as client:
            yield client
    finally:
        process.terminate()
        process.wait(20)


def timed(count: int, act: Callable[[], object]) -> tuple[float, ...]:
    times = []
    for _ in range(count):
        began = time.perf_counter()
        act()
        times.append((time.perf_counter() - began) * 1000)
    return tuple(times)


def measure(data_dir: Path) -> list[Timing]:
    chance = random.Random(7)
    end = MINUTES * 60_000

    def place() -> str:
        role, wave = chance.choice(EXPECTED)
        return f"D{chance.randint(1, GROUPS):02d}-{role}{wave}"

    with server(data_dir) as client:

        def get(path: str, **parameters: object) -> None:
            client.get(f"/api/{path}", params={k: str(v) for k, v in parameters.items()}).raise_for_status()

        def stretch(path: str) -> None:
            start = chance.randint(0, end - 60_000)
            get(f"interviews/{place()}/{path}", from_ms=start, to_ms=start + 60_000)

        get("interviews")
        timings = [
            Timing(
                "at a time",
                timed(300, lambda: get(f"interviews/{place()}/at", ms=chance.randint(0, end))),
                20,
            ),
            Timing("words of a minute", timed(300, lambda: stretch("words")), 20),
            Timing("utterances of a minute", timed(300, lambda: stretch("utterances")), 20),
            Timing("markers of a minute", timed(300, lambda: stretch("markers")), 20),
            Timing("search a phrase", timed(100, lambda: get("search", q="held my hand")), 100),
            Timing(
                "search a phrase of one role",
                timed(100, lambda: get("search", q="my hand", speaker="participant")),
                100,
            ),
            Timing("search a frequent word", timed(50, lambda: get("search", q="ba")), 100),
            Timing("search a beginning", timed(50, lambda: get("search", q="held my ha*")), 100),
        ]
    environment = os.environ | {"LYTT_DATA_DIR": str(data_dir)}

    def at_from_shell() -> None:
        subprocess.run(
            [LYTT, "at", place(), "00:12:34"], env=environment, check=True, stdout=subprocess.DEVNULL
        )

    return [*timings, Timing("`lytt at` from the shell", timed(30, at_from_shell), 300)]


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        vault = open_vault(Settings(data_dir=Path(folder)))
        words = fill(vault)
        vault.close()
        timings = measure(Path(folder))
    heading = f"{GROUPS * len(EXPECTED)} interviews of {MINUTES} minutes, {words:,} words, SQLite."
    rows = "\n".join(timing.row() for timing in timings)
    text = (
        f"{machine(('sqlalchemy', 'fastapi', 'uvicorn'))}\n\n{heading}\n\n"
        f"| request | times | median ms | p95 ms | worst ms | must be | |\n|---|---|---|---|---|---|---|\n{rows}\n"
    )
    print(text)
    if "--no-write" not in sys.argv:
        write_section("queries", text)
    return 0 if all(timing.holds for timing in timings) else 1


if __name__ == "__main__":
    raise SystemExit(main())
