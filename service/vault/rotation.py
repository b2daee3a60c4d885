"""A new master key: everything that the old one wraps is wrapped again, while the vault is in use.

First the new key is written down under the old one, and the old one under the new; from then on either leads to the
other, and whatever is wrapped anew is wrapped under the new one. Then every file key is wrapped again, the new key
takes the old one's place where the vault's key is found, and last the old one is forgotten. Killed anywhere, it goes on
where it was.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import sqlalchemy as sa

from service.vault import tables
from service.vault.keyring import hold_keys, wrapped, wrapped_keys
from service.vault.keys import LASTING, Master, Purpose
from service.vault.locked import KeyUnusable
from service.vault.recordings import record_event

if TYPE_CHECKING:
    from service.vault.store import Vault

_BLOCK = 500


def rotate(vault: Vault, actor: str, put: Callable[[Master], None]) -> int:
    """Put a new master key in force; returns how many file keys were wrapped again.

    ``put`` keeps the key where the vault's is found. A rotation that was begun before is finished, with its key. Raises
    ``KeyUnusable``, and what ``put`` raises: then nothing is lost, and it can be done again.
    """
    master = begin(vault, Master.new())
    again = wrap_again(vault, master)
    put(master)
    return again + _finish(vault, master, actor)


def begin(vault: Vault, new: Master) -> Master:
    """Write ``new`` down as the next master key; returns that of a rotation under way instead, if there is one."""
    key = tables.vault_key
    with vault.engine.begin() as connection:
        # First of all, so that of two rotations the second sees what the first did.
        hold_keys(connection)
        vault.keys.open()
        ring = vault.keys.ring
        if all(row.purpose in LASTING for row in wrapped_keys(connection)):
            connection.execute(
                sa.insert(key),
                [
                    *(wrapped(new, purpose, held) for purpose, held in ring.lasting.items()),
                    wrapped(ring.current, Purpose.SUCCESSOR, new.key),
                    wrapped(new, Purpose.PREDECESSOR, ring.current.key),
                ],
            )
    vault.keys.open()
    return vault.keys.ring.current


def wrap_again(vault: Vault, master: Master) -> int:
    """Wrap every file key under ``master`` that is under another; how many there were."""
    table = tables.artefact
    changed = 0
    while True:
        with vault.engine.connect() as connection:
            rows = connection.execute(
                sa.select(table.c.digest, table.c.file, table.c.master, table.c.wrapped)
                .where(table.c.master != master.id)
                .limit(_BLOCK)
            ).all()
        if not rows:
            return changed
        with vault.engine.begin() as connection:
            for row in rows:
                key = vault.keys.file_key(row.master, row.wrapped, row.file)
                values = {"master": master.id, "wrapped": master.wrap(key, f"file {row.file}")}
                here = (table.c.digest == row.digest, table.c.file == row.file)
                changed += connection.execute(sa.update(table).where(*here).values(values)).rowcount


def finish_begun(vault: Vault) -> None:
    """Finish a rotation whose new key is the one that the vault was opened with."""
    with vault.engine.connect() as connection:
        rows = wrapped_keys(connection)
    if all(row.purpose in LASTING for row in rows):
        return
    found = vault.keys.source.find()
    if found is not None and any(
        row.purpose is Purpose.PREDECESSOR and row.master == found.id for row in rows
    ):
        wrap_again(vault, found)
        _finish(vault, found, "lytt")


def _finish(vault: Vault, master: Master, actor: str) -> int:
    """Forget every other master key once nothing is wrapped under one; how much was wrapped again for that."""
    key, artefact = tables.vault_key, tables.artefact
    again = 0
    while True:
        with vault.engine.connect() as connection, connection.begin() as transaction:
            # Deleted first: whoever wraps under the old key holds these rows, and is waited for.
            connection.execute(
                sa.delete(key).where(sa.or_(key.c.master != master.id, key.c.purpose.not_in(LASTING)))
            )
            left = connection.execute(
                sa.select(artefact.c.digest).where(artefact.c.master != master.id).limit(1)
            ).first()
            if left is None:
                record_event(connection, actor, "key_rotated", "vault")
                transaction.commit()
                break
            transaction.rollback()
        again += wrap_again(vault, master)
    vault.keys.open()
    return again


def refuse_another(vault: Vault, given: Master) -> None:
    """Raises ``KeyUnusable`` when ``given`` is in force, or a rotation to another key is under way."""
    with vault.engine.connect() as connection:
        under_way = any(row.purpose not in LASTING for row in wrapped_keys(connection))
    if not under_way and vault.keys.ring.current.id == given.id:
        raise KeyUnusable("That is the key which is in force. Give another one.")
    if under_way and vault.keys.ring.current.id != given.id:
        raise KeyUnusable("A rotation to another key was begun and is not finished. Give that key once more.")
