"""Whether everything in the vault can still be opened: counted, never named."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from service.encrypted_files import FileBroken
from service.sealed import Sealed, SealedData, SealedDigest, SealedName
from service.vault import tables
from service.vault.interview_keys import KeyRow
from service.vault.locked import KeyUnusable, SealBroken
from service.vault.store import Vault

_BLOCK = 1 << 20
_ROWS = 2000


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found. ``extra`` files belong to no row: left by a crash, and unreadable for want of a key."""

    files: int
    damaged: int
    lost: int
    extra: int
    values: int
    sealed_otherwise: int

    @property
    def well(self) -> bool:
        return not (self.damaged or self.lost or self.sealed_otherwise)


def check(vault: Vault, rows: int | None, tell: Callable[[int], None] = lambda _: None) -> Checked:
    """Read every file to its end, and of every sealed column ``rows`` values, or all when None.

    ``tell`` is called with how many files are done. Raises nothing for what is damaged: that is the answer.
    """
    table = tables.artefact
    with vault.engine.connect() as connection:
        held = connection.execute(sa.select(sa.type_coerce(table.c.digest, sa.String()), table.c.file)).all()
    damaged = lost = 0
    for number, (sealed, _) in enumerate(held, start=1):
        try:
            digest = vault.keys.fields.open_digest(sealed)
            whole = _digest_of(vault, digest) == digest
            damaged += not whole
        except FileNotFoundError:
            lost += 1
        except (FileBroken, SealBroken, KeyUnusable):
            damaged += 1
        tell(number)
    names = {row.file for row in held}
    there = [path for path in _files(vault.artefacts.folder) if path.name not in names]
    values, otherwise = _check_columns(vault, rows)
    return Checked(len(held), damaged, lost, len(there), values, otherwise)


def _digest_of(vault: Vault, digest: str) -> str:
    hasher = hashlib.sha256()
    with vault.artefacts.file(digest).open("rb") as handle:
        while block := handle.read(_BLOCK):
            hasher.update(block)
    return hasher.hexdigest()


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def _check_columns(vault: Vault, rows: int | None) -> tuple[int, int]:
    """How many values were opened, and how many could not be."""
    checked, broken = 0, _broken_interview_keys(vault)
    for table in tables.metadata.sorted_tables:
        for column in table.columns:
            opened = _opener(vault, column)
            if opened is None:
                continue
            stored = sa.LargeBinary() if isinstance(column.type, SealedData) else sa.String()
            query = sa.select(sa.type_coerce(column, stored)).where(column.is_not(None))
            if rows is not None:
                query = query.order_by(sa.func.random()).limit(rows)
            with vault.engine.connect() as connection:
                for batch in connection.execution_options(yield_per=_ROWS).execute(query).partitions():
                    for row in batch:
                        checked += 1
                        try:
                            opened(row[0])
                        except (SealBroken, KeyUnusable, TypeError):
                            broken += 1
    return checked, broken


def _broken_interview_keys(vault: Vault) -> int:
    with vault.engine.connect() as connection:
        held = [KeyRow(*row) for row in connection.execute(sa.select(tables.interview_key))]
    broken = 0
    for row in held:
        try:
            vault.keys.interviews.hold(row)
        except SealBroken:
            broken += 1
    return broken


def _opener(vault: Vault, column: sa.Column[object]) -> Callable[[Any], object] | None:
    fields, kind = vault.keys.fields, column.type
    match kind:
        case Sealed():
            return lambda value: fields.open_text(value, kind.column)
        case SealedName():
            return lambda value: fields.open_name(value, kind.column)
        case SealedDigest():
            return fields.open_digest
        case SealedData():
            return lambda value: fields.open_data(value, kind.column)
    return None
