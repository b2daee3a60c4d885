"""A track as curves: as many values as can be drawn, each said with the least and the most of what it stands for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.markers.vocal_sounds import VOCAL_SOUNDS
from models.nuance.track import EVENT_MS, EVENT_WINDOW_MS, FRAME_MS, VOICED, Track
from models.values import Span

MOST_POINTS = 8_000

Float32 = NDArray[np.float32]
Rows = NDArray[np.bool_]
Values = tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Curve:
    """One value a bin: the median of its rows, the least and the most; None where it has no row."""

    middle: Values
    least: Values
    most: Values


@dataclass(frozen=True, slots=True)
class Curves:
    """Bin ``n`` is of the rows whose middle lies from ``from_ms + n * bin_ms`` on, up to the next one's.

    ``pitch`` in Hz, of voiced rows only; ``level``, ``tilt`` and ``harmonicity`` in dB as in
    :class:`models.nuance.track.Track`, the latter two of voiced rows; ``shimmer`` in dB, of rows that have one.
    ``sounds`` are the highest logits of the classes
    of each kind of sound in the bin.
    """

    from_ms: int
    bin_ms: int
    pitch: Curve
    level: Curve
    tilt: Curve
    harmonicity: Curve
    shimmer: Curve
    sounds: Mapping[str, Values]

    @property
    def bins(self) -> int:
        return len(self.level.middle)


def draw(track: Track, span: Span, points: int, empty: Sequence[Span] = ()) -> Curves:
    """The curves of a stretch in ``points`` bins at most, each of a whole number of rows.

    Nothing is averaged over an end of speech: a bin without voice has no pitch, however near the next voice is. In the
    ``empty`` stretches there is nothing. Raises ValueError for less than one point, or more than :data:`MOST_POINTS`.
    """
    if not 1 <= points <= MOST_POINTS:
        raise ValueError(f"1 to {MOST_POINTS} points")
    rows = track.rows(span.start_ms, span.end_ms)
    count = rows.stop - rows.start
    each = max(1, -(-count // points))
    there = np.ones(count, np.bool_)
    middles = (rows.start + np.arange(count)) * FRAME_MS
    for one in empty:
        there &= (middles < one.start_ms) | (middles >= one.end_ms)
    voiced = there & (track.voicing[rows] >= VOICED) & (track.pitch[rows] > 0)
    from_ms, bin_ms = round(rows.start * FRAME_MS), round(each * FRAME_MS)
    return Curves(
        from_ms=from_ms,
        bin_ms=bin_ms,
        pitch=_binned(track.pitch[rows], voiced, each),
        level=_binned(track.level[rows], there, each),
        tilt=_binned(track.tilt[rows], voiced, each),
        harmonicity=_binned(track.harmonicity[rows], voiced, each),
        shimmer=_binned(track.shimmer[rows], voiced & (track.shimmer[rows] > 0), each, decimals=2),
        sounds=_sounds(track, from_ms, bin_ms, -(-count // each), empty),
    )


def _binned(values: Float32, there: Rows, each: int, decimals: int = 1) -> Curve:
    """Median, least and most of the rows that are there, ``each`` rows at a time."""
    bins = -(-len(values) // each)
    if not bins:
        return Curve((), (), ())
    padded = np.full(bins * each, np.nan, np.float32)
    padded[: len(values)] = np.where(there, values, np.nan)
    # Rows that are not there are sorted to the end.
    rows = np.sort(padded.reshape(bins, each), axis=1)
    known = np.count_nonzero(~np.isnan(rows), axis=1)
    at = np.arange(bins)
    last = np.maximum(known - 1, 0)
    middle = (rows[at, last // 2] + rows[at, (last + 1) // 2]) / 2
    return Curve(*(_values(one, decimals) for one in (middle, rows[:, 0], rows[at, last])))


def _sounds(track: Track, from_ms: int, bin_ms: int, bins: int, empty: Sequence[Span]) -> dict[str, Values]:
    if not track.classes or not len(track.events) or not bins:
        return {}
    starts = np.arange(len(track.events)) * EVENT_MS
    there = np.ones(len(starts), np.bool_)
    for one in empty:
        there &= (starts >= one.end_ms) | (starts + EVENT_WINDOW_MS <= one.start_ms)
    # A score stands for the middle of its window: of the 0.48 s around it, so that each instant has one.
    edges = from_ms + np.arange(bins + 1) * bin_ms - (EVENT_WINDOW_MS - EVENT_MS) / 2
    first = np.clip((edges[:-1] // EVENT_MS).astype(int), 0, len(starts) - 1)
    last = np.clip(np.ceil(edges[1:] / EVENT_MS).astype(int), first + 1, len(starts))
    cuts = np.stack([first, last], axis=1).ravel()
    found = {}
    for sound in VOCAL_SOUNDS:
        chosen = [track.classes.index(name) for name in sound.classes]
        scores = np.where(there, track.events[:, chosen].max(axis=1), -np.inf)
        # Each second one is of what lies between a bin and the next.
        highest = np.maximum.reduceat(np.append(scores, -np.inf), cuts)[::2]
        found[str(sound.kind)] = _values(np.where(np.isinf(highest), np.nan, highest))
    return found


def _values(values: Float32, decimals: int = 1) -> Values:
    rounded = np.round(values.astype(np.float64), decimals)
    return tuple(None if one != one else one for one in rounded.tolist())
