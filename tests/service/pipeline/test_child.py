from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from models.config import ModelsConfig
from models.problems import ProblemCode, RecordingProblem
from service.pipeline.child import ChildInterrupted, ModelChild
from tests.service.pipeline.workshop import wait_until

HERE = Path(__file__).parent
SECRET = "Kari said she met Ola in Bergen"


@pytest.fixture
def child(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModelChild]:
    monkeypatch.syspath_prepend(str(HERE))
    made = ModelChild("small_host:SmallHost", ModelsConfig(tmp_path))
    yield made
    made.close()


def wait_gone(pid: int, seconds: float = 5.0) -> float:
    began = time.monotonic()
    while psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() - began < seconds, "still alive"
        time.sleep(0.01)
    return time.monotonic() - began


def interrupt_when_busy(child: ModelChild, busy: threading.Event) -> None:
    def wait() -> None:
        busy.wait(30)
        child.interrupt()

    threading.Thread(target=wait, daemon=True).start()


def test_calls_run_in_one_other_process(child: ModelChild) -> None:
    first = child.call("process_id")
    assert first != os.getpid()
    assert child.call("process_id") == first


def test_the_child_is_told_to_stay_offline_before_its_host_is_imported(child: ModelChild) -> None:
    assert child.call("environment", "HF_HUB_OFFLINE") == "1"
    assert child.call("environment", "PYANNOTE_METRICS_ENABLED") == "0"


def test_an_interrupt_stops_a_call_that_only_computes(child: ModelChild) -> None:
    busy = threading.Event()
    interrupt_when_busy(child, busy)
    reached: list[int] = []

    def progress(ms: int) -> None:
        reached.append(ms)
        busy.set()

    with pytest.raises(ChildInterrupted):
        child.call("spin", progress=progress)
    assert reached
    assert child.pid is None
    assert child.call("process_id") != os.getpid()


def test_an_interrupt_when_nothing_runs_does_not_stop_the_next_call(child: ModelChild) -> None:
    child.interrupt()
    assert child.call("process_id") == child.pid


def test_a_problem_comes_back_with_its_code(child: ModelChild) -> None:
    with pytest.raises(RecordingProblem) as caught:
        child.call("fail_with", "damaged")
    assert caught.value.code == ProblemCode.DAMAGED


def test_an_unexpected_error_is_told_without_what_was_said(
    child: ModelChild, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    with caplog.at_level(logging.DEBUG), pytest.raises(RecordingProblem) as caught:
        child.call("blunder")
    assert caught.value.code == ProblemCode.INTERNAL
    assert "ValueError" in caplog.text
    assert "small_host.py:" in caplog.text
    out, err = capfd.readouterr()
    assert SECRET not in caplog.text + out + err + str(caught.value)


def test_troubles_of_the_machine_have_their_own_codes(child: ModelChild) -> None:
    with pytest.raises(RecordingProblem) as caught:
        child.call("run_out_of_memory")
    assert caught.value.code == ProblemCode.OUT_OF_MEMORY
    with pytest.raises(RecordingProblem) as caught:
        child.call("fill_the_disk")
    assert caught.value.code == ProblemCode.DISK_FULL


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSEGV])
def test_a_child_that_dies_once_is_started_again(child: ModelChild, tmp_path: Path, number: int) -> None:
    assert child.call("die", number, tmp_path / "deaths", 1) == "alive"


@pytest.mark.parametrize(
    ("number", "code"),
    [(signal.SIGKILL, ProblemCode.OUT_OF_MEMORY), (signal.SIGSEGV, ProblemCode.WORKER_CRASHED)],
)
def test_a_child_that_dies_twice_is_a_problem_and_the_next_call_works(
    child: ModelChild, tmp_path: Path, number: int, code: ProblemCode
) -> None:
    with pytest.raises(RecordingProblem) as caught:
        child.call("die", number, tmp_path / "deaths", 5)
    assert caught.value.code == code
    assert (tmp_path / "deaths").read_text() == "xx"
    assert child.call("process_id") == child.pid


def test_a_call_left_by_an_error_of_its_progress_leaves_no_answer_behind(child: ModelChild) -> None:
    def progress(_ms: int) -> None:
        raise KeyError

    with pytest.raises(KeyError):
        child.call("spin", progress=progress)
    assert child.call("environment", "DO_NOT_TRACK") == "1"


def test_an_idle_child_gives_its_memory_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(HERE))
    child = ModelChild("small_host:SmallHost", ModelsConfig(tmp_path), idle_s=0.2)
    pid = child.call("process_id")
    child.release_if_idle()
    assert child.pid == pid
    time.sleep(0.25)
    child.release_if_idle()
    wait_gone(pid)
    assert child.call("process_id") != pid
    child.close()


PARENT = """
import sys
from pathlib import Path
from models.config import ModelsConfig
from service.pipeline.child import ModelChild

def main():
    child = ModelChild("small_host:SmallHost", ModelsConfig(Path(sys.argv[1])))
    print(child.call("process_id"), flush=True)
    child.call("spin_in_silence", Path(sys.argv[2])) if sys.argv[2] else input()

if __name__ == "__main__":
    main()
"""


@pytest.mark.parametrize("busy", [True, False], ids=["computing", "idle"])
def test_the_child_dies_with_a_parent_that_is_killed(tmp_path: Path, busy: bool) -> None:
    script, begun = tmp_path / "parent.py", tmp_path / "begun"
    script.write_text(PARENT)
    parent = subprocess.Popen(
        [sys.executable, str(script), str(tmp_path), str(begun) if busy else ""],
        env={**os.environ, "PYTHONPATH": str(HERE)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert parent.stdout is not None
    pid = int(parent.stdout.readline())
    if busy:
        wait_until(begun.exists, 10, "the child computes")
    parent.kill()
    parent.wait()
    try:
        assert wait_gone(pid) < 2.0
    finally:
        if psutil.pid_exists(pid):
            os.kill(pid, signal.SIGKILL)
