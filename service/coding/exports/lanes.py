"""Stretches shared out so that none overlaps another of the same lane: for formats whose tiers allow no overlap."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from models.values import Span, Utterance
from service.coding.exports.values import Interview, Study
from service.wording import marker_text

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Label:
    """A stretch with what is written in it."""

    start_ms: int
    end_ms: int
    text: str


@dataclass(frozen=True, slots=True)
class Tier:
    """Labels in order of time that don't overlap. ``speaker`` is the label of whose words they are, if of one."""

    name: str
    labels: tuple[Label, ...]
    speaker: str | None = None


def share_out(items: Iterable[T], span_of: Callable[[T], Span]) -> tuple[tuple[T, ...], ...]:
    """Lanes of items in order of time, as few as there can be (each goes to the first lane that is free)."""
    lanes: list[list[T]] = []
    ends: list[int] = []
    for item in sorted(items, key=lambda one: (span_of(one).start_ms, span_of(one).end_ms)):
        span = span_of(item)
        free = next((place for place, end in enumerate(ends) if end <= span.start_ms), None)
        if free is None:
            lanes.append([])
            ends.append(0)
            free = len(lanes) - 1
        lanes[free].append(item)
        ends[free] = span.end_ms
    return tuple(tuple(lane) for lane in lanes)


def tiers_of(study: Study, interview: Interview) -> tuple[Tier, ...]:
    """Utterances and words of each speaker, the codings of each coder, the markers of each kind.

    A tier whose labels would overlap is followed by others of its name with a number. Labels have a length of 1 ms at
    least.
    """
    found: list[Tier] = []
    for label in (one.label for one in interview.transcript.speakers):
        spoken = [one for one in interview.transcript.utterances if one.speaker == label]
        name = interview.speakers[label]
        found += _tiers(name, [_said(one) for one in spoken], label)
        words = [
            Label(word.start_ms, word.end_ms, word.text) for word in interview.words if word.speaker == label
        ]
        found += _tiers(f"{name} words", words, label)
    for coder in sorted({one.coder for one in interview.codings}):
        labels = [
            Label(one.anchor.start_ms, one.anchor.end_ms, study.code_name(one.code) or "(no code)")
            for one in interview.codings
            if one.coder == coder
        ]
        found += _tiers(f"codes {coder}", labels)
    kinds = sorted({str(one.marker.kind) for one in interview.markers})
    for kind in kinds:
        labels = [
            Label(one.marker.start_ms, one.marker.end_ms, marker_text(one.marker))
            for one in interview.markers
            if one.marker.kind == kind
        ]
        found += _tiers(f"marker {kind}", labels)
    return tuple(found)


def _said(one: Utterance) -> Label:
    return Label(one.start_ms, one.end_ms, one.text)


def _tiers(name: str, labels: Sequence[Label], speaker: str | None = None) -> list[Tier]:
    long = [Label(one.start_ms, max(one.end_ms, one.start_ms + 1), one.text) for one in labels]
    lanes = share_out(long, lambda one: Span(one.start_ms, one.end_ms))
    return [
        Tier(name if place == 0 else f"{name} {place + 1}", lane, speaker) for place, lane in enumerate(lanes)
    ]
