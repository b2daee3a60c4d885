"""A key of its own for each interview: with the key's row everything that was sealed under it is gone for good.

The keys lie in the table ``interview_key``, wrapped under the vault's data key. Each has a number, drawn at random and
never used again, which sealed values carry (:mod:`service.vault.fields`). No database toolkit is loaded here:
``lytt at`` must answer at once.
"""

from __future__ import annotations

import binascii
import secrets
import threading
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from service.vault.keys import derived
from service.vault.locked import Erased, SealBroken
from service.vault.sealing import KEY_BYTES, Sealer

_NUMBER_BYTES = 5


@dataclass(frozen=True, slots=True)
class KeyRow:
    """An interview's key as it lies in the database. ``number`` is hexadecimal."""

    interview_id: str
    number: str
    wrapped: str


Find = Callable[[str], KeyRow | None]
"""Gives the row of the key with this number, or None when it was deleted."""


class InterviewKeys:
    """The keys of interviews that one process has met, as ciphers by number. Any thread may ask."""

    def __init__(self, data_key: bytes, find: Find) -> None:
        self._sealer = Sealer(derived(data_key, "interviews"))
        self._find = find
        self._lock = threading.Lock()
        self._pending: set[str] = set()
        self.ciphers: dict[str, AESGCM] = {}

    def cipher(self, number: str) -> AESGCM:
        """What opens values sealed under this key, read from the database.

        Raises ``Erased`` when it was deleted, ``SealBroken``.
        """
        row = self._find(number)
        if row is None:
            raise Erased
        return self.hold(row)

    def hold(self, row: KeyRow) -> AESGCM:
        """Unwrap a key and remember it. Raises ``SealBroken``."""
        try:
            sealed = binascii.a2b_base64(row.wrapped)
        except binascii.Error:
            raise SealBroken from None
        cipher = AESGCM(self._sealer.open(sealed, _context(row.interview_id, row.number)))
        with self._lock:
            self.ciphers[row.number] = cipher
        return cipher

    def make(self, interview_id: str) -> KeyRow:
        """A new key for the interview, wrapped. Until it is :meth:`settled` it is not taken for deleted."""
        number = secrets.token_hex(_NUMBER_BYTES)
        sealed = self._sealer.seal(secrets.token_bytes(KEY_BYTES), _context(interview_id, number))
        with self._lock:
            self._pending.add(number)
        return KeyRow(interview_id, number, binascii.b2a_base64(sealed, newline=False).decode())

    def held(self) -> tuple[str, ...]:
        """The numbers of the keys that this process remembers."""
        with self._lock:
            return tuple(self.ciphers)

    def forget_all_but(self, numbers: Collection[str]) -> None:
        """Remember only these keys, which are in the database, and those of transactions that go on: the others were
        deleted."""
        with self._lock:
            for number in [one for one in self.ciphers if one not in numbers and one not in self._pending]:
                del self.ciphers[number]

    def settled(self, number: str) -> None:
        """The transaction in which the key was made is over."""
        with self._lock:
            self._pending.discard(number)


def _context(interview_id: str, number: str) -> str:
    return f"interview key {interview_id} {number}"


Whose = Callable[[], str | None]
"""Gives the number of the key that what is sealed now belongs under, or None for the study's own."""

_whose: ContextVar[Whose | None] = ContextVar("whose", default=None)
_said: ContextVar[str | None] = ContextVar("said", default=None)


def number_to_seal_under() -> str | None:
    """The number of the key for what is sealed now; None for what belongs to no interview."""
    whose = _whose.get()
    return None if whose is None else whose()


def seal_under(whose: Whose | None) -> None:
    """From now on in this thread, until said again: whose key values are sealed under."""
    _whose.set(whose)


def said_interview() -> str | None:
    """The interview that :func:`sealing_for` names."""
    return _said.get()


@contextmanager
def sealing_for(interview_id: str) -> Iterator[None]:
    """What is written in this block belongs to the interview: for statements that do not say it themselves."""
    token = _said.set(interview_id)
    try:
        yield
    finally:
        _said.reset(token)
