"""Files of the vault, each encrypted under a key of its own and known by the SHA-256 of its plain bytes.

On disk a file has a random name. Which digest it has, and its key, wrapped, is in a row: with the row the file is gone,
whatever is left of its bytes.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import secrets
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from models.problems import ProblemCode, RecordingProblem
from service.database import is_sqlite
from service.encrypted_files import EncryptedFile, encrypting, new_file_key, sync_folder
from service.vault import tables
from service.vault.keyring import VaultKeys
from service.vault.locked import Erased
from service.vault.recordings import now
from service.vault.tombstones import is_withdrawn

_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class _Kept:
    """An artefact's row: its name on disk, and its key, wrapped under a master key."""

    file: str
    master: str
    wrapped: str


class Artefacts:
    """Immutable files, each written whole or not at all.

    Functions that write use transactions of their own: don't call them while one of yours has written.
    ``OSError`` for a full disk becomes :class:`RecordingProblem` with the code ``disk_full``. What is made for an
    interview that was withdrawn meanwhile is not kept: :class:`service.vault.locked.Erased`.
    """

    def __init__(self, folder: Path, engine: sa.Engine, keys: VaultKeys) -> None:
        self.folder = folder
        self._engine = engine
        self._keys = keys

    def file(self, digest: str) -> EncryptedFile:
        """The file with this digest. Raises FileNotFoundError when there is none."""
        row = self._row(digest)
        if row is None:
            raise FileNotFoundError(errno.ENOENT, "no such artefact")
        file = EncryptedFile(self._path(row.file), self._keys.file_key(row.master, row.wrapped, row.file))
        if not file.path.is_file():
            raise FileNotFoundError(errno.ENOENT, "the artefact's file is lost")
        return file

    def has(self, digest: str) -> bool:
        row = self._row(digest)
        return row is not None and self._path(row.file).is_file()

    def read(self, digest: str) -> bytes:
        """The plain bytes. Raises FileNotFoundError when there is no such file, ``FileBroken`` when it is damaged."""
        return self.file(digest).read_bytes()

    def put(self, data: bytes, made_for: str | None = None) -> str:
        """Keep ``data``; returns its digest. ``made_for`` is the interview it was made for."""
        digest = hashlib.sha256(data).hexdigest()
        return digest if self.has(digest) else self.put_stream(BytesIO(data), made_for)

    def put_file(self, source: Path) -> str:
        """Keep a copy of the plain file; returns its digest."""
        with source.open("rb") as stream:
            return self.put_stream(stream)

    def put_stream(self, stream: BinaryIO, made_for: str | None = None) -> str:
        """Keep everything the stream gives, hashed while it is copied; returns the digest."""
        hasher, name, key = hashlib.sha256(), _new_name(), new_file_key()
        path = self._path(name)
        with _full_disk_told(), self._removed_on_error(path):
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with encrypting(path, key) as handle:
                while block := stream.read(_BLOCK):
                    hasher.update(block)
                    handle.write(block)
            digest = hasher.hexdigest()
            self._keep(digest, name, key, made_for)
        return digest

    def adopt(self, file: EncryptedFile, made_for: str | None = None) -> str:
        """Keep a file that is encrypted already, under a key nobody else uses; it is moved. Returns its digest.

        Raises ``FileBroken`` when it is damaged. On any error it stays where it was.
        """
        hasher, name = hashlib.sha256(), _new_name()
        with file.open() as stream:
            while block := stream.read(_BLOCK):
                hasher.update(block)
        path = self._path(name)
        with _full_disk_told():
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            file.path.replace(path)
            try:
                sync_folder(path.parent)
                self._keep(hasher.hexdigest(), name, file.key, made_for)
            except BaseException:
                # Back to where it was, so that it can be tried again.
                path.replace(file.path)
                raise
        return hasher.hexdigest()

    def remove(self, digest: str) -> None:
        """Delete the file, its key first; nothing happens when it is not there."""
        row = self._row(digest)
        if row is None:
            return
        with self._engine.begin() as connection:
            connection.execute(sa.delete(tables.artefact).where(tables.artefact.c.digest == digest))
        self._path(row.file).unlink(missing_ok=True)

    def remove_leftovers(self, older_than_s: float = 24 * 3600) -> int:
        """Delete files that no row knows, left by a process that was killed; how many. Nobody could read them."""
        with self._engine.connect() as connection:
            known = set(connection.execute(sa.select(tables.artefact.c.file)).scalars())
        removed = 0
        for path in self.folder.glob("??/*"):
            with contextlib.suppress(FileNotFoundError):
                if path.name not in known and time.time() - path.stat().st_mtime > older_than_s:
                    path.unlink()
                    removed += 1
        return removed

    def remove_files(self, names: Iterable[str]) -> int:
        """Delete files whose rows are gone, by their names on disk; the bytes that were deleted."""
        removed = 0
        for name in names:
            path = self._path(name)
            with contextlib.suppress(FileNotFoundError):
                size = path.stat().st_size
                path.unlink()
                removed += size
        return removed

    def _keep(self, digest: str, name: str, key: bytes, made_for: str | None) -> None:
        """Make the complete file ``name`` the artefact; the same bytes may have become one meanwhile."""
        table = tables.artefact
        dialect = sqlite if is_sqlite(self._engine) else postgresql
        added = dialect.insert(table).values(
            digest=digest, file=name, master="", wrapped="", made_at=now(), made_for=made_for
        )
        with self._engine.begin() as connection:
            # Written first, so that the transaction holds its locks before it looks which key is in force.
            connection.execute(added.on_conflict_do_nothing(index_elements=["digest"]))
            if made_for is not None and is_withdrawn(connection, made_for):
                raise Erased
            held = connection.execute(sa.select(table.c.file).where(table.c.digest == digest)).scalar_one()
            if held != name and self._path(held).is_file():
                self._path(name).unlink(missing_ok=True)
                return
            wrapped = self._keys.wrapped_file_key(connection, key, name)
            connection.execute(sa.update(table).where(table.c.digest == digest).values(file=name, **wrapped))

    def _row(self, digest: str) -> _Kept | None:
        table = tables.artefact
        with self._engine.connect() as connection:
            row = connection.execute(
                sa.select(table.c.file, table.c.master, table.c.wrapped).where(table.c.digest == digest)
            ).first()
        return None if row is None else _Kept(row.file, row.master, row.wrapped)

    def _path(self, name: str) -> Path:
        return self.folder / name[:2] / name

    @contextlib.contextmanager
    def _removed_on_error(self, path: Path) -> Iterator[None]:
        try:
            yield
        except BaseException:
            path.unlink(missing_ok=True)
            raise


def _new_name() -> str:
    return secrets.token_hex(16)


@contextlib.contextmanager
def _full_disk_told() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise RecordingProblem(ProblemCode.DISK_FULL) from None
        raise
