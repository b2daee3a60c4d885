"""The edges of detected speech, put where the sound itself begins and ends.

The detector judges 32 ms at a time and lets soft endings go: an edge may lie a few hundredths of a second inside the
speech or outside it, and takes a loud breath for speech. In a silence long enough to know its noise, the level says
where the speech ends. Edges are known to a row of the track, 16 ms.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from models.intervals import covered_ms, joined
from models.nuance.track import FLOOR_DB, FRAME_MS, VOICED, Track
from models.values import Span

# A silence of so much has a middle in which nothing rings on.
_LEAST_SILENCE_MS = 400
_INNER_MS = 120
# Speech is what stands out of the silence by so much: softer sounds are breath, and the room. Above 2 kHz (`high`)
# there is hardly any room, so a soft "s", or a stop that opens at the end of a word, stands out there.
_STANDS_OUT_DB = 8.0
# In a very quiet room much is louder than the silence: what is softer than the speech by so much may be no more of it.
_END_BELOW_SPEECH_DB, _HIGH_END_BELOW_SPEECH_DB, _START_BELOW_SPEECH_DB = 18.0, 8.0, 28.0
_BESIDE_MS = 1_500
_LOUD_QUANTILE = 0.8
# No edge moves further: what sounds beyond is another sound.
_FURTHEST_MS = 400
# A closed stop is silent for less: one within a word, and one at its end, which opens softly.
_CLOSED_FRAMES, _CLOSED_AT_END_FRAMES = 4, 6
# A frame's level is that of 16 ms on either side of its middle, and a word begins softly.
_AFTER_FRAMES, _BEFORE_FRAMES = 0.5, 1.5
# Detected speech as short as this without a voice and without a word is a breath, or the room.
_LONGEST_BREATH_MS = 500

Float32 = NDArray[np.float32]


def with_exact_edges(speech: Sequence[Span], track: Track, words: Sequence[Span] = ()) -> tuple[Span, ...]:
    """The stretches of speech, in order and apart, with the edges at longer silences moved to where the sound is.

    Short stretches that hold neither voice nor any of the ``words`` are left out. The values above were chosen on the
    silences from 0.4 s on in the interviews of docs/benchmarks.md ("Markers"), where the edges are held against aligned
    words.
    """
    said = joined(words)
    kept = [span for span in speech if not _is_breath(span, track, said)]
    starts = [span.start_ms for span in kept]
    ends = [span.end_ms for span in kept]
    for place, (before, after) in enumerate(pairwise(kept)):
        if after.start_ms - before.end_ms < _LEAST_SILENCE_MS:
            continue
        inner = track.rows(before.end_ms + _INNER_MS, after.start_ms - _INNER_MS)
        if inner.start == inner.stop:
            continue
        last = Span(max(before.start_ms, before.end_ms - _BESIDE_MS), before.end_ms)
        first = Span(after.start_ms, min(after.end_ms, after.start_ms + _BESIDE_MS))
        ends[place] = max(before.start_ms + 1, _end(track, before.end_ms, inner, last))
        starts[place + 1] = min(after.end_ms - 1, _start(track, after.start_ms, inner, first))
    return tuple(Span(start, end) for start, end in zip(starts, ends, strict=True))


def _is_breath(span: Span, track: Track, words: Sequence[Span]) -> bool:
    if span.length_ms > _LONGEST_BREATH_MS or covered_ms(span, words) >= span.length_ms / 2:
        return False
    # A single voiced frame is an error of the pitch tracker more often than a voice.
    return bool(np.count_nonzero(track.voicing[track.rows(span.start_ms, span.end_ms)] >= VOICED) <= 1)


def _silence(column: Float32, inner: slice) -> float:
    return float(np.median(column[inner]))


def _loud(column: Float32, rows: slice) -> float:
    """How loud the speech is: its level without the silences in it, in dB."""
    return float(np.quantile(column[rows], _LOUD_QUANTILE)) if rows.start < rows.stop else FLOOR_DB


def _end(track: Track, ms: int, inner: slice, speech: Span) -> int:
    """Where the ``speech`` that was detected up to ``ms`` ends, before the silence in ``inner``.

    A voice dies away into the room. Its end is taken to be midway between the last frame that is nearly as loud as the
    speech, or as loud above 2 kHz, and the last one that stands out of the silence at all.
    """
    said = track.rows(speech.start_ms, speech.end_ms)
    rows = track.rows(ms - _FURTHEST_MS, ms + _FURTHEST_MS)
    clear = np.zeros(rows.stop - rows.start, np.bool_)
    audible = clear.copy()
    for column, below in ((track.level, _END_BELOW_SPEECH_DB), (track.high, _HIGH_END_BELOW_SPEECH_DB)):
        stands_out = column[rows] >= _silence(column, inner) + _STANDS_OUT_DB
        audible |= stands_out
        clear |= stands_out & (column[rows] >= _loud(column, said) - below)
    near = round((ms - rows.start * FRAME_MS) / FRAME_MS)
    sure = _last_of(clear, near, _CLOSED_FRAMES)
    if sure is None:
        return ms
    last = _last_of(audible, near, _CLOSED_AT_END_FRAMES)
    middle = sure if last is None else (sure + max(sure, last)) / 2
    return round((int(rows.start) + middle + _AFTER_FRAMES) * FRAME_MS)


def _last_of(loud: NDArray[np.bool_], near: int, closed: int) -> int | None:
    """The last loud frame that hangs together with those before ``near``."""
    frames = np.flatnonzero(loud)
    if not len(frames):
        return None
    last = max(0, int(np.searchsorted(frames, near)) - 1)
    while last + 1 < len(frames) and frames[last + 1] - frames[last] <= closed:
        last += 1
    return int(frames[last])


def _start(track: Track, ms: int, inner: slice, speech: Span) -> int:
    """Where the ``speech`` that was detected from ``ms`` on begins, after the silence in ``inner``."""
    said = track.rows(speech.start_ms, speech.end_ms)
    rows = track.rows(ms - _FURTHEST_MS, ms + _FURTHEST_MS)
    least = max(
        _silence(track.level, inner) + _STANDS_OUT_DB,
        _loud(track.level, said) - _START_BELOW_SPEECH_DB,
    )
    frames = np.flatnonzero(track.level[rows] >= least)
    if not len(frames):
        return ms
    near = round((ms - rows.start * FRAME_MS) / FRAME_MS)
    first = min(len(frames) - 1, int(np.searchsorted(frames, near)))
    while first > 0 and frames[first] - frames[first - 1] <= _CLOSED_FRAMES:
        first -= 1
    return max(0, round((int(rows.start) + int(frames[first]) - _BEFORE_FRAMES) * FRAME_MS))
