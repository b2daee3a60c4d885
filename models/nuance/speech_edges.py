"""The edges of detected speech, put where the sound itself begins and ends.

The detector judges 32 ms at a time and lets soft endings go: an edge may lie a few hundredths of a second inside the
speech or outside it. In a silence long enough to know its noise, the level says where the speech ends.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from models.nuance.track import FRAME_MS, Track
from models.values import Span

# A silence of so much has a middle in which nothing rings on.
_LEAST_SILENCE_MS = 400
_INNER_MS = 120
# Speech is what stands out of the silence by so much; softer sounds are breath, and the room.
_STANDS_OUT_DB = 6.0
# No edge moves further: what sounds beyond is another sound.
_FURTHEST_MS = 250
# A closed stop within a word is silent for less.
_CLOSED_FRAMES = 4


def with_exact_edges(speech: Sequence[Span], track: Track) -> tuple[Span, ...]:
    """The stretches of speech, in order and apart, with the edges at longer silences moved to where the sound is."""
    starts = [span.start_ms for span in speech]
    ends = [span.end_ms for span in speech]
    for place, (before, after) in enumerate(pairwise(speech)):
        if after.start_ms - before.end_ms < _LEAST_SILENCE_MS:
            continue
        inner = track.level[track.rows(before.end_ms + _INNER_MS, after.start_ms - _INNER_MS)]
        if not len(inner):
            continue
        least = float(np.median(inner)) + _STANDS_OUT_DB
        ends[place] = max(before.start_ms + 1, _end(track, before.end_ms, least))
        starts[place + 1] = min(after.end_ms - 1, _start(track, after.start_ms, least))
    return tuple(Span(start, end) for start, end in zip(starts, ends, strict=True))


def _end(track: Track, ms: int, least: float) -> int:
    """Where the sound before ``ms`` ends: the last loud frame that hangs together with it."""
    rows = track.rows(ms - _FURTHEST_MS, ms + _FURTHEST_MS)
    loud = np.flatnonzero(track.level[rows] >= least)
    if not len(loud):
        return ms
    here = np.searchsorted(loud, round((ms - rows.start * FRAME_MS) / FRAME_MS))
    last = max(0, int(here) - 1)
    while last + 1 < len(loud) and loud[last + 1] - loud[last] <= _CLOSED_FRAMES:
        last += 1
    # A frame's level is that of 16 ms on either side of its middle.
    return round((int(rows.start) + int(loud[last]) + 0.5) * FRAME_MS)


def _start(track: Track, ms: int, least: float) -> int:
    """Where the sound after ``ms`` begins."""
    rows = track.rows(ms - _FURTHEST_MS, ms + _FURTHEST_MS)
    loud = np.flatnonzero(track.level[rows] >= least)
    if not len(loud):
        return ms
    here = np.searchsorted(loud, round((ms - rows.start * FRAME_MS) / FRAME_MS))
    first = min(len(loud) - 1, int(here))
    while first > 0 and loud[first] - loud[first - 1] <= _CLOSED_FRAMES:
        first -= 1
    return round((int(rows.start) + int(loud[first]) - 0.5) * FRAME_MS)
