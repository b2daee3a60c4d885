"""The shapes of the review."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from models.anonymisation.mentions import Label
from models.anonymisation.remaining import WhyNot
from service.api.schemas import Schema
from service.review.changes import ChangeKind
from service.review.deciding import DecisionScope, Reach
from service.review.risk import Why
from service.vault.interviews import RedactionState

Number = Annotated[int, Field(ge=0, le=2**31 - 1)]
Numbers = Annotated[list[Number], Field(min_length=1, max_length=5_000)]


class ReviewProgress(Schema):
    """How far the review is. ``left`` says what is left before the interview can be released; null when it is done."""

    redactions: int
    decided: int
    looks: int
    looks_open: int
    looked: bool
    ready: bool
    done: bool
    left: str | None
    finished_by: str | None
    finished_at: datetime | None


class ReviewItem(Schema):
    """A redaction in its context. ``risk`` is 0 to 1, ``why`` what makes it so; ``found_by`` and ``missed_by`` are the
    detectors that found it and those that look for such and didn't. ``same`` mentions are said the same, ``same_open``
    of them undecided, with it. Without ``word_ids`` its words are gone from the transcript."""

    id: int
    label: str
    placeholder: str
    start_ms: int
    end_ms: int
    word_ids: list[int]
    utterance: int | None
    said: str
    before: str
    after: str
    state: RedactionState
    decided_by: str | None
    decided_at: datetime | None
    detectors: list[str]
    found_by: list[str]
    missed_by: list[str]
    confidence: float
    risk: float
    why: list[Why]
    same: int
    same_open: int


class LookPlace(Schema):
    """Where a word of the second look is said."""

    word_id: int
    utterance: int
    start_ms: int
    end_ms: int
    before: str
    after: str


class LookItem(Schema):
    """A word that was not redacted and may identify someone; ``count`` places, the first of them in ``places``."""

    form: str
    text: str
    reasons: list[str]
    count: int
    places: list[LookPlace]
    cleared: bool
    whole_study: bool


class RemainingEstimate(Schema):
    """What may remain of one label, with 95 % between ``low`` and ``high``; null with ``why_not`` where that can't be
    said."""

    label: str
    found: int
    sources: int
    remaining: float | None
    low: int | None
    high: int | None
    why_not: WhyNot | None


class DoubtfulPlace(Schema):
    """A word that was hardly understood and is not redacted: it may be a name that was heard as another word."""

    word_id: int
    utterance: int
    start_ms: int
    end_ms: int
    said: str
    before: str
    after: str
    confidence: float


class Remaining(Schema):
    """What may remain: by label, over all labels that can be estimated, and places to listen to."""

    estimates: list[RemainingEstimate]
    low: int | None
    high: int | None
    places: list[DoubtfulPlace]


class ReleaseAct(Schema):
    """Who released the interview, or took it back, and when."""

    what: Literal["released", "release_taken_back"]
    by: str
    at: datetime
    revision: int | None


class Review(Schema):
    """The review of an interview; redactions in the order in which they are to be looked at."""

    interview_id: str
    revision: int
    released_at: datetime | None
    progress: ReviewProgress
    redactions: list[ReviewItem]
    second_look: list[LookItem]
    remaining: Remaining
    can_undo: ChangeKind | None
    can_redo: ChangeKind | None
    releases: list[ReleaseAct]


class Decided(Schema):
    """The review after a decision, and how many redactions or words it was about, in all interviews."""

    count: int
    review: Review


class Decide(Schema):
    """Accept redactions, reject them (they identify nobody), or open them again; with a wider ``scope`` also others
    that are said the same or stand for the same identity, within ``reach``."""

    redactions: Numbers
    state: RedactionState
    scope: DecisionScope = DecisionScope.MENTION
    reach: Reach = Reach.INTERVIEW


class ChangeRedaction(Schema):
    """What a redaction is, or which words it covers."""

    redaction: Number
    label: Label | None = None
    word_ids: Annotated[list[Number], Field(min_length=1, max_length=50)] | None = None
    scope: DecisionScope = DecisionScope.MENTION


class AddRedaction(Schema):
    """Words to redact; with the scope ``same_words`` wherever they are said within ``reach``."""

    word_ids: Annotated[list[Number], Field(min_length=1, max_length=50)]
    label: Label
    scope: DecisionScope = DecisionScope.MENTION
    reach: Reach = Reach.INTERVIEW


class ClearWords(Schema):
    """Words of the second look, by ``form``, that identify nobody: in this interview, or in the whole study."""

    forms: Annotated[
        list[Annotated[str, Field(min_length=1, max_length=200)]], Field(min_length=1, max_length=2_000)
    ]
    whole_study: bool = False
