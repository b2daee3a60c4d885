"""Accounts in the system's Chromium: signing in, roles, listening that is logged, the accounts page."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import httpx
import pytest

from tests.e2e.running import LYTT, RunningLytt

pytestmark = [pytest.mark.e2e, pytest.mark.models]

WEB = Path(__file__).parents[2] / "service" / "web"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
PASSWORD = "four random words here"
PEOPLE = {"anna": "admin", "stig": "steward", "kode": "coder"}


@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed: sudo apt-get install chromium")
def test_people_sign_in_and_see_what_is_theirs(
    tmp_path_factory: pytest.TempPathFactory, tmp_path: Path, phone_call: Path
) -> None:
    with RunningLytt(tmp_path_factory.mktemp("accounts") / "data") as lytt:
        shutil.copyfile(phone_call, lytt.recordings / "D03-T2.wav")
        assert lytt.wait_until_ended("D03-T2")["state"] == "done"
        for name, role in PEOPLE.items():
            added = subprocess.run(
                [LYTT, "user", "add", name, "--role", role, "--password-stdin"],
                input=PASSWORD + "\n",
                env=lytt.environment,
                capture_output=True,
                text=True,
                timeout=120,
            )
            assert added.returncode == 0, added.stderr
        assert httpx.get(f"{lytt.address}/api/recordings").status_code == 401, "from now on one must sign in"
        driven = subprocess.run(
            ["node", WEB / "tests" / "drive_accounts.mjs"],
            cwd=WEB,
            env=os.environ
            | {
                "BASE_URL": lytt.address,
                "PASSWORD": PASSWORD,
                "INTERVIEW": "D03-T2",
                "OUT_DIR": str(tmp_path),
                "CHROMIUM": str(CHROMIUM),
            },
            capture_output=True,
            text=True,
            timeout=300,
        )
        assert driven.returncode == 0, driven.stdout + driven.stderr
        assert json.loads(driven.stdout)["steps"]
        shown = lytt.run("audit", "show", "--action", "listened", "--subject", "D03-T2", "--json")
        heard = json.loads(shown.stdout.splitlines()[0])
        assert (heard["actor"], heard["interview"]) == ("stig", "D03-T2")
        assert 0 <= heard["detail"]["from_ms"] < heard["detail"]["to_ms"] <= 30_000
        assert lytt.run("at", "D03-T2", "0:05").returncode == 0
        read = lytt.run("audit", "show", "--action", "transcript_read", "--limit", "1", "--json")
        assert json.loads(read.stdout)["detail"] == {"at_ms": 5000}
        assert lytt.run("audit", "verify").returncode == 0
        log = lytt.log.read_bytes()
        assert PASSWORD.encode() not in log
