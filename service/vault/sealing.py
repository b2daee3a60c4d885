"""Sealing small values that identify people, such as voiceprints: AES-256-GCM under a key outside the database.

A sealed value opens only under the context it was sealed for, so that a row copied elsewhere is no use.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_KEY_BYTES = 32
_NONCE_BYTES = 12
_VERSION = b"\x01"


class SealBroken(Exception):  # noqa: N818 - reads as what happened
    """The value can't be opened: another key, another place, or changed bytes. ``str()`` says what to do."""

    def __init__(self) -> None:
        super().__init__(
            "What is sealed in the vault can't be opened with this key. "
            "Put the key file of this installation back (setting vault_key_file)."
        )


class KeyUnusable(Exception):  # noqa: N818 - reads as what happened
    """The key file is not one; ``str()`` says so."""


class Sealer:
    """Seals and opens values under one key."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)

    def seal(self, value: bytes, context: str) -> bytes:
        """``value`` sealed for ``context``: never the same bytes twice."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return _VERSION + nonce + self._cipher.encrypt(nonce, value, context.encode())

    def open(self, sealed: bytes, context: str) -> bytes:
        """What was sealed for ``context``. Raises :class:`SealBroken`."""
        if sealed[:1] != _VERSION:
            raise SealBroken
        nonce, rest = sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
        try:
            return self._cipher.decrypt(nonce, rest, context.encode())
        except (InvalidTag, ValueError):
            raise SealBroken from None


def sealer_of(key_file: Path) -> Sealer:
    """The sealer with the key in ``key_file``; the key is made, readable by its owner only, when there is none.

    Raises :class:`KeyUnusable` when the file holds no key.
    """
    try:
        _make(key_file)
    except FileExistsError:
        pass
    except OSError as error:
        if not key_file.exists():
            raise KeyUnusable(f"The vault's key can't be made: {error.strerror}.") from None
    try:
        key = bytes.fromhex(key_file.read_text(encoding="ascii").strip())
    except (OSError, ValueError):
        key = b""
    if len(key) != _KEY_BYTES:
        raise KeyUnusable(
            "The vault's key file holds no key of 32 bytes in hexadecimal. Put the right file back."
        )
    return Sealer(key)


def _make(key_file: Path) -> None:
    """Write a new key whole or not at all. Raises FileExistsError when there is one."""
    if key_file.exists():
        raise FileExistsError
    key_file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = key_file.with_name(f".{key_file.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as handle:
            handle.write(secrets.token_hex(_KEY_BYTES) + "\n")
            handle.flush()
            os.fsync(handle.fileno())
        # A link fails when another process was first, and then its key holds.
        key_file.hardlink_to(draft)
    finally:
        draft.unlink(missing_ok=True)
