"""The shapes of the two perspectives and of quotes in the API."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from service.api.coding_moments import ReleasedMoment
from service.api.coding_schemas import Id
from service.api.schemas import Ms, Schema
from service.coding.perspectives.identifying import WarningKind


class RoleHere(Schema):
    code: str
    name: str


class PerspectiveSide(Schema):
    """``interview`` is null where none is released.

    Codings that share time are one moment; ``coded_ms`` is how long the moments last together.
    """

    group: str
    role: str
    wave: int
    interview: str | None
    moments: int
    codings: int
    coded_ms: int


class Perspectives(Schema):
    """Every combination of the groups, roles and waves that are released. ``codes`` are those that were looked for."""

    roles: list[RoleHere]
    groups: list[str]
    waves: list[int]
    sides: list[PerspectiveSide]
    codes: list[str]


class SideMoment(Schema):
    role: str
    wave: int
    moment: ReleasedMoment


class SideMoments(Schema):
    moments: list[SideMoment]


class NewQuote(Schema):
    """A stretch, at most a minute long, as a quote for a code or theme and the perspective of a role."""

    id: Id
    about: Literal["code", "theme"]
    subject: Id
    role: Annotated[str, Field(max_length=32)]
    interview: Annotated[str, Field(max_length=64, description="Study id, in any spelling.")]
    start_ms: Ms
    end_ms: Ms


class Said(Schema):
    """``role`` is the speaker's role in the interview."""

    role: str
    text: str


class Stood(Schema):
    """How many stand-ins of a kind there are: `NAME` and the like, or `other` where that can't be told."""

    kind: str
    count: int


class QuoteCheck(Schema):
    """Something that may say who somebody is; a person confirms that it doesn't."""

    key: str
    kind: WarningKind
    words: str
    confirmed_by: str | None
    confirmed_at: datetime | None


class PickedQuote(Schema):
    """``clear``: everything there is to look at is confirmed. Confirmations hold for the words of ``words_digest``."""

    id: str
    about: str
    subject: str
    role: str
    interview: str
    group: str
    wave: int
    start_ms: int
    end_ms: int
    said: list[Said]
    stand_ins: list[Stood]
    checks: list[QuoteCheck]
    clear: bool
    words_digest: str
    picked_by: str
    picked_at: datetime


class PickedQuotes(Schema):
    quotes: list[PickedQuote]


class Confirmed(Schema):
    """``key`` of what identifies nobody, in the words that were read."""

    key: Annotated[str, Field(max_length=64)]
    words_digest: Annotated[str, Field(max_length=64)]


class Citation(Schema):
    text: str
