"""Killed anywhere, a withdrawal goes on where it was, and leaves nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

from service.study.applied import Study
from service.vault.events import verify
from service.withdrawal.erasing import begin, find_withdrawal, steps_of
from service.withdrawal.folder import delete_files
from service.withdrawal.targets import find_target
from service.withdrawal.upkeep import Upkeep
from tests.service.withdrawal.planted import CANARY, KEPT, Planted, found

ROOT = Path(__file__).parents[3]
CARRY_OUT = """
import os, signal, sys
import sqlalchemy as sa
from service.coding.store import open_coding_store
from service.settings import Settings
from service.vault.store import open_vault
from service.withdrawal.erasing import carry_out

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

settings = Settings()
vault = open_vault(settings)
store = open_coding_store(settings, vault.keys.coding_files_key)
left = int(sys.argv[3])

def count(_connection):
    global left
    left -= 1
    if left == 0:
        die()

if left:
    for engine in (vault.engine, store.engine):
        sa.event.listen(engine, "commit", count)
carry_out(vault, store, settings, int(sys.argv[1]), die if sys.argv[2] == "step" else lambda _: None)
"""


def begun(planted: Planted) -> int:
    with planted.vault.engine.connect() as connection:
        target = find_target(connection, None, "D03-C", None, None)
    return begin(planted.vault, target, "steward")


def run(planted: Planted, number: int, how: str, commits: int = 0) -> bool:
    """Go on with the withdrawal in a process that kills itself; whether it did."""
    done = subprocess.run(
        [sys.executable, "-c", CARRY_OUT, str(number), how, str(commits)],
        env={**os.environ, "LYTT_DATA_DIR": str(planted.settings.data_dir)},
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    assert done.returncode in (0, -signal.SIGKILL), done.stderr.decode()
    return done.returncode != 0


def steps_done(planted: Planted, number: int) -> tuple[str, ...]:
    with planted.vault.engine.connect() as connection:
        withdrawal = find_withdrawal(connection, number)
    assert withdrawal is not None
    return withdrawal.steps


def assert_erased(planted: Planted, number: int) -> None:
    with planted.vault.engine.connect() as connection:
        withdrawal = find_withdrawal(connection, number)
        assert verify(connection).whole
    assert withdrawal is not None
    assert withdrawal.is_erased
    assert withdrawal.receipt is not None
    erased = withdrawal.receipt.receipt.erased
    assert (erased["interview"], erased["release"], erased["word"], erased["files"]) == (2, 2, 26, 14)
    assert len(withdrawal.keys) == 2
    delete_files(planted.vault, planted.settings, number, "steward")
    planted.open_again()
    assert [name for name, places in found(planted, CANARY).items() if places] == list(KEPT)


def test_killed_after_each_step_it_goes_on(planted: Planted) -> None:
    number = begun(planted)
    with planted.vault.engine.connect() as connection:
        withdrawal = find_withdrawal(connection, number)
    assert withdrawal is not None
    steps = steps_of(withdrawal.target)
    for done in range(1, len(steps) + 1):
        assert run(planted, number, "step")
        assert steps_done(planted, number) == steps[:done]
    assert not run(planted, number, "step")
    assert_erased(planted, number)


def test_killed_before_any_change_is_written_it_goes_on(planted: Planted) -> None:
    number, commits = begun(planted), 1
    while run(planted, number, "commit", commits):
        commits += 1
        assert commits < 40
    assert commits > 3
    assert_erased(planted, number)


def test_the_service_goes_on_with_it_when_it_starts(planted: Planted) -> None:
    number = begun(planted)
    assert run(planted, number, "step")
    study = Study(planted.vault, planted.settings.data_dir)
    Upkeep(planted.vault, planted.store, planted.settings, study).round()
    assert_erased(planted, number)
