"""The folder that holds backups: objects under names that tell nothing, and one manifest a snapshot.

``README.txt``        what this is, for who finds it
``repository.age``    the key of names, encrypted to the recipients
``installation.key``  an identity of its own for the installation, sealed in the vault's key
``objects/ab/...``    age files: rows or a file, under a keyed hash
``snapshots/...age``  the manifests
``lock``              held by who writes

Everything is encrypted to two recipients: the backup's, whose identity is kept elsewhere, and the installation's own,
so that it can prune and forget by itself. Files are written whole or not at all. Names and manifests are bound to the
key of names by HMAC-SHA256, so that without that key nothing can be added that is taken for real.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import hmac
import json
import os
import secrets
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO, Protocol

import pyrage
from pydantic import ValidationError
from pyrage.x25519 import Identity

from models.codec import from_json, to_json
from service.backup.keys import BackupKeyUnusable, identity_of, new_key, recipient_of
from service.backup.values import FORMAT, Manifest
from service.encrypted_files import sync_folder
from service.vault.locked import SealBroken
from service.vault.sealing import Sealer

_README = """This folder is a backup made by Lytt. Everything in it is encrypted.

To put it back: lytt restore THIS_FOLDER --identity FILE
FILE is the identity that was made with `lytt backup --new-key`. Without it nothing here can be read.

Do not change, rename or remove single files.
"""
_ABOUT, _OWN_KEY, _LOCK = "repository.age", "installation.key", "lock"
_SEALED_FOR = "identity of a backup repository"
_KEY_BYTES = 32
_MAC_BYTES = 32
_BLOCK = 1 << 20


class Source(Protocol):
    """What can be read to its end."""

    def read(self, size: int = -1, /) -> bytes: ...


class Target(Protocol):
    """What takes bytes."""

    def write(self, data: bytes, /) -> int: ...
    def flush(self) -> None: ...


class _Noting:
    """Passes bytes on, and remembers the error of the file that it could not read or write."""

    def __init__(self, file: Any) -> None:
        self._file = file
        self.error: OSError | None = None

    def read(self, size: int = -1, /) -> bytes:
        return self._noted(self._file.read, size)  # type: ignore[no-any-return]

    def write(self, data: bytes, /) -> int:
        return self._noted(self._file.write, data)  # type: ignore[no-any-return]

    def flush(self) -> None:
        self._noted(self._file.flush)

    def _noted(self, what: Callable[..., Any], *arguments: object) -> Any:
        try:
            return what(*arguments)
        except OSError as error:
            self.error = error
            raise


class BackupRefused(Exception):  # noqa: N818 - reads as what happened
    """A backup can't be made or put back; ``str()`` says why and what to do."""


class RepositoryBusy(BackupRefused):
    """Somebody else writes."""

    def __init__(self, folder: Path) -> None:
        super().__init__(f"Another backup, or a restore, is at work in {folder}. Wait until it is done.")


class ObjectBroken(Exception):  # noqa: N818 - reads as what happened
    """An object is lost, or not what was written."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A snapshot by name. Names begin with their time, so that they sort by age."""

    name: str
    manifest: Manifest


class Repository:
    """An opened repository. Raises OSError throughout for a disk that is full or away."""

    def __init__(
        self, folder: Path, names: bytes, recipients: Sequence[str], identities: Sequence[Identity]
    ) -> None:
        self.folder = folder
        self.recipients = tuple(recipients)
        self._names = names
        self._to = [recipient_of(one) for one in recipients]
        self._identities = list(identities)

    @classmethod
    def exists(cls, folder: Path) -> bool:
        """Whether there is a repository in the folder."""
        return (folder / _ABOUT).is_file()

    @classmethod
    def create(cls, folder: Path, recipient: str, sealer: Sealer) -> Repository:
        """A new one in an empty folder. Raises :class:`BackupRefused`, :class:`BackupKeyUnusable`."""
        recipient_of(recipient)
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        leftovers = {_OWN_KEY, _LOCK, "README.txt"}
        if any(path.name not in leftovers and not path.name.endswith(".part") for path in folder.iterdir()):
            raise BackupRefused(f"{folder} holds other things. Choose an empty folder for the backup.")
        own = new_key()
        made = cls(folder, secrets.token_bytes(_KEY_BYTES), (recipient, own.recipient), ())
        sealed = sealer.seal(own.identity.encode(), _SEALED_FOR)
        made._write(folder / _OWN_KEY, sealed)
        made._write(folder / "README.txt", _README.encode())
        about = {"format": FORMAT, "names": made._names.hex(), "recipients": list(made.recipients)}
        # Last of all: what has this file is a repository.
        made._write(folder / _ABOUT, made._encrypted(json.dumps(about).encode()))
        return cls(folder, made._names, made.recipients, [identity_of(own.identity)])

    @classmethod
    def open_as_installation(cls, folder: Path, sealer: Sealer) -> Repository:
        """Opened with the vault's key. Raises :class:`BackupRefused` when it is another installation's."""
        try:
            identity = identity_of(sealer.open((folder / _OWN_KEY).read_bytes(), _SEALED_FOR).decode())
        except (SealBroken, BackupKeyUnusable, FileNotFoundError):
            raise BackupRefused(
                f"The backup in {folder} was made by another installation. Choose another folder, or give its "
                "identity (--identity)."
            ) from None
        return cls.open_with(folder, identity)

    @classmethod
    def open_with(cls, folder: Path, identity: Identity) -> Repository:
        """Opened with an identity. Raises :class:`BackupRefused` when there is none, or it is not this one's."""
        try:
            data = (folder / _ABOUT).read_bytes()
        except FileNotFoundError:
            raise BackupRefused(f"There is no backup in {folder}.") from None
        try:
            about = json.loads(pyrage.decrypt(data, [identity]))
        except pyrage.DecryptError:
            raise BackupRefused(
                "That identity does not open this backup. Give the one that was made for it with `lytt backup "
                "--new-key`."
            ) from None
        if about["format"] != FORMAT:
            raise BackupRefused("This backup was made by a newer Lytt. Update this one first.")
        return cls(folder, bytes.fromhex(about["names"]), about["recipients"], [identity])

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Nobody else writes meanwhile; what a killed one left half written goes. Raises :class:`RepositoryBusy`."""
        with self._locked(fcntl.LOCK_EX):
            for path in (*self.folder.glob("*/.*.part"), *self.folder.glob("objects/*/.*.part")):
                path.unlink(missing_ok=True)
            yield

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Nobody writes meanwhile. Raises :class:`RepositoryBusy`."""
        with self._locked(fcntl.LOCK_SH):
            yield

    @contextmanager
    def _locked(self, kind: int) -> Iterator[None]:
        try:
            descriptor = os.open(self.folder / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            # A medium that can't be written to is nobody's to write to.
            if kind == fcntl.LOCK_SH and error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
                yield
                return
            raise
        try:
            try:
                fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
            except BlockingIOError:
                raise RepositoryBusy(self.folder) from None
            yield
        finally:
            os.close(descriptor)

    def name_of(self, *parts: bytes) -> str:
        """The name of the object that is told by ``parts``: 64 digits that say nothing without the key."""
        hasher = hmac.new(self._names, digestmod=hashlib.sha256)
        for part in parts:
            hasher.update(len(part).to_bytes(8, "big"))
            hasher.update(part)
        return hasher.hexdigest()

    def has(self, name: str) -> bool:
        return self._object(name).is_file()

    def put(self, name: str, data: bytes) -> int:
        """Keep ``data`` unless the object is there; how many bytes were written."""
        if self.has(name):
            return 0
        return self._write(self._object(name), self._encrypted(data))

    def put_stream(self, name: str, stream: Source) -> int:
        """The same for a file of any size, which is read once."""
        target = self._object(name)
        with self._new(target) as handle:
            source, into = _Noting(stream), _Noting(handle)
            try:
                pyrage.encrypt_io(source, into, self._to)
            except (pyrage.EncryptError, OSError):
                # The library tells of errors of files by their words alone.
                raise source.error or into.error or OSError(errno.EIO, "can't encrypt") from None
            return handle.tell()

    def read(self, name: str) -> bytes:
        """What the object holds. Raises :class:`ObjectBroken`."""
        return self._decrypted(self._object(name))

    def read_stream(self, name: str, into: Target) -> None:
        """The same for a file of any size. Raises :class:`ObjectBroken`."""
        target = _Noting(into)
        try:
            with self._object(name).open("rb") as stream:
                pyrage.decrypt_io(stream, target, self._identities)
        except (pyrage.DecryptError, OSError):
            raise target.error or ObjectBroken() from None

    def size(self, name: str) -> int:
        """The bytes that the object takes; 0 when it is lost."""
        try:
            return self._object(name).stat().st_size
        except FileNotFoundError:
            return 0

    def remove(self, name: str) -> None:
        self._object(name).unlink(missing_ok=True)

    def objects(self) -> frozenset[str]:
        """The names of all objects that are there."""
        return frozenset(path.name for path in self.folder.glob("objects/??/*") if len(path.name) == 64)

    def snapshots(self) -> tuple[Snapshot, ...]:
        """All of them, the oldest first. Raises :class:`ObjectBroken` when a manifest is damaged."""
        return tuple(Snapshot(name, self.manifest(name)) for name in self.snapshot_names())

    def snapshot_names(self) -> tuple[str, ...]:
        return tuple(sorted(path.stem for path in self.folder.glob("snapshots/*.age")))

    def manifest(self, name: str) -> Manifest:
        """Raises :class:`ObjectBroken`."""
        data = self._decrypted(self._snapshot(name))
        mac, packed = data[:_MAC_BYTES], data[_MAC_BYTES:]
        if not hmac.compare_digest(mac, self._mac(name, packed)):
            raise ObjectBroken
        try:
            return from_json(Manifest, zlib.decompress(packed))
        except (ValidationError, zlib.error):
            raise ObjectBroken from None

    def add_snapshot(self, manifest: Manifest) -> Snapshot:
        """Write the manifest; from then on the snapshot is one."""
        at = manifest.made_at.astimezone(UTC)
        name = f"{at:%Y%m%dT%H%M%S%fZ}-{secrets.token_hex(4)}"
        self.replace_snapshot(name, manifest)
        return Snapshot(name, manifest)

    def replace_snapshot(self, name: str, manifest: Manifest) -> None:
        """Put ``manifest`` in the place of the snapshot's."""
        packed = zlib.compress(to_json(manifest))
        self._write(self._snapshot(name), self._encrypted(self._mac(name, packed) + packed))

    def remove_snapshot(self, name: str) -> None:
        self._snapshot(name).unlink(missing_ok=True)

    def _mac(self, name: str, packed: bytes) -> bytes:
        return hmac.digest(self._names, b"manifest " + name.encode() + b" " + packed, "sha256")

    def _encrypted(self, data: bytes) -> bytes:
        return bytes(pyrage.encrypt(data, self._to))

    def _decrypted(self, path: Path) -> bytes:
        try:
            return bytes(pyrage.decrypt(path.read_bytes(), self._identities))
        except (pyrage.DecryptError, FileNotFoundError):
            raise ObjectBroken from None

    def _object(self, name: str) -> Path:
        return self.folder / "objects" / name[:2] / name

    def _snapshot(self, name: str) -> Path:
        return self.folder / "snapshots" / f"{name}.age"

    def _write(self, target: Path, data: bytes) -> int:
        with self._new(target) as handle:
            handle.write(data)
        return len(data)

    @contextmanager
    def _new(self, target: Path) -> Iterator[BinaryIO]:
        """A handle to write; ``target`` is there, complete and on disk, when the block ends without error."""
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
        descriptor = os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        try:
            with os.fdopen(descriptor, "w+b") as handle:
                yield handle
                handle.flush()
                os.fsync(handle.fileno())
            draft.replace(target)
            sync_folder(target.parent)
        finally:
            draft.unlink(missing_ok=True)


def digest_of(stream: BinaryIO) -> str:
    """SHA-256 of what is left of the stream, in hexadecimal."""
    hasher = hashlib.sha256()
    while block := stream.read(_BLOCK):
        hasher.update(block)
    return hasher.hexdigest()


def made_at(name: str) -> datetime:
    """When the snapshot of this name was made."""
    return datetime.strptime(name.partition("-")[0], "%Y%m%dT%H%M%S%fZ").replace(tzinfo=UTC)
