"""The vault's keys, as values: a master key, what it wraps, and what is derived from that.

The master key wraps the vault's data key and the key of each file; they lie wrapped in the vault's database. From the
data key come the keys of the columns (:mod:`service.vault.fields`). What leads from stand-ins back to people is sealed
under a key of its own, so that destroying that one key makes the pseudonymisation irreversible. A new master key is put
in force by wrapping all of them again (:mod:`service.vault.rotation`); while that goes on, either master key leads to
the other.

No database toolkit is loaded here: ``lytt at`` must answer at once.
"""

from __future__ import annotations

import binascii
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from service.vault.locked import KeyUnusable, SealBroken
from service.vault.sealing import KEY_BYTES, Sealer

NOT_THIS_KEY = (
    "The key is not this vault's. Put the key file of this installation back (setting vault_key_file), or give the "
    "right key (setting vault_key)."
)


class Purpose(StrEnum):
    """What a wrapped key is for. ``SUCCESSOR`` is the master key that replaces the one it is wrapped under,
    ``PREDECESSOR`` the one that was replaced by it: both are there while keys are rotated."""

    DATA = "data"
    PSEUDONYMS = "pseudonyms"
    SUCCESSOR = "successor"
    PREDECESSOR = "predecessor"


LASTING = (Purpose.DATA, Purpose.PSEUDONYMS)
"""The keys that are there when no keys are rotated."""


@dataclass(frozen=True, slots=True)
class WrappedKey:
    """A key as it lies in the database: for what, under which master key, and its sealed bytes in base64."""

    purpose: Purpose
    master: str
    wrapped: str


@dataclass(frozen=True)
class Master:
    """A master key. ``id`` names it and tells nothing of it."""

    key: bytes = field(repr=False)

    @classmethod
    def new(cls) -> Master:
        return cls(secrets.token_bytes(KEY_BYTES))

    @classmethod
    def from_hex(cls, text: str) -> Master:
        """The key that is written so. Raises :class:`KeyUnusable`."""
        try:
            key = bytes.fromhex(text.strip())
        except ValueError:
            key = b""
        if len(key) != KEY_BYTES:
            raise KeyUnusable("The vault's key must be 32 bytes in hexadecimal: 64 digits from 0 to f.")
        return cls(key)

    @property
    def id(self) -> str:
        return derived(self.key, "master id", 8).hex()

    def wrap(self, key: bytes, purpose: str) -> str:
        """``key`` sealed for ``purpose``."""
        sealed = self._sealer.seal(key, f"key {purpose}")
        return binascii.b2a_base64(sealed, newline=False).decode()

    def unwrap(self, wrapped: str, purpose: str) -> bytes:
        """What was wrapped for ``purpose``. Raises :class:`SealBroken`."""
        try:
            sealed = binascii.a2b_base64(wrapped)
        except binascii.Error:
            raise SealBroken from None
        return self._sealer.open(sealed, f"key {purpose}")

    @property
    def _sealer(self) -> Sealer:
        return Sealer(derived(self.key, "wrapping"))


def derived(key: bytes, purpose: str, length: int = KEY_BYTES) -> bytes:
    """A key of its own for ``purpose`` (HKDF-SHA-256, RFC 5869)."""
    return HKDF(algorithm=SHA256(), length=length, salt=None, info=f"lytt {purpose}".encode()).derive(key)


@dataclass(frozen=True, slots=True)
class KeyRing:
    """The master keys that can be reached, the one to wrap under, the data key, and the key of the pseudonyms, None
    where it was not made yet or is destroyed."""

    masters: Mapping[str, Master] = field(repr=False)
    current: Master
    data: bytes = field(repr=False)
    pseudonyms: bytes | None = field(default=None, repr=False)

    @property
    def lasting(self) -> dict[Purpose, bytes]:
        """The keys that a new master key must wrap."""
        keys = {Purpose.DATA: self.data, Purpose.PSEUDONYMS: self.pseudonyms}
        return {purpose: key for purpose, key in keys.items() if key is not None}

    def unwrap_file_key(self, master: str, wrapped: str, name: str) -> bytes:
        """The key of the file of this name. Raises KeyError for a master key that is not known, :class:`SealBroken`."""
        return self.masters[master].unwrap(wrapped, f"file {name}")

    def wrap_file_key(self, key: bytes, name: str) -> str:
        """The key of the file of this name, under the current master key."""
        return self.current.wrap(key, f"file {name}")


def value_sealer(ring: KeyRing) -> Sealer:
    """Seals what is no column, such as voiceprints and the key of the event log."""
    return Sealer(derived(ring.data, "values"))


def open_ring(master: Master, rows: Iterable[WrappedKey]) -> KeyRing:
    """All keys that ``master`` leads to. Raises :class:`KeyUnusable` when it is not the vault's."""
    known, held = {master.id: master}, list(rows)
    current = master
    for row in held:
        if row.purpose is Purpose.PREDECESSOR and row.master == master.id:
            before = Master(_unwrapped(master, row))
            known[before.id] = before
        if row.purpose is Purpose.SUCCESSOR and row.master == master.id:
            current = Master(_unwrapped(master, row))
            known[current.id] = current
    lasting = {
        row.purpose: _unwrapped(known[row.master], row)
        for row in held
        if row.purpose in LASTING and row.master in known
    }
    if Purpose.DATA not in lasting:
        raise KeyUnusable(NOT_THIS_KEY)
    return KeyRing(known, current, lasting[Purpose.DATA], lasting.get(Purpose.PSEUDONYMS))


def _unwrapped(master: Master, row: WrappedKey) -> bytes:
    try:
        return master.unwrap(row.wrapped, str(row.purpose))
    except SealBroken:
        raise KeyUnusable(NOT_THIS_KEY) from None
