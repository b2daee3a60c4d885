"""Content-addressed files of the vault: a file's name is the SHA-256 of its bytes."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from models.problems import ProblemCode, RecordingProblem

_BLOCK = 1 << 20


class Artefacts:
    """A folder of immutable files, each written whole or not at all.

    ``OSError`` for a full disk becomes :class:`RecordingProblem` with the code ``disk_full``.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, digest: str) -> Path:
        """Where the file with this digest lies, whether it is there or not."""
        if len(digest) != 64 or not digest.isalnum():
            raise ValueError("not a digest")
        return self.folder / digest[:2] / digest

    def has(self, digest: str) -> bool:
        return self.path(digest).is_file()

    def read(self, digest: str) -> bytes:
        """The bytes. Raises FileNotFoundError when there is no such file."""
        return self.path(digest).read_bytes()

    def put(self, data: bytes) -> str:
        """Keep ``data``; returns its digest."""
        digest = hashlib.sha256(data).hexdigest()
        if not self.has(digest):
            with self._writing() as (temporary, file):
                file.write(data)
                self._keep(temporary, file, digest)
        return digest

    def put_file(self, source: Path) -> str:
        """Keep a copy of the file; returns its digest."""
        with source.open("rb") as stream:
            return self.put_stream(stream)

    def put_stream(self, stream: BinaryIO) -> str:
        """Keep everything the stream gives, hashed while it is copied; returns the digest."""
        hasher = hashlib.sha256()
        with self._writing() as (temporary, file):
            while block := stream.read(_BLOCK):
                hasher.update(block)
                file.write(block)
            digest = hasher.hexdigest()
            if not self.has(digest):
                self._keep(temporary, file, digest)
        return digest

    def remove(self, digest: str) -> None:
        """Delete the file; nothing happens when it is not there."""
        self.path(digest).unlink(missing_ok=True)

    @contextlib.contextmanager
    def _writing(self) -> Iterator[tuple[Path, BinaryIO]]:
        temporary = self.folder / "tmp" / secrets.token_hex(16)
        try:
            temporary.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                yield temporary, file
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise RecordingProblem(ProblemCode.DISK_FULL) from None
            raise
        finally:
            temporary.unlink(missing_ok=True)

    def _keep(self, temporary: Path, file: BinaryIO, digest: str) -> None:
        file.flush()
        os.fsync(file.fileno())
        target = self.path(digest)
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        temporary.replace(target)
        folder = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
