"""The vault's keys in one process: read from the vault's database, and held in memory while it is open."""

from __future__ import annotations

import hashlib
import hmac
import threading
from collections.abc import Sequence
from functools import cached_property

import sqlalchemy as sa

from service.database import is_sqlite
from service.sealed import seal_columns
from service.vault import tables
from service.vault.fields import FieldSealer, VaultFields
from service.vault.interview_keys import InterviewKeys
from service.vault.key_file import KeySource
from service.vault.keys import (
    NOT_THIS_KEY,
    KeyRing,
    Master,
    Purpose,
    WrappedKey,
    derived,
    open_ring,
    value_sealer,
)
from service.vault.locked import KeyUnusable
from service.vault.owned_rows import find_key, forget_deleted, seal_rows_by_interview
from service.vault.sealing import KEY_BYTES, Sealer


class VaultKeys:
    """The keys of one vault. Any thread may ask.

    While keys are rotated elsewhere, the new ones are found when they are met.
    """

    def __init__(self, engine: sa.Engine, source: KeySource) -> None:
        self.source = source
        self._engine = engine
        self._lock = threading.Lock()
        self._ring: KeyRing | None = None
        self._pseudonyms: tuple[bytes, FieldSealer] | None = None

    def open(self) -> None:
        """Open the vault with its key. Raises ``VaultLocked``, :class:`KeyUnusable`; nothing is made."""
        with self._engine.connect() as connection:
            rows = wrapped_keys(connection)
        master = self.source.find()
        if master is None:
            raise KeyUnusable(
                "The vault's key file is not there. Put it back, or say where it is (setting vault_key_file)."
            )
        self._hold(open_ring(master, rows))

    def open_or_make(self) -> None:
        """The same, for a vault that may be new: then its keys are made, and a key file where no key is given.

        A vault of an earlier version gets the key of the pseudonyms.
        """
        with self._engine.connect() as connection:
            known = bool(wrapped_keys(connection))
        if not known:
            self.source.find_or_make()
            with self._engine.begin() as connection:
                self._make(connection)
        self.open()
        if self.ring.pseudonyms is None:
            with self._engine.begin() as connection:
                self.make_pseudonym_key(connection)
            self.open()

    def make_pseudonym_key(self, connection: sa.Connection) -> None:
        """Write down a key of the pseudonyms, unless there is one by now. :meth:`open` finds it afterwards."""
        hold_keys(connection)
        rows = wrapped_keys(connection)
        ring = open_ring(self._known_to(rows), rows)
        if ring.pseudonyms is None:
            row = wrapped(ring.current, Purpose.PSEUDONYMS, Master.new().key)
            connection.execute(sa.insert(tables.vault_key).values(row))

    def _make(self, connection: sa.Connection) -> None:
        master = self.source.find_or_make()
        if not is_sqlite(connection):
            connection.execute(sa.text("LOCK TABLE vault_key IN EXCLUSIVE MODE"))
        row = wrapped(master, Purpose.DATA, Master.new().key)
        # Of two processes that start at once the second must find the first one's key.
        there = sa.select(tables.vault_key.c.master)
        values = sa.select(*(sa.literal(value) for value in row.values())).where(~sa.exists(there))
        connection.execute(sa.insert(tables.vault_key).from_select(list(row), values))

    @property
    def ring(self) -> KeyRing:
        """The keys. Raises RuntimeError before :meth:`open`."""
        if self._ring is None:
            raise RuntimeError("the vault's keys are not open")
        return self._ring

    def file_key(self, master: str, wrapped_key: str, name: str) -> bytes:
        """The key of an artefact's file. Raises :class:`KeyUnusable`, ``SealBroken``."""
        if master not in self.ring.masters:
            # It was wrapped again while this process was at work.
            self.open()
        try:
            return self.ring.unwrap_file_key(master, wrapped_key, name)
        except KeyError:
            raise KeyUnusable(NOT_THIS_KEY) from None

    def wrapped_file_key(self, connection: sa.Connection, key: bytes, name: str) -> dict[str, str]:
        """``master`` and ``wrapped`` of an artefact's row. The transaction must hold a lock on the row already.

        The master key that is in force can't be rotated away before the transaction ends.
        """
        rows = wrapped_keys(connection, hold=True)
        ring = open_ring(self._known_to(rows), rows)
        return {"master": ring.current.id, "wrapped": ring.wrap_file_key(key, name)}

    def _known_to(self, rows: Sequence[WrappedKey]) -> Master:
        """A master key of this process that the rows are still about."""
        held = {row.master for row in rows}
        for master in self.ring.masters.values():
            if master.id in held:
                return master
        self.open()
        return self.ring.current

    @cached_property
    def sealer(self) -> Sealer:
        """Seals what is no column, such as voiceprints."""
        return value_sealer(self.ring)

    @cached_property
    def fields(self) -> VaultFields:
        """Seals columns."""
        return VaultFields(FieldSealer(self.ring.data, self.interviews), self._pseudonym_fields)

    def _pseudonym_fields(self) -> FieldSealer:
        key = self.ring.pseudonyms
        if key is None:
            raise KeyUnusable(
                "The key of the pseudonyms is not in the vault: who is meant by them can't be told."
            )
        if self._pseudonyms is None or self._pseudonyms[0] != key:
            self._pseudonyms = key, FieldSealer(key)
        return self._pseudonyms[1]

    @property
    def coding_files_key(self) -> bytes:
        """What wraps the keys of the coding side's files: that side is given it and no other. A new master key does not
        change it."""
        return derived(self.ring.data, "coding files")

    @cached_property
    def interviews(self) -> InterviewKeys:
        """The keys of interviews."""
        keys = InterviewKeys(self.ring.data, lambda number: find_key(self._engine, number))
        seal_rows_by_interview(self._engine, keys)
        return keys

    def forget_deleted(self) -> None:
        """Forget the keys of interviews that were erased, here or by another process."""
        forget_deleted(self._engine, self.interviews)

    def mark(self, value: str) -> str:
        """Stands for ``value`` where it must not be read, such as in logs: 8 digits, the same for the same value."""
        return hmac.new(self._marks, value.encode(), hashlib.sha256).hexdigest()[:8]

    @cached_property
    def _marks(self) -> bytes:
        return derived(self.ring.data, "marks")

    def _hold(self, ring: KeyRing) -> None:
        with self._lock:
            self._ring = ring
        seal_columns(self._engine, self.fields)


def hold_keys(connection: sa.Connection) -> None:
    """Let nobody else change wrapped keys until the transaction ends. Must be its first statement."""
    if is_sqlite(connection):
        connection.execute(sa.update(tables.vault_key).values(purpose=tables.vault_key.c.purpose))
    else:
        connection.execute(sa.text("LOCK TABLE vault_key IN EXCLUSIVE MODE"))


def wrapped_keys(connection: sa.Connection, *, hold: bool = False) -> list[WrappedKey]:
    """The rows of wrapped keys; with ``hold`` they stay until the transaction ends."""
    key = tables.vault_key
    query = sa.select(key.c.purpose, key.c.master, key.c.wrapped)
    rows = connection.execute(query.with_for_update(read=True) if hold else query)
    return [WrappedKey(Purpose(row.purpose), row.master, row.wrapped) for row in rows]


def wrapped(master: Master, purpose: Purpose, key: bytes) -> dict[str, str]:
    """The row of a key wrapped under a master key."""
    assert len(key) == KEY_BYTES
    return {"purpose": str(purpose), "master": master.id, "wrapped": master.wrap(key, str(purpose))}
