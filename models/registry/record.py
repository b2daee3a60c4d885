"""What was verified of an installed model, kept beside its files in ``.verified.json``."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from pydantic import ValidationError

from models.codec import from_json, to_json

RECORD_FILE = ".verified.json"
RECORD_FORMAT = 1


class Trust(StrEnum):
    """Where the hashes of a file come from."""

    MANIFEST = "manifest"
    FIRST_FETCH = "first fetch"


class Check(StrEnum):
    """How closely files are compared with their record.

    ``SIZE`` survives copying an installation; ``TIME`` also notices a file written since; ``HASH`` reads it all.
    """

    SIZE = "size"
    TIME = "time"
    HASH = "hash"


@dataclass(frozen=True, slots=True)
class VerifiedFile:
    """One file as it was when its hash was right. ``size`` in bytes, ``mtime_ns`` as the file system gave it."""

    path: str
    size: int
    sha256: str
    mtime_ns: int
    trust: Trust


@dataclass(frozen=True, slots=True)
class VerifiedRecord:
    """An installed model: its name, task and source, and its files."""

    format: int
    name: str
    task: str
    source: str
    files: tuple[VerifiedFile, ...]


def read_record(folder: Path) -> VerifiedRecord | None:
    """The record in an installed model's folder, or None when there is none that can be read."""
    try:
        record = from_json(VerifiedRecord, (folder / RECORD_FILE).read_bytes())
    except (OSError, ValidationError):
        return None
    return record if record.format == RECORD_FORMAT else None


def write_record(folder: Path, record: VerifiedRecord) -> None:
    """Write the record into the folder, all or nothing."""
    partial = folder / f"{RECORD_FILE}.new"
    partial.write_bytes(to_json(record))
    partial.replace(folder / RECORD_FILE)


def verified_file(folder: Path, path: str, sha256: str, trust: Trust) -> VerifiedFile:
    """The entry for a file of ``folder`` whose hash has just been found right."""
    stat = (folder / path).stat()
    return VerifiedFile(path, stat.st_size, sha256, stat.st_mtime_ns, trust)


def damaged(folder: Path, files: Iterable[VerifiedFile], check: Check) -> tuple[str, ...]:
    """The paths of the files that are gone or differ from their record."""
    return tuple(file.path for file in files if not _is_same(folder / file.path, file, check))


def _is_same(path: Path, file: VerifiedFile, check: Check) -> bool:
    try:
        stat = path.stat()
        if stat.st_size != file.size:
            return False
        if check is Check.TIME:
            return stat.st_mtime_ns == file.mtime_ns
        return check is Check.SIZE or sha256_of(path) == file.sha256
    except OSError:
        return False


def sha256_of(path: Path) -> str:
    """SHA-256 of a file's bytes, in hexadecimal. Raises ``OSError`` when it can't be read."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
