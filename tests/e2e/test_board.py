"""The board of a study, driven in the system's Chromium while recordings come and are worked on."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import threading
import time
from pathlib import Path

import pytest

from tests.e2e.made_study import make_study, opened
from tests.e2e.running import RunningLytt

pytestmark = pytest.mark.e2e

WEB = Path(__file__).parents[2] / "service" / "web"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


class BesideThePage:
    """Does what workers and people with an editor do, when the page is ready to watch it."""

    def __init__(self, data_dir: Path, signals: Path, working: dict[str, str]) -> None:
        self._data_dir = data_dir
        self._signals = signals
        self._working = working
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._act)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join(30)

    def _told(self, name: str) -> bool:
        while not self._over.is_set():
            if (self._signals / name).exists():
                return True
            time.sleep(0.1)
        return False

    def _act(self) -> None:
        with opened(self._data_dir) as made:
            recording_id = self._working["D04-T2"]
            if not self._told("work"):
                return
            percent = 41.0
            while not self._over.is_set() and not (self._signals / "finish").exists():
                percent = min(98.0, percent + 3)
                made.work_on(recording_id, "transcribe" if percent < 80 else "diarize", percent)
                time.sleep(0.3)
            made.finish(recording_id)
            time.sleep(2)
            made.record("memo 12", 41)
            (self._signals / "finished").touch()
        if not self._told("break"):
            return
        file = self._data_dir / "study.toml"
        right = file.read_text()
        file.write_text(right.replace('title = "Therapies over time"', "title = 3"))
        (self._signals / "broken").touch()
        if not self._told("repair"):
            return
        left = '[[group]]\nid = "D09"\n[[group.participant]]\nrole = "C"\nleft_on = 2024-10-02\n'
        file.write_text(right.replace('[[group]]\nid = "D09"\n', left))
        (self._signals / "repaired").touch()


@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed: sudo apt-get install chromium")
def test_the_study_is_seen_placed_and_followed_on_its_board(
    tmp_path_factory: pytest.TempPathFactory, tmp_path: Path
) -> None:
    data_dir = tmp_path_factory.mktemp("board") / "data"
    working = make_study(data_dir)
    signals = tmp_path / "signals"
    signals.mkdir()
    # No worker: how far the recordings are is said beside the page.
    with RunningLytt(data_dir, workers=0) as lytt, BesideThePage(data_dir, signals, working):
        driven = subprocess.run(
            ["node", WEB / "tests" / "drive_board.mjs"],
            cwd=WEB,
            env=os.environ
            | {
                "BASE_URL": lytt.address,
                "SIGNALS": str(signals),
                "OUT_DIR": str(tmp_path),
                "CHROMIUM": str(CHROMIUM),
            },
            capture_output=True,
            text=True,
            timeout=300,
        )
    assert driven.returncode == 0, driven.stdout + driven.stderr
    assert len(json.loads(driven.stdout)["steps"]) > 10
