"""Whether everything in a repository can be opened and is what was stored."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from service.backup.making import Tell, quiet
from service.backup.repository import ObjectBroken, Repository
from service.backup.selecting import read_chunk
from service.backup.values import KeptFile


@dataclass(frozen=True, slots=True)
class Verified:
    """How many objects were opened, which are damaged or lost, and which snapshots can't be restored whole."""

    objects: int
    damaged: tuple[str, ...]
    snapshots: int
    broken_snapshots: tuple[str, ...]
    unused: int

    @property
    def well(self) -> bool:
        return not self.damaged and not self.broken_snapshots


class Hashed:
    """Takes bytes and keeps their SHA-256 and number."""

    def __init__(self) -> None:
        self._hasher = hashlib.sha256()
        self.size = 0

    def write(self, data: bytes, /) -> int:
        self._hasher.update(data)
        self.size += len(data)
        return len(data)

    def flush(self) -> None:
        """Nothing is held back."""

    @property
    def digest(self) -> str:
        return self._hasher.hexdigest()


def verify(repository: Repository, tell: Tell = quiet) -> Verified:
    """Open every object of every snapshot, and compare digests. The caller holds the repository."""
    names = repository.snapshot_names()
    manifests, broken = {}, []
    for name in names:
        try:
            manifests[name] = repository.manifest(name)
        except ObjectBroken:
            broken.append(name)
    chunks = {chunk.object: chunk for one in manifests.values() for chunk in one.chunks}
    files = {file.object: file for one in manifests.values() for file in one.files}
    sizes = {name: repository.size(name) for name in (*chunks, *files)}
    whole, done, damaged = sum(sizes.values()), 0, []
    for name in (*chunks, *files):
        try:
            if name in chunks:
                read_chunk(repository, chunks[name])
            else:
                check_file(repository, files[name])
        except ObjectBroken:
            damaged.append(name)
        done += sizes[name]
        tell(done, whole)
    broken += [name for name, one in manifests.items() if one.objects & set(damaged)]
    unused = repository.objects() - {*chunks, *files}
    return Verified(len(sizes), tuple(damaged), len(names), tuple(sorted(broken)), len(unused))


def check_file(repository: Repository, file: KeptFile) -> None:
    """Raises :class:`ObjectBroken` when the object is not the file that was stored."""
    hashed = Hashed()
    repository.read_stream(file.object, hashed)
    if (hashed.digest, hashed.size) != (file.sha256, file.size):
        raise ObjectBroken
