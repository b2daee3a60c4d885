"""The shapes of judging markers."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from models.values import Judgement, MarkerKind
from service.api.schemas import Marker, Ms, Schema
from service.judging.adding import LONGEST_NOTE

Label = Annotated[str, Field(min_length=1, max_length=16)]
Note = Annotated[str, Field(max_length=LONGEST_NOTE)]


class SaidOfMarker(Schema):
    """What a person said of a marker. ``id`` stays when the interview is processed anew. Coders never get the note."""

    id: int
    by: str
    at: datetime
    note: str | None


class JudgedMarker(Marker):
    """A marker with what was said of it. One that was rejected has the id 0: it is no marker any more."""

    said: SaidOfMarker | None


class AddableKind(Schema):
    """A kind that a person may add, and its sorts, one of which has to be chosen if ``sort_needed``."""

    kind: MarkerKind
    subtypes: list[str]
    sort_needed: bool


class JudgedMarkers(Schema):
    """Every marker of an interview, also those that were rejected."""

    revision: int
    can_undo: bool
    can_redo: bool
    markers: list[JudgedMarker]
    addable: list[AddableKind]


class MarkerPlace(Schema):
    """A marker by its kind, its times and whose it is, as it was given."""

    kind: MarkerKind
    start_ms: Ms
    end_ms: Ms
    speaker: Label | None = None


class JudgeMarker(MarkerPlace):
    """Without a note, one that was written before stays; an empty one takes it away."""

    judgement: Literal[Judgement.CONFIRMED, Judgement.REJECTED]
    note: Note | None = None


class AddMarker(MarkerPlace):
    subtype: Annotated[str, Field(max_length=32)] | None = None
    note: Note | None = None


class MarkersJudged(Schema):
    """All markers that overlap a stretch, as a judgement made them, in the place of those that were there."""

    revision: int
    can_undo: bool
    can_redo: bool
    from_ms: int
    to_ms: int
    markers: list[JudgedMarker]


class MarkerChange(Schema):
    """A judgement that was made, changed or taken back."""

    at: datetime
    by: str
    kind: MarkerKind
    start_ms: int
    end_ms: int
    before: Judgement | None
    after: Judgement | None
    undone: bool


class MarkerChanges(Schema):
    changes: list[MarkerChange]
