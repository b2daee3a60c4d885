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


def grouped(spans: Sequence[Span], length_ms: int) -> list[tuple[Span, ...]]:
    """The spans, which are in order, in groups that each reach over at most ``length_ms``."""
    groups: list[tuple[Span, ...]] = []
    for span in spans:
        if groups and span.end_ms - groups[-1][0].start_ms <= length_ms:
            groups[-1] = (*groups[-1], span)
        else:
            groups.append((span,))
    return groups


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


def filled_turns(turns: Sequence[Turn], gap_ms: int) -> tuple[Turn, ...]:
    """The turns with each speaker's gaps of at most ``gap_ms`` closed, unless another speaks through the gap."""
    result: list[Turn] = []
    for speaker in {turn.speaker for turn in turns}:
        others = [turn for turn in turns if turn.speaker != speaker]
        own = sorted((turn for turn in turns if turn.speaker == speaker), key=lambda turn: turn.start_ms)
        current = own[0]
        for turn in own[1:]:
            interrupted = any(
                other.start_ms < turn.start_ms and other.end_ms > current.end_ms for other in others
            )
            if turn.start_ms - current.end_ms <= gap_ms and not interrupted:
                current = Turn(current.start_ms, max(current.end_ms, turn.end_ms), speaker)
            else:
                result.append(current)
                current = turn
        result.append(current)
    return tuple(sorted(result, key=lambda turn: (turn.start_ms, turn.end_ms, turn.speaker)))


def shared_by_two(turns: Sequence[Turn]) -> tuple[Span, ...]:
    """The stretches in which two or more speakers have a turn."""
    held = [
        span
        for speaker in {turn.speaker for turn in turns}
        for span in joined(Span(turn.start_ms, turn.end_ms) for turn in turns if turn.speaker == speaker)
    ]
    edges = sorted([(span.start_ms, 1) for span in held] + [(span.end_ms, -1) for span in held])
    result: list[Span] = []
    active, began = 0, 0
    for at_ms, step in edges:
        if active == 2 and step == -1 and at_ms > began:
            result.append(Span(began, at_ms))
        active += step
        if active == 2 and step == 1:
            began = at_ms
    return joined(result)


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


def moved_turns(turns: Sequence[Turn], moved: Sequence[tuple[Turn, str]]) -> tuple[Turn, ...]:
    """The turns with each stretch of ``moved`` taken from its speaker and given to the other."""
    speakers = {turn.speaker for turn in turns} | {speaker for _, speaker in moved}
    result: list[Turn] = []
    for speaker in speakers:
        own = joined(Span(turn.start_ms, turn.end_ms) for turn in turns if turn.speaker == speaker)
        lost = [Span(one.start_ms, one.end_ms) for one, _ in moved if one.speaker == speaker]
        gained = [Span(one.start_ms, one.end_ms) for one, to in moved if to == speaker]
        result += [
            Turn(span.start_ms, span.end_ms, speaker) for span in joined([*without(own, lost), *gained])
        ]
    return tuple(sorted(result, key=lambda turn: (turn.start_ms, turn.end_ms, turn.speaker)))
