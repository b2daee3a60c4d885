"""One look at the watched folder: what is new, what has settled, what is gone."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import structlog

from models.problems import ProblemCode, RecordingProblem
from service.intake.files import DroppedFile, FileState, all_files, forget_files, put_file
from service.intake.folder import FoundFile, Listing, Version, list_folder, shown_path
from service.intake.probing import IntakeStopping
from service.intake.settling import Settling
from service.intake.taking import take_in
from service.pipeline.engine import JobQueue
from service.pipeline.scrubbing import scrub
from service.settings import Settings
from service.study.applied import Study
from service.study.filing import Rules
from service.vault.recordings import start_attempt
from service.vault.store import Vault
from service.voices.prints import to_make

log: structlog.stdlib.BoundLogger = structlog.get_logger()

# Looked at again in every scan, though the file did not change: what stood in the way may be gone.
_PASSING = frozenset({ProblemCode.NO_PERMISSION, ProblemCode.INTERNAL, ProblemCode.OUT_OF_MEMORY})


@dataclass(frozen=True, slots=True)
class ScanResult:
    """What a scan did. ``look_again_s`` is when the next file may have settled, None when none waits.

    ``folders`` are the folders listed, by path, with their (device, inode); None when the watched
    folder was not there. ``trouble`` holds the problems that are no single file's.
    """

    taken: tuple[str, ...] = ()
    known: int = 0
    refused: int = 0
    waiting: int = 0
    look_again_s: float | None = None
    folders: dict[str, tuple[int, int]] | None = None
    trouble: frozenset[ProblemCode] = frozenset()


@dataclass(slots=True)
class _Tally:
    taken: list[str] = field(default_factory=list)
    counts: dict[FileState, int] = field(default_factory=lambda: dict.fromkeys(FileState, 0))
    rests: list[float] = field(default_factory=list)
    trouble: set[ProblemCode] = field(default_factory=set)


class Scanner:
    """Scans the watched folder; remembers between scans what is settling. Not for two threads at once."""

    def __init__(
        self, settings: Settings, vault: Vault, queue: JobQueue, stopping: Callable[[], bool]
    ) -> None:
        self._root: Path = settings.watched_folder
        self._pattern = settings.name_pattern
        self._study = Study(vault, settings.data_dir)
        self._rules = Rules(None, self._pattern)
        self._vault = vault
        self._queue = queue
        self._stopping = stopping
        self._settling = Settling(settings.settle_seconds)
        # A newer Lytt may read what an older one refused: every refusal is tried once per run.
        self._tried: dict[str, Version] = {}

    def scan(self) -> ScanResult:
        """Look at every file once. A file's failure never keeps the others from being taken in.

        Raises SQLAlchemyError when the vault's database does not answer at all.
        """
        try:
            listing = list_folder(self._root)
        except OSError:
            return ScanResult()
        there = {shown_path(file.path): file for file in listing.files}
        self._settling.keep_only(there)
        self._tried = {path: version for path, version in self._tried.items() if path in there}
        with self._vault.engine.begin() as connection:
            remembered = all_files(connection)
            forget_files(connection, remembered.keys() - there.keys())
        tally = _Tally()
        self._rules = Rules(self._study.current().protocol, self._pattern)
        self._hear_voices()
        try:
            for path, file in there.items():
                self._look_at(path, file, remembered.get(path), tally)
        except IntakeStopping:
            log.info("scan_stopped")
        return _result(listing, tally)

    def _hear_voices(self) -> None:
        """Put recordings back in the queue whose voices may be compared since the protocol or their place changed.

        All other stages are kept, so that this takes seconds.
        """
        with self._vault.engine.begin() as connection:
            for recording_id in to_make(connection, self._rules.protocol):
                self._queue.enqueue(connection, recording_id, start_attempt(connection, recording_id))

    def _look_at(self, path: str, file: FoundFile, before: DroppedFile | None, tally: _Tally) -> None:
        if self._stopping():
            raise IntakeStopping
        try:
            state = self._judge(path, file, before, tally)
        except IntakeStopping:
            raise
        except Exception as error:
            log.error("file_failed", file=self._vault.keys.mark(path), error=scrub(error))
            tally.trouble.add(ProblemCode.INTERNAL)
            state = FileState.WAITING
        tally.counts[state] += 1

    def _judge(self, path: str, file: FoundFile, before: DroppedFile | None, tally: _Tally) -> FileState:
        if file.problem is not None:
            return self._remember(path, file, before, FileState.REFUSED, file.problem)
        same = before is not None and _version(before) == file.version
        if before is not None and same:
            if before.state in (FileState.TAKEN, FileState.KNOWN, FileState.WITHDRAWN):
                return before.state
            tried = self._tried.get(path) == file.version and before.problem not in _PASSING
            if before.state is FileState.REFUSED and tried:
                return FileState.REFUSED
        rest = self._settling.observe(path, file.version, time.monotonic())
        if rest > 0:
            tally.rests.append(rest)
            if before is not None and same and before.state is FileState.REFUSED:
                return FileState.REFUSED
            waited = before is not None and before.state is FileState.WAITING
            problem = before.problem if before is not None and waited else None
            return self._remember(path, file, before, FileState.WAITING, problem)
        return self._take(path, file, before, tally)

    def _take(self, path: str, file: FoundFile, before: DroppedFile | None, tally: _Tally) -> FileState:
        try:
            taken = take_in(self._vault, self._queue, self._root, file, self._rules, self._stopping)
        except RecordingProblem as problem:
            return self._refuse(path, file, before, problem.code, tally)
        self._settling.disturb(path)
        if taken.added:
            tally.taken.append(taken.recording_id)
            log.info("recording_taken_in", recording=taken.recording_id)
        elif taken.state is FileState.KNOWN:
            log.info("recording_dropped_again", recording=taken.recording_id)
        elif taken.state is FileState.WITHDRAWN:
            log.info("withdrawn_file_not_taken_in", file=self._vault.keys.mark(path))
        return taken.state

    def _refuse(
        self,
        path: str,
        file: FoundFile,
        before: DroppedFile | None,
        code: ProblemCode,
        tally: _Tally,
    ) -> FileState:
        if code is ProblemCode.DISK_FULL:
            tally.trouble.add(code)
            return self._remember(path, file, before, FileState.WAITING, code)
        if code in (ProblemCode.FILE_CHANGED, ProblemCode.FILE_VANISHED):
            self._settling.disturb(path)
            tally.rests.append(self._settling.settle_seconds)
            return self._remember(path, file, before, FileState.WAITING, code)
        self._tried[path] = file.version
        return self._remember(path, file, before, FileState.REFUSED, code)

    def _remember(
        self,
        path: str,
        file: FoundFile,
        before: DroppedFile | None,
        state: FileState,
        problem: ProblemCode | None,
    ) -> FileState:
        standing = None if before is None else (before.state, before.problem)
        # A file that grows is not written down at every scan: only that it waits.
        moved = before is not None and state is not FileState.WAITING and _version(before) != file.version
        if standing == (state, problem) and not moved:
            return state
        if state is FileState.REFUSED:
            log.info("file_refused", file=self._vault.keys.mark(path), problem=problem)
        with self._vault.engine.begin() as connection:
            put_file(
                connection,
                path=path,
                size_bytes=file.version.size_bytes,
                modified_ns=file.version.modified_ns,
                state=state,
                problem=problem,
            )
        return state


def _version(file: DroppedFile) -> Version:
    return Version(file.size_bytes, file.modified_ns)


def _result(listing: Listing, tally: _Tally) -> ScanResult:
    return ScanResult(
        taken=tuple(tally.taken),
        known=tally.counts[FileState.KNOWN],
        refused=tally.counts[FileState.REFUSED],
        waiting=tally.counts[FileState.WAITING],
        look_again_s=min(tally.rests, default=None),
        folders=dict(listing.folders),
        trouble=frozenset(tally.trouble),
    )
