"""Moments are found in the browser: completed, heard, kept to a part, mended, asked again."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.e2e.coded_study import make_coded_study
from tests.e2e.running import RunningLytt

pytestmark = [pytest.mark.e2e]

WEB = Path(__file__).parents[2] / "service" / "web"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed: sudo apt-get install chromium")
def test_moments_are_found_heard_and_shared(tmp_path_factory: pytest.TempPathFactory, tmp_path: Path) -> None:
    out = Path(os.environ.get("SCREENSHOTS", tmp_path))
    data_dir = tmp_path_factory.mktemp("finding") / "data"
    data_dir.mkdir()
    make_coded_study(data_dir, times=2)
    with RunningLytt(data_dir, workers=0) as lytt:
        driven = subprocess.run(
            ["node", WEB / "tests" / "drive_find.mjs"],
            cwd=WEB,
            env=os.environ | {"BASE_URL": lytt.address, "OUT_DIR": str(out), "CHROMIUM": str(CHROMIUM)},
            capture_output=True,
            text=True,
            timeout=180,
        )
    assert driven.returncode == 0, driven.stdout + driven.stderr
    seen = json.loads(driven.stdout)
    assert len(seen["steps"]) == 6
    assert seen["first"].startswith("16 moments in 8 interviews")
    assert "Did you mean Silence" in seen["mistake"]
    assert (seen["axe"], seen["axeFound"], seen["troubles"]) == ([], [], [])
