"""The page of agreement in a real browser: figures, disagreements heard and decided, undone."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from tests.e2e.coded_study import make_coded_study
from tests.e2e.running import RunningLytt
from tests.e2e.test_page import CHROMIUM, WEB

pytestmark = pytest.mark.e2e


@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed: sudo apt-get install chromium")
def test_two_coders_are_compared_and_what_differs_is_decided(
    tmp_path_factory: pytest.TempPathFactory, tmp_path: Path
) -> None:
    data_dir = tmp_path_factory.mktemp("agreement") / "data"
    make_coded_study(data_dir, times=6)
    with RunningLytt(data_dir, workers=0) as lytt:
        driven = subprocess.run(
            ["node", WEB / "tests" / "drive_agreement.mjs"],
            cwd=WEB,
            env=os.environ
            | {
                "BASE_URL": lytt.address,
                "OUT_DIR": os.environ.get("SCREENSHOTS", str(tmp_path)),
                "CHROMIUM": str(CHROMIUM),
            },
            capture_output=True,
            text=True,
            timeout=300,
        )
    assert driven.returncode == 0, driven.stdout + driven.stderr
    assert len(json.loads(driven.stdout)["steps"]) == 9
    for word in ("holds the whole answer", "silence", "Warmth"):
        assert word not in lytt.log.read_text()
