"""What the page knows of the study: voices confirmed, the guide judged, places and days, search by role and wave."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from tests.e2e.running import RunningLytt
from tests.e2e.study_seed import seed_study
from tests.e2e.test_page import CHROMIUM, WEB

pytestmark = [pytest.mark.e2e, pytest.mark.models]


@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed: sudo apt-get install chromium")
def test_voices_guide_place_and_search_in_the_page(
    tmp_path_factory: pytest.TempPathFactory, tmp_path: Path
) -> None:
    data_dir = tmp_path_factory.mktemp("study") / "data"
    seed_study(data_dir)
    with RunningLytt(data_dir) as lytt:
        driven = subprocess.run(
            ["node", WEB / "tests" / "drive_study.mjs"],
            cwd=WEB,
            env=os.environ
            | {
                "BASE_URL": lytt.address,
                "GUIDES": str(data_dir / "guides"),
                "OUT_DIR": os.environ.get("STUDY_SHOTS", str(tmp_path)),
                "CHROMIUM": str(CHROMIUM),
            },
            capture_output=True,
            text=True,
            timeout=420,
        )
    assert driven.returncode == 0, driven.stdout + driven.stderr
    assert json.loads(driven.stdout)["steps"]
    for word in ("Ingrid", "laughed"):
        assert word not in lytt.log.read_text()
