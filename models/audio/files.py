"""Where sound is read from and written to: plain files, or whatever opens like one.

The models don't know how files are kept. Who calls them may hand in a path, or a value that decrypts while it is read
and encrypts while it is written.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Literal, Protocol

from models.audio.atomic import written_whole

SAMPLES_NAME = "samples.wav"
LISTENING_NAME = "listening.ogg"
PEAKS_NAME = "peaks.bin"
TRACK_NAME = "track.bin"
"""What measuring the voice leaves."""

DECODED_NAMES = (SAMPLES_NAME, LISTENING_NAME, PEAKS_NAME)
"""What decoding leaves."""


class Readable(Protocol):
    """A file that can be read from any place in it. A path is one."""

    def open(self, mode: Literal["rb"], /) -> BinaryIO: ...


class Outlet(Protocol):
    """Takes files by name, each whole or not at all, and gives them back to be read."""

    def writing(self, name: str) -> AbstractContextManager[BinaryIO]:
        """A handle to write; the file is there when the block ends without error, what was there before until then."""
        ...

    def written(self, name: str) -> Readable:
        """The file of this name."""
        ...


@dataclass(frozen=True, slots=True)
class Folder:
    """An outlet that leaves plain files in a folder."""

    path: Path

    def writing(self, name: str) -> AbstractContextManager[BinaryIO]:
        return written_whole(self.path / name)

    def written(self, name: str) -> Path:
        return self.path / name
