"""Stretches of time as sorted arrays, and an interview cut where anything begins or ends."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from service.coding.agreement.values import Compared, Mark, Times

Spans = tuple[tuple[int, int], ...]


def merged(spans: Iterable[tuple[int, int]]) -> Spans:
    """The stretches that these cover, in order: those that overlap or touch are one. Empty ones are left out."""
    found: list[tuple[int, int]] = []
    for start, end in sorted(one for one in spans if one[1] > one[0]):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return tuple(found)


def by_code(marks: Sequence[Mark], duration_ms: int) -> dict[str, Spans]:
    """What each code covers within the interview; codes that cover nothing are left out."""
    spans: dict[str, list[tuple[int, int]]] = {}
    for mark in marks:
        spans.setdefault(mark.code, []).append((max(mark.start_ms, 0), min(mark.end_ms, duration_ms)))
    covered = {code: merged(found) for code, found in spans.items()}
    return {code: found for code, found in covered.items() if found}


@dataclass(frozen=True, slots=True, eq=False)
class Pieces:
    """An interview cut wherever a mark of either coder begins or ends: nothing changes within a piece.

    ``units`` counts the units whose middle lies in each. ``first`` and ``second`` are, for each coder, the codes with
    the places of the pieces that they cover, first and last plus one, a pair for
    every merged stretch; ``*_spans`` are these stretches in ms.
    """

    lengths_ms: Times
    units: Times
    first: dict[str, Times]
    second: dict[str, Times]
    first_spans: dict[str, Spans]
    second_spans: dict[str, Spans]


def pieces_of(compared: Compared) -> Pieces:
    """The pieces of an interview."""
    first, second = (by_code(marks, compared.duration_ms) for marks in (compared.first, compared.second))
    edges = {0, max(compared.duration_ms, 0)}
    for covered in (first, second):
        edges.update(edge for spans in covered.values() for span in spans for edge in span)
    cuts = np.array(sorted(edges), dtype=np.int64)
    return Pieces(
        np.diff(cuts),
        np.diff(np.searchsorted(compared.unit_middles, 2 * cuts)),
        _placed(cuts, first),
        _placed(cuts, second),
        first,
        second,
    )


def _placed(cuts: Times, covered: dict[str, Spans]) -> dict[str, Times]:
    return {code: np.searchsorted(cuts, np.array(spans, dtype=np.int64)) for code, spans in covered.items()}


def grid(duration_ms: int, unit_ms: int) -> Times:
    """The doubled middles of units of ``unit_ms`` from the start of an interview; the last may be cut short."""
    starts = np.arange(0, max(duration_ms, 0), unit_ms, dtype=np.int64)
    return starts + np.minimum(starts + unit_ms, duration_ms)
