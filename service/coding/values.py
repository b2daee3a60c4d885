"""What a codebook and codings are, as values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

WITHDRAWN = "withdrawn-"
"""What the id begins with under which something of a withdrawn interview is kept."""


class CodeState(StrEnum):
    """Whether a code or theme is used, or how it went."""

    USED = "used"
    MERGED = "merged"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Code:
    """A code as it stands. ``version`` is the number of the change of the codebook that made it so."""

    id: str
    parent: str | None
    name: str
    definition: str
    colour: str
    example: str
    state: CodeState
    merged_into: str | None
    version: int
    made_by: str


@dataclass(frozen=True, slots=True)
class Theme:
    """A theme and the codes it gathers. ``version`` is as of codes."""

    id: str
    name: str
    definition: str
    codes: tuple[str, ...]
    state: CodeState
    version: int
    made_by: str


@dataclass(frozen=True, slots=True)
class Codebook:
    """The codes and themes of one version, those that went included."""

    version: int
    codes: tuple[Code, ...]
    themes: tuple[Theme, ...]


@dataclass(frozen=True, slots=True)
class CodebookChange:
    """Who changed what of the codebook: the codes and themes before (none for a new one) and after."""

    number: int
    at: datetime
    who: str
    act: str
    undoes: int | None
    before: Codebook
    after: Codebook


@dataclass(frozen=True, slots=True)
class Coder:
    """Who codes, by the name of the account. ``leads``: sees what every coder does."""

    name: str
    leads: bool = False


@dataclass(frozen=True, slots=True)
class Anchor:
    """Where a coding stands: its first and last word in reading order, and its time."""

    first_word: int
    last_word: int
    start_ms: int
    end_ms: int


@dataclass(frozen=True, slots=True)
class Coding:
    """A stretch that somebody marked, with a code or (None) without one so far.

    ``weight`` is 0 to 100. ``words_digest`` is the SHA-256 of the words as they were when it was anchored;
    ``words_changed`` says that they are others now.
    """

    id: str
    interview_id: str
    coder: str
    code: str | None
    anchor: Anchor
    weight: int | None
    words_digest: str
    words_changed: bool
    version: int
    made_at: datetime
    changed_at: datetime
    removed: bool


class About(StrEnum):
    """What a memo is about."""

    CODE = "code"
    THEME = "theme"
    CODING = "coding"
    INTERVIEW = "interview"
    PARTICIPANT = "participant"
    GROUP = "group"
    STUDY = "study"


@dataclass(frozen=True, slots=True)
class Memo:
    """A memo. ``subject`` is the id, study id or group that it is about; nothing where it is about the study."""

    id: str
    about: About
    subject: str
    interview_id: str | None
    writer: str
    text: str
    version: int
    made_at: datetime
    changed_at: datetime
    removed: bool


class NotThere(Exception):  # noqa: N818 - what it is, not that it is an error
    """There is no such thing, or none that this person may see."""


class Refused(Exception):  # noqa: N818 - what it is, not that it is an error
    """What was asked for makes no sense here; the message says why."""


class Overtaken(Exception):  # noqa: N818 - what it is, not that it is an error
    """Somebody changed it meanwhile. ``now`` is what is there."""

    def __init__(self, now: Code | Theme | Coding | Memo) -> None:
        super().__init__("Somebody changed it meanwhile: `current` is what is there now.")
        self.now = now


def in_utc(at: datetime) -> datetime:
    """SQLite gives times back without their zone, which is UTC."""
    return at if at.tzinfo else at.replace(tzinfo=UTC)
