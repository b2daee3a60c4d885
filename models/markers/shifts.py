"""Shifts: a speaker's way of speaking is another one from some moment on, for minutes.

The twelve stretches before a moment and the twelve after it are compared by their medians, feature by feature: a
two-sample comparison at every place of a sliding window, the usual search for change points where only their
neighbourhood counts (Killick & Eckley 2014 give an account). Medians, since single stretches go wrong.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import sqrt
from statistics import median

from models.intervals import covered_ms
from models.markers.material import Material
from models.markers.rules import RULES_VERSION
from models.markers.stretches import Stretch
from models.nuance.summary import Feature
from models.values import Marker, MarkerKind, Span

SIDE = 12
"""Stretches on either side: about a minute of speech."""

FAR = 4.5
"""Standard errors of the difference; chosen on half of the readers, docs/markers.md."""

# Both sides lie within so long, or they say nothing about a moment between them.
_MOST_MS = 10 * 60_000
_MAD_TO_SD = 1.4826
# The standard error of a median, in spreads, times the root of the number of values.
_OF_MEDIAN = 1.25


@dataclass(frozen=True, slots=True)
class _Way:
    """What may change: its name, the least change that is heard, and the least spread a speaker counts as having."""

    name: str
    least: float
    spread: float


PITCH, LEVEL, TEMPO, PAUSING = "pitch", "level", "tempo", "pausing"

_WAYS = (
    _Way(PITCH, 1.5, 0.6),
    _Way(LEVEL, 3.0, 1.0),
    _Way(TEMPO, 2.0, 0.8),
    _Way(PAUSING, 0.15, 0.05),
)
"""Semitones, dB, letters a second, the share of a stretch without speech. Changes are held to be heard as in
:data:`models.markers.manner.LEAST_HEARD`, less because they last."""


@dataclass(frozen=True, slots=True)
class _Change:
    place: int
    way: _Way
    before: float
    after: float
    spread: float
    errors: float


def find_shifts(material: Material) -> Iterator[Marker]:
    """At the first stretch after each change, by what changed most.

    Strength: the difference in the speaker's own spreads within either side, upwards positive.
    """
    for speaker in sorted({one.speaker for one in material.stretches}):
        own = [one for one in material.stretches if one.speaker == speaker and one.features]
        measured = [_ways(one, material.speech) for one in own]
        for change in _changes(own, measured):
            yield _marker(own, measured, change)


def _ways(stretch: Stretch, speech: Sequence[Span]) -> Mapping[str, float]:
    whole = Span(stretch.start_ms, stretch.end_ms)
    named = {PITCH: Feature.PITCH, LEVEL: Feature.LEVEL, TEMPO: Feature.RATE}
    found = {
        name: stretch.features[feature] for name, feature in named.items() if feature in stretch.features
    }
    return found | {PAUSING: 1 - covered_ms(whole, speech) / max(1, whole.length_ms)}


def _changes(own: Sequence[Stretch], measured: Sequence[Mapping[str, float]]) -> list[_Change]:
    """The furthest changes, none within a side's length of a further one, in order."""
    found = [
        change
        for place in range(SIDE, len(own) - SIDE + 1)
        if own[place + SIDE - 1].end_ms - own[place - SIDE].start_ms <= _MOST_MS
        for way in _WAYS
        if (change := _change(measured, place, way)) is not None
    ]
    kept: list[_Change] = []
    for change in sorted(found, key=lambda one: (-abs(one.errors), one.place)):
        if all(abs(change.place - other.place) >= SIDE for other in kept):
            kept.append(change)
    return sorted((_placed(measured, change) for change in kept), key=lambda one: one.place)


def _placed(measured: Sequence[Mapping[str, float]], change: _Change) -> _Change:
    """The change where it divides the stretches around it best: medians are the same for a few places in a row.

    The best division leaves the least sum of absolute distances from the medians of its two sides.
    """
    first = change.place - SIDE
    values = [one.get(change.way.name) for one in measured[first : change.place + SIDE]]

    def left(split: int) -> float:
        sides = [[one for one in side if one is not None] for side in (values[:split], values[split:])]
        return sum(abs(one - median(side)) for side in sides for one in side)

    reach = SIDE // 2
    return replace(change, place=first + min(range(SIDE - reach, SIDE + reach + 1), key=left))


def _change(measured: Sequence[Mapping[str, float]], place: int, way: _Way) -> _Change | None:
    before = [one[way.name] for one in measured[place - SIDE : place] if way.name in one]
    after = [one[way.name] for one in measured[place : place + SIDE] if way.name in one]
    if min(len(before), len(after)) < SIDE - 2:
        return None
    was, now = median(before), median(after)
    off = [abs(one - was) for one in before] + [abs(one - now) for one in after]
    spread = max(way.spread, _MAD_TO_SD * median(off))
    errors = (now - was) / (_OF_MEDIAN * spread * sqrt(1 / len(before) + 1 / len(after)))
    if abs(errors) < FAR or abs(now - was) < way.least:
        return None
    return _Change(place, way, was, now, spread, errors)


def _marker(own: Sequence[Stretch], measured: Sequence[Mapping[str, float]], change: _Change) -> Marker:
    first = own[change.place]
    evidence = {"before": round(change.before, 2), "after": round(change.after, 2)}
    for way in _WAYS:
        for side, rows in (
            ("before", measured[change.place - SIDE : change.place]),
            ("after", measured[change.place : change.place + SIDE]),
        ):
            known = [one[way.name] for one in rows if way.name in one]
            if known:
                evidence[f"{way.name}_{side}"] = round(median(known), 2)
    return Marker(
        kind=MarkerKind.SHIFT,
        subtype=change.way.name,
        start_ms=first.start_ms,
        end_ms=first.end_ms,
        speaker=first.speaker,
        strength=round((change.after - change.before) / change.spread, 2),
        confidence=round(min(0.9, 0.5 + (abs(change.errors) - FAR) / (4 * FAR)), 3),
        rules=RULES_VERSION,
        utterance=first.utterance,
        evidence=evidence | {"spread": round(change.spread, 2), "stretches": float(2 * SIDE)},
    )
