"""Passwords: hashed with Argon2id (RFC 9106), checked in the same time whether or not there is an account."""

from __future__ import annotations

import threading
from functools import cache

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

SHORTEST = 12
LONGEST = 256
"""Characters. A longer one would only cost the server time (NIST SP 800-63B asks for at least 64)."""

_AT_ONCE = threading.BoundedSemaphore(2)
"""A check takes 64 MiB for a moment, so few run at a time."""


class PasswordRefused(Exception):  # noqa: N818 - reads as what happened
    """The password can't be used; ``str()`` says why."""


@cache
def _hasher() -> PasswordHash:
    return PasswordHash((Argon2Hasher(),))


@cache
def _nobodys() -> str:
    return _hasher().hash("the password of nobody")


def hashed(password: str) -> str:
    """The hash to keep. Raises :class:`PasswordRefused` when the password is too short or too long."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise PasswordRefused(
            f"A password has {SHORTEST} to {LONGEST} characters. Four random words are a good one."
        )
    with _AT_ONCE:
        return _hasher().hash(password)


def is_right(password: str, kept: str | None) -> bool:
    """Whether ``password`` is the one of ``kept``; without a hash never, after as much work."""
    if len(password) > LONGEST:
        password = ""
    with _AT_ONCE:
        right = _hasher().verify(password, kept if kept is not None else _nobodys())
    return right and kept is not None
