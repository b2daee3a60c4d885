"""Measures `lytt process`: errors against references, time, and peak memory of an hour.

    scripts/bench speech [FOLDER] [--no-hour] [--no-write]

FOLDER holds recordings with references (NAME.flac, NAME.stm, NAME.rttm); the default is the evaluation set beside
the checkout. Errors are scored by the tool beside it, if it is there. The hour is the recordings put end to end
until 60 minutes are full.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from page import machine, write_section

from models.audio.decode import decode
from models.audio.samples import SamplesWriter, open_samples
from models.values import SAMPLE_RATE

ROOT = Path(__file__).resolve().parents[2]
DEFAULT = ROOT.parent / "shared" / "audio" / "interviews" / "dev"
SCORER = ROOT.parent / "shared" / "tools" / "score.py"
LYTT = Path(sys.executable).with_name("lytt")
HOUR_S = 3_600
LIBRARIES = ("faster-whisper", "ctranslate2", "pyannote.audio", "torch", "av", "onnxruntime")


@dataclass(frozen=True)
class Cost:
    """What a run took: wall and processor seconds, and the largest resident set of any of its processes."""

    wall_s: float
    processor_s: float
    peak_mb: float
    audio_s: float

    @property
    def real_time(self) -> float:
        return self.wall_s / self.audio_s

    def processor_share(self, cores: int) -> float:
        """Real-time factor if nothing else ran: processor time over the cores."""
        return self.processor_s / cores / self.audio_s


def run(files: list[Path], out: Path) -> Cost:
    """`lytt process` over the files."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.monotonic()
    subprocess.run([LYTT, "process", *files, "--json", out], check=True)
    wall = time.monotonic() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    audio = sum(json.loads((out / f"{file.stem}.json").read_text())["duration"] for file in files)
    return Cost(wall, spent, after.ru_maxrss / 1024, audio)


def make_hour(files: list[Path], folder: Path) -> Path:
    """The recordings put end to end until an hour is full."""
    target = folder / "hour.wav"
    with target.open("w+b") as handle:
        writer = SamplesWriter(handle, 1)
        while writer.frames < HOUR_S * SAMPLE_RATE:
            for file in files:
                pcm = open_samples(folder / decode(file, folder).samples).pcm
                writer.add(pcm[: HOUR_S * SAMPLE_RATE - writer.frames])
        writer.finish()
    return target


def score(references: Path, out: Path) -> str | None:
    """The pooled row of the scorer, as a sentence of figures."""
    if not SCORER.exists():
        return None
    done = subprocess.run(
        [sys.executable, SCORER, references, out], check=True, capture_output=True, text=True
    )
    print(done.stdout)
    return done.stdout.splitlines()[-1]


def figure(row: str, name: str) -> str:
    found = re.search(rf"{name}\s+([\d.]+)", row)
    return found.group(1) if found else "-"


def table(recordings: int, cost: Cost, row: str | None, hour: Cost | None) -> str:
    cores = len(os.sched_getaffinity(0))
    lines = [
        machine(LIBRARIES),
        "",
        f"{recordings} recordings, {cost.audio_s / 60:.0f} minutes, settings as they come.",
        "",
        "| figure | reached | must be |",
        "|---|---|---|",
    ]
    if row:
        lines += [
            f"| words wrong (WER) | {figure(row, 'wer')} % | 10 % |",
            f"| words of the wrong speaker | {figure(row, 'wder')} % | 1 % |",
            f"| diarization error (collar 0.25 s, overlaps scored) | {figure(row, ' der')} % | |",
            f"| word starts off, median | {figure(row, 'start-ms')} ms | |",
        ]
    lines += [
        f"| time, as a share of the recordings' length | {cost.real_time:.3f} | 0.30 |",
        f"| processor time over {cores} cores, as a share | {cost.processor_share(cores):.3f} | |",
    ]
    if hour:
        lines += [
            f"| peak memory for {hour.audio_s / 60:.0f} minutes | {hour.peak_mb / 1024:.2f} GB | 3 GB |",
            f"| time for them, as a share | {hour.real_time:.3f} | 0.30 |",
        ]
    return "\n".join(lines)


def main() -> int:
    arguments = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    arguments.add_argument("folder", nargs="?", type=Path, default=DEFAULT)
    arguments.add_argument("--no-hour", action="store_true", help="leave out the hour")
    arguments.add_argument("--no-write", action="store_true", help="leave docs/benchmarks.md as it is")
    given = arguments.parse_args()
    files = sorted(given.folder.glob("*.flac"))
    if not files:
        print(f"No recordings in {given.folder}", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory(prefix="lytt-bench-") as name:
        folder = Path(name)
        cost = run(files, folder / "json")
        row = score(given.folder, folder / "json")
        hour = None if given.no_hour else run([make_hour(files, folder)], folder / "hour")
    text = table(len(files), cost, row, hour)
    print(text)
    if not given.no_write:
        write_section("speech", text)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
