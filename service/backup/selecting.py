"""A snapshot without what was withdrawn."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

from service.backup.repository import ObjectBroken, Repository
from service.backup.rows import Rows, decompressed, unpacked
from service.backup.values import Chunk, KeptFile, Manifest, Withdrawn
from service.backup.withdrawn import without

_THINNED = ("artefact", "identity", "identity_form")
"""Tables whose rows are together with those of others."""


@dataclass(frozen=True)
class Remaining:
    """What of the snapshot remains when ``gone`` is left out. Raises :class:`ObjectBroken` where objects are read."""

    repository: Repository
    manifest: Manifest
    gone: Withdrawn

    @cached_property
    def chunks(self) -> tuple[Chunk, ...]:
        """The rows that may be read; of shared ones not all, see :meth:`rows`."""
        interviews, voiceprints = set(self.gone.interviews), set(self.gone.voiceprints)
        return tuple(
            chunk
            for chunk in self.manifest.chunks
            if chunk.owner not in interviews
            and not (chunk.table == "voiceprint" and chunk.owner in voiceprints)
        )

    @cached_property
    def files(self) -> tuple[KeptFile, ...]:
        """The files that somebody who remains has a part in, or nobody in particular."""
        interviews = set(self.gone.interviews)
        kept = []
        for file in self.manifest.files:
            owners = tuple(owner for owner in file.owners if owner not in interviews)
            if owners or not file.owners:
                kept.append(replace(file, owners=owners))
        return tuple(kept)

    def is_thinned(self, chunk: Chunk) -> bool:
        """Whether rows of the chunk may have to be left out."""
        return bool(self.gone) and chunk.owner is None and chunk.table in _THINNED

    def rows(self, chunk: Chunk) -> Rows:
        """The rows of the chunk that remain."""
        rows = read_chunk(self.repository, chunk)
        if not self.is_thinned(chunk):
            return rows
        return without(rows, self.gone, gone_files=self._gone_files, still_meant=self._still_meant)

    @cached_property
    def _gone_files(self) -> frozenset[str]:
        kept = {file.path for file in self.files}
        return frozenset(
            file.path.rpartition("/")[2] for file in self.manifest.files if file.path not in kept
        )

    @cached_property
    def _still_meant(self) -> frozenset[int]:
        if not self.gone.identities:
            return frozenset()
        meant = set()
        for chunk in self.chunks:
            if chunk.table == "redaction":
                meant |= set(read_chunk(self.repository, chunk).values("identity_id"))
        return frozenset(each for each in meant if isinstance(each, int))


def read_chunk(repository: Repository, chunk: Chunk) -> Rows:
    """The rows as they were stored. Raises :class:`ObjectBroken`."""
    try:
        data = decompressed(repository.read(chunk.object))
        if repository.name_of(b"rows", data) != chunk.object:
            raise ObjectBroken
        return unpacked(data)
    except (ValueError, KeyError):
        raise ObjectBroken from None
