"""Stopping the server, kindly or not, stops its worker and the worker's child; a new start goes on."""

from __future__ import annotations

import signal
from pathlib import Path

import psutil
import pytest

from tests.e2e.running import RunningLytt, wait_for

pytestmark = pytest.mark.e2e


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_no_process_outlives_the_server(tmp_path: Path, number: signal.Signals) -> None:
    with RunningLytt(tmp_path / "data") as lytt:
        server = psutil.Process(lytt.process.pid)
        workers = wait_for("a worker lives", lambda: server.children(recursive=True), 60)
        wait_for("health is well", lambda: lytt.client.get("/health").json()["status"] == "ok", 60)
        server.send_signal(number)
        _, left = psutil.wait_procs([server, *workers], 30)
        assert left == []
    with RunningLytt(tmp_path / "data") as again:
        wait_for("health is well again", lambda: again.client.get("/health").json()["status"] == "ok", 60)
