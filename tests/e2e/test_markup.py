"""Words, titles, names of speakers and stand-ins that are markup: a browser shows them and runs none of it."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from models.values import Provenance
from service.settings import Settings
from service.vault import tables
from service.vault.store import open_vault
from tests.e2e.running import RunningLytt
from tests.e2e.study_seed import add_interview, make_sound
from tests.e2e.test_page import CHROMIUM, WEB
from tests.service.conftest import make_transcript

pytestmark = [pytest.mark.e2e]
MARKUP = "<img/src=x/onerror='window.ran=1;alert(1)'><script>window.ran=1</script>"


def seed(data_dir: Path) -> None:
    vault = open_vault(Settings(data_dir=data_dir))
    try:
        told = make_transcript(("S1", f"and {MARKUP} said"), ("S2", f"yes Ingrid {MARKUP} did alert"))
        told = replace(told, provenance=(Provenance("entities", "m", "1", {"names_searched": "yes"}),))
        interview_id = add_interview(vault, "D03-T2", 1, told, make_sound(vault, told.duration_ms), None)
        here = tables.interview.c.id == interview_id
        with vault.engine.begin() as connection:
            connection.execute(sa.update(tables.interview).where(here).values(title=MARKUP))
            connection.execute(
                sa.insert(tables.speaker_name).values(interview_id=interview_id, label="S1", name=MARKUP[:60])
            )
            connection.execute(sa.update(tables.identity).values(stand_in=MARKUP[:60], set_by="steward"))
            connection.execute(
                sa.update(tables.redaction)
                .where(tables.redaction.c.interview_id == interview_id)
                .values(placeholder=MARKUP[:60])
            )
    finally:
        vault.close()


@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed: sudo apt-get install chromium")
def test_markup_is_shown_and_never_run(tmp_path: Path) -> None:
    data_dir = tmp_path / "data"
    seed(data_dir)
    with RunningLytt(data_dir, workers=0) as lytt:
        driven = subprocess.run(
            ["node", WEB / "tests" / "drive_markup.mjs"],
            cwd=WEB,
            env=os.environ
            | {
                "BASE_URL": lytt.address,
                "MARKUP": "<img/src=x/onerror=",
                "CHROMIUM": str(CHROMIUM),
                "OUT_DIR": os.environ.get("SCREENSHOTS", str(tmp_path)),
            },
            capture_output=True,
            text=True,
            timeout=120,
        )
    assert driven.returncode == 0, driven.stdout + driven.stderr
    assert json.loads(driven.stdout) == {"pages": 5}
