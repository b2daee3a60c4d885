"""Sealing what an earlier version kept in clear: rows, files, and what deleted rows left behind.

Each step is done once, and killed in the middle it is begun again: a column is sealed in one transaction with the note
that it is, a file is encrypted before the plain one goes. Then the database writes its tables anew, so that free space
holds nothing. A column that a later version seals is converted in the same way, when the vault is first opened with it.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa
import structlog

from service.database import is_sqlite
from service.sealed import Sealed, SealedData, SealedDigest, SealedName
from service.transcript.readers import ConnectionReader
from service.transcript.reading import utterances_between
from service.transcript.writing import write_search_text
from service.vault import tables
from service.vault.fields import number_of_data
from service.vault.interview_keys import sealing_for
from service.vault.locked import SealBroken
from service.vault.owned_rows import owned_tables
from service.vault.recordings import now
from service.vault.sealing import Sealer

if TYPE_CHECKING:
    from service.vault.store import Vault

FREE_SPACE = "free_space"

_BLOCK = 1 << 20
_ALL = 2**31 - 1
_PLAIN_NAME = re.compile(r"[0-9a-f]{64}")
_LOCK = "converting.lock"

log: structlog.stdlib.BoundLogger = structlog.get_logger()


def convert(vault: Vault, folder: Path) -> None:
    """Seal everything that is not yet sealed in the vault, whose files lie in ``folder``."""
    if not _left(vault):
        return
    with _alone(folder):
        if _note_if_new(vault):
            return
        for step in _left(vault):
            log.info("vault_converting", step=step)
            if step == FREE_SPACE:
                _erase_free_space(vault)
            elif step in _STEPS:
                _STEPS[step](vault, folder)
            else:
                _seal(vault, step)


def sealed_columns() -> dict[str, sa.Column[str]]:
    """Every column of the vault that holds sealed text, names or digests, by ``table.column``."""
    return {
        f"{table.name}.{column.name}": column
        for table in tables.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, Sealed | SealedName | SealedDigest)
    }


def _left(vault: Vault) -> list[str]:
    with vault.engine.connect() as connection:
        done = set(connection.execute(sa.select(tables.conversion.c.step)).scalars())
    # In this order: texts are read from sealed words, and files are found by sealed digests.
    left = [step for step in (*sealed_columns(), *_STEPS) if step not in done]
    return [*left, FREE_SPACE] if left or FREE_SPACE not in done else []


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Only one process converts; the system lets go of the lock when it dies."""
    with (folder / _LOCK).open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _note(connection: sa.Connection, *steps: str) -> None:
    """The steps are done, so that free space may hold what they replaced."""
    table = tables.conversion
    connection.execute(sa.delete(table).where(table.c.step.in_([*steps, FREE_SPACE])))
    connection.execute(sa.insert(table), [{"step": step, "done_at": now()} for step in steps])


def _note_if_new(vault: Vault) -> bool:
    """A vault that never held anything has nothing to seal; whether it is one."""
    if any(vault.artefacts.folder.glob("??/*")):
        return False
    with vault.engine.begin() as connection:
        for table in {column.table for column in sealed_columns().values()}:
            if connection.execute(sa.select(sa.literal(1)).select_from(table).limit(1)).first() is not None:
                return False
        _note(connection, *sealed_columns(), *_STEPS, FREE_SPACE)
    return True


def _seal(vault: Vault, step: str) -> None:
    column = sealed_columns()[step]
    table = column.table
    with vault.engine.begin() as connection:
        owner = owned_tables().get(table)
        if owner is not None and isinstance(column.type, Sealed):
            for interview_id in connection.execute(sa.select(owner).distinct()).scalars().all():
                with sealing_for(interview_id):
                    _seal_rows(connection, column, owner == interview_id)
        elif table is not tables.artefact:
            _seal_rows(connection, column, sa.true())
        _note(connection, step)


def _seal_rows(connection: sa.Connection, column: sa.Column[str], of: sa.ColumnElement[bool]) -> None:
    table = column.table
    # As they lie in the database: some keys are sealed columns themselves, this one perhaps.
    keys = [(f"key_{key.name}", sa.type_coerce(key, _plain_type(key))) for key in table.primary_key]
    plain = sa.type_coerce(column, sa.Text())
    change = (
        sa.update(table)
        .where(*(key == sa.bindparam(name, type_=key.type) for name, key in keys))
        .values({column: sa.bindparam("sealed")})
    )
    rows = connection.execute(sa.select(plain, *(key for _, key in keys)).where(of, plain.is_not(None))).all()
    names = [name for name, _ in keys]
    if rows:
        connection.execute(
            change, [{"sealed": row[0]} | dict(zip(names, row[1:], strict=True)) for row in rows]
        )


def _plain_type(column: sa.Column[object]) -> sa.types.TypeEngine[object]:
    sealed = isinstance(column.type, sa.types.TypeDecorator)
    return sa.Text() if sealed else column.type  # type: ignore[return-value]


def _texts(vault: Vault, _folder: Path) -> None:
    transcript = tables.transcripts.transcript
    with vault.engine.begin() as connection:
        reader = ConnectionReader(connection)
        for interview_id in connection.execute(sa.select(transcript.c.interview_id)).scalars().all():
            said = utterances_between(reader, interview_id, limit=_ALL)
            write_search_text(connection, tables.transcripts, interview_id, said)
        _note(connection, "search_text")


def _voiceprints(vault: Vault, _folder: Path) -> None:
    """They were sealed under the master key itself. One that does not open is forgotten, and made again."""
    table, result = tables.voiceprint, tables.stage_result
    before = Sealer(vault.keys.ring.current.key)
    held = sa.type_coerce(table.c.sealed, sa.LargeBinary).label("sealed")
    with vault.engine.begin() as connection:
        for row in connection.execute(sa.select(table.c.interview_id, table.c.label, held)).all():
            here = (table.c.interview_id == row.interview_id, table.c.label == row.label)
            context = f"voiceprint {row.interview_id} {row.label}"
            try:
                again = vault.sealer.seal(before.open(row.sealed, context), context)
                connection.execute(sa.update(table).where(*here).values(sealed=again))
            except SealBroken:
                connection.execute(sa.delete(table).where(*here))
                connection.execute(
                    sa.update(tables.interview)
                    .where(tables.interview.c.id == row.interview_id)
                    .values(voices_heard=False)
                )
                connection.execute(sa.delete(result).where(result.c.stage == "voices"))
        _note(connection, "voiceprints")


def _interview_keys(vault: Vault, _folder: Path) -> None:
    """Seal what is an interview's own under its own key: before, one key was for all."""
    with vault.engine.begin() as connection:
        for table, owner in owned_tables().items():
            for interview_id in connection.execute(sa.select(owner).distinct()).scalars().all():
                with sealing_for(interview_id):
                    _seal_again(vault, connection, table, owner == interview_id)
        _note(connection, "interview_keys")


def _seal_again(vault: Vault, connection: sa.Connection, table: sa.Table, of: sa.ColumnElement[bool]) -> None:
    columns = [one for one in table.columns if isinstance(one.type, Sealed | SealedData)]
    keys = list(table.primary_key)
    # A voiceprint was sealed as a value before it was sealed as a column.
    read = [
        sa.type_coerce(one, sa.LargeBinary) if _was_bare(one) else sa.type_coerce(one, one.type)
        for one in columns
    ]
    change = sa.update(table).where(*(key == sa.bindparam(f"key_{key.name}") for key in keys))
    change = change.values({one: sa.bindparam(f"new_{one.name}") for one in columns})
    names = [f"key_{key.name}" for key in keys] + [f"new_{one.name}" for one in columns]
    rows = connection.execute(sa.select(*keys, *read).where(of)).all()
    if rows:
        connection.execute(change, [dict(zip(names, _bare(vault, table, row), strict=True)) for row in rows])


def _was_bare(column: sa.Column[object]) -> bool:
    return column is tables.voiceprint.c.sealed


def _bare(vault: Vault, table: sa.Table, row: sa.Row[tuple[object, ...]]) -> list[object]:
    values: list[object] = list(row)
    stored = values[-1]
    if table is tables.voiceprint and isinstance(stored, bytes) and number_of_data(stored) is not None:
        values[-1] = vault.keys.fields.open_data(stored, "voiceprint.sealed")
    return values


def _files(vault: Vault, folder: Path) -> None:
    """Encrypt every file that is named by its digest, and remove what was left half made."""
    for leftover in (folder / "work", vault.artefacts.folder / "tmp", *folder.glob("clip-*")):
        for path in leftover.rglob("*"):
            if path.is_file():
                _erase(path)
        shutil.rmtree(leftover, ignore_errors=True)
    for path in sorted(vault.artefacts.folder.glob("??/*")):
        if not _PLAIN_NAME.fullmatch(path.name):
            continue
        with path.open("rb") as stream:
            whole = hashlib.file_digest(stream, "sha256").hexdigest() == path.name
        # One that was damaged before, or half erased by a run that was killed, is nobody's file.
        if whole and not vault.artefacts.has(path.name):
            vault.artefacts.put_file(path)
        _erase(path)
    with vault.engine.begin() as connection:
        _note(connection, "files")


def _erase(path: Path) -> None:
    """Write over the file and remove it. On disks that never write in place the bytes stay until they are reused."""
    with path.open("r+b") as handle:
        left = os.fstat(handle.fileno()).st_size
        while left > 0:
            left -= handle.write(bytes(min(left, _BLOCK)))
        handle.flush()
        os.fsync(handle.fileno())
    path.unlink()


def _erase_free_space(vault: Vault) -> None:
    """Leave nothing of what was replaced in the database's free space."""
    with vault.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if is_sqlite(connection):
            connection.execute(sa.text("VACUUM"))
            if connection.execute(sa.text("PRAGMA wal_checkpoint(TRUNCATE)")).one()[0]:
                # Somebody reads: the journal is emptied when the vault is opened the next time.
                log.info("vault_journal_in_use")
                return
        else:
            sealed = {column.table.name for column in sealed_columns().values()}
            for name in sorted(sealed | {table.name for table in owned_tables()} | {"utterance"}):
                connection.execute(sa.text(f'VACUUM FULL "{name}"'))
    with vault.engine.begin() as connection:
        _note(connection, FREE_SPACE)


_STEPS: dict[str, Callable[[Vault, Path], None]] = {
    "search_text": _texts,
    "voiceprints": _voiceprints,
    "files": _files,
    "interview_keys": _interview_keys,
}
