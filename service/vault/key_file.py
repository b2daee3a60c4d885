"""Where the master key comes from: a setting, a key file, or a key file behind a passphrase.

A key file holds the key in hexadecimal, or, behind a passphrase, as JSON: the key sealed under what Argon2id makes of
the passphrase. ``lytt vault unlock`` then leaves the opened key in a folder that is only in memory, for this boot.
"""

from __future__ import annotations

import binascii
import hashlib
import json
import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from service.vault.keys import Master
from service.vault.locked import KeyUnusable, SealBroken, VaultLocked
from service.vault.sealing import KEY_BYTES, Sealer

SHORTEST_PASSPHRASE = 12

# Argon2id as RFC 9106, section 4, recommends where memory is limited: 3 passes over 64 MiB in 4 lanes.
_PASSES, _LANES, _MEMORY_KIB = 3, 4, 64 * 1024
_MOST_MEMORY_KIB = 4 * 1024 * 1024
_SALT_BYTES = 16
_FORMAT = "lytt vault key 1"
_CONTEXT = "master key"
_IN_MEMORY = ("tmpfs", "ramfs")


class WrongPassphrase(Exception):  # noqa: N818 - reads as what happened
    """The key file does not open with it."""

    def __init__(self) -> None:
        super().__init__("That is not the passphrase.")


@dataclass(frozen=True, slots=True)
class KeySource:
    """Where to look: the key as a setting gives it, which wins, and the key file."""

    file: Path
    given: str | None = field(default=None, repr=False)

    def find(self) -> Master | None:
        """The master key, or None when there is none yet. Raises :class:`VaultLocked`, :class:`KeyUnusable`."""
        if self.given is not None:
            return Master.from_hex(self.given)
        text = self._read()
        if text is None:
            return None
        if not _is_protected(text):
            return _from_file(text)
        opened = _unlocked_copy(self.file)
        if opened is None:
            raise VaultLocked
        return Master.from_hex(opened)

    def find_or_make(self) -> Master:
        """The master key; a key file is made, for its owner only, when there is no key. Raises as :meth:`find`."""
        found = self.find()
        if found is not None:
            return found
        made = Master.new()
        try:
            _create(self.file, f"{made.key.hex()}\n")
        except FileExistsError:
            # Another process was first, and its key holds.
            found = self.find()
            assert found is not None
            return found
        except OSError as error:
            raise KeyUnusable(f"The vault's key can't be made: {error.strerror}.") from None
        return made

    @property
    def protected(self) -> bool:
        """Whether the key is behind a passphrase."""
        text = self._read() if self.given is None else None
        return text is not None and _is_protected(text)

    def open_with(self, passphrase: str) -> Master:
        """The key behind the passphrase. Raises :class:`WrongPassphrase`, :class:`KeyUnusable`."""
        text = self._read()
        if text is None or not _is_protected(text):
            raise KeyUnusable("The vault's key is not behind a passphrase.")
        return _opened(text, passphrase)

    def replace(self, master: Master, passphrase: str | None) -> None:
        """Put ``master`` into the key file, behind the passphrase if there is one. Raises OSError."""
        text = f"{master.key.hex()}\n" if passphrase is None else _protected(master, passphrase)
        draft = _draft(self.file, text)
        before = self.file.open("r+b") if self.file.exists() else None
        try:
            draft.replace(self.file)
            _sync(self.file.parent)
            if before is not None:
                # What the old file held should not stay in free space; on some disks it does all the same.
                _blank(before)
        finally:
            draft.unlink(missing_ok=True)
            if before is not None:
                before.close()

    def _read(self) -> str | None:
        try:
            return self.file.read_text(encoding="ascii")
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError):
            raise KeyUnusable("The vault's key file can't be read. Put the right file back.") from None


def _from_file(text: str) -> Master:
    try:
        return Master.from_hex(text)
    except KeyUnusable:
        raise KeyUnusable(
            "The vault's key file holds no key of 32 bytes in hexadecimal. Put the right file back."
        ) from None


def _is_protected(text: str) -> bool:
    return text.lstrip().startswith("{")


def _protected(master: Master, passphrase: str) -> str:
    salt = secrets.token_bytes(_SALT_BYTES)
    made = {
        "format": _FORMAT,
        "kdf": "argon2id",
        "passes": _PASSES,
        "lanes": _LANES,
        "memory_kib": _MEMORY_KIB,
        "salt": salt.hex(),
    }
    sealer = Sealer(_stretched(passphrase, salt, _PASSES, _LANES, _MEMORY_KIB))
    sealed = sealer.seal(master.key, _CONTEXT)
    return json.dumps(made | {"sealed": binascii.b2a_base64(sealed, newline=False).decode()}, indent=1) + "\n"


def _opened(text: str, passphrase: str) -> Master:
    try:
        held = json.loads(text)
        if held["format"] != _FORMAT or not 8 <= int(held["memory_kib"]) <= _MOST_MEMORY_KIB:
            raise ValueError
        salt, sealed = bytes.fromhex(held["salt"]), binascii.a2b_base64(held["sealed"])
        costs = (int(held["passes"]), int(held["lanes"]), int(held["memory_kib"]))
    except (ValueError, KeyError, TypeError):
        raise KeyUnusable("The vault's key file can't be read. Put the right file back.") from None
    try:
        return Master(Sealer(_stretched(passphrase, salt, *costs)).open(sealed, _CONTEXT))
    except SealBroken:
        raise WrongPassphrase from None


def _stretched(passphrase: str, salt: bytes, passes: int, lanes: int, memory_kib: int) -> bytes:
    from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

    argon = Argon2id(salt=salt, length=KEY_BYTES, iterations=passes, lanes=lanes, memory_cost=memory_kib)
    stretched: bytes = argon.derive(passphrase.encode())
    return stretched


def unlock(source: KeySource, passphrase: str) -> Path:
    """Leave the key opened in memory until the next boot; returns where.

    Raises :class:`WrongPassphrase`, and :class:`KeyUnusable` when this machine has no folder in memory.
    """
    master = source.open_with(passphrase)
    for folder in _memory_folders():
        with suppress(OSError):
            folder.mkdir(mode=0o700, exist_ok=True)
            if not _is_ours(folder):
                continue
            target = folder / _copy_name(source.file)
            target.unlink(missing_ok=True)
            _create(target, f"{master.key.hex()}\n")
            return target
    raise KeyUnusable(
        "This machine has no folder that is only in memory (tmpfs), so the opened key can't be kept. "
        "Give the key to Lytt's processes with the setting vault_key instead."
    )


def lock(source: KeySource) -> bool:
    """Remove the opened key from memory; whether there was one."""
    removed = False
    for folder in _memory_folders():
        target = folder / _copy_name(source.file)
        with suppress(OSError):
            with target.open("r+b") as handle:
                _blank(handle)
            target.unlink()
            removed = True
    return removed


def _unlocked_copy(file: Path) -> str | None:
    for folder in _memory_folders():
        with suppress(OSError):
            if _is_ours(folder):
                return (folder / _copy_name(file)).read_text(encoding="ascii")
    return None


def _copy_name(file: Path) -> str:
    return hashlib.sha256(os.fsencode(file.resolve())).hexdigest()[:32]


def _memory_folders() -> Iterator[Path]:
    """Folders of this user that are only in memory. A service and a person at the terminal see the same ones."""
    user = os.getuid()
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    parents = [Path("/run") if user == 0 else Path(f"/run/user/{user}"), Path("/dev/shm")]
    if runtime and Path(runtime) not in parents:
        parents.insert(0, Path(runtime))
    in_memory = _mounts_in_memory()
    for parent in parents:
        if parent.is_dir() and _mount_of(parent) in in_memory:
            yield parent / f"lytt-{user}"


def _mounts_in_memory() -> set[Path]:
    try:
        lines = Path("/proc/self/mounts").read_text().splitlines()
    except OSError:
        return set()
    fields = (line.split(" ") for line in lines)
    return {Path(field[1]) for field in fields if len(field) > 2 and field[2] in _IN_MEMORY}


def _mount_of(folder: Path) -> Path:
    resolved = folder.resolve()
    return next(one for one in (resolved, *resolved.parents) if one.is_mount())


def _is_ours(folder: Path) -> bool:
    """Whether nobody else can reach into the folder."""
    status = folder.lstat()
    private = not status.st_mode & (stat.S_IRWXG | stat.S_IRWXO)
    return stat.S_ISDIR(status.st_mode) and status.st_uid == os.getuid() and private


def _create(file: Path, text: str) -> None:
    """Write a new file whole or not at all. Raises FileExistsError when there is one."""
    if file.exists():
        raise FileExistsError
    draft = _draft(file, text)
    try:
        # A link fails when another process was first.
        file.hardlink_to(draft)
    finally:
        draft.unlink(missing_ok=True)
    _sync(file.parent)


def _draft(file: Path, text: str) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = file.with_name(f".{file.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as handle:
        handle.write(text)
        handle.flush()
        os.fsync(handle.fileno())
    return draft


def _blank(handle: BinaryIO) -> None:
    handle.seek(0)
    handle.write(bytes(os.fstat(handle.fileno()).st_size))
    handle.flush()
    os.fsync(handle.fileno())


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
