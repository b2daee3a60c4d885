"""The review of an interview in a real browser, with the keyboard alone, from the first redaction to the release and
back."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from tests.e2e.review_seed import seed_review
from tests.e2e.reviewing import sound_kept_made
from tests.e2e.running import RunningLytt
from tests.e2e.test_page import CHROMIUM, WEB

pytestmark = [pytest.mark.e2e]


@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed: sudo apt-get install chromium")
def test_a_whole_review_by_keyboard(tmp_path_factory: pytest.TempPathFactory, tmp_path: Path) -> None:
    data_dir = tmp_path_factory.mktemp("review") / "data"
    seed_review(data_dir)
    with RunningLytt(data_dir, workers=0) as lytt, sound_kept_made(data_dir, "D03-T2"):
        driven = subprocess.run(
            ["node", WEB / "tests" / "drive_review.mjs"],
            cwd=WEB,
            env=os.environ
            | {
                "BASE_URL": lytt.address,
                "OUT_DIR": os.environ.get("REVIEW_SHOTS", str(tmp_path)),
                "CHROMIUM": str(CHROMIUM),
            },
            capture_output=True,
            text=True,
            timeout=240,
        )
    assert driven.returncode == 0, driven.stdout + driven.stderr
    assert json.loads(driven.stdout)["steps"]
    for word in ("Ingrid", "Torbjorn"):
        assert word not in lytt.log.read_text()
