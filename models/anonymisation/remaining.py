"""How many mentions nobody found: an estimate from what the detectors found apart and together.

Detectors are taken for occasions of capture. What only one of several found says how much none of them did.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

FEWEST_MENTIONS = 5
"""Below it nothing can be said of a label."""
_Z = 1.96
"""Of a two-sided interval of 95 %."""
PERSON = "steward"
"""The detector of what a person added."""
KEPT = "review"
"""The detector of what a person had accepted in words that are others now."""
_DEPENDENT = ("propagation", KEPT)
"""Look only for what another detector found, so they say nothing of how well others search."""


class WhyNot(StrEnum):
    """Why there is no estimate of a label."""

    TOO_FEW = "too_few"
    ONE_SOURCE = "one_source"
    NO_OVERLAP = "no_overlap"


@dataclass(frozen=True, slots=True)
class Seen:
    """A mention that identifies someone, and the detectors that found it."""

    label: str
    detectors: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Estimate:
    """What may remain of one label: ``remaining`` mentions, with 95 % between ``low`` and ``high``; or ``why_not``.

    ``found`` mentions count, ``once`` of them found by one source only, ``twice`` by two; ``sources`` found some.
    """

    label: str
    found: int
    once: int
    twice: int
    sources: int
    remaining: float | None = None
    low: float | None = None
    high: float | None = None
    why_not: WhyNot | None = None


def source_of(detector: str) -> str | None:
    """What searches independently of others: a model, the rules, the lists, a person; None for propagation."""
    if detector in _DEPENDENT:
        return None
    return detector.partition(":")[0]


def sources_of(detectors: Iterable[str]) -> frozenset[str]:
    """The independent sources among the detectors."""
    return frozenset(source for source in map(source_of, detectors) if source is not None)


def remaining(seen: Sequence[Seen]) -> tuple[Estimate, ...]:
    """An estimate for each label, in order of name.

    Of two sources: Chapman's estimator (1951) with Seber's variance (1970). Of more: the lower bound of Chao (1987),
    bias-corrected for incidence data ("Chao2"), variance and interval as in Colwell's EstimateS (appendix B): the
    interval is log-normal, so that it never goes below nought.

    Assumes that sources err independently and find every mention of a label equally well. They don't: what is hard for
    one is hard for another, so the true number is rather above than below. A mention that was found by propagation
    only counts as found by no source and is left out. None is given for fewer than :data:`FEWEST_MENTIONS` mentions,
    for one source, and when no two sources ever found the same.
    """
    by_label: dict[str, list[frozenset[str]]] = {}
    for one in seen:
        sources = sources_of(one.detectors)
        by_label.setdefault(one.label, [])
        if sources:
            by_label[one.label].append(sources)
    return tuple(_estimate(label, found) for label, found in sorted(by_label.items()))


def _estimate(label: str, found: Sequence[frozenset[str]]) -> Estimate:
    times = Counter(map(len, found))
    sources = sorted({source for one in found for source in one})
    known = Estimate(label, len(found), times[1], times[2], len(sources))

    def without(reason: WhyNot) -> Estimate:
        return Estimate(label, known.found, known.once, known.twice, known.sources, why_not=reason)

    if len(found) < FEWEST_MENTIONS:
        return without(WhyNot.TOO_FEW)
    if len(sources) < 2:
        return without(WhyNot.ONE_SOURCE)
    if times[1] == len(found):
        return without(WhyNot.NO_OVERLAP)
    if times[1] == 0:
        missing, low, high = _all_found_twice(found)
    else:
        missing, variance = _chapman(found, sources) if len(sources) == 2 else _chao(times, len(sources))
        low, high = _log_normal(missing, variance) if missing > 0 else (0.0, _all_found_twice(found)[2])
    return Estimate(label, known.found, known.once, known.twice, known.sources, missing, low, high)


def _chapman(found: Sequence[frozenset[str]], sources: Sequence[str]) -> tuple[float, float]:
    first = sum(sources[0] in one for one in found)
    second = sum(sources[1] in one for one in found)
    both = sum(len(one) == 2 for one in found)
    whole = (first + 1) * (second + 1) / (both + 1) - 1
    variance = (first + 1) * (second + 1) * (first - both) * (second - both) / ((both + 1) ** 2 * (both + 2))
    return whole - len(found), variance


def _chao(times: Counter[int], sources: int) -> tuple[float, float]:
    once, twice = times[1], times[2]
    share = (sources - 1) / sources
    missing = share * once * (once - 1) / (2 * (twice + 1))
    variance = (
        missing
        + share**2 * once * (2 * once - 1) ** 2 / (4 * (twice + 1) ** 2)
        + share**2 * once**2 * twice * (once - 1) ** 2 / (4 * (twice + 1) ** 4)
    )
    return missing, variance


def _log_normal(missing: float, variance: float) -> tuple[float, float]:
    spread = math.exp(_Z * math.sqrt(math.log(1 + variance / missing**2)))
    return missing / spread, missing * spread


def _all_found_twice(found: Sequence[frozenset[str]]) -> tuple[float, float, float]:
    """When no mention was found by one source only, the interval comes from how often they were found on average."""
    missed = math.exp(-sum(map(len, found)) / len(found))
    whole = len(found) / (1 - missed)
    return 0.0, 0.0, whole - len(found) + _Z * math.sqrt(len(found) * missed) / (1 - missed)
