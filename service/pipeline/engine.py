"""The durable job queue: DBOS behind one door. Nothing else imports it.

One job is one attempt at one recording. The engine owns which worker runs it, hands it on when that
worker dies, counts the deaths and ends the job when there were too many. What a job has finished is
kept by the stages themselves (``stage_result``), in the same transaction as their results; so the
pipeline may change without stranding a job half way, which recorded DBOS steps would not allow.

Jobs carry ids and numbers only. Importing this module is cheap: DBOS is imported when it is used.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

import sqlalchemy as sa

from service.database import open_database

if TYPE_CHECKING:
    from dbos import DBOSClient, DBOSConfig

APPLICATION = "lytt"
APPLICATION_VERSION = "1"
"""Fixed: DBOS's default hashes the code, and would strand every waiting job at each change of it."""

QUEUE = "recordings"
WORKFLOW = "process_recording"
POLLING_S = 0.5
"""A queued recording waits this long at most for an idle worker."""

_LIST_LIMIT = 500

log = logging.getLogger("lytt.engine")


class JobState(StrEnum):
    """The states of a job, as DBOS names them. ``PENDING`` is one that a worker has taken."""

    ENQUEUED = "ENQUEUED"
    DELAYED = "DELAYED"
    PENDING = "PENDING"
    SUCCESS = "SUCCESS"
    ERROR = "ERROR"
    CANCELLED = "CANCELLED"
    ATTEMPTS_EXHAUSTED = "MAX_RECOVERY_ATTEMPTS_EXCEEDED"


ENDED = (JobState.SUCCESS, JobState.ERROR, JobState.CANCELLED, JobState.ATTEMPTS_EXHAUSTED)


@dataclass(frozen=True, slots=True)
class Job:
    """One attempt at one recording. ``worker`` is who took it last, or None."""

    recording_id: str
    attempt: int
    state: JobState
    worker: str | None


def job_id(recording_id: str, attempt: int) -> str:
    """The id of the job: that of the recording, which so can't be queued twice for one attempt."""
    return recording_id if attempt == 1 else f"{recording_id}.{attempt}"


def _job(identifier: str, state: str, worker: str | None) -> Job:
    recording_id, dot, attempt = identifier.rpartition(".")
    if not dot:
        recording_id, attempt = identifier, "1"
    return Job(recording_id, int(attempt), JobState(state), worker)


def migrate_engine(url: str) -> None:
    """Make or update the job queue's tables: in the same file on SQLite, in schema ``dbos`` on PostgreSQL."""
    # DBOS leaves SQLite in rollback-journal mode; opened first by us, the file is in WAL mode for good.
    database = open_database(url)
    try:
        with database.connect():
            pass
    finally:
        database.dispose()
    _scrub_dbos_log()
    from dbos import DBOS

    DBOS.migrate(_plain_url(url))


class JobQueue:
    """Puts jobs into the queue and looks at them. Runs nothing, so it needs no executor id of its own."""

    def __init__(self, database: str | sa.Engine) -> None:
        """``database`` is the vault's: with an engine, its connections are used and none are opened."""
        _scrub_dbos_log()
        from dbos import DBOSClient, DBOSPortableJSONSerializer

        self._owned: sa.Engine | None = None
        if isinstance(database, str):
            database = self._owned = open_database(database)
        self._client: DBOSClient = DBOSClient(
            system_database_engine=database,
            serializer=DBOSPortableJSONSerializer(),
            application_name=APPLICATION,
            lazy=True,
            # In the API an unreachable database is an error to show, not a reason to hang.
            retry_connection_errors=False,
        )

    def enqueue(self, connection: sa.Connection, recording_id: str, attempt: int) -> None:
        """Queue an attempt in the caller's transaction. The same attempt twice is one job."""
        self._client.enqueue_in_transaction(
            connection,
            {
                "workflow_name": WORKFLOW,
                "queue_name": QUEUE,
                "workflow_id": job_id(recording_id, attempt),
            },
            recording_id,
            attempt,
        )

    def cancel(self, recording_id: str, attempt: int) -> None:
        """Take the attempt out of the queue; a worker that runs it notices within two seconds."""
        self._client.cancel_workflow(job_id(recording_id, attempt))

    def put_back(self, recording_id: str, attempt: int) -> None:
        """Give a job that was taken back to the queue, without counting it as a worker's death."""
        job = self.job(recording_id, attempt)
        if job is not None and job.state == JobState.PENDING:
            self._client.resume_workflow(job_id(recording_id, attempt), queue_name=QUEUE)

    def job(self, recording_id: str, attempt: int) -> Job | None:
        """The job as it stands, or None when it was never queued or is long over."""
        return next(iter(self.jobs(ids=[job_id(recording_id, attempt)])), None)

    def jobs(
        self, *, states: Iterable[JobState] | None = None, ids: list[str] | None = None
    ) -> tuple[Job, ...]:
        """The jobs in these states, or with these ids; at most 500 of them, oldest first."""
        found = self._client.list_workflows(
            workflow_ids=ids,
            status=None if states is None else [str(state) for state in states],
            name=WORKFLOW,
            limit=_LIST_LIMIT,
            load_input=False,
            load_output=False,
        )
        return tuple(_job(each.workflow_id, each.status, each.executor_id) for each in found)

    def forget(self, recording_id: str, attempts: int) -> int:
        """Delete every job of the recording's attempts, whatever their state; returns how many there were."""
        ids = [job_id(recording_id, attempt) for attempt in range(1, attempts + 1)]
        found = self.jobs(ids=ids)
        if found:
            self._client.delete_workflows([job_id(each.recording_id, each.attempt) for each in found])
        return len(found)

    def forget_ended(self, before: datetime) -> int:
        """Delete jobs that ended before ``before``; returns how many. The recordings stay."""
        found = self._client.list_workflows(
            status=[str(state) for state in ENDED],
            completed_before=before.astimezone(UTC).isoformat(),
            limit=_LIST_LIMIT,
            load_input=False,
            load_output=False,
        )
        if found:
            self._client.delete_workflows([each.workflow_id for each in found])
        return len(found)

    def close(self) -> None:
        self._client.destroy()
        if self._owned is not None:
            self._owned.dispose()


class WorkerEngine:
    """Takes jobs from the queue, one at a time. One per process: DBOS is a singleton.

    ``work(recording_id, attempt)`` runs on a thread of the engine and must not raise: what it
    raised would be stored. The caller holds the worker's lock before :meth:`start`, since starting
    takes back whatever a worker of this name left.
    """

    def __init__(self, url: str, worker: str, max_attempts: int, work: Callable[[str, int], None]) -> None:
        self._url = url
        self._worker = worker
        self._max_attempts = max_attempts
        self._work = work

    def start(self) -> None:
        from dbos import DBOS, DBOSPortableJSONSerializer

        _scrub_dbos_log()
        config: DBOSConfig = {
            "name": APPLICATION,
            "system_database_url": _plain_url(self._url),
            "application_version": APPLICATION_VERSION,
            "executor_id": self._worker,
            "serializer": DBOSPortableJSONSerializer(),
            "run_migrations": False,
            "enable_otlp": False,
            "log_level": "WARNING",
            "sys_db_pool_size": 5,
        }
        DBOS(config=config)
        # DBOS counts recoveries, we count deaths: the first run is not a recovery.
        register = DBOS.workflow(name=WORKFLOW, max_recovery_attempts=self._max_attempts - 1)
        register(_workflow(self._work))
        DBOS.listen_queues([QUEUE])
        DBOS.launch()
        DBOS.register_queue(QUEUE, worker_concurrency=1, polling_interval_sec=POLLING_S)

    def adopt(self, dead_worker: str) -> int:
        """Put what a dead worker was doing back into the queue; returns how many jobs it was.

        The caller holds the dead worker's lock. Each job keeps its count of deaths, which the public
        way (``resume_workflow``) would reset; a contract test guards this private one.
        """
        from dbos import DBOS

        return len(DBOS._recover_pending_workflows([dead_worker]))

    def stop(self) -> None:
        """Take no more jobs, and let go of the database. A job that runs is not waited for."""
        from dbos import DBOS

        DBOS.destroy(workflow_completion_timeout_sec=0)
        # The job that still runs can't report its end any more; it was put back, so nobody needs it.
        logging.getLogger("dbos").setLevel(logging.CRITICAL + 1)


def _workflow(work: Callable[[str, int], None]) -> Callable[[str, int], None]:
    def process_recording(recording_id: str, attempt: int) -> None:
        try:
            work(recording_id, attempt)
        except Exception as error:
            # Whatever leaves here is stored with its message in the queue's tables.
            log.error("job ended by %s", type(error).__name__)
            raise RuntimeError("see the worker's log") from None

    return process_recording


def _plain_url(url: str) -> str:
    return sa.make_url(url).render_as_string(hide_password=False)


class _Scrubbed(logging.Handler):
    """Says that and where DBOS complained, without its message: that may quote stored values."""

    def emit(self, record: logging.LogRecord) -> None:
        kind = record.exc_info[0] if record.exc_info else None
        log.log(
            record.levelno,
            "queue: %s at %s:%d",
            kind.__name__ if kind else record.levelname.lower(),
            record.filename,
            record.lineno,
        )


_log_lock = threading.Lock()


def _scrub_dbos_log() -> None:
    # DBOS adds a handler of its own, with messages and tracebacks in full, only when there is none.
    logger = logging.getLogger("dbos")
    with _log_lock:
        if not any(isinstance(handler, _Scrubbed) for handler in logger.handlers):
            logger.handlers[:] = [_Scrubbed(logging.WARNING)]
    logger.propagate = False
    logger.setLevel(logging.WARNING)
