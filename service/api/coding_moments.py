"""The shape of moments: stretches of released interviews that are listened to and read."""

from __future__ import annotations

from service.api.schemas import Schema
from service.coding.moments import Moment


class CodingHere(Schema):
    """A coding that overlaps a moment."""

    id: str
    code: str | None
    coder: str
    weight: int | None


class ReleasedMoment(Schema):
    """A stretch of a released interview, and the codings there that one may see.

    ``text`` is what is said, its first minute where ``cut``; ``speaker`` says most of it.
    """

    interview: str
    group: str
    role: str
    wave: int
    start_ms: int
    end_ms: int
    first_word: int | None
    last_word: int | None
    speaker: str
    speaker_role: str
    text: str
    cut: bool
    codings: list[CodingHere]


def moment_shape(one: Moment) -> ReleasedMoment:
    """A moment as it is answered."""
    return ReleasedMoment.model_validate(one)
