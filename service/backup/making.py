"""Making a snapshot while Lytt runs: rows as they are at one instant, then the files that they name.

Rows and files that the repository holds already are not stored again. Nothing counts until the manifest is written;
killed before that, the next backup finds what was stored and goes on.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import BinaryIO

import sqlalchemy as sa

from service.backup.owners import interviews_of_recordings, kept_tables, owner_column, owners_of_artefacts
from service.backup.places import own_files, place_folders
from service.backup.repository import BackupRefused, Repository, Snapshot, digest_of
from service.backup.rows import Rows, compressed, packed, read_rows
from service.backup.values import (
    CODING,
    FILES_OF_CODING,
    FILES_OF_VAULT,
    FORMAT,
    OWN_FILES,
    VAULT,
    Chunk,
    KeptFile,
    Manifest,
    Schema,
)
from service.backup.withdrawn import tombstones_of, withdrawn_in
from service.coding import tables as coding_tables
from service.coding.store import CodingStore
from service.database import is_sqlite
from service.settings import Settings
from service.vault import tables
from service.vault.keyring import wrapped_keys
from service.vault.keys import Master, open_ring
from service.vault.locked import KeyUnusable
from service.vault.recordings import now
from service.vault.store import Vault

TRIES = 5
"""How often a snapshot is begun anew when files went, or an interview was being released, while it was made."""

SCHEMA_TABLES = {VAULT: "vault_schema_version", CODING: "coding_schema_version"}
_BETWEEN_TRIES_S = 1.0
CODING_FILES = ("listening", "peaks", "track")
"""Columns of the coding side that name files."""

Tell = Callable[[int, int], None]
"""Told of bytes done, of how many."""


def quiet(_done: int, _of: int) -> None:
    """Tells nobody."""


@dataclass(frozen=True, slots=True)
class Installation:
    """What is backed up."""

    settings: Settings
    vault: Vault
    store: CodingStore


@dataclass(frozen=True, slots=True)
class Made:
    """A snapshot, what was new in it, and the files of the vault that are lost."""

    snapshot: Snapshot
    new_objects: int
    new_bytes: int
    lost: int


class _Moved(Exception):  # noqa: N818 - reads as what happened
    """A file that the rows name went meanwhile."""


@dataclass
class _Work:
    """One attempt."""

    installation: Installation
    repository: Repository
    known: dict[str, KeptFile]
    chunks: list[Chunk] = field(default_factory=list)
    files: list[KeptFile] = field(default_factory=list)
    new_objects: int = 0
    new_bytes: int = 0
    lost: int = 0

    def keep_rows(self, store: str, rows: Rows, owner: str | None) -> None:
        data = packed(rows)
        name = rows_name(self.repository, data)
        self._count(self.repository.put(name, compressed(data)))
        self.chunks.append(Chunk(store, rows.table, owner, name, len(rows.rows)))

    def keep_file(self, place: str, folder: Path, path: str, owners: tuple[str, ...]) -> int:
        """Keep a file that is never changed under its name; returns its size. Raises FileNotFoundError."""
        name = self.repository.name_of(b"file", place.encode(), path.encode())
        held = self.known.get(name)
        if held is None or not self.repository.has(name):
            with (folder / path).open("rb") as stream:
                if self.repository.has(name):
                    # An attempt that was killed stored it and wrote down nothing of it.
                    digest, size = digest_of(stream), stream.tell()
                else:
                    hashing = _Hashing(stream)
                    self._count(self.repository.put_stream(name, hashing))
                    digest, size = hashing.digest, hashing.size
            held = KeptFile(place, path, name, size, digest)
        self.files.append(KeptFile(place, path, name, held.size, held.sha256, owners))
        return held.size

    def keep_own_file(self, path: str, data: bytes) -> None:
        digest = hashlib.sha256(data).hexdigest()
        name = self.repository.name_of(b"own file", path.encode(), digest.encode())
        self._count(self.repository.put(name, data))
        self.files.append(KeptFile(OWN_FILES, path, name, len(data), digest))

    def _count(self, written: int) -> None:
        self.new_bytes += written
        self.new_objects += bool(written)


class _Hashing:
    """A stream that is hashed while it is read."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._hasher = hashlib.sha256()
        self.size = 0

    def read(self, size: int = -1, /) -> bytes:
        block = self._stream.read(size)
        self._hasher.update(block)
        self.size += len(block)
        return block

    @property
    def digest(self) -> str:
        return self._hasher.hexdigest()


def rows_name(repository: Repository, data: bytes) -> str:
    """The name of the object that holds these rows: known by its content."""
    return repository.name_of(b"rows", data)


def make_snapshot(installation: Installation, repository: Repository, tell: Tell = quiet) -> Made:
    """Add a snapshot to the repository, which the caller holds for writing.

    Raises OSError for a full disk, and :class:`BackupRefused` when files keep going while they are stored.
    """
    known = {
        file.object: file for one in repository.snapshots() for file in one.manifest.files if file.size >= 0
    }
    for attempt in range(TRIES):
        work = _Work(installation, repository, known)
        try:
            return _attempt(work, tell, last=attempt == TRIES - 1)
        except _Moved:
            time.sleep(_BETWEEN_TRIES_S)
    raise BackupRefused("Files of the vault kept going while they were stored. Run the backup again.")


def _attempt(work: _Work, tell: Tell, *, last: bool) -> Made:
    installation, repository = work.installation, work.repository
    vault = installation.vault
    with ExitStack() as stack:
        coding = stack.enter_context(snapshot_of(installation.store.engine))
        connection = stack.enter_context(snapshot_of(vault.engine))
        if not last and _released(connection) != _received(coding):
            raise _Moved  # somebody is releasing an interview just now
        made_at = now()
        master = _master_of(vault, connection)
        owners = owners_of_artefacts(vault, connection)
        schemas = []
        for store, at in ((VAULT, connection), (CODING, coding)):
            schemas.append(_schema(store, at))
            _keep_rows(work, store, at, owners if store == VAULT else {})
        tombstones = tombstones_of(connection)
        interviews = connection.execute(sa.select(sa.func.count()).select_from(tables.interview)).scalar_one()
        events = connection.execute(sa.select(tables.event_head.c.number)).scalar_one()
        wanted = [
            (FILES_OF_VAULT, f"{name[:2]}/{name}", tuple(sorted(owners.get(name, ()))))
            for name in connection.execute(sa.select(tables.artefact.c.file).order_by("file")).scalars()
        ]
        folder = place_folders(installation.settings)[FILES_OF_CODING]
        wanted += [(FILES_OF_CODING, path, (owner,)) for path, owner in coding_files(coding, folder)]
    _keep_files(work, wanted, tell)
    manifest = Manifest(
        format=FORMAT,
        version=version("lytt"),
        made_at=made_at,
        schemas=tuple(schemas),
        chunks=tuple(work.chunks),
        files=tuple(work.files),
        master=master.key.hex(),
        begun=withdrawn_in(tombstones, finished=False),
        withdrawn=withdrawn_in(tombstones, finished=True),
        interviews=interviews,
        events=events,
    )
    return Made(repository.add_snapshot(manifest), work.new_objects, work.new_bytes, work.lost)


@contextmanager
def snapshot_of(engine: sa.Engine) -> Iterator[sa.Connection]:
    """A connection that sees the database as it is at its first question, whatever is written meanwhile."""
    with engine.connect() as connection:
        if is_sqlite(connection):
            # The driver begins a transaction by itself only when something is written.
            connection.exec_driver_sql("BEGIN")
        else:
            connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        try:
            yield connection
        finally:
            connection.rollback()


def _released(connection: sa.Connection) -> set[str]:
    return set(connection.execute(sa.select(tables.release.c.interview_id)).scalars())


def _received(connection: sa.Connection) -> set[str]:
    return set(connection.execute(sa.select(coding_tables.interview.c.id)).scalars())


def _master_of(vault: Vault, connection: sa.Connection) -> Master:
    """A master key that opens the snapshot's rows, also while keys are rotated."""
    rows = wrapped_keys(connection)
    for again in (False, True):
        if again:
            vault.keys.open()
        for master in (vault.keys.ring.current, *vault.keys.ring.masters.values()):
            try:
                open_ring(master, rows)
            except KeyUnusable:
                continue
            return master
    raise BackupRefused("The vault's key was changed just now. Run the backup again.")


def _schema(store: str, connection: sa.Connection) -> Schema:
    revision = connection.execute(
        sa.select(sa.column("version_num", sa.String)).select_from(sa.table(SCHEMA_TABLES[store]))
    ).scalar_one()
    return Schema(store, revision, tuple(table.name for table in kept_tables(store)))


def _keep_rows(work: _Work, store: str, connection: sa.Connection, owners: dict[str, frozenset[str]]) -> None:
    recordings = interviews_of_recordings(connection) if store == VAULT else {}
    for table in kept_tables(store):
        by = owner_column(table)
        for owner, rows in read_rows(connection, table, by):
            if table is tables.artefact:
                for one, its_rows in _by_owner(rows, owners):
                    work.keep_rows(store, its_rows, one)
            else:
                interview_id = recordings.get(owner, owner) if owner is not None else None
                work.keep_rows(store, rows, interview_id)


def _by_owner(rows: Rows, owners: dict[str, frozenset[str]]) -> Iterator[tuple[str | None, Rows]]:
    """Rows of artefacts that are one interview's alone by themselves, the others together."""
    at = rows.place("file")
    parted: dict[str | None, list[int]] = {}
    for number, row in enumerate(rows.rows):
        its = owners.get(str(row[at]), frozenset())
        parted.setdefault(next(iter(its)) if len(its) == 1 else None, []).append(number)
    for owner in sorted(parted, key=lambda one: one or ""):
        yield owner, Rows(rows.table, rows.columns, tuple(rows.rows[number] for number in parted[owner]))


def _keep_files(work: _Work, wanted: list[tuple[str, str, tuple[str, ...]]], tell: Tell) -> None:
    settings = work.installation.settings
    folders = place_folders(settings)
    sizes = {(place, path): _size(folders[place] / path) for place, path, _ in wanted}
    whole, done = sum(sizes.values()), 0
    tell(0, whole)
    for place, path, owners in wanted:
        try:
            work.keep_file(place, folders[place], path, owners)
        except FileNotFoundError:
            if place == FILES_OF_CODING or not _is_known(work.installation.vault, Path(path).name):
                raise _Moved from None
            work.lost += 1
        done += sizes[place, path]
        tell(done, whole)
    for path, data in own_files(settings.data_dir):
        work.keep_own_file(path, data)


def coding_files(connection: sa.Connection, folder: Path) -> Iterator[tuple[str, str]]:
    """Files of the coding side that its rows name, each with its interview."""
    there = {path.name: path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    for table in kept_tables(CODING):
        named = [column for column in table.columns if column.name in CODING_FILES]
        if not named or "interview_id" not in table.c:
            continue
        for row in connection.execute(sa.select(table.c.interview_id, *named).order_by("interview_id")):
            for name in filter(None, row[1:]):
                yield there.get(str(name), str(name)), str(row[0])


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def _is_known(vault: Vault, name: str) -> bool:
    """Whether the vault still says that there is a file of this name."""
    with vault.engine.connect() as connection:
        named = sa.select(tables.artefact.c.made_at).where(tables.artefact.c.file == name)
        return connection.execute(named).first() is not None
