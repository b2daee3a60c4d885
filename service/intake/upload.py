"""Uploads: what a page or program sends becomes a file of the watched folder, whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import unicodedata
from collections.abc import AsyncIterator, Callable, Iterator
from functools import partial
from http import HTTPStatus
from pathlib import Path, PurePath

from models.problems import ProblemCode, describe
from service.intake.folder import is_ignored
from service.intake.leftovers import part_name
from service.intake.threads import in_thread
from service.settings import Settings

_BLOCK = 1 << 20
_MIB = 1 << 20
_LONGEST_NAME = 240  # bytes; most file systems take 255, and a number may come behind
_LONGEST_EXTENSION = 16
_MOST_NUMBERS = 1_000
# Characters that turn the reading direction make a name look like another one.
_TURNING = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")

FOLDER_GONE = "The watched folder is not there. Connect its disk or make the folder again."
WITHDRAWN = "This recording was withdrawn. It is not taken in again."
NOT_WRITABLE = "Lytt may not write into the watched folder. Give its user permission to."


class UploadRefused(Exception):  # noqa: N818 - reads as what happened
    """An upload was not taken. ``str()`` says why, without the file's name; ``status`` is the answer's."""

    def __init__(self, status: HTTPStatus, reason: str) -> None:
        super().__init__(reason)
        self.status = status


async def receive_upload(
    settings: Settings,
    filename: str,
    chunks: AsyncIterator[bytes],
    withdrawn: Callable[[str], bool] = lambda _: False,
) -> Path:
    """Write the chunks into the watched folder under a safe form of ``filename``; returns the path.

    The file appears there only when it is complete and on disk. No file is ever replaced: when the
    name is taken by the same bytes, that file's path is returned, and by others, the new one gets a
    number (``D03-T2-2.m4a``). Whatever ends the upload early, nothing of it stays.

    Raises :class:`UploadRefused`: no bytes or a name of an unfinished file (422), larger than
    ``max_upload_mb`` (413), disk full (507), watched folder missing or not writable (503), and bytes that are
    ``withdrawn``, by their SHA-256 (409).
    """
    name = safe_name(filename)
    if is_ignored(name):
        raise UploadRefused(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "The name is that of an unfinished file. Rename it and send it again.",
        )
    folder = settings.watched_folder
    part = folder / part_name()
    with _explained():
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        try:
            digest = await _write(descriptor, chunks, settings.max_upload_mb * _MIB)
        finally:
            os.close(descriptor)
        if await in_thread(lambda: withdrawn(digest)):
            raise UploadRefused(HTTPStatus.CONFLICT, WITHDRAWN)
        with _explained():
            return await in_thread(lambda: _publish(part, folder, name, digest))
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)


def safe_name(filename: str) -> str:
    """The last component of ``filename``, fit to be a file's name: one line, visible, not too long."""
    last = filename.replace("\\", "/").rpartition("/")[2]
    composed = unicodedata.normalize("NFC", last)
    kept = "".join(c for c in composed if unicodedata.category(c) not in ("Cc", "Cs") and c not in _TURNING)
    name = kept.strip().lstrip(". ").rstrip(". ")
    stem, dot, extension = name.rpartition(".")
    if not dot or len(extension.encode()) > _LONGEST_EXTENSION:
        stem, extension = name, ""
    ending = f".{extension}" if extension else ""
    stem = stem.encode()[: _LONGEST_NAME - len(ending.encode())].decode(errors="ignore")
    return f"{stem or 'recording'}{ending}"


async def _write(descriptor: int, chunks: AsyncIterator[bytes], limit: int) -> str:
    hasher, pending, size = hashlib.sha256(), bytearray(), 0

    def flush(block: bytes) -> None:
        hasher.update(block)
        rest = memoryview(block)
        while rest:
            rest = rest[os.write(descriptor, rest) :]

    def finish(block: bytes) -> None:
        flush(block)
        os.fsync(descriptor)

    async for chunk in chunks:
        size += len(chunk)
        if size > limit:
            raise UploadRefused(
                HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
                f"The file is larger than {limit // _MIB} MiB. Copy it into the watched folder instead.",
            )
        pending += chunk
        if len(pending) >= _BLOCK:
            with _explained():
                block, pending = bytes(pending), bytearray()
                await in_thread(partial(flush, block))
    if size == 0:
        raise UploadRefused(HTTPStatus.UNPROCESSABLE_ENTITY, describe(ProblemCode.EMPTY_FILE))
    with _explained():
        await in_thread(partial(finish, bytes(pending)))
    return hasher.hexdigest()


def _publish(part: Path, folder: Path, name: str, digest: str) -> Path:
    stem, ending = PurePath(name).stem, PurePath(name).suffix
    for number in range(1, _MOST_NUMBERS):
        target = folder / (name if number == 1 else f"{stem}-{number}{ending}")
        if _name_it(part, target):
            handle = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)
            return target
        if _holds(target, part.stat().st_size, digest):
            return target
    raise UploadRefused(
        HTTPStatus.UNPROCESSABLE_ENTITY, "Too many files have this name. Rename it and send it again."
    )


def _name_it(part: Path, target: Path) -> bool:
    """Give the finished part its name unless something has it; whether it was given."""
    try:
        target.hardlink_to(part)
    except FileExistsError:
        return False
    except OSError as error:
        if error.errno not in (errno.EPERM, errno.ENOTSUP, errno.ENOSYS, errno.EMLINK, errno.EINVAL):
            raise
        # No hard links here (FAT, some network mounts): hold the name with an empty file of our own.
        try:
            os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        except FileExistsError:
            return False
        part.replace(target)
    return True


def _holds(target: Path, size: int, digest: str) -> bool:
    try:
        handle = os.open(target, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        with open(handle, "rb") as file:  # noqa: PTH123 - of a descriptor
            if os.fstat(handle).st_size != size:
                return False
            return hashlib.file_digest(file, "sha256").hexdigest() == digest
    except OSError:
        return False


@contextlib.contextmanager
def _explained() -> Iterator[None]:
    """Errors of the operating system as refusals in words."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise UploadRefused(HTTPStatus.INSUFFICIENT_STORAGE, describe(ProblemCode.DISK_FULL)) from None
        reason = FOLDER_GONE if error.errno in (errno.ENOENT, errno.ENOTDIR) else NOT_WRITABLE
        raise UploadRefused(HTTPStatus.SERVICE_UNAVAILABLE, reason) from None
