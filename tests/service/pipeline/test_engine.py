from __future__ import annotations

import ast
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from service.database import open_database
from service.pipeline.engine import (
    QUEUE,
    Job,
    JobQueue,
    JobState,
    WorkerEngine,
    migrate_engine,
)
from tests.service.pipeline.workshop import wait_until

ROOT = Path(__file__).parents[3]
RECORDING = "5f0c" * 8


@pytest.fixture
def url(tmp_path: Path) -> str:
    url = f"sqlite:///{tmp_path / 'vault.sqlite'}"
    migrate_engine(url)
    return url


@pytest.fixture
def database(url: str) -> Iterator[sa.Engine]:
    engine = open_database(url)
    yield engine
    engine.dispose()


@pytest.fixture
def queue(database: sa.Engine) -> Iterator[JobQueue]:
    made = JobQueue(database)
    yield made
    made.close()


def enqueue(database: sa.Engine, queue: JobQueue, attempt: int = 1) -> None:
    with database.begin() as connection:
        queue.enqueue(connection, RECORDING, attempt)


def row_of(database: sa.Engine) -> sa.Row[tuple[object, ...]]:
    with database.connect() as connection:
        return connection.execute(
            sa.text("SELECT status, queue_name, recovery_attempts, executor_id FROM workflow_status")
        ).one()


def test_the_queue_is_in_the_vaults_file_in_wal_mode(database: sa.Engine) -> None:
    with database.connect() as connection:
        assert connection.execute(sa.text("PRAGMA journal_mode")).scalar() == "wal"
        assert sa.inspect(connection).has_table("workflow_status")


def test_migrating_twice_changes_nothing(url: str, database: sa.Engine, queue: JobQueue) -> None:
    enqueue(database, queue)
    migrate_engine(url)
    assert queue.job(RECORDING, 1) == Job(RECORDING, 1, JobState.ENQUEUED, None)


def test_a_job_is_queued_with_the_callers_transaction_or_not_at_all(
    database: sa.Engine, queue: JobQueue
) -> None:
    with pytest.raises(ZeroDivisionError), database.begin() as connection:  # noqa: PT012
        queue.enqueue(connection, RECORDING, 1)
        _ = 1 / 0
    assert queue.job(RECORDING, 1) is None
    enqueue(database, queue)
    assert queue.job(RECORDING, 1) is not None


def test_the_same_attempt_queued_twice_is_one_job_and_another_attempt_another(
    database: sa.Engine, queue: JobQueue
) -> None:
    enqueue(database, queue)
    enqueue(database, queue)
    enqueue(database, queue, attempt=2)
    assert [(job.recording_id, job.attempt) for job in queue.jobs()] == [(RECORDING, 1), (RECORDING, 2)]


def test_a_cancelled_job_is_out_of_the_queue(database: sa.Engine, queue: JobQueue) -> None:
    enqueue(database, queue)
    queue.cancel(RECORDING, 1)
    assert queue.jobs(states=[JobState.ENQUEUED]) == ()
    assert queue.job(RECORDING, 1) == Job(RECORDING, 1, JobState.CANCELLED, None)


def test_only_a_job_that_was_taken_is_put_back(database: sa.Engine, queue: JobQueue) -> None:
    enqueue(database, queue)
    queue.cancel(RECORDING, 1)
    queue.put_back(RECORDING, 1)
    queue.put_back(RECORDING, 7)
    assert [job.state for job in queue.jobs()] == [JobState.CANCELLED]


def test_old_jobs_are_forgotten_and_waiting_ones_are_not(database: sa.Engine, queue: JobQueue) -> None:
    enqueue(database, queue)
    queue.cancel(RECORDING, 1)
    enqueue(database, queue, attempt=2)
    assert queue.forget_ended(datetime.now(UTC) - timedelta(hours=1)) == 0
    assert queue.forget_ended(datetime.now(UTC) + timedelta(hours=1)) == 1
    assert [job.attempt for job in queue.jobs()] == [2]


DYING_WORKER = """
import sys, time
from service.pipeline.engine import WorkerEngine
engine = WorkerEngine(sys.argv[1], "dead", 4, lambda *_: (print("working", flush=True), time.sleep(600)))
engine.start()
time.sleep(600)
"""


def killed_at_work(url: str) -> None:
    """A worker engine named ``dead`` takes the job and is killed."""
    process = subprocess.Popen([sys.executable, "-c", DYING_WORKER, url], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "working\n"
    process.kill()
    process.wait()


def test_contract_recovery_puts_a_dead_workers_job_back_and_keeps_its_queue_and_count(
    url: str, database: sa.Engine, queue: JobQueue
) -> None:
    """``DBOS._recover_pending_workflows`` is private: this is what Lytt needs of it."""
    enqueue(database, queue)
    killed_at_work(url)
    assert tuple(row_of(database)) == ("PENDING", QUEUE, 1, "dead")
    taken: list[tuple[str, int]] = []
    may_end = threading.Event()
    seen: list[tuple[object, ...]] = []

    def work(recording_id: str, attempt: int) -> None:
        seen.append(tuple(row_of(database)))
        taken.append((recording_id, attempt))
        may_end.wait(20)

    engine = WorkerEngine(url, "alive", 4, work)
    engine.start()
    try:
        time.sleep(1.5)
        assert taken == [], "nobody takes a job that another worker holds"
        assert engine.adopt("somebody else") == 0
        assert engine.adopt("dead") == 1
        assert engine.adopt("dead") == 0
        wait_until(lambda: taken == [(RECORDING, 1)], 10, "the job is taken again")
        assert seen == [("PENDING", QUEUE, 2, "alive")]
        assert engine.adopt("dead") == 0, "a late adoption does not take a running job away"
        may_end.set()
        wait_until(lambda: row_of(database)[0] == "SUCCESS", 10, "the job ends")
    finally:
        may_end.set()
        engine.stop()
    assert len(taken) == 1


def test_an_error_that_leaves_a_job_is_stored_without_its_message(
    url: str, database: sa.Engine, queue: JobQueue
) -> None:
    def work(recording_id: str, attempt: int) -> None:
        raise ValueError("Kari said she met Ola")

    enqueue(database, queue)
    engine = WorkerEngine(url, "alive", 4, work)
    engine.start()
    try:
        wait_until(lambda: row_of(database)[0] == "ERROR", 10, "the job ends")
    finally:
        engine.stop()
    raw = Path(str(database.url.database)).read_bytes()
    wal = Path(f"{database.url.database}-wal")
    assert b"Kari" not in raw + (wal.read_bytes() if wal.exists() else b"")


def test_queueing_needs_neither_models_nor_torch(tmp_path: Path) -> None:
    script = (
        "import sys; from service.pipeline.engine import JobQueue, migrate_engine;"
        "assert 'dbos' not in sys.modules, 'too early';"
        "migrate_engine(sys.argv[1]); JobQueue(sys.argv[1]);"
        "print([name for name in ('torch', 'faster_whisper', 'pyannote.audio') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, f"sqlite:///{tmp_path / 'vault.sqlite'}"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "[]"


def test_nothing_but_the_engine_imports_dbos() -> None:
    importers = {
        file.relative_to(ROOT).as_posix()
        for folder in ("service", "models")
        for file in (ROOT / folder).rglob("*.py")
        if "node_modules" not in file.parts and "dbos" in imported_by(file)
    }
    assert importers == {"service/pipeline/engine.py"}


def imported_by(file: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.partition(".")[0])
    return names
