"""Files of the anonymised side: encrypted under keys of their own, each wrapped under one key that is handed in.

On disk a file has a random name; which interview it is of, and its wrapped key, is in a row. With the row the file is
gone, whatever is left of its bytes. Keys are wrapped with AES as in RFC 3394.
"""

from __future__ import annotations

import binascii
import secrets
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

from service.encrypted_files import EncryptedFile, FileBroken, encrypting, new_file_key

_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file's name on disk and its key, wrapped."""

    name: str
    wrapped: str


@dataclass(frozen=True, slots=True)
class CodingFiles:
    """The files in ``folder``, their keys wrapped under ``key``: 32 bytes that whoever opens both sides hands over."""

    folder: Path
    key: bytes = field(repr=False)

    def keep(self, stream: BinaryIO) -> KeptFile:
        """Keep everything the stream gives; the file is complete and on disk before this returns."""
        name, key = secrets.token_hex(16), new_file_key()
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with encrypting(self.folder / name, key) as handle:
            while block := stream.read(_BLOCK):
                handle.write(block)
        wrapped = binascii.b2a_base64(aes_key_wrap(self.key, key), newline=False).decode()
        return KeptFile(name, wrapped)

    def file(self, kept: KeptFile) -> EncryptedFile:
        """What was kept. Raises FileNotFoundError, ``FileBroken`` under another key."""
        path = self.folder / kept.name
        if not path.is_file():
            raise FileNotFoundError("the file is lost")
        try:
            return EncryptedFile(path, aes_key_unwrap(self.key, binascii.a2b_base64(kept.wrapped)))
        except (InvalidUnwrap, ValueError):
            raise FileBroken from None

    def remove(self, names: Iterable[str]) -> None:
        """Delete the bytes of files whose rows are gone."""
        for name in names:
            (self.folder / name).unlink(missing_ok=True)

    def remove_leftovers(self, known: frozenset[str], older_than_s: float = 3600) -> int:
        """Delete files that no row knows, left by a process that was killed; how many. Nobody could read them."""
        removed = 0
        for path in self.folder.glob("*"):
            with suppress(FileNotFoundError):
                if (
                    path.is_file()
                    and path.name not in known
                    and time.time() - path.stat().st_mtime > older_than_s
                ):
                    path.unlink()
                    removed += 1
        return removed
