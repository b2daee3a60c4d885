"""What a listening session is, as values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from service.coding.moments import Stretch


class SessionState(StrEnum):
    """Whether a session goes on, is over, or was taken out of the list."""

    OPEN = "open"
    CLOSED = "closed"
    REMOVED = "removed"


class NoteKind(StrEnum):
    """What is written in a session: a note, or what was decided."""

    NOTE = "note"
    DECISION = "decision"


@dataclass(frozen=True, slots=True)
class About:
    """What people say of a session: its name, day, who took part, and what it is."""

    name: str
    held_on: date | None = None
    people: tuple[str, ...] = ()
    state: SessionState = SessionState.OPEN


@dataclass(frozen=True, slots=True)
class Session:
    """A listening session.

    ``source`` says what its playlist was first made from. ``at`` is the moment where everybody is; ``moved`` counts how
    often that changed and ``moved_by`` says who did it last. ``version`` and ``changed_at`` are of ``about``.
    ``playlist`` rises when the playlist changes, ``changes`` when anything does: nobody is told them, since what is
    hidden counts too; :mod:`service.coding.listening.standing` is what is told.
    """

    id: str
    about: About
    source: str
    at: str | None
    moved: int
    moved_by: str
    version: int
    playlist: int
    changes: int
    made_by: str
    made_at: datetime
    changed_at: datetime


LEADS_ALONE = ("",)
"""Stands for coders where a stretch tells that nobody had coded: no account has this name, so only leads see it."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A stretch for a playlist. ``coders`` are those whose codings or memos made it one; none where it was chosen
    without."""

    stretch: Stretch
    coders: tuple[str, ...] = ()
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Listed:
    """An entry of a playlist. ``heard_at`` is when everybody first was there. ``whole``: a whole interview."""

    id: str
    stretch: Stretch
    whole: bool
    added_by: str
    heard_at: datetime | None
    removed: bool


@dataclass(frozen=True, slots=True)
class Note:
    """A note or decision. ``moment`` is the entry it was written at, ``at_ms`` the time in its interview. ``led``: its
    writer led when it was written."""

    id: str
    session_id: str
    kind: NoteKind
    moment: str | None
    interview_id: str | None
    at_ms: int | None
    writer: str
    text: str
    version: int
    made_at: datetime
    changed_at: datetime
    removed: bool
    led: bool


class SessionOvertaken(Exception):  # noqa: N818 - what it is, not that it is an error
    """Somebody changed it meanwhile. ``now`` is what is there."""

    def __init__(self, now: Session | Note) -> None:
        super().__init__("Somebody changed it meanwhile: `current` is what is there now.")
        self.now = now
