"""Measures coding in a released interview's page, in Chromium: 90 minutes, 15,000 words, 600 codings of two coders.

    scripts/bench coding_page [--no-write] [--keep DATA_DIR]

Until the page can be used, until a passage that is coded is seen so, frames a second while scrolling, and until a
moment sounds. ``--keep`` leaves the made study there, to be looked at, and uses it again.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[2]))

import sqlalchemy as sa
from page import machine, write_section
from queries import server
from study import vocabulary

from models.audio.listening import OPUS_RATE, OpusWriter
from models.audio.peaks import PeaksWriter
from models.values import SAMPLE_RATE
from service.accounts.accounts import add_account
from service.accounts.permissions import Role
from service.coding import codebook
from service.coding.codings import Place, add_coding
from service.coding.files import KeptFile
from service.coding.sounds import Sound, put_sound
from service.coding.store import CodingStore, Origin, open_coding_store, receive
from service.coding.writing import writing
from service.naming import InterviewName
from service.settings import Settings
from service.vault.store import open_vault
from tests.service.conftest import make_transcript

WEB = Path(__file__).parents[2] / "service" / "web"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
INTERVIEW, NAME = "c0de" * 8, "D03-T2"
MINUTES, WORDS, CODINGS = 90, 15_000, 600
CODERS = ("anna", "kim")
PASSWORD = "four random words here"
CODES = (
    "hope",
    "shame",
    "being heard",
    "the body",
    "silence",
    "holding back",
    "what changed",
    "alone",
    "trust",
)


def fill(data_dir: Path) -> None:
    """A study with one released interview, with sound, and what two coders coded in it; one leads, and sees both."""
    settings = Settings(data_dir=data_dir)
    vault = open_vault(settings)
    store = open_coding_store(settings, vault.keys.coding_files_key)
    with vault.engine.begin() as connection:
        add_account(connection, "lea", [Role.ADMIN, Role.LEAD], PASSWORD, None, "bench")
        for name, role in zip(CODERS, (Role.CODER, Role.LEAD), strict=True):
            add_account(connection, name, [role], PASSWORD, None, "bench")
    vault.close()
    draw = random.Random(7)
    words = vocabulary(random.Random(1))
    lines, left = [], WORDS
    while left:
        spoken = min(left, draw.randint(2, 30))
        left -= spoken
        lines.append((("S1", "S2")[len(lines) % 2], " ".join(draw.choices(words, k=spoken))))
    gap_ms = (MINUTES * 60_000 - WORDS * 300) // len(lines)
    transcript = replace(
        make_transcript(*lines, word_ms=300, gap_ms=gap_ms), duration_ms=MINUTES * 60_000 + 2000
    )
    sound = made_sound(store, MINUTES * 60 + 2)
    with writing(store.engine) as connection:
        receive(connection, INTERVIEW, Origin((InterviewName("D03", "T", 2),)), transcript, 1)
        put_sound(connection, INTERVIEW, sound)
        code(connection, draw)
    store.close()


def code(connection: sa.Connection, draw: random.Random) -> None:
    """Let both coders code, half of the codings each."""
    ids = [str(uuid.UUID(int=draw.getrandbits(128))) for _ in CODES]
    for code_id, name in zip(ids, CODES, strict=True):
        codebook.add_code(connection, "lea", code_id, codebook.CodeWords(name))
    for number in range(CODINGS):
        first = draw.randrange(1, WORDS - 80)
        place = Place(first, first + draw.randrange(3, 60))
        coding_id = str(uuid.UUID(int=draw.getrandbits(128)))
        add_coding(connection, CODERS[number % 2], INTERVIEW, coding_id, place, draw.choice(ids))


def made_sound(store: CodingStore, seconds: int) -> Sound:
    """A tone that comes and goes as speech does, kept as the redacted sound of an interview is."""
    assert store.files is not None
    listening, peaks = BytesIO(), BytesIO()
    opus, outline = OpusWriter(listening, 1), PeaksWriter(peaks)
    for second in range(seconds):
        at = second + np.arange(OPUS_RATE) / OPUS_RATE
        block = (np.sin(at * 1200) * (0.3 + 0.3 * np.sin(at * 9)) * (second % 7 > 1)).astype(np.float32)
        opus.add(block.reshape(-1, 1))
        outline.add((block[:: OPUS_RATE // SAMPLE_RATE] * 32_000).astype(np.int16).reshape(-1, 1))
    opus.finish()
    outline.finish()

    def keep(made: BytesIO) -> KeptFile:
        assert store.files is not None
        return store.files.keep(BytesIO(made.getvalue()))

    return Sound("made", keep(listening), keep(peaks), ())


@dataclass(frozen=True)
class Bar:
    """One thing that was measured, several times. ``at_least``: more is better."""

    what: str
    unit: str
    values: tuple[float, ...]
    bar: float
    at_least: bool = False

    @property
    def middle(self) -> float:
        return sorted(self.values)[len(self.values) // 2]

    @property
    def holds(self) -> bool:
        return self.middle >= self.bar if self.at_least else self.middle < self.bar

    def row(self) -> str:
        worst = min(self.values) if self.at_least else max(self.values)
        sign = "≥" if self.at_least else "<"
        return (
            f"| {self.what} | {len(self.values)} | {self.middle:.0f} {self.unit} | {worst:.0f} {self.unit} "
            f"| {sign} {self.bar:.0f} {self.unit} | {'holds' if self.holds else 'missed'} |"
        )


def measure(data_dir: Path) -> list[Bar]:
    with server(data_dir) as client:
        driven = subprocess.run(
            ["node", WEB / "tests" / "bench_coding_page.mjs"],
            cwd=WEB,
            env=os.environ
            | {
                "BASE_URL": str(client.base_url).rstrip("/"),
                "PASSWORD": PASSWORD,
                "INTERVIEW": NAME,
                "CHROMIUM": str(CHROMIUM),
            },
            capture_output=True,
            text=True,
            timeout=600,
        )
    if driven.returncode != 0:
        raise SystemExit(driven.stdout + driven.stderr)
    found: dict[str, Sequence[float]] = json.loads(driven.stdout)
    return [
        Bar("the page can be used", "ms", tuple(found["usable_ms"]), 1500),
        Bar("a word more is selected", "ms", tuple(found["select_ms"]), 100),
        Bar("the selected words are seen coded", "ms", tuple(found["code_ms"]), 100),
        Bar("frames a second while the transcript scrolls", "", tuple(found["frames"]), 50, at_least=True),
        Bar("a moment sounds after the click", "ms", tuple(found["sound_ms"]), 200),
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--no-write", action="store_true", help="leave docs/benchmarks.md as it is")
    parser.add_argument(
        "--keep", type=Path, help="make the study in this folder, or use the one that is there"
    )
    given = parser.parse_args()
    if CHROMIUM is None:
        raise SystemExit("Chromium is not installed: sudo apt-get install chromium")
    with tempfile.TemporaryDirectory() as folder:
        data_dir = given.keep or Path(folder)
        if not Settings(data_dir=data_dir).coding_folder.exists():
            fill(data_dir)
        bars = measure(data_dir)
    version = subprocess.run([CHROMIUM, "--version"], capture_output=True, text=True, check=True).stdout
    rows = "\n".join(bar.row() for bar in bars)
    browser = version.split(" built")[0].strip()
    text = (
        f"{machine(('sqlalchemy', 'fastapi', 'uvicorn'))} {browser}, headless, 1280 x 800, SQLite. "
        f"{MINUTES} minutes, {WORDS:,} words, {CODINGS} codings of {len(CODERS)} coders.\n\n"
        f"| | times | middle | worst | must be | |\n|---|---|---|---|---|---|\n{rows}\n"
    )
    print(text)
    if not given.no_write:
        write_section("coding_page", text)
    return 0 if all(bar.holds for bar in bars) else 1


if __name__ == "__main__":
    raise SystemExit(main())
