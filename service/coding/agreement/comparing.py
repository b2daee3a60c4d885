"""How well two coders agree, from what they marked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from service.coding.agreement import coefficients
from service.coding.agreement.counting import Counts, Sums, Tally, all_pieces, tally_all, tally_code
from service.coding.agreement.spans import Pieces
from service.coding.agreement.unitizing import alpha_u, unitized
from service.coding.agreement.values import Agreed, Agreement, Coefficient, Compared, Reason, UsedBy

RESAMPLES = 2000
"""Samples of the interviews, drawn with replacement, each as many as there are."""

SEED = 1
"""The same interviews give the same intervals."""

LEVEL = 0.95

_LEAST_DEFINED = 0.9
"""There is no interval where a coefficient is undefined in more than a tenth of the samples: those that are left
would all hold the few interviews where the code is, and differ too little."""


def agreement(compared: Sequence[Compared]) -> Agreement:
    """Agreement over these interviews, overall and for each code in order of its id.

    Intervals are percentiles of a bootstrap over interviews (Efron: Bootstrap methods: another look at the jackknife.
    Annals of Statistics 7 (1979) 1-26): stretches of one interview depend on each other, so whole interviews are drawn.
    """
    pieces = all_pieces(compared)
    codes = sorted({code for one in pieces for spans in (one.first, one.second) for code in spans})
    if not pieces:
        return Agreement(_nothing(), (), 0, 0, 0, RESAMPLES)
    weights = _samples(len(pieces))
    whole = tally_all(pieces)
    differing = {code: _differing(pieces, compared, code, weights) for code in codes}
    nothing = np.zeros(1), None if weights is None else np.zeros(RESAMPLES)
    on_all = sum(differing.values(), _Differing(*nothing, *nothing))
    return Agreement(
        overall=_agreed(None, whole, weights, on_all),
        codes=tuple(_agreed(code, tally_code(pieces, code), weights, differing[code]) for code in codes),
        interviews=len(pieces),
        units=int(whole.units.sum()),
        duration_ms=int(whole.ms.sum()),
        resamples=RESAMPLES,
    )


def _samples(interviews: int) -> Counts | None:
    """How often each interview is in each sample; None of one interview."""
    if interviews < 2:
        return None
    random = np.random.default_rng(SEED)
    drawn = random.multinomial(interviews, np.full(interviews, 1 / interviews), size=RESAMPLES)
    return drawn.astype(np.float64)


@dataclass(frozen=True, slots=True, eq=False)
class _Differing:
    """Observed and expected disagreement for alpha_U: over all interviews, and in the samples of them, if there are."""

    observed: Counts
    observed_in: Counts | None
    expected: Counts
    expected_in: Counts | None

    def __add__(self, other: _Differing) -> _Differing:
        return _Differing(
            self.observed + other.observed,
            _added(self.observed_in, other.observed_in),
            self.expected + other.expected,
            _added(self.expected_in, other.expected_in),
        )

    def coefficient(self, undefined: Reason) -> Coefficient:
        sampled = None
        if self.observed_in is not None and self.expected_in is not None:
            sampled = alpha_u(self.observed_in, self.expected_in)
        return _coefficient(float(alpha_u(self.observed, self.expected)[0]), sampled, undefined)


def _added(one: Counts | None, other: Counts | None) -> Counts | None:
    return None if one is None or other is None else one + other


def _differing(
    pieces: Sequence[Pieces], compared: Sequence[Compared], code: str, weights: Counts | None
) -> _Differing:
    found = unitized(
        [one.first_spans.get(code, ()) for one in pieces],
        [one.second_spans.get(code, ()) for one in pieces],
        [one.duration_ms for one in compared],
    )
    observed, expected = found.disagreement(np.ones((1, len(pieces))))
    observed_in, expected_in = (None, None) if weights is None else found.disagreement(weights)
    return _Differing(observed, observed_in, expected, expected_in)


def _agreed(code: str | None, tally: Tally, weights: Counts | None, differing: _Differing) -> Agreed:
    total = tally.summed(np.ones((1, len(tally.units))))
    sampled = None if weights is None else tally.summed(weights)
    undefined = _why_undefined(total)

    def coefficient(of: Callable[[Sums], Counts], why_not: Reason) -> Coefficient:
        return _coefficient(float(of(total)[0]), None if sampled is None else of(sampled), why_not)

    return Agreed(
        code=code,
        used_by=_used_by(total.ms_first[0] > 0, total.ms_second[0] > 0),
        first_ms=round(float(total.ms_first[0])),
        second_ms=round(float(total.ms_second[0])),
        both_ms=round(float(total.ms_both[0])),
        percent=coefficient(coefficients.percent, Reason.NO_UNITS),
        kappa=coefficient(coefficients.kappa, undefined),
        alpha=coefficient(coefficients.alpha, undefined),
        unitizing_alpha=coefficient(coefficients.unitizing_alpha, undefined),
        alpha_u=differing.coefficient(undefined),
    )


def _coefficient(value: float, sampled: Counts | None, undefined: Reason) -> Coefficient:
    if np.isnan(value):
        return Coefficient(None, why_not=undefined)
    if sampled is None:
        return Coefficient(value, why_not=Reason.ONE_INTERVIEW)
    defined = sampled[~np.isnan(sampled)]
    if len(defined) < _LEAST_DEFINED * len(sampled):
        return Coefficient(value, why_not=Reason.TOO_FEW_DEFINED)
    low, high = np.quantile(defined, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Coefficient(value, float(low), float(high))


def _why_undefined(total: Sums) -> Reason:
    if total.units[0] == 0:
        return Reason.NO_UNITS
    if total.ms_first[0] + total.ms_second[0] == 0:
        return Reason.NOBODY_CODED
    return Reason.TOO_SHORT if total.units_first[0] + total.units_second[0] == 0 else Reason.ALL_CODED


def _used_by(first: bool, second: bool) -> UsedBy:
    if first and second:
        return UsedBy.BOTH
    if first:
        return UsedBy.FIRST
    return UsedBy.SECOND if second else UsedBy.NOBODY


def _nothing() -> Agreed:
    none = Coefficient(None, why_not=Reason.NO_INTERVIEW)
    return Agreed(None, UsedBy.NOBODY, 0, 0, 0, none, none, none, none, none)
