"""The shapes of agreement, disagreements and decisions in the API."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field

from service.api.coding_moments import ReleasedMoment
from service.api.coding_schemas import Id, Known
from service.api.schemas import Ms, Schema
from service.coding.agreement.decisions import Keep
from service.coding.agreement.disagreements import Kind
from service.coding.agreement.values import Reason, UsedBy

Coder = Annotated[str, Field(min_length=1, max_length=80)]


class InterviewStanding(Schema):
    """Who is ready with an interview; ``coding`` are those who coded in it, as far as one may know.

    ``waited_for`` keeps the chosen pair from being compared there; nobody does where they are.
    """

    name: str
    group: str
    role: str
    wave: int
    duration_ms: int
    ready: list[str]
    coding: list[str]
    waited_for: list[str]


class Standings(Schema):
    """``coders`` are all who are ready or coded somewhere, as far as one may know. ``me`` is who asks."""

    me: str
    leads: bool
    coders: list[str]
    interviews: list[InterviewStanding]


class Coefficient(Schema):
    """A value with its interval of 95 %. ``why_not`` and ``because`` say why there is no value, or no interval."""

    value: float | None
    low: float | None
    high: float | None
    why_not: Reason | None
    because: str


class Agreed(Schema):
    """Agreement on a code; on all of them where ``code`` is null. ``percent`` is a share, 0 to 1."""

    code: str | None
    name: str
    used_by: UsedBy
    first_ms: int
    second_ms: int
    both_ms: int
    percent: Coefficient
    kappa: Coefficient
    alpha: Coefficient
    unitizing_alpha: Coefficient
    alpha_u: Coefficient


class Agreement(Schema):
    """How well two coders agree. ``unit_ms`` is null where the units are words. ``first`` and ``second`` are in order
    of their names, however they were asked for. ``not_blind`` counts the codings that were made or changed after their
    coder may have seen others'."""

    first: str
    second: str
    unit_ms: int | None
    interviews: list[str]
    units: int
    duration_ms: int
    resamples: int
    not_blind: int
    overall: Agreed
    codes: list[Agreed]


class CoderMark(Schema):
    code: str
    start_ms: int
    end_ms: int


class ConsensusCoding(Schema):
    """A stretch with the code that was agreed on, and the words said in it; null where nothing is."""

    code: str
    start_ms: int
    end_ms: int
    first_word: int | None
    last_word: int | None


class ConsensusDecision(Schema):
    """What was decided about a disagreement. ``removed``: it was taken back, and is open again."""

    id: str
    interview: str
    first_coder: str
    second_coder: str
    kind: Kind
    start_ms: int
    end_ms: int
    first: list[CoderMark]
    second: list[CoderMark]
    keep: Keep
    codings: list[ConsensusCoding]
    why: str
    who: str
    version: int
    made_at: datetime
    changed_at: datetime
    removed: bool


class Disagreement(Schema):
    """A stretch that two coders coded differently. ``first`` and ``second`` are what each marked; nothing where one
    did not."""

    id: str
    kind: Kind
    first: list[CoderMark]
    second: list[CoderMark]
    decision: ConsensusDecision | None
    moment: ReleasedMoment


class Disagreements(Schema):
    """``total`` and ``decided`` count all that were asked for; ``next`` is the ``after`` of the next page."""

    first: str
    second: str
    total: int
    decided: int
    disagreements: list[Disagreement]
    next: int | None


class NewDecision(Schema):
    """``code``, ``start_ms`` and ``end_ms`` are what is kept where ``keep`` is ``other``. ``version`` is 0 for a first
    decision."""

    interview: Annotated[str, Field(max_length=64)]
    first: Coder
    second: Coder
    version: Known
    keep: Keep
    why: Annotated[str, Field(max_length=2000)] = ""
    code: Id | None = None
    start_ms: Ms | None = None
    end_ms: Ms | None = None


class DecisionChange(Schema):
    version: int
    at: datetime
    who: str
    act: str
    keep: Keep
    codings: list[ConsensusCoding]
    why: str
    removed: bool


class DecisionHistory(Schema):
    changes: list[DecisionChange]


class Consensus(Schema):
    """What two coders agree on in an interview: what both coded alike, and what was decided. ``outdated`` decisions are
    about what one of them coded otherwise since."""

    interview: str
    first: str
    second: str
    alike: list[ConsensusCoding]
    decisions: list[ConsensusDecision]
    outdated: list[ConsensusDecision]
    left_open: int
