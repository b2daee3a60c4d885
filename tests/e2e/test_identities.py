"""The page of names in a real browser: found, renamed, merged, split, moved, listed, of another style, undone."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from models.anonymisation.mentions import Label
from service.settings import Settings
from service.vault.store import open_vault
from tests.e2e.running import RunningLytt
from tests.e2e.test_page import CHROMIUM, WEB
from tests.service.identities.conftest import say

pytestmark = [pytest.mark.e2e]


@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed: sudo apt-get install chromium")
def test_names_are_corrected_in_the_page(tmp_path: Path) -> None:
    data_dir = tmp_path / "data"
    anna, kari, bergen = ("Anna Hansen", Label.NAME), ("Kari", Label.NAME), ("Bergen", Label.PLACE)
    vault = open_vault(Settings(data_dir=data_dir))
    with vault.engine.begin() as connection:
        say(connection, "a" * 32, "D07-C1", "I saw Anna Hansen and Kari in Bergen", anna, kari, bergen)
        say(connection, "b" * 32, "D07-C2", "Kari again, with Anna Hansen.", anna, kari)
    vault.close()
    with RunningLytt(data_dir, workers=0) as lytt:
        driven = subprocess.run(
            ["node", WEB / "tests" / "drive_identities.mjs"],
            cwd=WEB,
            env=os.environ
            | {
                "BASE_URL": lytt.address,
                "OUT_DIR": os.environ.get("IDENTITY_SHOTS", str(tmp_path)),
                "CHROMIUM": str(CHROMIUM),
            },
            capture_output=True,
            text=True,
            timeout=180,
        )
    assert driven.returncode == 0, driven.stdout + driven.stderr
    assert len(json.loads(driven.stdout)["steps"]) == 8
    assert "Hansen" not in lytt.log.read_text()
