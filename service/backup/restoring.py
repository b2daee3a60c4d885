"""Putting a snapshot back, without what was withdrawn since.

Files come first, then the rows of each database in one transaction, in the schema they were taken from; then that is
brought up to date as at every start. While it goes on a marker lies in the data directory: killed anywhere, the same
restore is begun again.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import sqlalchemy as sa
from alembic.config import Config
from alembic.script import ScriptDirectory
from pydantic import SecretStr

from models.codec import from_json, to_json
from service.backup.emptying import empty_database, holds_something
from service.backup.making import Tell, quiet
from service.backup.places import own_file_target, place_folders
from service.backup.repository import BackupRefused, ObjectBroken, Repository, Snapshot
from service.backup.rows import Column, Rows, continue_numbers, packed, unpacked, write_rows
from service.backup.selecting import Remaining, read_chunk, said_by
from service.backup.values import CODING, OWN_FILES, VAULT, KeptFile, Manifest, Withdrawn
from service.backup.verifying import Hashed
from service.backup.withdrawn import TOMBSTONES, tombstones_of, withdrawn_in
from service.coding import tables as coding
from service.coding.store import MIGRATIONS as CODING_MIGRATIONS
from service.coding.store import CodingStore, open_coding_store
from service.coding.store import withdraw as remove_from_coding
from service.database import open_database
from service.encrypted_files import sync_folder
from service.identities.forgetting import forget_unspoken
from service.migrate import migrate
from service.pipeline.engine import JobQueue
from service.settings import Settings
from service.vault import tables
from service.vault.chain import Anchor, AnchorDamaged, Head, continues
from service.vault.events import accept_end, verify
from service.vault.keys import Master
from service.vault.locked import VaultLocked
from service.vault.recordings import RecordingState, record_event, start_attempt
from service.vault.rotation import begin, wrap_again
from service.vault.store import MIGRATIONS as VAULT_MIGRATIONS
from service.vault.store import Vault, key_source, open_vault

MARKER = "restore.begun"
_MIGRATIONS = {VAULT: VAULT_MIGRATIONS, CODING: CODING_MIGRATIONS}
_OPEN_STATES = (RecordingState.QUEUED.value, RecordingState.PROCESSING.value)


@dataclass(frozen=True, slots=True)
class Restored:
    """What was put back. ``damaged`` files could not be read from the backup."""

    snapshot: Snapshot
    interviews: int
    files: int
    left_out: int
    damaged: tuple[KeptFile, ...]
    queued: int
    log_reason: str | None


@dataclass(frozen=True, slots=True)
class _Begun:
    """A restore under way: of which snapshot, and what the installation knew to be withdrawn before."""

    snapshot: str
    known: Withdrawn = field(default_factory=Withdrawn)
    tombstones: tuple[str, ...] = ()


def choose(repository: Repository, name: str | None) -> Snapshot:
    """The snapshot of this name or beginning of one, or the newest. Raises :class:`BackupRefused`."""
    names = repository.snapshot_names()
    fitting = [one for one in names if name is None or one.startswith(name)]
    if not fitting:
        what = "no snapshot" if name is None else f"no snapshot {name}"
        raise BackupRefused(f"There is {what} in {repository.folder}. See: lytt backup --list")
    if name is not None and len(fitting) > 1:
        raise BackupRefused(f"Several snapshots begin with {name}. Give the whole name.")
    try:
        return Snapshot(fitting[-1], repository.manifest(fitting[-1]))
    except ObjectBroken:
        raise BackupRefused(
            f"The snapshot {fitting[-1]} is damaged. Take another one (--snapshot); see: lytt backup --list"
        ) from None


def restore(
    settings: Settings,
    repository: Repository,
    name: str | None,
    *,
    replace_it: bool,
    actor: str,
    tell: Tell = quiet,
) -> Restored:
    """Put a snapshot into the installation that ``settings`` name, which nobody may be using.

    Raises :class:`BackupRefused`, with nothing done, when there is something already and it is not to be replaced,
    when the snapshot is damaged, or made by a newer Lytt; OSError for a full disk.
    """
    snapshot = choose(repository, name)
    _refuse_newer(snapshot.manifest)
    begun = _begin(settings, snapshot, replace_it)
    withdrawn, tombstones = _withdrawn(repository, begun)
    gone = withdrawn - snapshot.manifest.withdrawn
    said = said_by(repository, (one.manifest for one in _readable(repository)), gone)
    remaining = Remaining(repository, snapshot.manifest, gone, said=said)
    _refuse_damaged(remaining)
    _write_marker(settings, begun)
    empty_database(settings.vault_database)
    empty_database(settings.coding_database)
    damaged = _put_files(settings, remaining, tell)
    master = Master.from_hex(snapshot.manifest.master)
    _put_rows(settings, remaining, tombstones)
    vault = _opened(settings, master)
    store = open_coding_store(settings, vault.keys.coding_files_key)
    try:
        _reconcile(vault, store)
        _continue_log(vault, settings, actor)
        queued = _queue_again(vault)
        interviews = _count(vault, tables.interview)
        left_out = len(_owners(snapshot.manifest) & set(remaining.gone.interviews))
        if left_out:
            with vault.engine.begin() as connection:
                forget_unspoken(connection)
        with vault.engine.begin() as connection:
            detail = {"interviews": interviews, "left_out": left_out, "damaged": len(damaged)}
            record_event(connection, actor, "restored", "vault", detail)
        with vault.engine.connect() as connection:
            verdict = verify(connection)
    finally:
        store.close()
        vault.close()
    (settings.data_dir / MARKER).unlink()
    return Restored(
        snapshot, interviews, len(remaining.files), left_out, tuple(damaged), queued, verdict.reason
    )


def _refuse_newer(manifest: Manifest) -> None:
    for schema in manifest.schemas:
        config = Config()
        config.set_main_option("script_location", str(_MIGRATIONS[schema.store]))
        known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
        if schema.revision not in known:
            raise BackupRefused(
                f"The snapshot was made by a newer Lytt ({manifest.version}). Update this one, then restore."
            )


def _begin(settings: Settings, snapshot: Snapshot, replace_it: bool) -> _Begun:
    """What is to be restored; goes on with one that was killed. Raises :class:`BackupRefused`."""
    marker = settings.data_dir / MARKER
    if marker.exists():
        begun = from_json(_Begun, marker.read_bytes())
        if begun.snapshot != snapshot.name:
            raise BackupRefused(
                f"A restore of the snapshot {begun.snapshot} was begun here and is not done. Run it again with "
                f"--snapshot {begun.snapshot}; another one can follow with --replace."
            )
        return begun
    occupied = holds_something(settings.vault_database) or holds_something(settings.coding_database)
    if occupied and not replace_it:
        raise BackupRefused(
            f"There is an installation in {settings.data_dir} already. Restore into another data directory "
            "(--into), or say --replace: then what is there now is lost, but for what was withdrawn."
        )
    known, held = _known_here(settings) if occupied else (Withdrawn(), ())
    return _Begun(snapshot.name, known, tuple(packed(rows).decode() for rows in held))


def _known_here(settings: Settings) -> tuple[Withdrawn, tuple[Rows, ...]]:
    """What the installation that is replaced knows as withdrawn."""
    engine = open_database(settings.vault_database)
    try:
        with engine.connect() as connection:
            held = tombstones_of(connection)
    finally:
        engine.dispose()
    return withdrawn_in(held, finished=False), held


def _withdrawn(repository: Repository, begun: _Begun) -> tuple[Withdrawn, list[Rows]]:
    """What all snapshots and the installation before know as withdrawn, and the rows that say so."""
    found = begun.known
    held = [unpacked(data.encode()) for data in begun.tombstones]
    for snapshot in _readable(repository):
        found |= snapshot.manifest.begun | snapshot.manifest.withdrawn | snapshot.manifest.forgotten
        for chunk in snapshot.manifest.chunks:
            if chunk.store == VAULT and chunk.table in TOMBSTONES:
                try:
                    held.append(read_chunk(repository, chunk))
                except ObjectBroken:
                    # What it says is in the manifest too; only its receipt is lost.
                    continue
    return found, held


def _readable(repository: Repository) -> Iterator[Snapshot]:
    for name in repository.snapshot_names():
        try:
            yield Snapshot(name, repository.manifest(name))
        except ObjectBroken:
            continue


def _refuse_damaged(remaining: Remaining) -> None:
    """Rows are all or nothing: read every one before anything is touched."""
    for chunk in remaining.chunks:
        try:
            remaining.rows(chunk)
        except ObjectBroken:
            raise BackupRefused(
                "Rows of this snapshot are damaged in the backup, so it can't be restored. Take another snapshot "
                "(--snapshot); `lytt backup --verify` says which are whole."
            ) from None


def _write_marker(settings: Settings, begun: _Begun) -> None:
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    settings.vault_folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _new(settings.data_dir / MARKER) as descriptor:
        os.write(descriptor, to_json(begun))


@contextmanager
def _new(target: Path) -> Iterator[int]:
    """A descriptor to write; ``target`` is there, complete and on disk, when the block ends without error."""
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        yield descriptor
        os.fsync(descriptor)
        draft.replace(target)
        sync_folder(target.parent)
    finally:
        os.close(descriptor)
        draft.unlink(missing_ok=True)


def _put_files(settings: Settings, remaining: Remaining, tell: Tell) -> list[KeptFile]:
    """Put the files where they were; those that can't be had from the backup."""
    folders = place_folders(settings)
    whole, done = sum(file.size for file in remaining.files), 0
    damaged = []
    for file in remaining.files:
        if file.place == OWN_FILES:
            target = own_file_target(settings.data_dir, file.path)
        else:
            target = folders[file.place] / file.path
        inside = settings.data_dir if file.place == OWN_FILES else folders[file.place]
        if not target.resolve().is_relative_to(inside.resolve()):
            raise BackupRefused(
                "The backup names a file outside of the data directory. It is not one of Lytt's."
            )
        try:
            _put_file(remaining.repository, file, target)
        except ObjectBroken:
            damaged.append(file)
        done += file.size
        tell(done, whole)
    return damaged


class _Into(Hashed):
    """Hashes what it writes into a file."""

    def __init__(self, descriptor: int) -> None:
        super().__init__()
        self._descriptor = descriptor

    def write(self, data: bytes, /) -> int:
        view = memoryview(data)
        while view:
            view = view[os.write(self._descriptor, view) :]
        return super().write(data)


def _put_file(repository: Repository, file: KeptFile, target: Path) -> None:
    if target.is_file() and target.stat().st_size == file.size and file.place != OWN_FILES:
        return  # a restore that was killed came so far: files are there whole or not at all
    with _new(target) as descriptor:
        into = _Into(descriptor)
        repository.read_stream(file.object, into)
        if (into.digest, into.size) != (file.sha256, file.size):
            raise ObjectBroken


def _put_rows(settings: Settings, remaining: Remaining, tombstones: Iterable[Rows]) -> None:
    urls = {CODING: settings.coding_database, VAULT: settings.vault_database}
    for store, url in urls.items():
        schema = next(one for one in remaining.manifest.schemas if one.store == store)
        engine = open_database(url)
        try:
            migrate(engine, _MIGRATIONS[store], schema.revision)
            with engine.begin() as connection:
                if store == VAULT:
                    connection.execute(sa.delete(sa.table("event_head")))
                columns: dict[str, tuple[Column, ...]] = {}
                for name in schema.tables:
                    if store == VAULT and name in TOMBSTONES:
                        held = _joined(rows for rows in tombstones if rows.table == name)
                    else:
                        held = (
                            remaining.rows(chunk)
                            for chunk in remaining.chunks
                            if (chunk.store, chunk.table) == (store, name)
                        )
                    for rows in held:
                        write_rows(connection, rows)
                        columns[name] = rows.columns
                for name, written in columns.items():
                    continue_numbers(connection, name, written)
        finally:
            engine.dispose()


def _joined(held: Iterable[Rows]) -> Iterator[Rows]:
    """Rows of several snapshots as one: of those with the same key, which is the first column, the last one."""
    found: dict[object, Rows] = {}
    for rows in held:
        for row in rows.rows:
            found[row[0]] = Rows(rows.table, rows.columns, (row,))
    yield from found.values()


def _opened(settings: Settings, master: Master) -> Vault:
    """The vault with its key in force: the one of the place if it has one, else the one of the backup."""
    source = key_source(settings)
    try:
        here = source.find()
    except VaultLocked:
        raise BackupRefused(
            "The key of this place is locked. Unlock it (lytt vault unlock), then restore again."
        ) from None
    if here is None:
        source.replace(master, None)
    elif here.id != master.id:
        _rewrap(settings, master, here)
    return open_vault(settings)


def _rewrap(settings: Settings, master: Master, here: Master) -> None:
    """Wrap the restored keys under the key that is in force here; opened with that, the vault finishes it."""
    given = settings.model_copy(update={"vault_key": SecretStr(master.key.hex())})
    vault = open_vault(given)
    try:
        wrap_again(vault, begin(vault, here))
    finally:
        vault.close()


def _reconcile(vault: Vault, store: CodingStore) -> None:
    """The two stores agree on what is released: what only one of them says is taken back."""
    with vault.engine.connect() as connection:
        released = set(connection.execute(sa.select(tables.release.c.interview_id)).scalars())
    with store.engine.begin() as connection:
        received = set(connection.execute(sa.select(coding.interview.c.id)).scalars())
        for interview_id in received - released:
            remove_from_coding(connection, interview_id)
    with vault.engine.begin() as connection:
        for interview_id in released - received:
            connection.execute(sa.delete(tables.release).where(tables.release.c.interview_id == interview_id))


def _continue_log(vault: Vault, settings: Settings, actor: str) -> None:
    """Anchor the log as it ends in the snapshot. Where a later end was anchored here, the log says who went over it."""
    anchor = Anchor(settings.event_log_head)
    with vault.engine.connect() as connection:
        end = connection.execute(sa.select(tables.event_head.c.number, tables.event_head.c.hash)).one()
        head = Head(end.number, end.hash)
        try:
            anchored = anchor.read()
            at = None if anchored is None else _hash_at(connection, anchored.number)
            follows = continues(anchored, head, at)
        except AnchorDamaged:
            follows = False
    if follows:
        anchor.replace(head)
        return
    with vault.engine.begin() as connection:
        accept_end(connection, actor)


def _hash_at(connection: sa.Connection, number: int) -> str | None:
    found: str | None = connection.execute(
        sa.select(tables.event.c.hash).where(tables.event.c.id == number)
    ).scalar_one_or_none()
    return found


def _queue_again(vault: Vault) -> int:
    """Put what was in the queue, or in work, into the queue; how many."""
    queue = JobQueue(vault.engine)
    try:
        with vault.engine.begin() as connection:
            waiting = connection.execute(
                sa.select(tables.recording.c.id).where(tables.recording.c.state.in_(_OPEN_STATES))
            ).scalars()
            ids = list(waiting)
            for recording_id in ids:
                queue.enqueue(connection, recording_id, start_attempt(connection, recording_id))
    finally:
        queue.close()
    return len(ids)


def _owners(manifest: Manifest) -> set[str]:
    return {chunk.owner for chunk in manifest.chunks if chunk.table == "interview" and chunk.owner}


def _count(vault: Vault, table: sa.Table) -> int:
    with vault.engine.connect() as connection:
        return int(connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one())
