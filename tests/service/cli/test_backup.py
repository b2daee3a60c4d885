"""``lytt backup`` and ``lytt restore`` as they are typed: the restore drill of docs/backup.md."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from service.settings import Settings
from tests.service.backup.conftest import place_with

ROOT = Path(__file__).parents[3]


@dataclass(frozen=True)
class Desk:
    settings: Settings
    environment: dict[str, str]
    key: Path
    target: Path

    def lytt(self, *arguments: str | Path, typed: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "service.cli.main", *map(str, arguments)],
            env=self.environment,
            cwd=ROOT,
            input=typed,
            capture_output=True,
            text=True,
            timeout=120,
        )

    def done(self, *arguments: str | Path, typed: str = "") -> str:
        answer = self.lytt(*arguments, typed=typed)
        assert answer.returncode == 0, answer.stderr
        return answer.stdout


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    settings = Settings(data_dir=tmp_path / "data")
    with place_with(tmp_path, settings):
        pass
    shutil.rmtree(tmp_path / "backups")
    own = {name: value for name, value in os.environ.items() if not name.startswith("LYTT_")}
    environment = own | {"LYTT_DATA_DIR": str(settings.data_dir)}
    return Desk(settings, environment, tmp_path / "stick" / "lytt-backup.key", tmp_path / "backups")


def test_the_restore_drill(desk: Desk, tmp_path: Path) -> None:
    assert "There is no backup." in desk.done("status")
    refused = desk.lytt("backup", desk.target)
    assert (refused.returncode, "lytt backup --new-key" in refused.stderr) == (1, True)
    told = desk.done("backup", "--new-key", desk.key)
    assert "Lose it, and the backups are worth nothing." in told
    assert "AGE-SECRET-KEY-" not in told
    first = desk.done("backup", desk.target)
    assert "2 interviews" in first
    again = desk.done("backup", desk.target, "--keep", "1")
    assert "1 old snapshot removed" in again
    assert "today" in desk.done("status")
    listed = desk.done("backup", desk.target, "--list").splitlines()
    assert len(listed) == 1
    assert "2 interviews" in listed[0]
    assert "All of it is as it was stored." in desk.done("backup", desk.target, "--verify")
    shutil.rmtree(desk.settings.data_dir)
    assert len(desk.done("backup", desk.target, "--list", "--identity", desk.key).splitlines()) == 1

    no_key = desk.lytt("restore", desk.target, "--into", tmp_path / "drill")
    assert (no_key.returncode, "--identity" in no_key.stderr) == (1, True)
    put_back = desk.done("restore", desk.target, "--into", tmp_path / "drill", "--identity", desk.key)
    assert "2 interviews" in put_back
    assert "The event log is whole." in put_back
    there = Desk(
        desk.settings, desk.environment | {"LYTT_DATA_DIR": str(tmp_path / "drill")}, desk.key, desk.target
    )
    assert "0 damaged, 0 lost" in there.done("vault", "check", "--all")
    assert there.done("audit", "verify").startswith("The event log is whole")
    assert "Sandvika" in there.done("find", "Sandvika")
    occupied = there.lytt("restore", desk.target, "--identity", desk.key)
    assert (occupied.returncode, "--replace" in occupied.stderr) == (1, True)
    there.done("restore", desk.target, "--identity", desk.key, "--replace")
    assert "2 interviews" in there.done("backup", desk.target), "and it goes on from there"
    assert len(there.done("backup", desk.target, "--list").splitlines()) == 2


def test_a_key_behind_a_passphrase(desk: Desk, tmp_path: Path) -> None:
    short = desk.lytt("backup", "--new-key", desk.key, "--passphrase", typed="short\n")
    assert (short.returncode, "12 characters" in short.stderr) == (1, True)
    desk.done("backup", "--new-key", desk.key, "--passphrase", typed="seven quiet herons\n")
    desk.done("backup", desk.target)
    arguments = ("restore", desk.target, "--into", tmp_path / "drill", "--identity", desk.key)
    wrong = desk.lytt(*arguments, typed="seven loud herons\n")
    assert (wrong.returncode, wrong.stderr) == (1, "That is not the passphrase of the backup's identity.\n")
    assert "2 interviews" in desk.done(*arguments, typed="seven quiet herons\n")


def test_refusals_are_sentences(desk: Desk, tmp_path: Path) -> None:
    for arguments, words in (
        (("backup",), "Say where the backup goes"),
        (("backup", desk.settings.data_dir / "backups"), "inside the data directory"),
        (("backup", "--new-key", desk.settings.data_dir / "key"), "must not lie beside the data"),
        (("backup", tmp_path / "nowhere", "--list"), "There is no backup in"),
        (("backup", tmp_path / "nowhere", "--forget-withdrawn"), "There is no backup in"),
        (("restore", tmp_path / "nowhere", "--identity", tmp_path / "none"), "can't be read"),
    ):
        answer = desk.lytt(*arguments)
        assert answer.returncode == 1, arguments
        assert words in answer.stderr, answer.stderr
        assert len(answer.stderr.splitlines()) == 1, answer.stderr
    desk.done("backup", "--new-key", desk.key)
    assert "has a key for backups already" in desk.lytt("backup", "--new-key", tmp_path / "other").stderr
    desk.done("backup", desk.target)
    assert "No snapshot holds anything" in desk.done("backup", desk.target, "--forget-withdrawn")
    for broken in (desk.target / "snapshots").iterdir():
        broken.write_bytes(b"x")
    told = desk.lytt("backup", desk.target, "--verify")
    assert (told.returncode, "is not whole" in told.stdout) == (1, True)
    assert "A manifest in" in desk.lytt("backup", desk.target, "--list").stderr
