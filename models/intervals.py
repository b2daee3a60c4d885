"""Arithmetic of time spans."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import pairwise

from models.values import Span, Turn


def overlap_ms(start_a: int, end_a: int, start_b: int, end_b: int) -> int:
    """How long two stretches share; 0 when they don't."""
    return max(0, min(end_a, end_b) - max(start_a, start_b))


def joined(spans: Iterable[Span], gap_ms: int = 0) -> tuple[Span, ...]:
    """The spans in order, those at most ``gap_ms`` apart made one."""
    result: list[Span] = []
    for span in sorted(spans, key=lambda span: (span.start_ms, span.end_ms)):
        if result and span.start_ms - result[-1].end_ms <= gap_ms:
            result[-1] = Span(result[-1].start_ms, max(result[-1].end_ms, span.end_ms))
        else:
            result.append(span)
    return tuple(result)


def without(spans: Sequence[Span], holes: Sequence[Span]) -> tuple[Span, ...]:
    """What is left of ``spans`` outside ``holes``."""
    rest: list[Span] = []
    blocked = joined(holes)
    starts = [hole.start_ms for hole in blocked]
    for span in joined(spans):
        at = span.start_ms
        for hole in blocked[max(0, bisect_right(starts, at) - 1) :]:
            if hole.start_ms >= span.end_ms:
                break
            if hole.start_ms > at:
                rest.append(Span(at, hole.start_ms))
            at = max(at, hole.end_ms)
        if at < span.end_ms:
            rest.append(Span(at, span.end_ms))
    return tuple(rest)


def within(span: Span, spans: Sequence[Span]) -> tuple[Span, ...]:
    """The parts of ``spans``, which are in order and apart from one another, that lie within ``span``."""
    parts: list[Span] = []
    first = max(0, bisect_right(spans, span.start_ms, key=lambda one: one.start_ms) - 1)
    for place in range(first, len(spans)):
        one = spans[place]
        if one.start_ms >= span.end_ms:
            break
        start, end = max(span.start_ms, one.start_ms), min(span.end_ms, one.end_ms)
        if end > start:
            parts.append(Span(start, end))
    return tuple(parts)


def covered_ms(span: Span, spans: Sequence[Span]) -> int:
    """How much of ``span`` lies within ``spans``, which are in order and apart from one another."""
    return sum(part.length_ms for part in within(span, spans))


def exclusive_turns(turns: Sequence[Turn]) -> tuple[Turn, ...]:
    """The turns with every instant given to one speaker: where several speak, to who already held the floor."""
    edges = sorted({edge for turn in turns for edge in (turn.start_ms, turn.end_ms)})
    ordered = sorted(turns, key=lambda turn: (turn.start_ms, turn.end_ms, turn.speaker))
    result: list[Turn] = []
    active: list[Turn] = []
    upcoming = 0
    for start, end in pairwise(edges):
        while upcoming < len(ordered) and ordered[upcoming].start_ms <= start:
            active.append(ordered[upcoming])
            upcoming += 1
        active = [turn for turn in active if turn.end_ms > start]
        if not active:
            continue
        last = result[-1] if result and result[-1].end_ms == start else None
        if last and any(turn.speaker == last.speaker for turn in active):
            result[-1] = Turn(last.start_ms, end, last.speaker)
        else:
            result.append(Turn(start, end, active[0].speaker))
    return tuple(result)
