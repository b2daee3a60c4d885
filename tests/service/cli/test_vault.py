"""``lytt vault``: passphrase, unlock, lock, rotate, check, as they are typed."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from service.settings import Settings
from service.vault.key_file import lock
from service.vault.locked import VaultLocked
from service.vault.store import key_source, open_vault

ROOT = Path(__file__).parents[3]
WORDS = "seven quiet herons"


@dataclass(frozen=True)
class Terminal:
    settings: Settings
    environment: dict[str, str]

    def lytt(self, *arguments: str, typed: str = "", **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "service.cli.main", *arguments],
            env=self.environment | more,
            cwd=ROOT,
            input=typed,
            capture_output=True,
            text=True,
            timeout=120,
        )


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    settings = Settings(data_dir=tmp_path / "data")
    vault = open_vault(settings)
    vault.artefacts.put(b"He held my hand")
    vault.close()
    own = {name: value for name, value in os.environ.items() if not name.startswith("LYTT_")}
    yield Terminal(settings, own | {"LYTT_DATA_DIR": str(settings.data_dir)})
    lock(key_source(settings))


def test_a_passphrase_locks_the_vault_and_opens_it(terminal: Terminal) -> None:
    short = terminal.lytt("vault", "passphrase", typed="short\n")
    assert (short.returncode, "12 characters" in short.stderr) == (1, True)
    made = terminal.lytt("vault", "passphrase", typed=f"{WORDS}\n")
    assert made.returncode == 0, made.stderr
    assert terminal.lytt("vault", "check").returncode == 0, "it stays open until it is locked"
    assert terminal.lytt("vault", "lock").stdout.startswith("Locked.")
    for command in (("status",), ("vault", "check"), ("find", "hand"), ("worker", "--check")):
        refused = terminal.lytt(*command)
        assert refused.returncode == 1
        assert refused.stderr == "The vault is locked. Unlock it with: lytt vault unlock\n"
    with pytest.raises(VaultLocked):
        open_vault(terminal.settings)
    wrong = terminal.lytt("vault", "unlock", typed="seven loud herons\n")
    assert (wrong.returncode, wrong.stderr) == (1, "That is not the passphrase.\n")
    assert terminal.lytt("vault", "unlock", typed=f"{WORDS}\n").returncode == 0
    checked = json.loads(terminal.lytt("vault", "check", "--json").stdout)
    assert (checked["files"], checked["damaged"], checked["sealed_otherwise"]) == (1, 0, 0)
    removed = terminal.lytt("vault", "passphrase", "--remove")
    assert removed.returncode == 0, removed.stderr
    assert terminal.lytt("vault", "check").returncode == 0
    assert "not behind a passphrase" in terminal.lytt("vault", "unlock").stderr


def test_a_new_key_takes_the_old_ones_place(terminal: Terminal) -> None:
    before = terminal.settings.key_file.read_text()
    rotated = terminal.lytt("vault", "rotate")
    assert rotated.returncode == 0, rotated.stderr
    after = terminal.settings.key_file.read_text()
    assert after != before
    assert after.strip() not in rotated.stdout + rotated.stderr
    assert terminal.lytt("vault", "check", "--all").returncode == 0
    terminal.settings.key_file.write_text(before)
    refused = terminal.lytt("vault", "check")
    assert refused.returncode == 1
    assert "not this vault's" in refused.stderr


def test_a_key_behind_a_passphrase_is_rotated_with_it(terminal: Terminal) -> None:
    terminal.lytt("vault", "passphrase", typed=f"{WORDS}\n")
    assert terminal.lytt("vault", "rotate", typed="seven loud herons\n").returncode == 1
    rotated = terminal.lytt("vault", "rotate", typed=f"{WORDS}\n")
    assert rotated.returncode == 0, rotated.stderr
    assert terminal.lytt("vault", "check").returncode == 0
    terminal.lytt("vault", "lock")
    assert terminal.lytt("vault", "unlock", typed=f"{WORDS}\n").returncode == 0
    assert terminal.lytt("vault", "check").returncode == 0


def test_a_key_that_is_a_setting_is_rotated_in_two_steps(terminal: Terminal) -> None:
    old, new = terminal.settings.key_file.read_text().strip(), secrets.token_hex(32)
    terminal.settings.key_file.unlink()
    asked = terminal.lytt("vault", "rotate", LYTT_VAULT_KEY=old)
    assert (asked.returncode, "LYTT_VAULT_NEW_KEY" in asked.stderr) == (1, True)
    same = terminal.lytt("vault", "rotate", LYTT_VAULT_KEY=old, LYTT_VAULT_NEW_KEY=old)
    assert (same.returncode, "in force" in same.stderr) == (1, True)
    rotated = terminal.lytt("vault", "rotate", LYTT_VAULT_KEY=old, LYTT_VAULT_NEW_KEY=new)
    assert rotated.returncode == 0, rotated.stderr
    assert terminal.lytt("vault", "check", LYTT_VAULT_KEY=old).returncode == 0, "who runs goes on"
    assert terminal.lytt("vault", "check", LYTT_VAULT_KEY=new).returncode == 0
    assert terminal.lytt("vault", "check", LYTT_VAULT_KEY=old).returncode == 1, "once the new one was used"
    assert not terminal.settings.key_file.exists()


def test_damage_is_told_by_counts(terminal: Terminal) -> None:
    vault = open_vault(terminal.settings)
    digest = vault.artefacts.put(b"another")
    vault.artefacts.file(digest).path.write_bytes(b"damaged")
    vault.close()
    checked = terminal.lytt("vault", "check")
    assert checked.returncode == 1
    assert "2 files: 1 damaged, 0 lost." in checked.stdout
    assert digest not in checked.stdout + checked.stderr
