"""Redacted sound end to end: made by a real worker, released in the browser, heard and coded there by a coder."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
import sqlalchemy as sa

from service.coding import tables
from service.coding.sounds import known_files
from service.coding.store import connect_coding_store
from service.settings import Settings
from tests.e2e.reviewing import review
from tests.e2e.running import LYTT, RunningLytt

pytestmark = [pytest.mark.e2e, pytest.mark.models]

WEB = Path(__file__).parents[2] / "service" / "web"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
PASSWORD = "four random words here"


@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed: sudo apt-get install chromium")
def test_a_coder_reads_and_hears_a_released_interview(
    tmp_path_factory: pytest.TempPathFactory, tmp_path: Path, phone_call: Path
) -> None:
    out = Path(os.environ.get("SCREENSHOTS", tmp_path))
    with RunningLytt(tmp_path_factory.mktemp("released") / "data") as lytt:
        shutil.copyfile(phone_call, lytt.recordings / "D03-T2.wav")
        assert lytt.wait_until_ended("D03-T2")["state"] == "done"
        told = lytt.client.get("/interviews/D03-T2/sound").json()
        assert told["state"] == "ready"
        assert told["masked"], "somebody is named in the call"
        assert told["checked"] >= 1
        review(lytt.client, "D03-T2")
        for name, role in {"anna": "admin", "stig": "steward", "kode": "coder"}.items():
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
            ["node", WEB / "tests" / "drive_released.mjs"],
            cwd=WEB,
            env=os.environ
            | {
                "BASE_URL": lytt.address,
                "PASSWORD": PASSWORD,
                "INTERVIEW": "D03-T2",
                "OUT_DIR": str(out),
                "CHROMIUM": str(CHROMIUM),
            },
            capture_output=True,
            text=True,
            timeout=300,
        )
        assert driven.returncode == 0, driven.stdout + driven.stderr
        assert json.loads(driven.stdout)["steps"]
        shown = lytt.run("audit", "show", "--action", "listened_released", "--subject", "D03-T2", "--json")
        heard = json.loads(shown.stdout.splitlines()[0])
        assert heard["actor"] == "kode"
        store = connect_coding_store(Settings(data_dir=lytt.data_dir))
        with store.engine.connect() as connection:
            files = known_files(connection)
            coded = connection.execute(sa.select(tables.coding.c.coder, tables.coding.c.removed)).all()
        store.close()
        assert [tuple(row) for row in coded] == [("kode", False)] * 4
        assert len(files) == 3
        assert {file.name for file in (lytt.data_dir / "coding").iterdir()} == files
        assert lytt.run("release", "D03-T2", "--undo").returncode == 0
        assert list((lytt.data_dir / "coding").iterdir()) == []
