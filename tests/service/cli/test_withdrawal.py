"""``lytt withdraw`` and ``lytt withdrawals``, as they are typed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from service.settings import Settings
from tests.service.withdrawal.planted import CANARY, plant

ROOT = Path(__file__).parents[3]


@dataclass(frozen=True)
class Terminal:
    environment: dict[str, str]

    def lytt(self, *arguments: str, typed: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "service.cli.main", *arguments],
            env=self.environment,
            cwd=ROOT,
            input=typed,
            capture_output=True,
            text=True,
            timeout=120,
        )


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    settings = Settings(data_dir=tmp_path / "data", settle_seconds=0.05)
    plant(settings).close()
    own = {name: value for name, value in os.environ.items() if not name.startswith("LYTT_")}
    return Terminal(own | {"LYTT_DATA_DIR": str(settings.data_dir)})


def test_it_shows_asks_erases_and_signs(terminal: Terminal, tmp_path: Path) -> None:
    plan = terminal.lytt("withdraw", "D03-C", "--plan")
    assert plan.returncode == 0, plan.stderr
    assert "interviews: D03-C1, D03-C2" in plan.stdout
    assert json.loads(terminal.lytt("withdrawals", "--json").stdout) == []

    other = terminal.lytt("withdraw", "D03-C", typed="D03-T\n")
    assert (other.returncode, "Nothing was done." in other.stderr) == (1, True)
    assert terminal.lytt("show", "D03-C1").returncode == 0

    receipt = tmp_path / "receipt.json"
    done = terminal.lytt("withdraw", "d03-c", "--receipt", str(receipt), "--delete-files", typed="D03-C\ny\n")
    assert done.returncode == 0, done.stderr
    assert "Withdrawal 1: finished." in done.stdout
    assert terminal.lytt("show", "D03-C1").returncode == 1
    assert terminal.lytt("show", "D03-T1").returncode == 0
    held = json.loads(terminal.lytt("withdrawals", "--json").stdout)
    assert [(one["study_id"], one["standing"]) for one in held] == [("D03-C", "finished")]

    key = terminal.lytt("withdraw", "--public-key").stdout.strip()
    for arguments in ((), ("--key", key)):
        checked = terminal.lytt("withdraw", "--verify", str(receipt), *arguments)
        assert "by this vault" in checked.stdout, checked.stderr
    said = receipt.read_text() + receipt.with_suffix(".txt").read_text()
    assert not any(name in said for name in CANARY.values())
    receipt.write_text(receipt.read_text().replace('"recording": 2', '"recording": 1'))
    assert terminal.lytt("withdraw", "--verify", str(receipt)).returncode == 1


def test_what_there_is_not_is_told(terminal: Terminal) -> None:
    for arguments in ((), ("D99-C",), ("D03-C", "--use", "transcribe"), ("--number", "9")):
        refused = terminal.lytt("withdraw", *arguments)
        assert refused.returncode == 1, arguments
        assert refused.stderr.strip(), arguments
