"""The edges of detected speech, put where the sound itself begins and ends.

The detector judges 32 ms at a time and lets soft endings go: an edge may lie a few hundredths of a second inside the
speech or outside it, and takes a loud breath for speech. In a silence long enough to know its noise, the level says
where the speech ends.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from models.intervals import covered_ms, joined
from models.nuance.track import FLOOR_DB, FRAME_MS, VOICED, Track
from models.values import Span

# A silence of so much has a middle in which nothing rings on.
_LEAST_SILENCE_MS = 400
_INNER_MS = 120
# Speech is what stands out of the silence by so much; softer sounds are breath, and the room. A voice's end fades into
# the room, its beginning has breath before it.
_END_STANDS_OUT_DB, _START_STANDS_OUT_DB = 6.0, 8.0
# In a very quiet room much is louder than the silence: what is softer than the speech by so much is no more of it.
_END_BELOW_SPEECH_DB, _START_BELOW_SPEECH_DB = 24.0, 20.0
_BESIDE_MS = 1_500
_LOUD_QUANTILE = 0.8
# No edge moves further: what sounds beyond is another sound.
_FURTHEST_MS = 400
# A closed stop within a word is silent for less.
_CLOSED_FRAMES = 4
# Detected speech as short as this without a voice and without a word is a breath, or the room.
_LONGEST_BREATH_MS = 500


def with_exact_edges(speech: Sequence[Span], track: Track, words: Sequence[Span] = ()) -> tuple[Span, ...]:
    """The stretches of speech, in order and apart, with the edges at longer silences moved to where the sound is.

    Short stretches that hold neither voice nor any of the ``words`` are left out. The values above were chosen on the
    interviews of docs/benchmarks.md ("Markers"), where the edges are held against aligned words.
    """
    said = joined(words)
    kept = [span for span in speech if not _is_breath(span, track, said)]
    starts = [span.start_ms for span in kept]
    ends = [span.end_ms for span in kept]
    for place, (before, after) in enumerate(pairwise(kept)):
        if after.start_ms - before.end_ms < _LEAST_SILENCE_MS:
            continue
        inner = track.level[track.rows(before.end_ms + _INNER_MS, after.start_ms - _INNER_MS)]
        if not len(inner):
            continue
        silence = float(np.median(inner))
        last = Span(max(before.start_ms, before.end_ms - _BESIDE_MS), before.end_ms)
        first = Span(after.start_ms, min(after.end_ms, after.start_ms + _BESIDE_MS))
        least_end = max(silence + _END_STANDS_OUT_DB, _loud(track, last) - _END_BELOW_SPEECH_DB)
        least_start = max(silence + _START_STANDS_OUT_DB, _loud(track, first) - _START_BELOW_SPEECH_DB)
        ends[place] = max(before.start_ms + 1, _end(track, before.end_ms, least_end))
        starts[place + 1] = min(after.end_ms - 1, _start(track, after.start_ms, least_start))
    return tuple(Span(start, end) for start, end in zip(starts, ends, strict=True))


def _is_breath(span: Span, track: Track, words: Sequence[Span]) -> bool:
    if span.length_ms > _LONGEST_BREATH_MS or covered_ms(span, words) >= span.length_ms / 2:
        return False
    # A single voiced frame is an error of the pitch tracker more often than a voice.
    return bool(np.count_nonzero(track.voicing[track.rows(span.start_ms, span.end_ms)] >= VOICED) <= 1)


def _loud(track: Track, span: Span) -> float:
    """How loud the speech is: its level without the silences in it, in dB."""
    level = track.level[track.rows(span.start_ms, span.end_ms)]
    return float(np.quantile(level, _LOUD_QUANTILE)) if len(level) else FLOOR_DB


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
