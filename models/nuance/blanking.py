"""A track without the stretches that were taken out of the sound.

The track that others may see is measured in the redacted sound, in which nothing is left of those stretches. What
stands beside them in time is emptied as well, as far as a measure reaches: what is drawn then neither tells how a
redacted word was said nor shows the edge of its mask as something that was heard.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from models.intervals import joined
from models.nuance.track import EVENT_MS, EVENT_WINDOW_MS, FRAME_MS, NOTHING_DB, Track
from models.values import Span

MARGIN_MS = 200
"""Emptied before and after a mask. Level, tilt and harmonicity reach 20 ms from the middle of a row, shimmer 30 ms;
swift-f0 hears 64 ms at a time, and its network a few neighbouring rows on both sides."""

NO_SCORE = -1000.0
"""Before it is kept; the file has its least score."""


def emptied_spans(masked: Sequence[Span]) -> tuple[Span, ...]:
    """The stretches that have no rows: the masks with their margins, in order, apart from one another."""
    return joined(Span(max(0, one.start_ms - MARGIN_MS), one.end_ms + MARGIN_MS) for one in masked)


def blanked(track: Track, masked: Sequence[Span]) -> Track:
    """The track with empty rows in the masked stretches and :data:`MARGIN_MS` around them.

    An event is empty where any of its 0.96 s lies in a mask. What the rows held does not matter to the result.
    """
    middles = np.arange(len(track.level)) * FRAME_MS
    starts = np.arange(len(track.events)) * EVENT_MS
    empty = np.zeros(len(track.level), np.bool_)
    unscored = np.zeros(len(track.events), np.bool_)
    for one in emptied_spans(masked):
        empty |= (middles >= one.start_ms) & (middles < one.end_ms)
    for one in masked:
        unscored |= (starts < one.end_ms) & (starts + EVENT_WINDOW_MS > one.start_ms)
    return replace(
        track,
        pitch=np.where(empty, np.float32(0), track.pitch),
        voicing=np.where(empty, np.float32(0), track.voicing),
        level=np.where(empty, np.float32(NOTHING_DB), track.level),
        tilt=np.where(empty, np.float32(NOTHING_DB), track.tilt),
        harmonicity=np.where(empty, np.float32(NOTHING_DB), track.harmonicity),
        high=np.where(empty, np.float32(NOTHING_DB), track.high),
        shimmer=np.where(empty, np.float32(0), track.shimmer),
        events=np.where(unscored[:, None], np.float32(NO_SCORE), track.events),
    )
