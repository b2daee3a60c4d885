"""Krippendorff's alpha_U of 2004, which weighs how far edges are apart. Each code is a continuum of its own, so codes
may overlap.

Krippendorff: Content Analysis: An Introduction to Its Methodology, 2nd edition (2004), pages 251 to 256.
For one code of two coders, with b and l where a unit begins and how long it is, in ms:

    observed    the sum of (b - b')² + (b + l - b' - l')² over units that overlap, and of l² over units of the one that
                lie in a gap of the other, divided by L²
    expected    2 / L times the sum over all N units of
                (N - 1) / 3 (2 l³ - 3 l² + l) + l² times the sum over gaps g ≥ l of (g - l + 1),
                divided by 2 L (2 L - 1) less the sum of l (l - 1)
    alpha_U     1 - observed / expected; of all codes, from the sums of both
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from service.coding.agreement.counting import Counts
from service.coding.agreement.spans import Spans


@dataclass(frozen=True, slots=True, eq=False)
class Unitized:
    """What each interview (rows) adds to the disagreement on a code.

    ``fits`` has a column for each interview too: what the units of the row's add, by how they fit into the gaps of the
    column's.
    """

    ms: Counts
    observed: Counts
    units: Counts
    cubes: Counts
    own: Counts
    fits: Counts

    def disagreement(self, weights: Counts) -> tuple[Counts, Counts]:
        """Observed and expected in samples: a row of ``weights`` says how often each interview is in one."""
        ms, units = weights @ self.ms, weights @ self.units
        observed = weights @ self.observed / ms**2
        above = (units - 1) * (weights @ self.cubes) + ((weights @ self.fits) * weights).sum(-1)
        below = 2 * ms * (2 * ms - 1) - weights @ self.own
        return observed, np.where(units > 0, 2 / ms * above / below, 0.0)


def unitized(first: Sequence[Spans], second: Sequence[Spans], durations_ms: Sequence[int]) -> Unitized:
    """A code in each interview as the two coders gave it, in stretches that don't touch."""
    lengths: list[Counts] = []
    gaps: list[Counts] = []
    observed = []
    for one, other, duration_ms in zip(first, second, durations_ms, strict=True):
        observed.append(_observed(_array(one), _array(other)))
        lengths.append(np.concatenate([_lengths(_array(side)) for side in (one, other)]))
        gaps.append(np.concatenate([_gaps(_array(side), duration_ms) for side in (one, other)]))
    return Unitized(
        ms=np.array(durations_ms, dtype=np.float64),
        observed=np.array(observed),
        units=np.array([len(some) for some in lengths], dtype=np.float64),
        cubes=np.array([(2 * some**3 - 3 * some**2 + some).sum() / 3 for some in lengths]),
        own=np.array([(some * (some - 1)).sum() for some in lengths]),
        fits=_fits(lengths, gaps),
    )


def alpha_u(observed: Counts, expected: Counts) -> Counts:
    """alpha_U; nan where nothing is expected, as nobody gave the code."""
    known = expected > 0
    return np.where(known, 1 - observed / np.where(known, expected, 1), np.nan)


def _array(spans: Spans) -> Counts:
    return np.array(spans, dtype=np.float64).reshape(-1, 2)


def _lengths(spans: Counts) -> Counts:
    found: Counts = spans[:, 1] - spans[:, 0]
    return found


def _gaps(spans: Counts, duration_ms: int) -> Counts:
    found = np.append(spans[:, 0], duration_ms) - np.append(0, spans[:, 1])
    some: Counts = found[found > 0]
    return some


def _observed(one: Counts, other: Counts) -> float:
    starts = one[:, None, 0] - other[None, :, 0]
    ends = one[:, None, 1] - other[None, :, 1]
    overlap = (one[:, None, 0] < other[None, :, 1]) & (other[None, :, 0] < one[:, None, 1])
    alone = (_lengths(one)[~overlap.any(1)] ** 2).sum() + (_lengths(other)[~overlap.any(0)] ** 2).sum()
    return float((starts**2 + ends**2)[overlap].sum() + alone)


def _fits(lengths: Sequence[Counts], gaps: Sequence[Counts]) -> Counts:
    whose = np.repeat(np.arange(len(lengths)), [len(some) for some in lengths])
    every = np.concatenate(lengths) if lengths else np.array([])
    found = np.zeros((len(lengths), len(gaps)))
    if not len(every):
        return found
    for column, some in enumerate(gaps):
        ordered = np.sort(some)
        place = np.searchsorted(ordered, every)
        longer = np.append(np.cumsum(ordered[::-1])[::-1], 0.0)[place]
        room = longer - (len(ordered) - place) * (every - 1)
        found[:, column] = np.bincount(whose, every**2 * room, len(lengths))
    return found
