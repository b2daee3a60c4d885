"""Workers that share a real PostgreSQL: one is killed, and another goes on with its work."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from models.problems import ProblemCode
from service.pipeline.workers import WorkerState, list_workers, worker_alive
from service.vault.recordings import RecordingState
from tests.e2e.services import MISSING, PostgreSQL, postgresql, postgresql_binaries
from tests.service.pipeline.workshop import (
    Workshop,
    assert_complete,
    assert_no_finished_stage_was_repeated,
    kill,
    open_workshop,
    wait_until,
)

BINARIES = postgresql_binaries()

pytestmark = [pytest.mark.e2e, pytest.mark.skipif(BINARIES is None, reason=MISSING)]


@pytest.fixture(scope="module")
def server() -> Iterator[PostgreSQL]:
    assert BINARIES is not None
    with postgresql(BINARIES) as running:
        yield running


@pytest.fixture
def workshop(server: PostgreSQL, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Workshop]:
    made = open_workshop(tmp_path, server.database(request.node.name[:60]), max_attempts=2)
    yield made
    made.close()


def test_the_work_of_a_killed_worker_is_adopted_without_it_starting_again(workshop: Workshop) -> None:
    recording_id = workshop.drop()
    held = workshop.hold("transcribe-later")
    first = workshop.start_worker("one")
    workshop.wait_for_call("transcribe-later")
    workshop.start_worker("two")
    wait_until(lambda: worker_alive(workshop.vault, "two"), 30, workshop.log)
    assert list_workers(workshop.vault) == (WorkerState("one", True), WorkerState("two", True))
    kill(first)
    assert workshop.wait_for_call("transcribe-later", 2) < 10
    assert list_workers(workshop.vault) == (WorkerState("one", False), WorkerState("two", True))
    held.unlink()
    workshop.wait_for(recording_id, RecordingState.DONE)
    assert_complete(workshop, recording_id)
    assert_no_finished_stage_was_repeated(workshop, recording_id)


def test_two_workers_finish_ten_recordings_and_do_none_twice(workshop: Workshop) -> None:
    recordings = [workshop.drop(20, pitch) for pitch in range(400, 410)]
    workshop.start_worker("one")
    workshop.start_worker("two")
    for recording_id in recordings:
        workshop.wait_for(recording_id, RecordingState.DONE, 60)
    assert workshop.calls().count("decode") == len(recordings)
    workers = {workshop.stage_events(recording_id)[0][3] for recording_id in recordings}
    assert workers == {"one", "two"}


def test_a_recording_that_kills_its_workers_fails_and_the_next_goes_on(workshop: Workshop) -> None:
    bad = workshop.drop()
    held = workshop.hold("speech")
    for death in (1, 2):
        worker = workshop.start_worker()
        workshop.wait_for_call("speech", death)
        kill(worker)
    held.unlink()
    good = workshop.drop(pitch=880)
    workshop.start_worker()
    workshop.wait_for(good, RecordingState.DONE)
    workshop.wait_for(bad, RecordingState.FAILED)
    assert workshop.recording(bad).problem == ProblemCode.WORKER_CRASHED


def test_cancel_and_stop_work_as_on_sqlite(workshop: Workshop) -> None:
    cancelled, waiting = workshop.drop(), workshop.drop(pitch=880)
    held = workshop.hold("diarize")
    worker = workshop.start_worker()
    workshop.wait_for_call("diarize")
    workshop.cancel(cancelled)
    workshop.wait_for_call("diarize", 2)
    worker.terminate()
    assert worker.wait(10) == 0
    assert workshop.state(waiting) == RecordingState.QUEUED
    held.unlink()
    workshop.start_worker("two")
    workshop.wait_for(waiting, RecordingState.DONE)
    assert workshop.state(cancelled) == RecordingState.CANCELLED


def test_a_restart_of_the_database_costs_no_work(workshop: Workshop, server: PostgreSQL) -> None:
    recording_id = workshop.drop()
    held = workshop.hold("diarize")
    workshop.start_worker()
    workshop.wait_for_call("diarize")
    server.stop()
    try:
        wait_until(lambda: "out of reach" in workshop.log, 30, workshop.log)
        held.unlink()
        wait_until(lambda: workshop.log.count("out of reach") > 3, 30, workshop.log)
    finally:
        server.start()
    wait_until(lambda: worker_alive(workshop.vault, "one"), 30, workshop.log)
    workshop.wait_for(recording_id, RecordingState.DONE, 60)
    assert workshop.calls().count("diarize") == 1
    assert_no_finished_stage_was_repeated(workshop, recording_id)


def test_a_live_workers_name_is_taken(workshop: Workshop) -> None:
    workshop.start_worker("one")
    wait_until(lambda: worker_alive(workshop.vault, "one"), 30, workshop.log)
    assert workshop.start_worker("one").wait(15) != 0
    assert "A worker named one is running already." in workshop.log


def test_the_queue_lies_in_its_own_schema_and_holds_no_name_and_nothing_said(workshop: Workshop) -> None:
    recording_id = workshop.drop()
    workshop.start_worker()
    workshop.wait_for(recording_id, RecordingState.DONE)
    contents = []
    with workshop.vault.engine.connect() as connection:
        for table in sa.inspect(connection).get_table_names(schema="dbos"):
            contents += connection.execute(sa.text(f'SELECT t::text FROM dbos."{table}" t')).scalars().all()
    kept = "\n".join(contents)
    assert recording_id in kept
    for secret in ("Kari", "Nordmann", "beep", ".wav", str(workshop.folder)):
        assert secret not in kept
