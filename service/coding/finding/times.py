"""Sets of instants as their unbroken stretches, and what is done with such sets.

A set is two sorted arrays, of starts and of ends in ms. Each stretch is from its start on, up to but without its end;
stretches neither overlap nor touch. All interviews lie on one line, far enough apart that nothing reaches from one
into another (:mod:`service.coding.finding.timeline`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ms = NDArray[np.int64]

_FAR = np.int64(2**62)
"""Before the first and after the last instant that any set has."""


@dataclass(frozen=True, slots=True)
class Times:
    """A set of instants."""

    starts: Ms
    ends: Ms

    def __len__(self) -> int:
        """How many unbroken stretches it has."""
        return len(self.starts)

    @property
    def total_ms(self) -> int:
        """How many ms there are in it."""
        return int((self.ends - self.starts).sum())


_NONE: Ms = np.zeros(0, dtype=np.int64)
NOTHING = Times(_NONE, _NONE)


def times(starts: Ms, ends: Ms) -> Times:
    """The instants of any stretches, in any order. One without length counts as a ms."""
    if not len(starts):
        return NOTHING
    order = np.argsort(starts, kind="stable")
    sorted_starts = starts[order]
    reach = np.maximum.accumulate(np.maximum(ends[order], sorted_starts + 1))
    begins = np.empty(len(starts), dtype=bool)
    begins[0] = True
    np.greater(sorted_starts[1:], reach[:-1], out=begins[1:])
    first = np.flatnonzero(begins)
    last = np.append(first[1:], len(starts)) - 1
    return Times(sorted_starts[first], reach[last])


def either(*sets: Times) -> Times:
    """What is in any of them."""
    return times(np.concatenate([one.starts for one in sets]), np.concatenate([one.ends for one in sets]))


def all_but(one: Times) -> Times:
    """Every instant that is not in it."""
    return Times(np.insert(one.ends, 0, -_FAR), np.append(one.starts, _FAR))


def both(first: Times, second: Times) -> Times:
    """What is in both."""
    if not len(first) or not len(second):
        return NOTHING
    # For each stretch of the one, the stretches of the other that overlap it lie side by side.
    begin = np.searchsorted(second.ends, first.starts, side="right")
    count = np.searchsorted(second.starts, first.ends, side="left") - begin
    count = np.maximum(count, 0)
    total = int(count.sum())
    if not total:
        return NOTHING
    of_first = np.repeat(np.arange(len(first)), count)
    offset = np.arange(total) - np.repeat(np.cumsum(count) - count, count)
    of_second = np.repeat(begin, count) + offset
    starts = np.maximum(first.starts[of_first], second.starts[of_second])
    return Times(starts, np.minimum(first.ends[of_first], second.ends[of_second]))


def without(one: Times, other: Times) -> Times:
    """What is in the first and not in the second."""
    return both(one, all_but(other))


def overlapping(found: Times, other: Times) -> NDArray[np.bool_]:
    """For each stretch of ``found`` whether it has an instant of ``other``."""
    if not len(other):
        return np.zeros(len(found), dtype=bool)
    place = np.searchsorted(other.ends, found.starts, side="right")
    there = place < len(other)
    place = np.minimum(place, len(other) - 1)
    result: NDArray[np.bool_] = there & (other.starts[place] < found.ends)
    return result


def near(found: Times, other: Times, within_ms: int) -> NDArray[np.bool_]:
    """For each stretch of ``found`` whether from it to one of ``other`` there are at most ``within_ms``."""
    if not len(other):
        return np.zeros(len(found), dtype=bool)
    place = np.searchsorted(other.ends, found.starts - within_ms, side="left")
    there = place < len(other)
    place = np.minimum(place, len(other) - 1)
    result: NDArray[np.bool_] = there & (other.starts[place] <= found.ends + within_ms)
    return result


def chosen(found: Times, which: NDArray[np.bool_]) -> Times:
    """The stretches that are chosen."""
    return Times(found.starts[which], found.ends[which])
