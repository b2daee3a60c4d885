"""The keys of backups: age identities (private) and recipients (public).

A backup is encrypted to a recipient, which needs no secret; its identity opens it and is kept elsewhere. Both are
written as the program `age <https://age-encryption.org>`_ writes them, so that it opens every object too.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import pyrage
from pyrage import passphrase as by_passphrase
from pyrage.x25519 import Identity, Recipient

RECIPIENT_FILE = "backup.recipient"
SHORTEST_PASSPHRASE = 12
_AGE_FILE = b"age-encryption.org/"
_SECRET = "AGE-SECRET-KEY-"


class BackupKeyUnusable(Exception):  # noqa: N818 - reads as what happened
    """A recipient or an identity can't be used; ``str()`` says why and what to do."""


@dataclass(frozen=True, slots=True)
class NewKey:
    """An identity that was made, and the recipient that belongs to it."""

    identity: str = field(repr=False)
    recipient: str


def new_key() -> NewKey:
    """A key of its own for backups."""
    made = Identity.generate()
    return NewKey(str(made), str(made.to_public()))


def write_identity(file: Path, key: NewKey, made_at: datetime, passphrase: str | None) -> None:
    """Write the identity into a new file, for its owner only; behind the passphrase if there is one.

    Raises FileExistsError and OSError.
    """
    text = f"# made: {made_at.isoformat(timespec='seconds')}\n# recipient: {key.recipient}\n{key.identity}\n"
    data = text.encode() if passphrase is None else bytes(by_passphrase.encrypt(text.encode(), passphrase))
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as handle:
        handle.write(data)
        handle.flush()
        os.fsync(handle.fileno())


def is_protected(file: Path) -> bool:
    """Whether the identity is behind a passphrase. Raises :class:`BackupKeyUnusable`."""
    return _read(file).startswith(_AGE_FILE)


def read_identity(file: Path, passphrase: str | None = None) -> Identity:
    """The identity in the file. Raises :class:`BackupKeyUnusable`."""
    data = _read(file)
    if data.startswith(_AGE_FILE):
        try:
            data = bytes(by_passphrase.decrypt(data, passphrase or ""))
        except pyrage.DecryptError:
            raise BackupKeyUnusable("That is not the passphrase of the backup's identity.") from None
    lines = data.decode("utf-8", "replace").splitlines()
    secret = next((line.strip() for line in lines if line.startswith(_SECRET)), None)
    if secret is None:
        raise BackupKeyUnusable(f"{file} holds no age identity (a line that begins with {_SECRET}).")
    return identity_of(secret)


def identity_of(secret: str) -> Identity:
    """The identity that is written so. Raises :class:`BackupKeyUnusable`."""
    try:
        return Identity.from_str(secret)
    except pyrage.IdentityError:
        raise BackupKeyUnusable("The backup's identity is damaged: it is no age identity.") from None


def recipient_of(written: str) -> Recipient:
    """The recipient that is written so. Raises :class:`BackupKeyUnusable`."""
    try:
        return Recipient.from_str(written.strip())
    except pyrage.RecipientError:
        raise BackupKeyUnusable(
            "The backup's recipient is no age recipient: it begins with age1. Make one with: lytt backup --new-key FILE"
        ) from None


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise BackupKeyUnusable(f"The identity {file} can't be read: {error.strerror}.") from None
