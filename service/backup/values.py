"""What a snapshot consists of, as values that are written as JSON into its manifest."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

FORMAT = 1
VAULT, CODING = "vault", "coding"
"""The two databases."""

FILES_OF_VAULT, FILES_OF_CODING, OWN_FILES = "vault-files", "coding-files", "own-files"
"""Where files lie: the vault's, the coding side's, and what a person wrote into the data directory."""


@dataclass(frozen=True, slots=True)
class Schema:
    """A database's migration, and its tables, parents first."""

    store: str
    revision: str
    tables: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Chunk:
    """Rows of one table, in the object that holds them. ``owner`` is an interview's id; None for what is shared."""

    store: str
    table: str
    owner: str | None
    object: str
    rows: int


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file, and the object that holds it as it lay on the disk. Without ``owners`` it is nobody's in particular."""

    place: str
    path: str
    object: str
    size: int
    sha256: str
    owners: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """What must never come back.

    ``interviews`` whole, with whom only they spoke of; of the interviews in ``voiceprints`` what they sound like, of
    those in ``releases`` what coders had; ``participants`` by study id, with what is kept of them by that, and
    ``voices`` by study id, wherever they are heard.
    """

    interviews: tuple[str, ...] = ()
    voiceprints: tuple[str, ...] = ()
    releases: tuple[str, ...] = ()
    participants: tuple[str, ...] = ()
    voices: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return self != Withdrawn()

    def __sub__(self, other: Withdrawn) -> Withdrawn:
        return Withdrawn(
            _less(self.interviews, other.interviews),
            _less(self.voiceprints, other.voiceprints),
            _less(self.releases, other.releases),
            _less(self.participants, other.participants),
            _less(self.voices, other.voices),
        )

    def __or__(self, other: Withdrawn) -> Withdrawn:
        return Withdrawn(
            _both(self.interviews, other.interviews),
            _both(self.voiceprints, other.voiceprints),
            _both(self.releases, other.releases),
            _both(self.participants, other.participants),
            _both(self.voices, other.voices),
        )


def _less(some: tuple[str, ...], others: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted({*some} - {*others}))


def _both(some: tuple[str, ...], others: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted({*some, *others}))


@dataclass(frozen=True, slots=True)
class Manifest:
    """One snapshot.

    ``master`` is the vault's key in hexadecimal. ``begun`` is what somebody had begun to withdraw when it was made,
    ``withdrawn`` what of that was erased to the end, and ``forgotten`` what was taken out of the snapshot since.
    """

    format: int
    version: str
    made_at: datetime
    schemas: tuple[Schema, ...]
    chunks: tuple[Chunk, ...]
    files: tuple[KeptFile, ...]
    master: str = field(repr=False)
    begun: Withdrawn
    withdrawn: Withdrawn
    interviews: int
    events: int
    forgotten: Withdrawn = field(default_factory=Withdrawn)

    @property
    def objects(self) -> frozenset[str]:
        """The names of all objects that the snapshot needs."""
        return frozenset(chunk.object for chunk in self.chunks) | {file.object for file in self.files}

    @property
    def plain_bytes(self) -> int:
        """How large the files are."""
        return sum(file.size for file in self.files)
