"""Where two coders disagree in an interview, as stretches that can be heard and decided about."""

from __future__ import annotations

import hashlib
import itertools
import json
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from service.coding.agreement.spans import Spans, by_code, merged
from service.coding.agreement.values import Compared, Mark, Pair

OVERLAP = 0.5
"""Two codes are given to the same stretch when they share so much of the shorter."""


class Kind(StrEnum):
    """How two coders disagree."""

    EDGES = "edges"
    ONE_ONLY = "one_only"
    ANOTHER_CODE = "another_code"


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A stretch that two coders coded differently, with what each marked; nothing where one did not."""

    interview_id: str
    kind: Kind
    start_ms: int
    end_ms: int
    first: tuple[Mark, ...]
    second: tuple[Mark, ...]

    def key(self, pair: Pair) -> str:
        """The SHA-256 of who marked what: another as soon as one of them marks it otherwise."""
        marks = [[[one.code, one.start_ms, one.end_ms] for one in side] for side in (self.first, self.second)]
        told = json.dumps([self.interview_id, pair.first, pair.second, marks])
        return hashlib.sha256(told.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Found:
    """What two coders agree on, as the stretches that both coded alike, and where they disagree."""

    agreed: tuple[Mark, ...]
    disagreements: tuple[Disagreement, ...]


@dataclass(frozen=True, slots=True)
class _Alone:
    mark: Mark
    is_first: bool


def find_disagreements(compared: Compared, tolerance_ms: int = 0) -> Found:
    """Where they agree and where not, in order of time. Edges apart by at most ``tolerance_ms`` are alike.

    What one coder gave a code and the other none that touches is one disagreement of two codes where another code of
    the other's shares half of the shorter: each goes with the one with which it shares most.
    """
    first = by_code(compared.first, compared.duration_ms)
    second = by_code(compared.second, compared.duration_ms)
    agreed: list[Mark] = []
    found: list[Disagreement] = []
    alone: list[_Alone] = []
    for code in sorted({*first, *second}):
        for group in merged((*first.get(code, ()), *second.get(code, ()))):
            sides = tuple(_within(spans.get(code, ()), group) for spans in (first, second))
            if not all(sides):
                alone.append(_Alone(Mark(code, *group), bool(sides[0])))
                continue
            if _apart_ms(*sides) <= tolerance_ms:
                agreed += [Mark(code, *span) for span in _shared(*sides)]
                continue
            marks = [tuple(Mark(code, *span) for span in side) for side in sides]
            found.append(Disagreement(compared.interview_id, Kind.EDGES, *group, *marks))
    found += _of_alone(compared.interview_id, alone)
    return Found(
        tuple(sorted(agreed, key=_place)),
        tuple(sorted(found, key=lambda one: (one.start_ms, one.end_ms, one.kind, _codes(one)))),
    )


def _of_alone(interview_id: str, alone: Sequence[_Alone]) -> list[Disagreement]:
    ours = [one.mark for one in alone if one.is_first]
    theirs = [one.mark for one in alone if not one.is_first]
    shared = sorted(
        (
            (-_shared_ms(one, other), _place(one), _place(other), one, other)
            for one in ours
            for other in theirs
            if _shared_ms(one, other) >= OVERLAP * min(_length(one), _length(other))
        ),
        key=lambda found: found[:3],
    )
    left = {*ours, *theirs}
    found = []
    for *_, one, other in shared:
        if one in left and other in left:
            left -= {one, other}
            start, end = min(one.start_ms, other.start_ms), max(one.end_ms, other.end_ms)
            found.append(Disagreement(interview_id, Kind.ANOTHER_CODE, start, end, (one,), (other,)))
    for lone in alone:
        if lone.mark in left:
            sides = ((lone.mark,), ()) if lone.is_first else ((), (lone.mark,))
            span = (lone.mark.start_ms, lone.mark.end_ms)
            found.append(Disagreement(interview_id, Kind.ONE_ONLY, *span, *sides))
    return found


def _within(spans: Spans, group: tuple[int, int]) -> Spans:
    return tuple(span for span in spans if group[0] <= span[0] and span[1] <= group[1])


def _shared(first: Spans, second: Spans) -> Spans:
    return merged((max(one[0], other[0]), min(one[1], other[1])) for one in first for other in second)


def _apart_ms(first: Spans, second: Spans) -> int:
    """The length of the longest stretch that one of them has and the other has not."""
    edges = sorted({edge for span in (*first, *second) for edge in span})
    differ = [
        (start, end) for start, end in itertools.pairwise(edges) if _has(first, start) != _has(second, start)
    ]
    return max((end - start for start, end in merged(differ)), default=0)


def _has(spans: Spans, ms: int) -> bool:
    return any(start <= ms < end for start, end in spans)


def _shared_ms(one: Mark, other: Mark) -> int:
    return max(0, min(one.end_ms, other.end_ms) - max(one.start_ms, other.start_ms))


def _length(mark: Mark) -> int:
    return mark.end_ms - mark.start_ms


def _place(mark: Mark) -> tuple[int, int, str]:
    return mark.start_ms, mark.end_ms, mark.code


def _codes(one: Disagreement) -> tuple[str, ...]:
    return tuple(mark.code for mark in (*one.first, *one.second))
