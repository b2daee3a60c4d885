"""Zip files written as they are read, the same bytes for the same files."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator

from service.coding.exports.values import File

_TIME = (1980, 1, 1, 0, 0, 0)
"""The earliest time that a zip can hold."""
_FOR_OWNER = 0o100644 << 16


class _Passing(io.RawIOBase):
    """Holds what is written until it is taken. Can't seek, so a file's size is written behind it."""

    def __init__(self) -> None:
        self._held: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: object, /) -> int:
        block = bytes(memoryview(data))  # type: ignore[arg-type]
        self._held.append(block)
        return len(block)

    def take(self) -> bytes:
        taken = b"".join(self._held)
        self._held.clear()
        return taken


def zipped(files: Iterable[File]) -> Iterator[bytes]:
    """The blocks of a zip of these files. Sound is stored as it is, all else is compressed."""
    passing = _Passing()
    with zipfile.ZipFile(passing, "w") as archive:
        for file in files:
            info = zipfile.ZipInfo(file.name, _TIME)
            info.compress_type = zipfile.ZIP_STORED if file.is_sound else zipfile.ZIP_DEFLATED
            info.external_attr = _FOR_OWNER
            info.create_system = 3
            with archive.open(info, "w", force_zip64=True) as member:
                for block in file.blocks():
                    member.write(block)
                    if ready := passing.take():
                        yield ready
    if ready := passing.take():
        yield ready


def rezipped(archive: bytes) -> bytes:
    """The same files in the same order with fixed times: for libraries that write the time of the day."""
    with zipfile.ZipFile(io.BytesIO(archive)) as made:
        return b"".join(zipped([File.of(name, made.read(name)) for name in made.namelist()]))
