"""The child process that hosts the models, so that the worker can stop them at any instant.

Calls go to a host object by method name over a pipe; results, progress and problems come back. The
child is started at the first call, keeps its models between calls, and is ended after idle time.
It dies with its worker, even when that is killed; the worker survives the child's death.
"""

from __future__ import annotations

import importlib
import logging
import multiprocessing
import signal
import threading
import time
from collections.abc import Callable, Mapping
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import Any

from models.problems import ProblemCode, RecordingProblem
from models.registry.offline import go_offline
from models.values import Progress
from service.pipeline.lifeline import die_with_owner
from service.pipeline.scrubbing import known_trouble, scrub, scrub_uncaught

IDLE_S = 600.0
"""An idle child holds about a gigabyte of models; loading them again takes seconds."""

PROGRESS_S = 0.1
"""Shortest time between two progress messages."""

_GRACE_S = 10.0
log = logging.getLogger("lytt.models")


class ChildInterrupted(Exception):  # noqa: N818 - reads as what happened
    """The call was stopped by :meth:`ModelChild.interrupt`."""


class ModelChild:
    """A host object in a process of its own.

    ``factory`` is the dotted path of what makes the host (``package.module:name``), called in the
    child with ``argument``. One thread may call; any thread may interrupt.
    """

    def __init__(self, factory: str, argument: object, idle_s: float = IDLE_S) -> None:
        self._factory = factory
        self._argument = argument
        self._idle_s = idle_s
        self._lock = threading.Lock()
        self._process: SpawnProcess | None = None
        self._connection: Connection | None = None
        self._lifeline: Connection | None = None
        self._calling = False
        self._interrupted = False
        self._used_at = time.monotonic()

    @property
    def pid(self) -> int | None:
        """The child's process id while it runs."""
        process = self._process
        return process.pid if process is not None and process.is_alive() else None

    def call(
        self,
        method: str,
        *arguments: object,
        progress: Progress | None = None,
        named: Mapping[str, object] | None = None,
    ) -> Any:
        """What the host's method returned. Blocks; ``progress`` is called on this thread meanwhile.

        Raises the :class:`RecordingProblem` the host raised. A child that dies is started again
        once; if that one dies too, the problem is ``out_of_memory`` when it was killed (nobody but
        the kernel kills it), else ``worker_crashed``. Any other error in the host is logged without
        its message and becomes ``internal``. Raises :class:`ChildInterrupted` when interrupted.
        """
        request = (method, arguments, dict(named or {}), progress is not None)
        with self._lock:
            self._calling, self._interrupted = True, False
        try:
            signal_number = self._attempt(request, progress)
            if isinstance(signal_number, _Answer):
                return signal_number.value
            log.warning("the model process died in %s (%s); trying once more", method, signal_number)
            signal_number = self._attempt(request, progress)
            if isinstance(signal_number, _Answer):
                return signal_number.value
            log.error("the model process died again in %s (%s)", method, signal_number)
            killed = signal_number == signal.SIGKILL
            raise RecordingProblem(ProblemCode.OUT_OF_MEMORY if killed else ProblemCode.WORKER_CRASHED)
        finally:
            self._used_at = time.monotonic()
            self._calling = False

    def interrupt(self) -> None:
        """End the child now; the running call raises :class:`ChildInterrupted`. Harmless when none runs."""
        with self._lock:
            if self._calling:
                self._interrupted = True
                if self._process is not None:
                    self._process.kill()

    def release_if_idle(self) -> None:
        """End the child when it was not used for a while, to give its memory back."""
        with self._lock:
            idle = not self._calling and time.monotonic() - self._used_at > self._idle_s
            if idle and self._process is not None:
                self._end()

    def close(self) -> None:
        """End the child."""
        self.interrupt()
        with self._lock:
            if not self._calling and self._process is not None:
                self._end()

    def _attempt(self, request: tuple[Any, ...], progress: Progress | None) -> _Answer | int | None:
        """The answer, or the number of the signal that ended the child (None when it left by itself)."""
        connection = self._started()
        try:
            connection.send(request)
        except OSError:
            return self._died()
        while True:
            try:
                kind, *content = connection.recv()
            except (EOFError, OSError):
                return self._died()
            match kind:
                case "progress":
                    try:
                        if progress is not None:
                            progress(content[0])
                    except BaseException:
                        # Nobody waits for the answer now; the next call must not get it.
                        with self._lock:
                            self._end()
                        raise
                case "result":
                    return _Answer(content[0])
                case "problem":
                    raise RecordingProblem(ProblemCode(content[0]))
                case _:
                    log.error("error in the model process: %s", content[0])
                    raise RecordingProblem(ProblemCode.INTERNAL)

    def _started(self) -> Connection:
        with self._lock:
            if self._interrupted:
                raise ChildInterrupted
            if self._connection is None or self._process is None or not self._process.is_alive():
                if self._process is not None:
                    self._end()
                spawn = multiprocessing.get_context("spawn")
                self._connection, theirs = spawn.Pipe()
                watched, self._lifeline = spawn.Pipe(duplex=False)
                self._process = spawn.Process(
                    target=_serve,
                    args=(theirs, watched, self._factory, self._argument),
                    name="lytt-models",
                    daemon=True,
                )
                self._process.start()
                # Our copies of the child's ends would hide its death from us, and ours from it.
                theirs.close()
                watched.close()
            return self._connection

    def _died(self) -> int | None:
        with self._lock:
            assert self._process is not None
            self._process.join(_GRACE_S)
            code = self._process.exitcode
            self._end()
            if self._interrupted:
                raise ChildInterrupted
        return -code if code is not None and code < 0 else None

    def _end(self) -> None:
        assert self._process is not None
        self._process.kill()
        self._process.join(_GRACE_S)
        self._process.close()
        for end in (self._connection, self._lifeline):
            if end is not None:
                end.close()
        self._process = self._connection = self._lifeline = None


class _Answer:
    def __init__(self, value: Any) -> None:
        self.value = value


def _serve(calls: Connection, lifeline: Connection, factory: str, argument: object) -> None:
    """The child's main: answers calls until its worker is gone."""
    die_with_owner(lifeline.fileno())
    # Ctrl-C reaches the whole group; the worker decides when its child ends.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    go_offline()
    scrub_uncaught(log)
    _volunteer_for_the_oom_killer()
    host: object = None
    while True:
        try:
            method, arguments, named, wants_progress = calls.recv()
        except (EOFError, OSError):
            return
        if wants_progress:
            named["progress"] = _reporter(calls)
        try:
            if host is None:
                host = _load(factory)(argument)
            calls.send(("result", getattr(host, method)(*arguments, **named)))
        except RecordingProblem as problem:
            calls.send(("problem", str(problem.code)))
        except Exception as error:
            code = known_trouble(error)
            calls.send(("problem", str(code)) if code else ("error", scrub(error)))


def _load(dotted: str) -> Callable[[object], object]:
    module, _, name = dotted.partition(":")
    factory: Callable[[object], object] = getattr(importlib.import_module(module), name)
    return factory


def _reporter(calls: Connection) -> Progress:
    last = 0.0
    sending = threading.Lock()

    def report(reached_ms: int) -> None:
        nonlocal last
        with sending:
            if time.monotonic() - last >= PROGRESS_S:
                last = time.monotonic()
                calls.send(("progress", int(reached_ms)))

    return report


def _volunteer_for_the_oom_killer() -> None:
    """When memory runs out, the kernel should take this process, which is retried, and no other."""
    try:
        Path("/proc/self/oom_score_adj").write_text("500")
    except OSError:
        log.debug("this system has no oom_score_adj")
