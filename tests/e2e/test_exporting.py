"""Taking interviews out in the browser: a file is made, kept, opened from the disk and heard."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from tests.e2e.coded_study import make_coded_study
from tests.e2e.running import RunningLytt
from tests.e2e.test_page import CHROMIUM, WEB

pytestmark = [pytest.mark.e2e]


@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed: sudo apt-get install chromium")
def test_a_file_is_taken_out_and_heard_without_lytt(tmp_path: Path) -> None:
    data_dir = tmp_path / "data"
    make_coded_study(data_dir)
    with RunningLytt(data_dir, workers=0) as lytt:
        driven = subprocess.run(
            ["node", WEB / "tests" / "drive_export.mjs"],
            cwd=WEB,
            env=os.environ
            | {
                "BASE_URL": lytt.address,
                "INTERVIEW": "D01-T1",
                "CHROMIUM": str(CHROMIUM),
                "OUT_DIR": os.environ.get("SCREENSHOTS", str(tmp_path)),
            },
            capture_output=True,
            text=True,
            timeout=180,
        )
    assert driven.returncode == 0, driven.stdout + driven.stderr
    assert len(json.loads(driven.stdout)["steps"]) == 5
