"""Where two people speak at once, from the scores of the segmentation network.

The network says for each frame how probable it is that two of its local speakers are active (powerset classes, Plaquet
& Bredin 2023). Its windows overlap, and their scores are averaged as pyannote.audio does, with less weight at the
edges. Turns lose overlaps whose second voice is too short to be told apart; these scores do not ask whose it is.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.nuance.runs import runs_of
from models.values import VoicesAtOnce

LEAST_SCORE = 0.35
"""Least mean score of an overlap; chosen on twelve simulated interviews, docs/markers.md."""

_GAP_MS = 100

Float32 = NDArray[np.float32]


def overlaps_of(
    scores: Float32, step_s: float, frame_s: float, middle_s: float, duration_ms: int
) -> tuple[VoicesAtOnce, ...]:
    """The overlaps in the scores of windows, shaped (windows, frames).

    A window begins every ``step_s``; frame ``n`` of it has its middle ``n * frame_s + middle_s`` after.
    """
    windows, frames = scores.shape
    starts = np.rint(np.arange(windows) * step_s / frame_s).astype(int)
    total, weight = np.zeros((2, int(starts[-1]) + frames if windows else 0))
    shape = np.hamming(frames)
    for start, row in zip(starts, scores, strict=True):
        total[start : start + frames] += row * shape
        weight[start : start + frames] += shape
    mean = total / np.maximum(weight, 1e-9)
    found: list[VoicesAtOnce] = []
    for first, end in runs_of(mean >= LEAST_SCORE):
        start_ms = round((first * frame_s + middle_s - frame_s / 2) * 1000)
        end_ms = min(duration_ms, round((end * frame_s + middle_s - frame_s / 2) * 1000))
        if end_ms <= start_ms:
            continue
        score = round(float(mean[first:end].max()), 3)
        if found and start_ms - found[-1].end_ms <= _GAP_MS:
            last = found.pop()
            start_ms, score = last.start_ms, max(last.score, score)
        found.append(VoicesAtOnce(start_ms, end_ms, score))
    return tuple(found)
