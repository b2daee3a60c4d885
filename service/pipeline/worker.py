"""A worker: takes recordings from the queue, one at a time, and looks after those of workers that died."""

from __future__ import annotations

import logging
import shutil
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import sqlalchemy as sa

from models.problems import ProblemCode, RecordingProblem
from service.pipeline.child import ChildInterrupted, ModelChild
from service.pipeline.engine import ENDED, JobQueue, JobState, WorkerEngine, job_id
from service.pipeline.locks import HeldLock, WorkerLocks, lock_within, worker_locks
from service.pipeline.runs import AtStage, Interrupted, Interruption, Run, claim, end_attempt
from service.pipeline.scrubbing import known_trouble, scrub, scrub_uncaught
from service.pipeline.stages import models_config, process, work_folder
from service.pipeline.workers import STARTED, STOPPED, announce
from service.settings import Settings
from service.vault import tables
from service.vault.recordings import RecordingState, now
from service.vault.store import Vault, open_vault

MODEL_HOST = "models.host:ModelHost"

TICK_S = 0.5
"""How often a worker looks whether its recording was cancelled."""

CARE_S = 2.0
"""How often it looks for dead workers and for jobs that ended without a verdict."""

FORGET_S = 3600.0
KEEP_JOBS = timedelta(days=7)

LOCK_WAIT_S = 3.0

REST_S = 5.0
"""How long a worker that stops waits for the recording in work to come to rest."""

_VERDICTS = {
    JobState.ATTEMPTS_EXHAUSTED: (RecordingState.FAILED, ProblemCode.WORKER_CRASHED),
    JobState.ERROR: (RecordingState.FAILED, ProblemCode.INTERNAL),
    JobState.SUCCESS: (RecordingState.FAILED, ProblemCode.INTERNAL),
    JobState.CANCELLED: (RecordingState.CANCELLED, None),
}
"""For recordings that are still open although their job is over."""

log = logging.getLogger("lytt.worker")


class WorkerNameTaken(Exception):  # noqa: N818 - reads as what happened
    """A live worker has this name."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"A worker named {name} is running already. Stop it first, or give this one another name."
        )


class WorkerNameLost(Exception):  # noqa: N818 - reads as what happened
    """While this worker was cut off from the database, another one took its name."""

    def __init__(self, name: str) -> None:
        super().__init__(f"Another worker took the name {name} while the database was out of reach.")


def run_worker(
    settings: Settings, name: str, *, host: str = MODEL_HOST, at_stage: AtStage | None = None
) -> None:
    """Work until SIGTERM or SIGINT, then put the recording in work back and return within seconds.

    ``host`` is the dotted path of what makes the object whose methods the stages call, in the child
    process. ``at_stage`` is told of each stage as it begins. Raises :class:`WorkerNameTaken` when a
    worker of this name lives, :class:`WorkerNameLost` when this one may not go on.
    """
    scrub_uncaught(log)
    vault = open_vault(settings)
    try:
        locks = worker_locks(vault.url)
        lock = lock_within(locks, name, LOCK_WAIT_S)
        if lock is None:
            taken = WorkerNameTaken(name)
            log.error("%s", taken)
            raise taken
        with _until_told_to_stop() as stop:
            Worker(settings, name, vault, locks, lock, host, at_stage).run(stop)
    finally:
        vault.close()


@contextmanager
def _until_told_to_stop() -> Iterator[threading.Event]:
    stop = threading.Event()
    before = {
        number: signal.signal(number, lambda *_: stop.set()) for number in (signal.SIGTERM, signal.SIGINT)
    }
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


class Worker:
    """What a live worker holds: its lock, its engine, its child, and the recording in work."""

    def __init__(
        self,
        settings: Settings,
        name: str,
        vault: Vault,
        locks: WorkerLocks,
        lock: HeldLock,
        host: str,
        at_stage: AtStage | None,
    ) -> None:
        self._settings = settings
        self._name = name
        self._vault = vault
        self._locks = locks
        self._lock = lock
        self._at_stage = at_stage
        self._child = ModelChild(host, models_config(settings))
        self._queue = JobQueue(vault.engine)
        self._engine = WorkerEngine(vault.url, name, settings.max_attempts, self._work)
        self._run: Run | None = None
        self._stopping = False
        self._name_is_ours = True
        self._at_rest = threading.Event()
        self._may_return = threading.Event()

    def run(self, stop: threading.Event) -> None:
        """Work until ``stop`` is set."""
        # What a worker of this name left half made when it was killed.
        shutil.rmtree(work_folder(self._settings, self._name), ignore_errors=True)
        self._tried(self._vault.artefacts.remove_leftovers)
        with self._vault.engine.begin() as connection:
            announce(connection, self._name, STARTED)
        self._engine.start()
        log.info("worker %s is ready", self._name)
        try:
            self._look_after(stop)
        finally:
            self._shut_down()

    def _look_after(self, stop: threading.Event) -> None:
        care_at = forget_at = 0.0
        while not stop.wait(TICK_S):
            self._keep_lock()
            self._tried(self._watch_run)
            self._child.release_if_idle()
            if time.monotonic() >= care_at:
                self._tried(self._adopt_orphans)
                self._tried(self._give_verdicts)
                self._tried(self._vault.keys.forget_deleted)
                care_at = time.monotonic() + CARE_S
            if time.monotonic() >= forget_at:
                self._tried(lambda: self._queue.forget_ended(now() - KEEP_JOBS))
                forget_at = time.monotonic() + FORGET_S

    def _tried(self, chore: Callable[[], object]) -> None:
        """Chores come round again; a database that is away for a while must not end the worker."""
        try:
            chore()
        except Exception as error:
            log.warning("will be tried again: %s", scrub(error))

    def _work(self, recording_id: str, attempt: int) -> None:
        """One job, on the engine's thread. Leaves a verdict on the recording, or none if interrupted."""
        run: Run | None = None
        try:
            run = claim(self._vault, self._name, recording_id, attempt, self._at_stage)
            if run is None:
                return
            self._run = run
            if self._stopping:
                run.interrupt(Interruption.STOPPING)
            self._finish_or_fail(run)
        except (Interrupted, ChildInterrupted):
            pass
        finally:
            if run is not None and run.interruption == Interruption.STOPPING:
                # While this job counts as running here, this process takes no other, nor this one again.
                self._at_rest.set()
                self._may_return.wait()
            self._run = None

    def _finish_or_fail(self, run: Run) -> None:
        try:
            process(run, self._settings, self._child)
        except RecordingProblem as problem:
            log.warning("recording %s: %s", run.recording.id, problem.code)
            run.fail(problem.code)
        except (Interrupted, ChildInterrupted):
            raise
        except Exception as error:
            log.error("recording %s: %s", run.recording.id, scrub(error))
            run.fail(known_trouble(error) or ProblemCode.INTERNAL)

    def _watch_run(self) -> None:
        """Interrupt the run when it was cancelled, or when another worker has it."""
        run = self._run
        if run is None:
            return
        if run.interruption is None and (why := self._lost(run)) is not None:
            log.info("recording %s is interrupted: %s", run.recording.id, why)
            run.interrupt(why)
        if run.interruption is not None:
            # Again at every tick: the run may just have been between two calls of the child.
            self._child.interrupt()

    def _lost(self, run: Run) -> Interruption | None:
        recording = tables.recording
        with self._vault.engine.connect() as connection:
            row = connection.execute(
                sa.select(recording.c.state, recording.c.attempt).where(recording.c.id == run.recording.id)
            ).first()
        if row is None or row.state == RecordingState.CANCELLED or row.attempt != run.attempt:
            return Interruption.CANCELLED
        job = self._queue.job(run.recording.id, run.attempt)
        if job is None or job.state == JobState.CANCELLED:
            return Interruption.CANCELLED
        if job.state != JobState.PENDING or job.worker != self._name:
            return Interruption.TAKEN
        return None

    def _keep_lock(self) -> None:
        """After a broken connection the lock is taken again; until then others may adopt the work."""
        if self._lock.still_held():
            return
        self._lock.release()
        try:
            again = lock_within(self._locks, self._name, LOCK_WAIT_S)
        except sa.exc.DBAPIError:
            log.warning("the database is out of reach; the worker's lock is lost for now")
            return
        if again is None:
            self._name_is_ours = False
            raise WorkerNameLost(self._name)
        self._lock = again

    def _adopt_orphans(self) -> None:
        """Take what dead workers were doing back into the queue: dead is whose lock can be had."""
        held = {job.worker for job in self._queue.jobs(states=[JobState.PENDING])}
        for worker in sorted(each for each in held if each and each != self._name):
            lock = self._locks.try_lock(worker)
            if lock is None:
                continue
            try:
                log.info("worker %s is dead; %d jobs go on elsewhere", worker, self._engine.adopt(worker))
                shutil.rmtree(work_folder(self._settings, worker), ignore_errors=True)
            finally:
                lock.release()

    def _give_verdicts(self) -> None:
        """Fail recordings whose job is over without having said so: their worker died too often."""
        recording = tables.recording
        with self._vault.engine.connect() as connection:
            rows = connection.execute(
                sa.select(recording.c.id, recording.c.attempt).where(
                    recording.c.state.in_([RecordingState.QUEUED.value, RecordingState.PROCESSING.value])
                )
            ).all()
        if not rows:
            return
        for job in self._queue.jobs(states=ENDED, ids=[job_id(row.id, row.attempt) for row in rows]):
            state, problem = _VERDICTS[job.state]
            with self._vault.engine.begin() as connection:
                if end_attempt(connection, job.recording_id, job.attempt, state, problem):
                    log.warning("recording %s: %s", job.recording_id, problem or state)

    def _shut_down(self) -> None:
        """Leave nothing behind: the job goes back to the queue, uncounted, before anything ends."""
        self._stopping = True
        deadline = time.monotonic() + REST_S
        while (run := self._run) is not None and not self._at_rest.is_set() and time.monotonic() < deadline:
            run.interrupt(Interruption.STOPPING)
            self._child.interrupt()
            self._at_rest.wait(0.05)
        self._child.close()
        if self._name_is_ours:
            self._tried(self._put_back)
        self._tried(self._engine.stop)
        self._may_return.set()
        if self._name_is_ours:
            self._tried(self._say_goodbye)
        self._queue.close()
        self._lock.release()
        log.info("worker %s has stopped", self._name)

    def _put_back(self) -> None:
        for job in self._queue.jobs(states=[JobState.PENDING]):
            if job.worker != self._name:
                continue
            with self._vault.engine.begin() as connection:
                end_attempt(connection, job.recording_id, job.attempt, RecordingState.QUEUED)
            self._queue.put_back(job.recording_id, job.attempt)

    def _say_goodbye(self) -> None:
        with self._vault.engine.begin() as connection:
            announce(connection, self._name, STOPPED)
