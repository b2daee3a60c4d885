"""The page, driven in the system's Chromium, with sound."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.e2e.running import RunningLytt

pytestmark = [pytest.mark.e2e, pytest.mark.models]

WEB = Path(__file__).parents[2] / "service" / "web"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed: sudo apt-get install chromium")
def test_a_dropped_recording_is_seen_opened_and_heard(
    tmp_path_factory: pytest.TempPathFactory, tmp_path: Path, phone_call: Path
) -> None:
    with RunningLytt(tmp_path_factory.mktemp("page") / "data") as lytt:
        driven = subprocess.run(
            ["node", WEB / "tests" / "drive.mjs"],
            cwd=WEB,
            env=os.environ
            | {
                "BASE_URL": lytt.address,
                "RECORDING": str(phone_call),
                "WATCHED_FOLDER": str(lytt.recordings),
                "INTERVIEW": "D03-T2",
                "OUT_DIR": str(tmp_path),
                "CHROMIUM": str(CHROMIUM),
            },
            capture_output=True,
            text=True,
            timeout=420,
        )
    assert driven.returncode == 0, driven.stdout + driven.stderr
    seen = json.loads(driven.stdout)
    assert seen
