"""Processing a file opens no connection to anywhere."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.e2e.running import LYTT, environment

pytestmark = [pytest.mark.e2e, pytest.mark.models]

STRACE = shutil.which("strace")
_INTERNET = re.compile(r"(connect|sendto|sendmsg)\(.*sa_family=AF_INET6?")
_BUILD_MACHINE = {"CI", "GITHUB_ACTIONS", "TF_BUILD", "ORT_DISABLE_TELEMETRY", "ORT_RUNNING_UNIT_TESTS"}


@pytest.mark.skipif(STRACE is None, reason="strace is not installed: sudo apt-get install strace")
def test_processing_opens_no_outgoing_connection(tmp_path: Path, phone_call: Path) -> None:
    trace = tmp_path / "trace"
    ran = subprocess.run(
        [
            *(str(STRACE), "-f", "-qq", "-e", "trace=connect,sendto,sendmsg", "-o", str(trace)),
            *(str(LYTT), "process", str(phone_call), "--json", str(tmp_path / "out")),
        ],
        # Some libraries are silent on build machines only.
        env={
            name: value
            for name, value in environment(tmp_path / "data").items()
            if name not in _BUILD_MACHINE
        },
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert ran.returncode == 0, ran.stderr
    assert (tmp_path / "out" / "sample.json").is_file()
    assert [line for line in trace.read_text().splitlines() if _INTERNET.search(line)] == []


@pytest.mark.skipif(STRACE is None, reason="strace is not installed: sudo apt-get install strace")
def test_the_watch_would_see_a_connection(tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    program = "import socket; socket.socket(socket.AF_INET, socket.SOCK_DGRAM).connect(('127.0.0.1', 9))"
    subprocess.run(
        [
            str(STRACE),
            "-f",
            "-e",
            "trace=connect",
            "-o",
            str(trace),
            str(LYTT.parent / "python"),
            "-c",
            program,
        ],
        check=True,
    )
    assert any(_INTERNET.search(line) for line in trace.read_text().splitlines())
