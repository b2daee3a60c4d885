"""What agreement is computed from and told as."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

Times = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two coders by the names of their accounts, in the order of these."""

    first: str
    second: str

    @classmethod
    def of(cls, one: str, other: str) -> Pair:
        """The pair of these two. Raises ValueError where they are the same."""
        if one == other:
            raise ValueError("Choose two different coders.")
        return cls(*sorted((one, other)))


@dataclass(frozen=True, slots=True)
class Mark:
    """A stretch with a code on it, as one coder gave it."""

    code: str
    start_ms: int
    end_ms: int


@dataclass(frozen=True, slots=True, eq=False)
class Compared:
    """What two coders marked in an interview.

    ``unit_middles`` are the middles of its units in order, doubled, so that they are whole numbers.
    """

    interview_id: str
    duration_ms: int
    unit_middles: Times
    first: tuple[Mark, ...]
    second: tuple[Mark, ...]


class Reason(StrEnum):
    """Why there is no value or no interval."""

    NO_INTERVIEW = "no_interview"
    NOBODY_CODED = "nobody_coded"
    ALL_CODED = "all_coded"
    NO_UNITS = "no_units"
    TOO_SHORT = "too_short"
    ONE_INTERVIEW = "one_interview"
    TOO_FEW_DEFINED = "too_few_defined"


IN_WORDS = {
    Reason.NO_INTERVIEW: "no interview was coded by both",
    Reason.NOBODY_CODED: "nobody coded anything, so nothing can differ",
    Reason.ALL_CODED: "both coded everything alike, so nothing can differ",
    Reason.NO_UNITS: "the interviews have no such units",
    Reason.TOO_SHORT: "what was coded holds the middle of no unit; choose shorter units",
    Reason.ONE_INTERVIEW: "an interval needs two interviews at least",
    Reason.TOO_FEW_DEFINED: "too few of the interviews have it for an interval",
}


@dataclass(frozen=True, slots=True)
class Coefficient:
    """A value with its interval of 95 %. ``why_not`` says why there is no value or, with a value, no interval."""

    value: float | None
    low: float | None = None
    high: float | None = None
    why_not: Reason | None = None


class UsedBy(StrEnum):
    """Who gave a code."""

    BOTH = "both"
    FIRST = "first"
    SECOND = "second"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Agreed:
    """Agreement on one code, or (``code`` is None) on all of them.

    ``percent`` is a share (0 to 1). ``both_ms`` is what both coded, ``first_ms`` and ``second_ms`` what each did; on
    all codes together, ``both_ms`` is where both gave the same.
    """

    code: str | None
    used_by: UsedBy
    first_ms: int
    second_ms: int
    both_ms: int
    percent: Coefficient
    kappa: Coefficient
    alpha: Coefficient
    unitizing_alpha: Coefficient
    alpha_u: Coefficient


@dataclass(frozen=True, slots=True)
class Agreement:
    """How well two coders agree over some interviews: overall, and on each code that one of them gave."""

    overall: Agreed
    codes: tuple[Agreed, ...]
    interviews: int
    units: int
    duration_ms: int
    resamples: int
