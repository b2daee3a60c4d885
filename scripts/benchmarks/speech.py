"""Measures `lytt process` beside the plain recipe: errors against references, time, invented words, memory of an hour.

    scripts/bench speech [FOLDER] [--only NAME ...] [--no-plain] [--no-hour] [--no-write]

FOLDER holds recordings with references (NAME.flac, NAME.stm, NAME.rttm); the default is the evaluation set beside
the checkout, and of it the seven interviews the bars are set on. Errors are scored by the tool beside it. The hour is
the recordings put end to end until 60 minutes are full.
"""

from __future__ import annotations

import argparse
import json
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from page import PAGE, machine, write_section

from models.audio.decode import decode
from models.audio.samples import SamplesWriter, open_samples
from models.values import SAMPLE_RATE

ROOT = Path(__file__).resolve().parents[2]
DEFAULT = ROOT.parent / "shared" / "audio" / "interviews" / "dev"
NAMES = (
    "interview_dev01",
    "interview_dev02",
    "interview_dev03",
    "serial_p1272_s1",
    "serial_p1272_s2",
    "serial_p1272_s3",
    "serial_p1272_s4",
)
SCORER = ROOT.parent / "shared" / "tools" / "score.py"
LYTT = (str(Path(sys.executable).with_name("lytt")), "process")
PLAIN = (sys.executable, str(Path(__file__).with_name("plain_recipe.py")))
HOUR_S = 3_600
WORDLESS_S = 120
"""Seconds of each wordless sound; there are five: ten minutes."""

LIBRARIES = ("faster-whisper", "ctranslate2", "pyannote.audio", "torch", "pocketsphinx", "av", "onnxruntime")
PLOT = PAGE.with_name("benchmarks-speech.svg")


@dataclass(frozen=True)
class Run:
    """What a run made and took: the largest resident set of any of its processes, and its JSON files."""

    peak_mb: float
    out: Path
    names: tuple[str, ...]

    @property
    def real_time(self) -> float:
        """Wall seconds over seconds of audio, models warm."""
        documents = [json.loads((self.out / f"{name}.json").read_text()) for name in self.names]
        return float(sum(one["seconds"] for one in documents) / sum(one["duration"] for one in documents))

    @property
    def words(self) -> int:
        return sum(len(json.loads((self.out / f"{name}.json").read_text())["words"]) for name in self.names)


@dataclass(frozen=True)
class Measure:
    """One row of the table: its name, its unit, how it stands in the plain recipe and here, and what it must reach."""

    name: str
    unit: str
    plain: float | None
    here: float
    must: float
    more_is_better: bool = False

    @property
    def holds(self) -> bool:
        return self.here >= self.must if self.more_is_better else self.here <= self.must

    @property
    def row(self) -> str:
        def shown(value: float | None) -> str:
            return "" if value is None else f"{value:g}{self.unit}"

        must = ("at least " if self.more_is_better else "at most ") + shown(self.must)
        verdict = "holds" if self.holds else "not reached"
        return f"| {self.name} | {shown(self.plain)} | {shown(self.here)} | {must} | {verdict} |"


def run(command: Sequence[str], files: Sequence[Path], out: Path) -> Run:
    """The command over the files, after a recording that warms the models."""
    # The largest of all finished children so far: each run is its own process, and the largest comes last.
    subprocess.run([*command, warming(), *files, "--json", out], check=True)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return Run(peak, out, tuple(file.stem for file in files))


def warming() -> Path:
    """The short phone call that pyannote.audio ships."""
    package = find_spec("pyannote.audio")
    assert package is not None
    assert package.origin is not None
    return Path(package.origin).parent / "sample" / "sample.wav"


def make_hour(files: Sequence[Path], folder: Path) -> Path:
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


def make_wordless(folder: Path) -> list[Path]:
    """Silence, the noise of a room, louder white noise, mains hum, and a tune: nobody speaks in any of them."""
    count = WORDLESS_S * SAMPLE_RATE
    random = np.random.default_rng(7)
    moments = np.arange(count) / SAMPLE_RATE
    white = random.standard_normal(count)
    room = np.cumsum(white)
    room -= np.convolve(room, np.ones(1_600) / 1_600, mode="same")
    notes = 220 * 2 ** (random.integers(0, 25, WORDLESS_S * 2) / 12)
    pitch = np.repeat(notes, SAMPLE_RATE // 2)
    phase = 2 * np.pi * np.cumsum(pitch) / SAMPLE_RATE
    fading = np.exp(-4 * (moments % 0.5))
    sounds = {
        "silence": np.zeros(count),
        "room": 0.01 * room / room.std(),
        "white": 0.05 * white,
        "hum": 0.05 * sum(np.sin(2 * np.pi * 50 * number * moments) / number for number in (1, 2, 3, 5)),
        "tune": 0.2 * fading * sum(np.sin(number * phase) / number**2 for number in (1, 2, 3, 4)),
    }
    paths = []
    for name, sound in sounds.items():
        paths.append(folder / f"{name}.wav")
        with paths[-1].open("w+b") as handle:
            writer = SamplesWriter(handle, 1)
            writer.add(np.rint(np.clip(sound, -1, 1) * 32767).astype("<i2")[:, None])
            writer.finish()
    return paths


def score(references: Path, made: Run) -> dict[str, float]:
    """The figures of the scorer's pooled row."""
    done = subprocess.run(
        [sys.executable, SCORER, references, made.out, *made.names],
        check=True,
        capture_output=True,
        text=True,
    )
    print(done.stdout)
    row = done.stdout.splitlines()[-1]
    figures = {name: float(value) for name, value in re.findall(r"\b(wer|cpwer|wder|der) +([\d.]+)", row)}
    starts = re.search(r"start-ms +(\d+) +\d+ +(\d+)%", row)
    if starts:
        figures |= {"median": float(starts[1]), "within": float(starts[2])}
    return figures


def measures(
    plain: dict[str, float], here: dict[str, float], plain_time: float | None, here_time: float
) -> list[Measure]:
    def measure(name: str, unit: str, key: str, must: float, more_is_better: bool = False) -> Measure:
        return Measure(name, unit, plain.get(key), here[key], must, more_is_better)

    return [
        measure("words wrong (WER)", " %", "wer", 8.0),
        measure("words under the wrong speaker", " %", "wder", 0.2),
        measure("words wrong by speaker (cpWER)", " %", "cpwer", round(here["wer"] + 0.4, 2)),
        measure("diarization error (collar 0.25 s)", " %", "der", 2.5),
        measure("word starts within 50 ms", " %", "within", 90, more_is_better=True),
        measure("word starts off, median", " ms", "median", 20),
        Measure(
            "time, as a share of the recordings' length",
            "",
            None if plain_time is None else round(plain_time, 3),
            round(here_time, 3),
            0.1,
        ),
    ]


def plot(rows: Sequence[Measure], target: Path) -> None:
    """Each measure as a share of what it must reach: left of the line is good, however it is counted."""
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams["svg.hashsalt"] = "lytt"
    from matplotlib import pyplot

    chosen = [row for row in rows if row.must]

    def share(row: Measure, value: float) -> float:
        # Of a share that should be large, what is missing from the whole counts.
        return (100 - value) / (100 - row.must) if row.more_is_better else value / row.must

    figure, axes = pyplot.subplots(figsize=(8, 0.6 * len(chosen) + 1.2), layout="constrained")
    for place, row in enumerate(chosen):
        if row.plain is not None:
            axes.plot(
                share(row, row.plain),
                place,
                "o",
                color="#9a9a9a",
                label="plain recipe" if not place else None,
            )
            axes.plot([share(row, row.here), share(row, row.plain)], [place] * 2, color="#d0d0d0", zorder=0)
        axes.plot(share(row, row.here), place, "o", color="#1f6f5c", label="Lytt" if not place else None)
    axes.axvline(1, color="#303030", linewidth=0.8)
    axes.set_yticks(range(len(chosen)), [row.name for row in chosen])
    axes.invert_yaxis()
    axes.set_xlim(left=0)
    axes.set_xlabel("error or time, as a multiple of the most it may be")
    axes.legend(frameon=False, loc="lower right")
    axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(target, metadata={"Date": None})


def main() -> int:
    arguments = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    arguments.add_argument("folder", nargs="?", type=Path, default=DEFAULT)
    arguments.add_argument(
        "--only", nargs="+", help="the recordings to measure; the default set's seven otherwise"
    )
    arguments.add_argument("--no-plain", action="store_true", help="leave out the plain recipe")
    arguments.add_argument("--no-hour", action="store_true", help="leave out the hour")
    arguments.add_argument("--no-write", action="store_true", help="leave docs/benchmarks.md as it is")
    given = arguments.parse_args()
    names = given.only or (NAMES if given.folder == DEFAULT else None)
    files = [file for file in sorted(given.folder.glob("*.flac")) if names is None or file.stem in names]
    if not files or not SCORER.exists():
        told = (
            "There is no scorer beside the checkout."
            if files
            else f"There are no recordings in {given.folder}."
        )
        print(told, file=sys.stderr)
        return 2
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="lytt-bench-") as name:
        folder = Path(name)
        here = run(LYTT, files, folder / "lytt")
        figures = score(given.folder, here)
        wordless = run(LYTT, make_wordless(folder), folder / "wordless")
        hour = None if given.no_hour else run(LYTT, [make_hour(files, folder)], folder / "hour-json")
        plain = None if given.no_plain else run(PLAIN, files, folder / "plain")
        plain_figures = score(given.folder, plain) if plain else {}
        rows = measures(plain_figures, figures, plain.real_time if plain else None, here.real_time)
        rows.append(Measure("invented words in 10 minutes without any", "", None, wordless.words, 0))
        if hour:
            rows.append(Measure("peak memory, 60 minutes", " GB", None, round(hour.peak_mb / 1024, 2), 2.5))
        minutes = (
            sum(json.loads((here.out / f"{one}.json").read_text())["duration"] for one in here.names) / 60
        )
    text = "\n".join(
        [
            machine(LIBRARIES),
            "",
            f"{len(files)} recordings, {minutes:.0f} minutes, settings as they come, models warm.",
            "",
            "| measure | plain recipe | Lytt | must be | |",
            "|---|---|---|---|---|",
            *(row.row for row in rows),
            "",
            f"![Errors and time against what they may be]({PLOT.name})",
        ]
    )
    print(text)
    print(f"Measured in {(time.monotonic() - began) / 60:.0f} minutes.")
    if not given.no_write:
        plot(rows[:7], PLOT)
        write_section("speech", text)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
