"""Taking one file in: its bytes into the vault, its recording and its job in one transaction."""

from __future__ import annotations

import errno
import hashlib
import io
import os
import shutil
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from models.audio.container import problem_of
from models.problems import ProblemCode, RecordingProblem
from models.values import AudioInfo
from service.intake.files import FileState, get_file, put_file
from service.intake.folder import FoundFile, Version, opened_file, shown_path, status_of, stem_of
from service.intake.probing import IntakeStopping, probe_apart
from service.pipeline.engine import JobQueue
from service.study.filing import Rules, file_of_intake
from service.study.parts import rejoin
from service.vault import tables
from service.vault.recordings import add_name, add_recording, record_event, recording_by_sha256, title_of_path
from service.vault.store import Vault
from service.vault.tombstones import withdrawn_bytes

_SPARE_BYTES = 16 << 20  # left free for the databases when a file is copied in
_BLOCK = 1 << 20
_TRIES = 3  # another intake can take the same bytes or the same study id in between


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What became of a file: ``TAKEN`` is a recording's first, ``KNOWN`` has bytes that were here already.

    ``added`` holds when this very call made the recording. Of a file with ``WITHDRAWN`` bytes nothing is kept, and
    ``recording_id`` is empty.
    """

    recording_id: str
    state: FileState
    added: bool = False


class SteadyReader(io.FileIO):
    """Reads a file that must not change meanwhile; at its end it makes sure that it did not.

    ``read`` raises RecordingProblem ``FILE_CHANGED`` or ``FILE_VANISHED``, so whoever copies never
    sees the end of a file that changed, and :class:`IntakeStopping` when told to stop.
    """

    def __init__(self, handle: int, root: Path, target: str, stopping: Callable[[], bool]) -> None:
        super().__init__(handle, "rb", closefd=False)
        self._before = os.fstat(handle)
        self._root = root
        self._target = target
        self._stopping = stopping
        self._read = 0

    def read(self, size: int | None = -1, /) -> bytes:
        if self._stopping():
            raise IntakeStopping
        try:
            block = super().read(-1 if size is None else size) or b""
        except OSError as error:
            raise problem_of(error) from None
        self._read += len(block)
        if self._read > self._before.st_size:
            raise RecordingProblem(ProblemCode.FILE_CHANGED)
        if not block:
            self._check()
        return block

    def _check(self) -> None:
        after = os.fstat(self.fileno())
        try:
            named = status_of(self._root, self._target)
        except OSError as error:
            raise problem_of(error) from None
        same_file = (named.st_dev, named.st_ino) == (self._before.st_dev, self._before.st_ino)
        unchanged = Version.of(after) == Version.of(self._before) == Version.of(named)
        if not same_file or not unchanged or self._read != self._before.st_size:
            raise RecordingProblem(ProblemCode.FILE_CHANGED)


def take_in(
    vault: Vault,
    queue: JobQueue,
    root: Path,
    file: FoundFile,
    rules: Rules,
    stopping: Callable[[], bool],
) -> TakenIn:
    """Make the settled file a recording, or find that its bytes are one already.

    The file is opened for reading only, and nothing is kept of one that changes while it is read.
    Raises RecordingProblem: ``EMPTY_FILE``, ``FILE_CHANGED``, ``FILE_VANISHED``, ``NO_PERMISSION``,
    ``DISK_FULL``, what the probe says, or ``INTERNAL``; :class:`IntakeStopping` when told to stop.
    """
    try:
        with opened_file(root, file.target) as handle:
            version = Version.of(os.fstat(handle))
            if version != file.version:
                raise RecordingProblem(ProblemCode.FILE_CHANGED)
            if version.size_bytes == 0:
                raise RecordingProblem(ProblemCode.EMPTY_FILE)
            info = probe_apart(handle, stopping)
            os.lseek(handle, 0, os.SEEK_SET)
            withdrawn = _refused_as_withdrawn(vault, SteadyReader(handle, root, file.target, stopping), file)
            if withdrawn is not None:
                return withdrawn
            os.lseek(handle, 0, os.SEEK_SET)
            digest = _copy(vault, SteadyReader(handle, root, file.target, stopping), version.size_bytes)
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise RecordingProblem(ProblemCode.FILE_CHANGED) from None
        raise problem_of(error) from None
    return _record(vault, queue, file, digest, info, rules)


def _refused_as_withdrawn(vault: Vault, reader: SteadyReader, file: FoundFile) -> TakenIn | None:
    """Nothing of a recording that was withdrawn comes into the vault again, not for a moment."""
    with vault.engine.connect() as connection:
        if connection.execute(sa.select(tables.tombstone.c.digest).limit(1)).first() is None:
            return None
    hasher = hashlib.sha256()
    while block := reader.read(_BLOCK):
        hasher.update(block)
    with vault.engine.begin() as connection:
        withdrawal_id = withdrawn_bytes(connection, hasher.hexdigest())
        return None if withdrawal_id is None else _remember_withdrawn(connection, file, withdrawal_id)


def _remember_withdrawn(connection: sa.Connection, file: FoundFile, withdrawal_id: int) -> TakenIn:
    put_file(
        connection,
        path=shown_path(file.path),
        size_bytes=file.version.size_bytes,
        modified_ns=file.version.modified_ns,
        state=FileState.WITHDRAWN,
        withdrawal_id=withdrawal_id,
    )
    return TakenIn("", FileState.WITHDRAWN)


def _copy(vault: Vault, reader: SteadyReader, size_bytes: int) -> str:
    try:
        vault.artefacts.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if shutil.disk_usage(vault.artefacts.folder).free < size_bytes + _SPARE_BYTES:
            raise RecordingProblem(ProblemCode.DISK_FULL)
        return vault.artefacts.put_stream(reader)
    except OSError as error:
        # Of the vault, not of the dropped file: "may not be read" would send people the wrong way.
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        raise RecordingProblem(ProblemCode.DISK_FULL if full else ProblemCode.INTERNAL) from None


def _record(
    vault: Vault, queue: JobQueue, file: FoundFile, digest: str, info: AudioInfo, rules: Rules
) -> TakenIn:
    for _ in range(_TRIES):
        try:
            with vault.engine.begin() as connection:
                withdrawal_id = withdrawn_bytes(connection, digest)
                if withdrawal_id is not None:
                    return _remember_withdrawn(connection, file, withdrawal_id)
                known = recording_by_sha256(connection, digest)
                if known is not None:
                    return _add_known(connection, known, file)
                recording_id = uuid.uuid4().hex
                filing = file_of_intake(connection, rules, stem_of(file.path), info)
                add_recording(
                    connection,
                    recording_id=recording_id,
                    sha256=digest,
                    size_bytes=file.version.size_bytes,
                    info=info,
                    path=shown_path(file.path),
                    filing=filing,
                    title=title_of(file.path),
                )
                if filing.joins is not None:
                    rejoin(connection, queue, filing.joins)
                else:
                    queue.enqueue(connection, recording_id, 1)
                _remember(connection, file, FileState.TAKEN, recording_id)
                return TakenIn(recording_id, FileState.TAKEN, added=True)
        except sa.exc.IntegrityError:
            continue
    raise RecordingProblem(ProblemCode.INTERNAL)


def _add_known(connection: sa.Connection, recording_id: str, file: FoundFile) -> TakenIn:
    path = shown_path(file.path)
    before = get_file(connection, path)
    if (
        before is not None
        and (before.state, before.recording_id) == (FileState.TAKEN, recording_id)
        and Version(before.size_bytes, before.modified_ns) == file.version
    ):
        return TakenIn(recording_id, FileState.TAKEN)  # another intake took this very file just now
    names = tables.recording_name
    named = sa.select(names.c.path).where(names.c.path == path, names.c.recording_id == recording_id)
    if connection.execute(named).first() is None:
        add_name(connection, recording_id, path)
        record_event(connection, "intake", "name_added", recording_id)
    _remember(connection, file, FileState.KNOWN, recording_id)
    return TakenIn(recording_id, FileState.KNOWN)


def _remember(connection: sa.Connection, file: FoundFile, state: FileState, recording_id: str) -> None:
    put_file(
        connection,
        path=shown_path(file.path),
        size_bytes=file.version.size_bytes,
        modified_ns=file.version.modified_ns,
        state=state,
        recording_id=recording_id,
    )


def title_of(path: str) -> str:
    """What a recording is called until it has a study id: its file's name without extension."""
    return shown_path(title_of_path(path))
