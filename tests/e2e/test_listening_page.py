"""Listening sessions and the two perspectives, driven by two people in the system's Chromium."""

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


@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed: sudo apt-get install chromium")
def test_two_people_listen_together_and_a_lead_picks_a_quote(
    tmp_path_factory: pytest.TempPathFactory, tmp_path: Path
) -> None:
    data_dir = tmp_path_factory.mktemp("listening") / "data"
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
        driven = subprocess.run(
            ["node", WEB / "tests" / "drive_listening.mjs"],
            cwd=WEB,
            env=os.environ
            | {
                "BASE_URL": lytt.address,
                "PASSWORD": PASSWORD,
                "OUT_DIR": os.environ.get("SCREENSHOTS", str(tmp_path)),
                "CHROMIUM": str(CHROMIUM),
            },
            capture_output=True,
            text=True,
            timeout=300,
        )
        assert driven.returncode == 0, driven.stdout + driven.stderr
        assert json.loads(driven.stdout)["steps"]
        shown = lytt.run("audit", "show", "--action", "quote_taken_out", "--json")
        assert json.loads(shown.stdout.splitlines()[0])["actor"] == "lea"
