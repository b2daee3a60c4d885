"""Taking interviews out in the browser: a file is made, kept, opened from the disk and heard."""

from __future__ import annotations

import json
import os
import subprocess
import uuid
from pathlib import Path

import pytest

from tests.e2e.running import RunningLytt
from tests.e2e.test_page import CHROMIUM, WEB
from tests.service.api.conftest import running_with

pytestmark = [pytest.mark.e2e]


def seed(folder: Path) -> Path:
    """A data directory with one released interview and a coding in it."""
    with running_with(folder) as running:
        client = running.client
        assert client.post("/api/interviews/D03-T2/release").status_code == 200
        code = {"id": str(uuid.uuid4()), "name": "care", "colour": "#2f6f8f", "definition": "Being looked after"}
        assert client.post("/api/coding/codes", json=code).status_code == 201
        coding = {"id": str(uuid.uuid4()), "place": {"first_word": 6, "last_word": 9}, "code": code["id"]}
        assert client.post("/api/coding/interviews/D03-T2/codings", json=coding).status_code == 201
        return running.state.settings.data_dir


@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed: sudo apt-get install chromium")
def test_a_file_is_taken_out_and_heard_without_lytt(tmp_path: Path) -> None:
    data_dir = seed(tmp_path)
    with RunningLytt(data_dir, workers=0) as lytt:
        driven = subprocess.run(
            ["node", WEB / "tests" / "drive_export.mjs"],
            cwd=WEB,
            env=os.environ
            | {
                "BASE_URL": lytt.address,
                "INTERVIEW": "D03-T2",
                "CHROMIUM": str(CHROMIUM),
                "OUT_DIR": os.environ.get("SCREENSHOTS", str(tmp_path)),
            },
            capture_output=True,
            text=True,
            timeout=180,
        )
    assert driven.returncode == 0, driven.stdout + driven.stderr
    assert len(json.loads(driven.stdout)["steps"]) == 5
