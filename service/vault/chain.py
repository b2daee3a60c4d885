"""The chain of events: a keyed hash binds each to the one before, and the last is anchored outside the database.

Whoever can write to the database alone can't change, remove, swap or add an event unseen: the hash is an HMAC-SHA256
(RFC 2104) under a key that lies in the database sealed only. Cutting off the end leaves a shorter chain that is whole;
that is what the anchor is for. Standard library only, since the commands that read write events too.
"""

from __future__ import annotations

import fcntl
import hashlib
import hmac
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

KEY_BYTES = 32
SEALED_FOR = "key of the event log"
"""The context the chain's key is sealed for."""

Detail = Mapping[str, str | int | float | None]


@dataclass(frozen=True, slots=True)
class Act:
    """What somebody did. ``detail`` holds ids and numbers only: never text, never names of participants."""

    at: datetime
    actor: str
    action: str
    subject: str
    detail: Detail


@dataclass(frozen=True, slots=True)
class Head:
    """The end of a chain: the number and the hash of its last event. Number 0 is before the first."""

    number: int
    hash: str


START = Head(0, "")


def link(key: bytes, before: str, number: int, act: Act) -> str:
    """The hash (64 hexadecimal digits) of event ``number``, which follows one with the hash ``before``."""
    at = act.at if act.at.tzinfo else act.at.replace(tzinfo=UTC)
    content = [
        before,
        number,
        at.astimezone(UTC).isoformat(timespec="microseconds"),
        act.actor,
        act.action,
        act.subject,
        dict(act.detail),
    ]
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)
    return hmac.new(key, canonical.encode("ascii"), hashlib.sha256).hexdigest()


def continues(anchored: Head | None, before: Head, hash_at: str | None) -> bool:
    """Whether a chain that ends in ``before`` still holds what was anchored.

    ``hash_at`` is the hash that the chain has at the anchored number, or None.
    """
    if anchored is None or anchored == START:
        return True
    return anchored.number <= before.number and anchored.hash == hash_at


class AnchorDamaged(Exception):  # noqa: N818 - reads as what happened
    """The anchor's file can't be read; ``str()`` says what to do."""


class Anchor:
    """The file that says how far the chain went: one line, number and hash."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def read(self) -> Head | None:
        """What was anchored last, or None when nothing ever was. Raises :class:`AnchorDamaged`."""
        try:
            text = self.file.read_text(encoding="ascii")
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError):
            raise self._damaged() from None
        return self._parsed(text) if text else None

    def forward(self, to: Head) -> None:
        """Anchor ``to`` unless something later is anchored already. Raises OSError, :class:`AnchorDamaged`."""
        with self._locked() as descriptor:
            text = os.read(descriptor, 200).decode("ascii", "replace")
            if not text or self._parsed(text).number < to.number:
                self._put(descriptor, to)

    def replace(self, to: Head) -> None:
        """Anchor ``to`` whatever is anchored: after the log was put back on purpose. Raises OSError."""
        with self._locked() as descriptor:
            self._put(descriptor, to)

    @contextmanager
    def _locked(self) -> Iterator[int]:
        descriptor = os.open(self.file, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield descriptor
        finally:
            os.close(descriptor)

    @staticmethod
    def _put(descriptor: int, head: Head) -> None:
        # Always as long as before, in one write, so that no reader finds half of it.
        os.pwrite(descriptor, f"{head.number:020d} {head.hash:0>64}\n".encode("ascii"), 0)

    def _parsed(self, text: str) -> Head:
        number, _, digest = text.strip().partition(" ")
        if not number.isdigit() or len(digest) != 64:
            raise self._damaged()
        return Head(int(number), digest) if int(number) else START

    def _damaged(self) -> AnchorDamaged:
        return AnchorDamaged(
            f"The anchor of the event log can't be read: {self.file}. Put it back from a copy, or see "
            "`lytt audit verify --accept-end`."
        )
