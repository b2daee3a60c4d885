"""Shapes of a transcript's signs: what stands where in the text, in a notation."""

from __future__ import annotations

from models.values import MarkerKind
from service.api.schemas import Schema
from service.transcript.notation import Notation, Side


class NotationSign(Schema):
    """A sign at a word: by itself before or after it, or opening or closing the words it is said of.

    Kind, times and what it says in plain words are those of its marker; a silence too short for a marker has its own.
    """

    utterance: int
    word: int
    side: Side
    text: str
    says: str
    kind: MarkerKind
    start_ms: int
    end_ms: int


class BetweenLines(Schema):
    """A sign on a line of its own, before the utterance ``before``, or at the end."""

    before: int | None
    text: str
    says: str
    kind: MarkerKind
    start_ms: int
    end_ms: int


class SpeltWord(Schema):
    """A word that the notation spells otherwise; ``kind`` is that of the marker that asks for it, if one does."""

    id: int
    text: str
    kind: MarkerKind | None


class ExplainedSign(Schema):
    sign: str
    means: str


class Notated(Schema):
    """All signs of an interview in order of time, and what those that are used mean. ``kinds`` are those the notation
    writes."""

    notation: Notation
    name: str
    note: str
    kinds: list[MarkerKind]
    legend: list[ExplainedSign]
    signs: list[NotationSign]
    between: list[BetweenLines]
    words: list[SpeltWord]
