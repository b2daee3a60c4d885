"""A withdrawal in the page: what goes, saying so, how far it has come, the files left, the receipt."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest
import sqlalchemy as sa

from service.intake.files import FileState
from service.settings import Settings
from service.vault import tables
from service.vault.recordings import now
from service.vault.store import open_vault
from tests.e2e.running import RunningLytt
from tests.e2e.study_seed import seed_study
from tests.e2e.test_page import CHROMIUM, WEB

pytestmark = [pytest.mark.e2e]


@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed: sudo apt-get install chromium")
def test_a_participant_withdraws_in_the_page(
    tmp_path_factory: pytest.TempPathFactory, tmp_path: Path
) -> None:
    data_dir = tmp_path_factory.mktemp("withdrawal") / "data"
    seed_study(data_dir)
    protocol = data_dir / "study.toml"
    protocol.write_text(protocol.read_text().replace("format = 1\n", "format = 1\nkeep_days = 30\n", 1))
    _lay_in_folder(data_dir, "D03-C1.wav")
    with RunningLytt(data_dir, workers=0) as lytt:
        driven = subprocess.run(
            ["node", WEB / "tests" / "drive_withdrawal.mjs"],
            cwd=WEB,
            env=os.environ
            | {
                "BASE_URL": lytt.address,
                "OUT_DIR": os.environ.get("WITHDRAWAL_SHOTS", str(tmp_path)),
                "CHROMIUM": str(CHROMIUM),
            },
            capture_output=True,
            text=True,
            timeout=180,
        )
    assert driven.returncode == 0, driven.stdout + driven.stderr
    assert json.loads(driven.stdout)["steps"]
    for word in ("Ingrid", "laughed"):
        assert word not in lytt.log.read_text()


def _lay_in_folder(data_dir: Path, name: str) -> None:
    """The person's own file of the third recording, which was taken from the watched folder."""
    settings = Settings(data_dir=data_dir)
    settings.watched_folder.mkdir(exist_ok=True)
    file = settings.watched_folder / name
    file.write_bytes(b"a recording")
    known = file.stat()
    vault = open_vault(settings)
    try:
        with vault.engine.begin() as connection:
            connection.execute(
                sa.insert(tables.dropped_file).values(
                    path=name,
                    size_bytes=known.st_size,
                    modified_ns=known.st_mtime_ns,
                    state=FileState.TAKEN,
                    recording_id=f"{3:032x}",
                    seen_at=now(),
                )
            )
    finally:
        vault.close()
