"""Signatures of deliveries, by Standard Webhooks 1.0 (https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md).

A secret must be known to sign with, so it can't be kept as a hash: it lies in the store wrapped (AES, RFC 3394) under a
key that is derived from that of the coding side's files, as the keys of files do.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Mapping

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

PREFIX = "whsec_"
SECRET_BYTES = 32
"""The specification asks for 24 to 64."""


class SecretUnusable(Exception):  # noqa: N818 - reads as what happened
    """A webhook's secret does not open with the key of this installation."""


def new_secret() -> bytes:
    return secrets.token_bytes(SECRET_BYTES)


def shown(secret: bytes) -> str:
    """The secret as its receiver is given it."""
    return PREFIX + base64.b64encode(secret).decode()


def sealed(secret: bytes, files_key: bytes) -> str:
    """The secret as it is kept."""
    return binascii.b2a_base64(aes_key_wrap(_key(files_key), secret), newline=False).decode()


def opened(kept: str, files_key: bytes) -> bytes:
    """What was :func:`sealed`. Raises :class:`SecretUnusable`."""
    try:
        return aes_key_unwrap(_key(files_key), binascii.a2b_base64(kept))
    except (InvalidUnwrap, ValueError):
        raise SecretUnusable from None


def signed(secret: bytes, message_id: str, at_s: int, body: bytes) -> Mapping[str, str]:
    """The headers that say which message it is, when it was sent (seconds since 1970), and that it is ours."""
    content = b".".join((message_id.encode(), str(at_s).encode(), body))
    signature = base64.b64encode(hmac.new(secret, content, hashlib.sha256).digest()).decode()
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(at_s),
        "webhook-signature": f"v1,{signature}",
    }


def _key(files_key: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt=None, info=b"lytt webhooks").derive(files_key)
