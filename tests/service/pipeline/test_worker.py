"""Real worker processes over SQLite, killed, stopped and cancelled; a small host stands where models would."""

from __future__ import annotations

import shutil
import sqlite3
import time
from collections import Counter
from pathlib import Path

import psutil
import pytest
import sqlalchemy as sa

from models.problems import ProblemCode
from service.pipeline.engine import JobState, migrate_engine
from service.pipeline.stages import STAGES
from service.pipeline.worker import CARE_S
from service.pipeline.workers import WorkerState, list_workers, worker_alive
from service.vault import tables
from service.vault.recordings import RecordingState
from tests.service.pipeline.workshop import (
    Workshop,
    assert_complete,
    assert_no_finished_stage_was_repeated,
    kill,
    open_workshop,
    wait_until,
)

METHODS = [
    "decode",
    "speech",
    "language",
    "transcribe-first",
    "transcribe-later",
    "align-first",
    "align-later",
    "diarize",
    "track",
    "assemble",
    "entities",
    "store",
    "redact",
]


def stage_of(method: str) -> str:
    return method.partition("-")[0]


def wait_until_held(workshop: Workshop, recording_id: str, method: str) -> None:
    if method == "store":
        wait_until(lambda: workshop.started(recording_id, "store"), 30, workshop.log)
    else:
        workshop.wait_for_call(method)


def test_a_recording_goes_through_every_stage_once_and_in_order(workshop: Workshop) -> None:
    recording_id = workshop.drop()
    workshop.start_worker()
    workshop.wait_for(recording_id, RecordingState.DONE)
    assert_complete(workshop, recording_id)
    finished = [event[1] for event in workshop.stage_events(recording_id) if event[0] == "stage_finished"]
    assert list(dict.fromkeys(finished)) == [stage.name for stage in STAGES]
    assert Counter(finished)["transcribe"] == 2
    assert set(Counter(workshop.calls()).values()) == {1}


@pytest.mark.parametrize("method", METHODS)
def test_a_worker_killed_in_a_stage_goes_on_there_when_it_comes_back(workshop: Workshop, method: str) -> None:
    recording_id = workshop.drop()
    held = workshop.hold(method)
    worker = workshop.start_worker()
    wait_until_held(workshop, recording_id, method)
    children = kill(worker)
    wait_until(lambda: not any(child.is_running() for child in children), 5, "the child died with its worker")
    shown = workshop.recording(recording_id).progress
    held.unlink()
    workshop.start_worker()
    workshop.wait_for(recording_id, RecordingState.DONE)
    assert_complete(workshop, recording_id)
    assert_no_finished_stage_was_repeated(workshop, recording_id)
    starts = Counter(
        event[1:3] for event in workshop.stage_events(recording_id) if event[0] == "stage_started"
    )
    repeated = [stage for (stage, _part), times in starts.items() if times > 1]
    assert repeated == [stage_of(method)]
    assert shown is not None


def test_progress_does_not_go_back_when_a_worker_is_killed(workshop: Workshop) -> None:
    recording_id = workshop.drop()
    held = workshop.hold("diarize")
    seen: list[float] = []

    def look() -> float:
        progress = workshop.recording(recording_id).progress
        seen.append(progress.percent if progress else 0.0)
        return seen[-1]

    worker = workshop.start_worker()
    # What comes before the voices are told apart is a third of the work.
    wait_until(lambda: look() > 30, 30, workshop.log)
    kill(worker)
    workshop.start_worker()
    wait_until(lambda: workshop.calls().count("diarize") == 2 and look() > 0, 30, workshop.log)
    held.unlink()
    wait_until(lambda: look() == 100.0, 30, workshop.log)
    assert seen == sorted(seen)


def test_a_worker_told_to_stop_leaves_at_once_and_that_counts_as_no_death(tmp_path: Path) -> None:
    workshop = open_workshop(tmp_path, max_attempts=1)
    try:
        recording_id = workshop.drop()
        held = workshop.hold("diarize")
        for stop in (1, 2):
            worker = workshop.start_worker()
            workshop.wait_for_call("diarize", stop)
            worker.terminate()
            assert worker.wait(5) == 0
            assert workshop.state(recording_id) == RecordingState.QUEUED
        held.unlink()
        workshop.start_worker()
        workshop.wait_for(recording_id, RecordingState.DONE)
        assert_no_finished_stage_was_repeated(workshop, recording_id)
    finally:
        workshop.close()


def test_cancel_stops_the_child_within_two_seconds_and_the_next_recording_goes_on(workshop: Workshop) -> None:
    cancelled = workshop.drop()
    workshop.hold("diarize")
    worker = workshop.start_worker()
    workshop.wait_for_call("diarize")
    busy = [
        child for child in psutil.Process(worker.pid).children() if "spawn_main" in " ".join(child.cmdline())
    ]
    assert len(busy) == 1
    waiting = workshop.drop(pitch=880)
    workshop.cancel(cancelled)
    assert wait_until(lambda: not busy[0].is_running(), 5, "the child is gone") < 2.0
    workshop.wait_for_call("diarize", 2)
    (workshop.host_folder / "hold" / "diarize").unlink()
    workshop.wait_for(waiting, RecordingState.DONE)
    assert workshop.state(cancelled) == RecordingState.CANCELLED


def test_a_recording_cancelled_while_it_waits_is_never_started(workshop: Workshop) -> None:
    first, second = workshop.drop(), workshop.drop(pitch=880)
    workshop.cancel(first)
    workshop.start_worker()
    workshop.wait_for(second, RecordingState.DONE)
    assert workshop.state(first) == RecordingState.CANCELLED
    assert workshop.stage_events(first) == []


def test_a_retry_after_cancel_repeats_no_finished_stage(workshop: Workshop) -> None:
    recording_id = workshop.drop()
    held = workshop.hold("assemble")
    workshop.start_worker()
    workshop.wait_for_call("assemble")
    workshop.cancel(recording_id)
    held.unlink()
    workshop.retry(recording_id)
    workshop.wait_for(recording_id, RecordingState.DONE)
    assert_complete(workshop, recording_id)
    assert_no_finished_stage_was_repeated(workshop, recording_id)


def test_a_worker_that_dies_each_time_fails_the_recording_and_the_next_goes_on(tmp_path: Path) -> None:
    workshop = open_workshop(tmp_path, max_attempts=2)
    try:
        bad = workshop.drop()
        held = workshop.hold("speech")
        for death in (1, 2):
            worker = workshop.start_worker()
            workshop.wait_for_call("speech", death)
            kill(worker)
        good = workshop.drop(pitch=880)
        held.unlink()
        workshop.start_worker()
        workshop.wait_for(good, RecordingState.DONE)
        workshop.wait_for(bad, RecordingState.FAILED)
        assert workshop.recording(bad).problem == ProblemCode.WORKER_CRASHED
        assert workshop.calls().count("speech") == 3
        workshop.retry(bad)
        workshop.wait_for(bad, RecordingState.DONE)
        assert_no_finished_stage_was_repeated(workshop, bad)
    finally:
        workshop.close()


def test_a_model_that_dies_twice_fails_the_recording_and_the_next_goes_on(workshop: Workshop) -> None:
    bad = workshop.drop()
    crash = workshop.crash_in("transcribe-later")
    workshop.start_worker()
    workshop.wait_for(bad, RecordingState.FAILED)
    assert workshop.recording(bad).problem == ProblemCode.OUT_OF_MEMORY
    assert workshop.calls().count("transcribe-later") == 2
    crash.unlink()
    good = workshop.drop(pitch=880)
    workshop.wait_for(good, RecordingState.DONE)
    workshop.retry(bad)
    workshop.wait_for(bad, RecordingState.DONE)
    assert_no_finished_stage_was_repeated(workshop, bad)


def test_a_damaged_original_fails_the_recording_without_a_word_of_it_in_the_log(workshop: Workshop) -> None:
    recording_id = workshop.drop()
    workshop.vault.artefacts.file(workshop.recording(recording_id).sha256).path.write_bytes(b"Kari Nordmann")
    workshop.start_worker()
    workshop.wait_for(recording_id, RecordingState.FAILED)
    assert workshop.recording(recording_id).problem == ProblemCode.INTERNAL
    assert "FileBroken at" in workshop.log
    assert "Kari" not in workshop.log


def test_a_lost_result_is_made_again(workshop: Workshop) -> None:
    recording_id = workshop.drop()
    workshop.start_worker()
    workshop.wait_for(recording_id, RecordingState.DONE)
    result = tables.stage_result
    with workshop.vault.engine.connect() as connection:
        digest = connection.execute(
            sa.select(result.c.digest).where(result.c.stage == "diarize")
        ).scalar_one()
    workshop.vault.artefacts.remove(digest)
    workshop.retry(recording_id)
    workshop.wait_for(recording_id, RecordingState.DONE)
    assert Counter(workshop.calls()) == {one: 1 for one in METHODS if one != "store"} | {"diarize": 2}


def test_a_second_worker_adopts_what_a_killed_one_was_doing(workshop: Workshop) -> None:
    recording_id = workshop.drop()
    held = workshop.hold("diarize")
    first = workshop.start_worker("one")
    workshop.wait_for_call("diarize")
    workshop.start_worker("two")
    wait_until(lambda: worker_alive(workshop.vault, "two"), 30, workshop.log)
    time.sleep(2 * CARE_S)
    assert workshop.calls().count("diarize") == 1, "nobody takes the work of a live worker"
    kill(first)
    assert workshop.wait_for_call("diarize", 2) < 10
    held.unlink()
    workshop.wait_for(recording_id, RecordingState.DONE)
    assert_complete(workshop, recording_id)
    assert_no_finished_stage_was_repeated(workshop, recording_id)
    workers = [event[3] for event in workshop.stage_events(recording_id) if event[1] == "diarize"]
    assert workers == ["one", "two", "two"]


def test_two_workers_share_the_queue_and_do_no_recording_twice(workshop: Workshop) -> None:
    recordings = [workshop.drop(20, pitch) for pitch in range(400, 410)]
    workshop.start_worker("one")
    workshop.start_worker("two")
    for recording_id in recordings:
        workshop.wait_for(recording_id, RecordingState.DONE, 60)
    assert Counter(workshop.calls())["decode"] == len(recordings)
    workers = Counter(workshop.stage_events(recording_id)[0][3] for recording_id in recordings)
    assert set(workers) == {"one", "two"}


def test_a_second_worker_of_the_same_name_refuses_to_start(workshop: Workshop) -> None:
    recording_id = workshop.drop()
    held = workshop.hold("speech")
    workshop.start_worker("one")
    workshop.wait_for_call("speech")
    again = workshop.start_worker("one")
    assert again.wait(15) != 0
    assert "A worker named one is running already." in workshop.log
    held.unlink()
    workshop.wait_for(recording_id, RecordingState.DONE)
    assert workshop.calls().count("speech") == 1


def test_health_tells_live_workers_from_killed_ones(workshop: Workshop) -> None:
    first, second = workshop.start_worker("one"), workshop.start_worker("two")
    wait_until(
        lambda: list_workers(workshop.vault) == (WorkerState("one", True), WorkerState("two", True)),
        30,
        workshop.log,
    )
    kill(first)
    second.terminate()
    second.wait(10)
    assert list_workers(workshop.vault) == (WorkerState("one", False),)


def test_the_tables_of_the_queue_hold_no_name_no_path_and_nothing_said(workshop: Workshop) -> None:
    good = workshop.drop()
    bad = workshop.drop(pitch=880)
    workshop.vault.artefacts.file(workshop.recording(bad).sha256).path.write_bytes(b"beep Kari Nordmann")
    workshop.start_worker()
    workshop.wait_for(good, RecordingState.DONE)
    workshop.wait_for(bad, RecordingState.FAILED)
    wait_until(
        lambda: all(job.state == JobState.SUCCESS for job in workshop.queue.jobs(ids=[good, bad])), 10, "ends"
    )
    kept = queue_contents(workshop)
    assert good in kept
    for secret in ("Kari", "Nordmann", "beep", ".wav", str(workshop.folder)):
        assert secret not in kept


STRACE = shutil.which("strace")


@pytest.mark.skipif(STRACE is None, reason="strace is not installed: sudo apt-get install strace")
def test_a_worker_opens_no_connection_to_anywhere(workshop: Workshop) -> None:
    recording_id = workshop.drop()
    trace = workshop.folder / "trace"
    watch = [str(STRACE), "-f", "-qq", "-e", "trace=connect,sendto,sendmsg", "-o", str(trace)]
    traced = workshop.start_worker("one", before=watch)
    try:
        workshop.wait_for(recording_id, RecordingState.DONE, 60)
    finally:
        # strace itself would only let go of what it watches.
        for process in psutil.Process(traced.pid).children():
            process.terminate()
        traced.wait(30)
    assert "AF_INET" not in trace.read_text()


def queue_contents(workshop: Workshop) -> str:
    """Every value in every table of the queue, as one text."""
    empty = workshop.folder / "empty.sqlite"
    migrate_engine(f"sqlite:///{empty}")
    with sqlite3.connect(empty) as connection:
        names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    assert "workflow_status" in names
    with sqlite3.connect(workshop.settings.data_dir / "vault.sqlite") as connection:
        return "\n".join(repr(connection.execute(f'SELECT * FROM "{name}"').fetchall()) for name in names)
