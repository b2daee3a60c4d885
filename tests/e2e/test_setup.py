"""Set-up: what it says when something is missing, and that running it again costs nothing."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SECOND_RUN_S = 5.0

_TOOLS = ("bash", "cat", "cut", "dirname", "grep", "head", "mkdir", "sed", "sha256sum", "sort", "tail")


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A checkout on a machine that has Python 3.10, Node 18 and no git: `bin` is all of its path."""
    (tmp_path / "checkout" / "scripts").mkdir(parents=True)
    shutil.copy(ROOT / "scripts" / "setup", tmp_path / "checkout" / "scripts" / "setup")
    (tmp_path / "bin").mkdir()
    for tool in _TOOLS:
        (tmp_path / "bin" / tool).symlink_to(str(shutil.which(tool)))
    _install(tmp_path, "python3", "3.10.12")
    _install(tmp_path, "node", "v18.19.0")
    _install(tmp_path, "npm", "9.2.0")
    return tmp_path


def _install(machine: Path, program: str, version: str) -> None:
    """Put a program there that does nothing but tell its version."""
    file = machine / "bin" / program
    file.write_text(f"#!/bin/sh\necho {version}\n")
    file.chmod(file.stat().st_mode | stat.S_IXUSR)


def _set_up(machine: Path) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [machine / "checkout" / "scripts" / "setup"],
        env={"PATH": str(machine / "bin"), "HOME": str(machine)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 1
    assert not (machine / "checkout" / ".venv").exists(), "nothing is made before all is there"
    return done


def test_an_old_python_is_named_with_what_is_needed(machine: Path) -> None:
    assert "needs Python 3.11 to 3.14, found 3.10.12" in _set_up(machine).stderr


def test_an_old_node_is_named_with_what_is_needed(machine: Path) -> None:
    _install(machine, "python3", "3.11.2")
    assert "needs Node 20.19 or newer, found 18.19.0" in _set_up(machine).stderr


def test_a_missing_git_is_named_with_what_to_do(machine: Path) -> None:
    _install(machine, "python3", "3.12.3")
    _install(machine, "node", "v22.1.0")
    assert "apt-get install git" in _set_up(machine).stderr


def test_a_python_too_new_for_the_packages_is_named_too(machine: Path) -> None:
    _install(machine, "python3", "3.15.0")
    assert "needs Python 3.11 to 3.14, found 3.15.0" in _set_up(machine).stderr


def test_a_fitting_python_beside_an_old_one_is_found(machine: Path) -> None:
    _install(machine, "python3.12", "3.12.3")
    assert "needs Node" in _set_up(machine).stderr


def test_versions_are_compared_as_numbers(machine: Path) -> None:
    _install(machine, "python3", "3.9.18")
    assert "found 3.9.18" in _set_up(machine).stderr


@pytest.mark.e2e
def test_setting_up_again_costs_seconds() -> None:
    if not (ROOT / ".venv" / ".locked").is_file():
        pytest.skip("this checkout was not set up by ./scripts/setup")
    began = time.monotonic()
    again = subprocess.run(
        [ROOT / "scripts" / "setup", "--tests"],
        env=os.environ,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
    )
    took = time.monotonic() - began
    assert again.returncode == 0, again.stderr
    assert "done in" not in again.stdout, "a phase was done again"
    assert took < SECOND_RUN_S
