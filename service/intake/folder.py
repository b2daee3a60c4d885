"""What lies in the watched folder, and opening it without being led out of it.

Paths are relative to the watched folder, with ``/``. Names that are not UTF-8 carry surrogates
(PEP 383); :func:`shown_path` makes the form that may be stored and printed.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import stat
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from models.problems import ProblemCode

_UNFINISHED = (".part", ".tmp", ".crdownload", "~")
_LITTER = frozenset({"thumbs.db", "desktop.ini"})  # what Windows leaves in folders it shows
# Bytes; PostgreSQL indexes no value above 2,704 (a third of a page). Four are the most of one character.
_LONGEST_SHOWN = 2_000
_TO_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
# A named pipe that took a file's place would block an open for ever; O_NONBLOCK returns at once.
_TO_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


@dataclass(frozen=True, slots=True)
class Version:
    """What tells whether a file changed: its size and when it was written last."""

    size_bytes: int
    modified_ns: int

    @classmethod
    def of(cls, status: os.stat_result) -> Version:
        return cls(status.st_size, status.st_mtime_ns)


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file of the watched folder. ``target`` is where its bytes lie: elsewhere only for a link.

    ``problem`` is set when it can't be looked at at all.
    """

    path: str
    target: str
    version: Version
    problem: ProblemCode | None = None


@dataclass(slots=True)
class Listing:
    """The files to consider, by path, and the folders they lie in with their (device, inode)."""

    files: list[FoundFile] = field(default_factory=list)
    folders: dict[str, tuple[int, int]] = field(default_factory=dict)


def is_hidden(name: str) -> bool:
    """Whether a file or folder of this name is passed over with all that is in it."""
    return name.startswith(".")


def is_ignored(name: str) -> bool:
    """Whether a file of this name is none of ours: hidden, unfinished, or litter."""
    lower = name.casefold()
    return is_hidden(name) or lower.endswith(_UNFINISHED) or lower in _LITTER


def shown_path(path: str) -> str:
    r"""The path as it may be stored and shown: valid Unicode, one line, nothing a terminal obeys.

    Bytes that are no UTF-8 and control characters become ``\xNN``, and a backslash ``\\``, so that
    two paths never look the same. Other paths are unchanged, but for very long ones, which are
    shortened at the front.
    """
    shown = "".join(map(_shown, path))
    if len(shown.encode()) <= _LONGEST_SHOWN:
        return shown
    digest = hashlib.sha256(os.fsencode(path)).hexdigest()[:16]
    return f"\u2026{digest}\u2026{shown[-_LONGEST_SHOWN // 8 :]}"


def _shown(character: str) -> str:
    if character == "\\":
        return "\\\\"
    if 0xDC80 <= ord(character) <= 0xDCFF:
        return f"\\x{ord(character) - 0xDC00:02x}"
    if unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp"):
        return f"\\x{ord(character):02x}"
    return character


def stem_of(path: str) -> str:
    """The path without its extension: ``wave 1/D03-T2.m4a`` gives ``wave 1/D03-T2``."""
    return str(PurePosixPath(path).with_suffix(""))


def list_folder(root: Path) -> Listing:
    """Every file in the folder and its sub-folders that is not ignored, in the order of their paths.

    Links to files inside count as files; links that lead out are listed with a problem, links to
    folders inside are passed over (their files are found under their own names), and so are pipes,
    sockets and devices. Raises OSError when the folder itself is not there or can't be listed.
    """
    listing, seen = Listing(), set[tuple[int, int]]()
    with _opened_folder(root, "") as handle:
        _list_into(listing, seen, root, "", handle)
    waiting = [path for path in listing.folders if path]
    while waiting:
        path = waiting.pop()
        before = len(listing.folders)
        try:
            with _opened_folder(root, path) as handle:
                _list_into(listing, seen, root, path, handle)
        except PermissionError:
            listing.files.append(FoundFile(path, path, Version(0, 0), ProblemCode.NO_PERMISSION))
        except OSError:
            continue  # it went away meanwhile
        waiting += list(listing.folders)[before:]
    listing.files.sort(key=lambda file: file.path)
    return listing


def _list_into(listing: Listing, seen: set[tuple[int, int]], root: Path, path: str, handle: int) -> None:
    status = os.fstat(handle)
    listing.folders[path] = (status.st_dev, status.st_ino)
    seen.add((status.st_dev, status.st_ino))
    with os.scandir(handle) as entries:
        for entry in entries:
            if is_hidden(entry.name):
                continue
            inner = f"{path}/{entry.name}" if path else entry.name
            try:
                status = entry.stat(follow_symlinks=False)
            except OSError:
                continue
            if stat.S_ISDIR(status.st_mode):
                # A bind mount can put a folder inside itself: each folder is listed once.
                place = (status.st_dev, status.st_ino)
                if place not in seen:
                    seen.add(place)
                    listing.folders[inner] = place
            elif is_ignored(entry.name):
                continue
            elif stat.S_ISREG(status.st_mode):
                listing.files.append(FoundFile(inner, inner, Version.of(status)))
            elif stat.S_ISLNK(status.st_mode):
                link = _follow_inside(root, inner)
                if link is not None:
                    listing.files.append(link)


def _follow_inside(root: Path, path: str) -> FoundFile | None:
    inside, real = os.path.realpath(root), os.path.realpath(root / path)
    if not real.startswith(inside.rstrip("/") + "/"):
        return FoundFile(path, path, Version(0, 0), ProblemCode.OUTSIDE_FOLDER)
    target = os.path.relpath(real, inside)
    *folders, name = target.split("/")
    if any(map(is_hidden, folders)) or is_ignored(name):
        return None
    try:
        status = os.lstat(real)
    except OSError:
        return FoundFile(path, path, Version(0, 0), ProblemCode.FILE_VANISHED)
    return FoundFile(path, target, Version.of(status)) if stat.S_ISREG(status.st_mode) else None


@contextlib.contextmanager
def opened_file(root: Path, target: str) -> Iterator[int]:
    """A handle for reading the regular file, reached without following any link below ``root``.

    Raises OSError; ``ELOOP`` when a link or anything but a regular file is in its place by now.
    """
    folder, _, name = target.rpartition("/")
    with _opened_folder(root, folder) as parent:
        handle = os.open(name, _TO_FILE, dir_fd=parent)
    try:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise OSError(errno.ELOOP, "not a regular file")
        yield handle
    finally:
        os.close(handle)


def status_of(root: Path, target: str) -> os.stat_result:
    """The status of what bears this name now, reached like :func:`opened_file`. Raises OSError."""
    folder, _, name = target.rpartition("/")
    with _opened_folder(root, folder) as parent:
        return os.stat(name, dir_fd=parent, follow_symlinks=False)


@contextlib.contextmanager
def _opened_folder(root: Path, path: str) -> Iterator[int]:
    handle = os.open(root, _TO_FOLDER)
    try:
        for part in path.split("/") if path else ():
            inner = os.open(part, _TO_FOLDER | os.O_NOFOLLOW, dir_fd=handle)
            os.close(handle)
            handle = inner
        yield handle
    finally:
        os.close(handle)
