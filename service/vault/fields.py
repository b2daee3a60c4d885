"""Sealing what columns of the vault hold. Only lengths, rounded up, and the equality of names and digests show.

A value that is an interview's own is sealed under the interview's key and begins with that key's number: ``2.`` and the
number, in data eight bytes and the number. What begins otherwise is the study's own, or was sealed before interviews
had keys, and opens under the key of the whole vault.

Loads no database toolkit: ``lytt at`` must answer at once.
"""

from __future__ import annotations

import binascii
import secrets
from collections.abc import Callable

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, AESSIV

from service.vault.interview_keys import InterviewKeys, number_to_seal_under
from service.vault.keys import derived
from service.vault.locked import SealBroken

BLOCK_BYTES = 32
"""Text is filled up to a multiple of this. The lengths of words, one after the other, would tell what was said: how
well was shown for encrypted chats by Weiss, Ayub and Mirsky, "What Was Your Prompt?" (USENIX Security 2024)."""

PSEUDONYM_COLUMNS = frozenset(
    {
        "identity.stand_in",
        "identity_form.form",
        "identity_change.before",
        "identity_change.after",
        "date_offset.days",
    }
)
"""What leads from a stand-in back to who is meant: sealed under the key of the pseudonyms."""

_NONCE_BYTES = 12
_END = b"\x80"
_OF_INTERVIEW = "2."
_DATA_OF_INTERVIEW = b"\xf2lytt\x00\x02\xf2"
_NUMBER_DIGITS = 10
_NUMBER_AT = len(_OF_INTERVIEW)
_TEXT_AT = _NUMBER_AT + _NUMBER_DIGITS


class FieldSealer:
    """Seals columns under keys derived from the vault's data key.

    Text and data with AES-256-GCM under a random nonce; names and digests, which are looked up, with AES-256-SIV
    (RFC 5297), which gives the same for the same. Without ``interviews`` everything is the study's own.
    """

    def __init__(self, data_key: bytes, interviews: InterviewKeys | None = None) -> None:
        self._cipher = AESGCM(derived(data_key, "fields"))
        self._interviews = interviews
        self._names = AESSIV(derived(data_key, "names", 64))
        self._contexts: dict[str, bytes] = {}

    def seal_text(self, value: str, column: str) -> str:
        """``value`` sealed for ``column``, in base64."""
        number = self._number()
        nonce = secrets.token_bytes(_NONCE_BYTES)
        sealed = self._under(number).encrypt(nonce, _filled(value), self._context(column))
        text = binascii.b2a_base64(nonce + sealed, newline=False).decode()
        return text if number is None else f"{_OF_INTERVIEW}{number}.{text}"

    def open_text(self, sealed: str, column: str) -> str:
        """What was sealed for ``column``. Raises :class:`SealBroken`, and ``Erased`` when its key was deleted."""
        cipher = self._cipher
        if sealed.startswith(_OF_INTERVIEW):
            cipher = self._under(sealed[_NUMBER_AT:_TEXT_AT])
            sealed = sealed[_TEXT_AT + 1 :]
        try:
            data = binascii.a2b_base64(sealed)
            filled: bytes = cipher.decrypt(data[:_NONCE_BYTES], data[_NONCE_BYTES:], self._context(column))
        except (InvalidTag, ValueError):
            raise SealBroken from None
        return filled[: filled.rindex(_END)].decode()

    def seal_name(self, value: str, column: str) -> str:
        """``value`` sealed for ``column``, in base64; always the same for the same."""
        sealed = self._names.encrypt(_filled(value), [self._context(column)])
        return binascii.b2a_base64(sealed, newline=False).decode()

    def open_name(self, sealed: str, column: str) -> str:
        """What was sealed for ``column``. Raises :class:`SealBroken`."""
        filled = self._opened(sealed, column)
        return filled[: filled.rindex(_END)].decode()

    def seal_digest(self, value: str) -> str:
        """A digest of 64 hexadecimal digits as 64 other characters."""
        sealed = self._names.encrypt(bytes.fromhex(value), [b"digest"])
        return binascii.b2a_base64(sealed, newline=False).decode()

    def open_digest(self, sealed: str) -> str:
        """The digest. Raises :class:`SealBroken`."""
        return self._opened(sealed, "digest").hex()

    def seal_data(self, value: bytes, column: str) -> bytes:
        """``value`` sealed for ``column``; its length shows."""
        number = self._number()
        nonce = secrets.token_bytes(_NONCE_BYTES)
        data = nonce + self._under(number).encrypt(nonce, value, self._context(column))
        return data if number is None else _DATA_OF_INTERVIEW + number.encode() + data

    def open_data(self, sealed: bytes, column: str) -> bytes:
        """What was sealed for ``column``. Raises :class:`SealBroken`, and ``Erased`` when its key was deleted."""
        number = number_of_data(sealed)
        cipher = self._under(number)
        data = sealed if number is None else sealed[len(_DATA_OF_INTERVIEW) + _NUMBER_DIGITS :]
        try:
            value: bytes = cipher.decrypt(data[:_NONCE_BYTES], data[_NONCE_BYTES:], self._context(column))
        except (InvalidTag, ValueError):
            raise SealBroken from None
        return value

    def _opened(self, sealed: str, column: str) -> bytes:
        try:
            value: bytes = self._names.decrypt(binascii.a2b_base64(sealed), [self._context(column)])
        except (InvalidTag, ValueError):
            raise SealBroken from None
        return value

    def _number(self) -> str | None:
        return None if self._interviews is None else number_to_seal_under()

    def _under(self, number: str | None) -> AESGCM:
        if number is None:
            return self._cipher
        if self._interviews is None:
            raise SealBroken
        return self._interviews.ciphers.get(number) or self._interviews.cipher(number)

    def _context(self, column: str) -> bytes:
        context = self._contexts.get(column)
        if context is None:
            context = self._contexts[column] = column.encode()
        return context


class VaultFields:
    """Seals all columns of the vault: those of :data:`PSEUDONYM_COLUMNS` under the key of the pseudonyms.

    ``pseudonyms`` gives what seals them, and raises ``KeyUnusable`` where there is no such key.
    """

    def __init__(self, data: FieldSealer, pseudonyms: Callable[[], FieldSealer]) -> None:
        self._data = data
        self._pseudonyms = pseudonyms

    def _of(self, column: str) -> FieldSealer:
        return self._pseudonyms() if column in PSEUDONYM_COLUMNS else self._data

    def seal_text(self, value: str, column: str) -> str:
        """See :class:`FieldSealer`; and so on."""
        return self._of(column).seal_text(value, column)

    def open_text(self, sealed: str, column: str) -> str:
        return self._of(column).open_text(sealed, column)

    def seal_name(self, value: str, column: str) -> str:
        return self._of(column).seal_name(value, column)

    def open_name(self, sealed: str, column: str) -> str:
        return self._of(column).open_name(sealed, column)

    def seal_digest(self, value: str) -> str:
        return self._data.seal_digest(value)

    def open_digest(self, sealed: str) -> str:
        return self._data.open_digest(sealed)

    def seal_data(self, value: bytes, column: str) -> bytes:
        return self._of(column).seal_data(value, column)

    def open_data(self, sealed: bytes, column: str) -> bytes:
        return self._of(column).open_data(sealed, column)


def _filled(value: str) -> bytes:
    """The text with a mark at its end and zeros up to a whole block (ISO/IEC 7816-4)."""
    data = value.encode() + _END
    return data + bytes(-len(data) % BLOCK_BYTES)


def number_of_text(sealed: str) -> str | None:
    """The number of the interview's key that a sealed text is under, or None for the key of the whole vault."""
    if not sealed.startswith(_OF_INTERVIEW):
        return None
    return sealed[_NUMBER_AT:_TEXT_AT]


def number_of_data(sealed: bytes) -> str | None:
    """The same of sealed data."""
    if not sealed.startswith(_DATA_OF_INTERVIEW):
        return None
    return sealed[len(_DATA_OF_INTERVIEW) :][:_NUMBER_DIGITS].decode()
