"""Erasure that reaches backups: what was withdrawn goes out of every snapshot, and its objects are removed."""

from __future__ import annotations

from dataclasses import dataclass, replace

from service.backup.making import rows_name
from service.backup.repository import ObjectBroken, Repository
from service.backup.rows import compressed, packed
from service.backup.selecting import Remaining, said_by
from service.backup.values import Chunk, Manifest, Withdrawn


@dataclass(frozen=True, slots=True)
class Forgotten:
    """How many snapshots were written again, how many had to go since they were damaged, and what was removed."""

    snapshots: int = 0
    damaged: int = 0
    objects: int = 0


def forget(repository: Repository, withdrawn: Withdrawn, forms: frozenset[str] | None = None) -> Forgotten:
    """Take ``withdrawn`` out of every snapshot that may hold it. The caller holds the repository for writing.

    ``forms`` are the spellings of identities that the vault still knows: others go out of what is written again.
    A snapshot that is too damaged to be written again is removed.
    """
    written = damaged = 0
    snapshots = tuple(repository.snapshots())
    said = said_by(repository, (one.manifest for one in snapshots), withdrawn)
    for snapshot in snapshots:
        gone = withdrawn - snapshot.manifest.withdrawn - snapshot.manifest.forgotten
        if not gone:
            continue
        try:
            repository.replace_snapshot(
                snapshot.name, _rewritten(Remaining(repository, snapshot.manifest, gone, forms, said))
            )
            written += 1
        except ObjectBroken:
            repository.remove_snapshot(snapshot.name)
            damaged += 1
    return Forgotten(written, damaged, remove_unused(repository) if written or damaged else 0)


def remove_unused(repository: Repository) -> int:
    """Remove the objects that no snapshot needs; how many. Raises ``ObjectBroken`` when a manifest is damaged."""
    needed: set[str] = set()
    for snapshot in repository.snapshots():
        needed |= snapshot.manifest.objects
    unused = repository.objects() - needed
    for name in unused:
        repository.remove(name)
    return len(unused)


def _rewritten(remaining: Remaining) -> Manifest:
    repository, manifest, gone = remaining.repository, remaining.manifest, remaining.gone
    chunks: list[Chunk] = []
    for chunk in remaining.chunks:
        if remaining.is_thinned(chunk):
            rows = remaining.rows(chunk)
            data = packed(rows)
            name = rows_name(repository, data)
            repository.put(name, compressed(data))
            chunk = replace(chunk, object=name, rows=len(rows.rows))
        chunks.append(chunk)
    return replace(
        manifest,
        chunks=tuple(chunks),
        files=remaining.files,
        forgotten=manifest.forgotten | gone,
        interviews=manifest.interviews - len(_interviews(manifest) & set(gone.interviews)),
    )


def _interviews(manifest: Manifest) -> set[str]:
    return {chunk.owner for chunk in manifest.chunks if chunk.table == "interview" and chunk.owner}
