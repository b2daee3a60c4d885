"""Overlaps from the scores of windows."""

from __future__ import annotations

import numpy as np

from models.overlapped_speech import overlaps_of

FRAME_S = 0.02
FRAMES = 500
"""Windows of ten seconds."""


def windows(count: int, *loud: tuple[float, float, float]) -> np.ndarray:
    """Scores of windows every five seconds, in which stretches (from, to, score) of the whole are heard."""
    scores = np.zeros((count, FRAMES), np.float32)
    for number in range(count):
        moments = number * 5 + (np.arange(FRAMES) + 0.5) * FRAME_S
        for start, end, score in loud:
            scores[number, (moments >= start) & (moments < end)] = score
    return scores


def found(scores: np.ndarray, duration_ms: int = 60_000):
    return overlaps_of(scores, 5.0, FRAME_S, FRAME_S / 2, duration_ms)


def test_an_overlap_that_both_windows_hear_is_one():
    (one,) = found(windows(4, (7.0, 8.0, 0.9)))
    assert abs(one.start_ms - 7_000) <= 20
    assert abs(one.end_ms - 8_000) <= 20
    assert abs(one.score - 0.9) < 0.01


def test_what_one_window_alone_hears_weighs_less():
    scores = windows(4, (7.0, 8.0, 0.5))
    assert found(scores)
    scores[0] = 0
    scores[1] *= 0.5
    assert found(scores) == ()


def test_two_close_together_are_one():
    assert len(found(windows(3, (3.0, 3.4, 0.8), (3.45, 3.9, 0.6)))) == 1
    assert len(found(windows(3, (3.0, 3.4, 0.8), (3.9, 4.3, 0.6)))) == 2


def test_none_reaches_beyond_the_recording():
    (one,) = found(windows(2, (11.0, 15.0, 0.9)), duration_ms=12_000)
    assert one.end_ms == 12_000


def test_without_windows_there_is_none():
    assert found(np.zeros((0, FRAMES), np.float32)) == ()
