"""A snapshot without what was withdrawn."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from service.backup.repository import ObjectBroken, Repository
from service.backup.rows import Rows, Value, decompressed, unpacked
from service.backup.values import CODING, VAULT, Chunk, KeptFile, Manifest, Withdrawn
from service.backup.withdrawn import THINNED, Beside, items_in, without
from service.coding.forgetting import Forgetting, said_in
from service.coding.quotes import Runs


@dataclass(frozen=True)
class Remaining:
    """What of the snapshot remains when ``gone`` is left out. Raises :class:`ObjectBroken` where objects are read.

    ``forms`` are the spellings of identities that the vault still knows, where there is one to ask; ``said`` is what
    other snapshots hold of the words of what is left out (:func:`said_by`).
    """

    repository: Repository
    manifest: Manifest
    gone: Withdrawn
    forms: frozenset[str] | None = None
    said: Runs = field(default=frozenset(), repr=False)

    @cached_property
    def chunks(self) -> tuple[Chunk, ...]:
        """The rows that may be read; of shared ones not all, see :meth:`rows`."""
        interviews, voiceprints = set(self.gone.interviews), set(self.gone.voiceprints)
        releases = set(self.gone.releases)
        return tuple(
            chunk
            for chunk in self.manifest.chunks
            if chunk.owner not in interviews
            and not (chunk.table in ("voice", "voiceprint") and chunk.owner in voiceprints)
            and not ((chunk.store == CODING or chunk.table == "release") and chunk.owner in releases)
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
        return bool(self.gone) and chunk.table in THINNED

    def rows(self, chunk: Chunk) -> Rows:
        """The rows of the chunk that remain."""
        rows = read_chunk(self.repository, chunk)
        return without(rows, self.gone, self._beside) if self.is_thinned(chunk) else rows

    @cached_property
    def _beside(self) -> Beside:
        return Beside(
            self._gone_files, self._gone_identities, self._voices, self.forms, lambda: self._forgetting
        )

    @cached_property
    def _forgetting(self) -> Forgetting | None:
        """What coders wrote is compared with what withdrawn interviews said, where any snapshot holds their words."""
        said = self.said | said_by(self.repository, (self.manifest,), self.gone)
        if not said:
            return None
        texts = ("code", "theme", "codebook_change")
        items = (item for table in texts for rows, _ in self._of(CODING, table) for item in items_in(rows))
        return Forgetting.among(said, items)

    @cached_property
    def _voices(self) -> frozenset[tuple[Value, Value]]:
        """Where withdrawn voices were confirmed to be heard."""
        people, found = set(self.gone.voices), set()
        for rows, _ in self._of_vault("voice") if people else ():
            place, label, person = (rows.place(name) for name in ("interview_id", "label", "person"))
            found |= {(row[place], row[label]) for row in rows.rows if row[person] in people}
        return frozenset(found)

    @cached_property
    def _gone_files(self) -> frozenset[str]:
        kept = {file.path for file in self.files}
        return frozenset(
            file.path.rpartition("/")[2] for file in self.manifest.files if file.path not in kept
        )

    @cached_property
    def _gone_identities(self) -> frozenset[Value]:
        """Those that only withdrawn interviews spoke of, and those that nobody does and no person named or listed.

        As :func:`service.withdrawal.belongings.own_identities` has it for the vault.
        """
        if not self.gone.interviews:
            return frozenset()
        mine, others = set[Value](), set[Value]()
        for rows, owner in self._of_vault("redaction"):
            spoken = others if owner not in self.gone.interviews else mine
            spoken.update(rows.values("identity_id"))
        kept = set[Value]()
        for rows, _ in self._of_vault("identity_form"):
            whom, by = rows.place("identity_id"), rows.place("listed_by")
            kept |= {row[whom] for row in rows.rows if row[by] is not None}
        every = set[Value]()
        for rows, _ in self._of_vault("identity"):
            whom, by = rows.place("id"), rows.place("set_by")
            every |= {row[whom] for row in rows.rows}
            kept |= {row[whom] for row in rows.rows if row[by] is not None}
        return frozenset((mine | (every - kept)) - others - {None})

    def _of_vault(self, table: str) -> Iterator[tuple[Rows, str | None]]:
        return self._of(VAULT, table)

    def _of(self, store: str, table: str) -> Iterator[tuple[Rows, str | None]]:
        """All rows of a table as they were stored, with the interview they belong to."""
        for chunk in self.manifest.chunks:
            if (chunk.store, chunk.table) == (store, table):
                yield read_chunk(self.repository, chunk), chunk.owner


def said_by(repository: Repository, manifests: Iterable[Manifest], gone: Withdrawn) -> Runs:
    """What withdrawn interviews said, as far as these snapshots hold the words that coders had of them.

    A code may quote an interview that was not released any more when a snapshot was made: then another one has its
    words. What is damaged is left out.
    """
    said: Runs = frozenset()
    read = set[tuple[str, ...]]()
    for manifest in manifests:
        for interview in (*gone.interviews, *gone.releases):
            chunks = [one for one in manifest.chunks if (one.store, one.owner) == (CODING, interview)]
            objects = tuple(one.object for one in chunks if one.table in ("utterance", "word"))
            if objects not in read:
                read.add(objects)
                said |= said_in(_words_in(repository, chunks))
    return said


def _words_in(repository: Repository, chunks: Iterable[Chunk]) -> str:
    """The words of an interview, as :func:`service.coding.anchors.words_of` orders them."""
    starts: dict[Value, Value] = {}
    words: list[tuple[Any, ...]] = []
    try:
        for chunk in chunks:
            if chunk.table == "utterance":
                rows = read_chunk(repository, chunk)
                starts |= dict(zip(rows.values("id"), rows.values("start_ms"), strict=True))
            elif chunk.table == "word":
                rows = read_chunk(repository, chunk)
                columns = ("utterance_id", "start_ms", "id", "text")
                words += zip(*(rows.values(name) for name in columns), strict=True)
    except ObjectBroken:
        return ""
    words.sort(key=lambda word: (starts.get(word[0]), *word[:3]))
    return " ".join(word[3] for word in words)


def read_chunk(repository: Repository, chunk: Chunk) -> Rows:
    """The rows as they were stored. Raises :class:`ObjectBroken`."""
    try:
        data = decompressed(repository.read(chunk.object))
        if repository.name_of(b"rows", data) != chunk.object:
            raise ObjectBroken
        return unpacked(data)
    except (ValueError, KeyError):
        raise ObjectBroken from None
