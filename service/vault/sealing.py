"""Sealing values that identify people: AES-256-GCM, bound to the place they are for.

A sealed value opens only under the context it was sealed for, so that a row copied elsewhere is no use.
"""

from __future__ import annotations

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from service.vault.locked import SealBroken

KEY_BYTES = 32
_NONCE_BYTES = 12
_VERSION = b"\x01"


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
            value: bytes = self._cipher.decrypt(nonce, rest, context.encode())
        except (InvalidTag, ValueError):
            raise SealBroken from None
        return value
