"""Every page of those who code, driven in the system's Chromium over a study that two coders have coded."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.e2e.coded_study import make_coded_study
from tests.e2e.running import LYTT, RunningLytt

pytestmark = pytest.mark.e2e

WEB = Path(__file__).parents[2] / "service" / "web"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
PASSWORD = "four random words here"
DRIVERS = {"drive_coders_pages.mjs": 2, "drive_codebook.mjs": 7}
"""What drives the pages, in this order, and how many steps it takes. The second changes the codebook."""


@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed: sudo apt-get install chromium")
def test_coders_and_leads_use_every_page_that_is_theirs(
    tmp_path_factory: pytest.TempPathFactory, tmp_path: Path
) -> None:
    data_dir = tmp_path_factory.mktemp("coded") / "data"
    make_coded_study(data_dir)
    with RunningLytt(data_dir, workers=0) as lytt:
        for name, role in {"anna": "admin", "ann": "coder", "lea": "lead"}.items():
            added = subprocess.run(
                [LYTT, "user", "add", name, "--role", role, "--password-stdin"],
                input=PASSWORD + "\n",
                env=lytt.environment,
                capture_output=True,
                text=True,
                timeout=120,
            )
            assert added.returncode == 0, added.stderr
        for driver, steps in DRIVERS.items():
            driven = subprocess.run(
                ["node", WEB / "tests" / driver],
                cwd=WEB,
                env=os.environ
                | {
                    "BASE_URL": lytt.address,
                    "PASSWORD": PASSWORD,
                    "OUT_DIR": str(os.environ.get("SCREENSHOTS", tmp_path)),
                    "CHROMIUM": str(CHROMIUM),
                },
                capture_output=True,
                text=True,
                timeout=300,
            )
            assert driven.returncode == 0, driven.stdout + driven.stderr
            assert len(json.loads(driven.stdout)["steps"]) == steps
