"""Files encrypted piece by piece, so that any part of one can be read without the rest.

A file is a header and chunks of 64 KiB, each sealed with AES-256-GCM. The header holds a salt, from which and the
file's key (HKDF-SHA-256) the key of the chunks is derived, and the beginning of their nonces; a nonce ends in the
chunk's number and in whether it is the last one, and the header is authenticated with each chunk. So no chunk can be
changed, moved, left out, taken from another file, or be missing at the end, without that being noticed. This is the
construction STREAM of Hoang, Reyhanitabar, Rogaway and Vizár, "Online Authenticated-Encryption and its Nonce-Reuse
Misuse-Resistance" (2015).
"""

from __future__ import annotations

import errno
import io
import os
import secrets
import struct
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Literal

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer, WriteableBuffer

CHUNK_BYTES = 64 * 1024
KEY_BYTES = 32

_MAGIC = b"LYTTenc\x01"
_HEADER = struct.Struct(">8s16s7sx")
_SALT_BYTES, _PREFIX_BYTES, _TAG_BYTES = 16, 7, 16
_STORED_CHUNK = CHUNK_BYTES + _TAG_BYTES


class FileBroken(OSError):  # noqa: N818 - reads as what happened
    """The file is not what was written: changed, cut off, exchanged, or under another key."""

    def __init__(self) -> None:
        super().__init__(errno.EIO, "an encrypted file is damaged")


def new_file_key() -> bytes:
    return secrets.token_bytes(KEY_BYTES)


class _Chunks:
    """Seals and opens the chunks of one file."""

    def __init__(self, key: bytes, header: bytes) -> None:
        _, salt, prefix = _HEADER.unpack(header)
        self._prefix: bytes = prefix
        derived = HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=salt, info=b"lytt file").derive(key)
        self._cipher = AESGCM(derived)
        self._header = header

    def seal(self, index: int, chunk: bytes | bytearray, last: bool) -> bytes:
        return self._cipher.encrypt(self._nonce(index, last), bytes(chunk), self._header)

    def open(self, index: int, sealed: bytes, last: bool) -> bytes:
        try:
            plain: bytes = self._cipher.decrypt(self._nonce(index, last), sealed, self._header)
        except InvalidTag:
            raise FileBroken from None
        return plain

    def _nonce(self, index: int, last: bool) -> bytes:
        return self._prefix + index.to_bytes(4, "big") + bytes([last])


class EncryptedReader(io.RawIOBase):
    """The plain bytes of an encrypted file, from any place in it.

    Opening proves that the file has its end. Raises :class:`FileBroken` there and at every read.
    """

    def __init__(self, path: Path, key: bytes) -> None:
        self._handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            header = os.pread(self._handle, _HEADER.size, 0)
            if len(header) < _HEADER.size or not header.startswith(_MAGIC):
                raise FileBroken
            stored = os.fstat(self._handle).st_size - _HEADER.size
            self._count = max(1, -(-stored // _STORED_CHUNK))
            self._size = stored - self._count * _TAG_BYTES
            if self._size < 0:
                raise FileBroken
            self._chunks = _Chunks(key, header)
            self._position = 0
            self._held: tuple[int, bytes] = (-1, b"")
            self._chunk(self._count - 1)
        except BaseException:
            os.close(self._handle)
            self._handle = -1
            raise

    @property
    def size(self) -> int:
        """How many plain bytes there are."""
        return self._size

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: self._size}[whence]
        if base + offset < 0:
            raise OSError(errno.EINVAL, "a place before the beginning")
        self._position = base + offset
        return self._position

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        into = memoryview(buffer).cast("B")
        index, start = divmod(self._position, CHUNK_BYTES)
        if index >= self._count or not len(into):
            return 0
        piece = self._chunk(index)[start : start + len(into)]
        into[: len(piece)] = piece
        self._position += len(piece)
        return len(piece)

    def readall(self) -> bytes:
        pieces = []
        while self._position < self._size:
            index, start = divmod(self._position, CHUNK_BYTES)
            piece = self._chunk(index)[start:]
            self._position += len(piece)
            pieces.append(piece)
        return b"".join(pieces)

    def close(self) -> None:
        if not self.closed and self._handle >= 0:
            os.close(self._handle)
            self._handle = -1
        super().close()

    def _chunk(self, index: int) -> bytes:
        held, plain = self._held
        if held != index:
            sealed = os.pread(self._handle, _STORED_CHUNK, _HEADER.size + index * _STORED_CHUNK)
            plain = self._chunks.open(index, sealed, index == self._count - 1)
            self._held = (index, plain)
        return plain


class EncryptedWriter(io.RawIOBase):
    """Encrypts what is written. The first 64 KiB stay open to be written over until :meth:`finish`.

    That is enough for containers whose header is completed at the end; anywhere else only the end can be written.
    """

    def __init__(self, handle: int, key: bytes) -> None:
        """``handle`` is an empty file's, and stays the caller's."""
        self._handle = handle
        header = _HEADER.pack(_MAGIC, secrets.token_bytes(_SALT_BYTES), secrets.token_bytes(_PREFIX_BYTES))
        self._chunks = _Chunks(key, header)
        self._first, self._rest = bytearray(), bytearray()
        self._next = 1
        self._size = self._position = 0
        self._header = header

    def writable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: self._size}[whence]
        if not 0 <= base + offset <= self._size:
            raise OSError(errno.EINVAL, "a place that is not written yet")
        self._position = base + offset
        return self._position

    def write(self, data: ReadableBuffer, /) -> int:
        if self.closed:
            raise ValueError("the file is closed")
        block = memoryview(data).cast("B")
        if self._position == self._size:
            self._append(block)
        elif self._position + len(block) <= len(self._first):
            self._first[self._position : self._position + len(block)] = block
        else:
            raise io.UnsupportedOperation("only the beginning can be written over")
        self._position += len(block)
        self._size = max(self._size, self._position)
        return len(block)

    def finish(self) -> None:
        """Write what was held back, and make sure that all is on disk."""
        _write_all(self._handle, self._header, 0)
        if self._rest:
            self._store(self._next, self._rest, last=True)
        self._store(0, self._first, last=not self._rest)
        os.fsync(self._handle)

    def _append(self, block: memoryview) -> None:
        room = CHUNK_BYTES - len(self._first)
        self._first += block[:room]
        self._rest += block[room:]
        done = 0
        # A full chunk waits until more follows: only then it is known not to be the last.
        while len(self._rest) - done > CHUNK_BYTES:
            self._store(self._next, self._rest[done : done + CHUNK_BYTES], last=False)
            self._next += 1
            done += CHUNK_BYTES
        del self._rest[:done]

    def _store(self, index: int, chunk: bytearray, *, last: bool) -> None:
        sealed = self._chunks.seal(index, chunk, last)
        _write_all(self._handle, sealed, _HEADER.size + index * _STORED_CHUNK)


def _write_all(handle: int, data: bytes, offset: int) -> None:
    view = memoryview(data)
    while view:
        written = os.pwrite(handle, view, offset)
        view, offset = view[written:], offset + written


@contextmanager
def encrypting(target: Path, key: bytes) -> Iterator[BinaryIO]:
    """A handle to write; ``target`` appears, complete and on disk, when the block ends without error.

    On any error nothing is left behind and what was at ``target`` stays.
    """
    partial = target.with_name(f".{target.name}.{secrets.token_hex(8)}.part")
    handle = os.open(partial, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    writer = EncryptedWriter(handle, key)
    try:
        buffered = io.BufferedWriter(writer, CHUNK_BYTES)
        yield buffered
        buffered.flush()
        writer.finish()
        partial.replace(target)
        sync_folder(target.parent)
    finally:
        # Closed first: what an error left in the buffer must not reach a handle that is somebody else's by then.
        writer.close()
        os.close(handle)
        with suppress(FileNotFoundError):
            partial.unlink()


def sync_folder(folder: Path) -> None:
    """Make sure that the names in the folder are on disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@dataclass(frozen=True, slots=True)
class EncryptedFile:
    """An encrypted file and its key: what a process needs to read it. Never written down, never logged."""

    path: Path
    key: bytes = field(repr=False)

    def open(self, mode: Literal["rb"] = "rb", /) -> BinaryIO:
        """The plain bytes. Raises FileNotFoundError and :class:`FileBroken`."""
        return io.BufferedReader(EncryptedReader(self.path, self.key), CHUNK_BYTES)

    def read_bytes(self) -> bytes:
        """All plain bytes. Raises as :meth:`open`."""
        with EncryptedReader(self.path, self.key) as reader:
            return reader.readall()

    def size(self) -> int:
        """How many plain bytes there are. Raises as :meth:`open`."""
        with EncryptedReader(self.path, self.key) as reader:
            return reader.size


@dataclass(frozen=True, slots=True)
class Scratch:
    """A folder for files under way, each under a key that is nowhere but here.

    It may be handed to another process. Whatever a crash leaves in the folder nobody can read.
    """

    folder: Path
    keys: Mapping[str, bytes] = field(repr=False)

    @classmethod
    def of(cls, folder: Path, names: Iterable[str]) -> Scratch:
        """For files of these names."""
        return cls(folder, {name: new_file_key() for name in names})

    def writing(self, name: str) -> AbstractContextManager[BinaryIO]:
        """See :class:`models.audio.files.Outlet`."""
        return encrypting(self.folder / name, self.keys[name])

    def written(self, name: str) -> EncryptedFile:
        """See :class:`models.audio.files.Outlet`."""
        return EncryptedFile(self.folder / name, self.keys[name])
