"""Shimmer: how much the periods of a voice differ in amplitude from one to the next.

The shimmer of eGeMAPS (Eyben et al. 2016, as in models/nuance/frames.py): "difference of the peak amplitudes of
consecutive F0 periods", as the mean of the absolute differences in dB, over 60 ms around a moment, as theirs. The
amplitude of a period is from its least to its greatest sample. Peaks are looked for one after the other, a period
apart, by the pitch that is known (compare waveform matching, Titze & Liang 1993, J. Speech Hear. Res. 36).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.nuance.track import HOP, VOICED
from models.values import SAMPLE_RATE

REACH = SAMPLE_RATE * 30 // 1000
"""Samples before and after a moment that count."""

SHIMMER_MARGIN = REACH + SAMPLE_RATE // 25
"""Samples that a block needs on both sides of the middles of its rows: the reach and two of the longest periods."""

# A period differs from the one before by less than this share, or the pitch is wrong.
_STRAY = 0.2
# Of a higher voice no more periods are taken, in either direction.
_MOST_PERIODS = 5
_LEAST_PEAKS = 3
# Neighbours that differ by a factor above 1.6 are an edge of the voice and not two of its periods: Praat's limit.
_MOST_DB = 4.08
# Of a voice without any, since 0 says that there is none.
_LEAST_DB = 0.01

Float32 = NDArray[np.float32]
Float64 = NDArray[np.float64]
Whole = NDArray[np.intp]


def measure_shimmer(padded: Float32, pitch: Float32, voicing: Float32) -> Float32:
    """The shimmer of each row in dB, 0 where there is no voice or fewer than three periods of it were found.

    ``padded`` has :data:`SHIMMER_MARGIN` samples before the middle of its first row, and after that of its last.
    """
    found = np.zeros(len(pitch), np.float32)
    rows = np.flatnonzero((voicing >= VOICED) & (pitch > 0))
    if not len(rows):
        return found
    middles = SHIMMER_MARGIN + rows * HOP
    period = SAMPLE_RATE / pitch[rows]
    # Peaks are looked for on the side to which the pulses of the voice point: they are the sharper ones.
    around = padded[middles[:, None] + np.arange(-REACH, REACH)]
    pointing = np.where(around.max(axis=1) >= -around.min(axis=1), np.float32(1), np.float32(-1))
    peaks = np.full((len(rows), 2 * _MOST_PERIODS + 1), -1)
    peaks[:, _MOST_PERIODS] = _peaks(padded, pointing, middles - period / 2, period)
    for direction in (-1, 1):
        for number in range(1, _MOST_PERIODS + 1):
            here = _MOST_PERIODS + direction * number
            last = peaks[:, here - direction]
            furthest = np.abs(last + direction * period - middles) + period / 2
            going = np.flatnonzero((last >= 0) & (furthest <= REACH))
            if not len(going):
                break
            start = last[going] + (direction - _STRAY) * period[going]
            peaks[going, here] = _peaks(padded, pointing[going], start, 2 * _STRAY * period[going])
    row, column = np.nonzero(peaks >= 0)
    levels = np.zeros(peaks.shape, np.float32)
    levels[row, column] = _amplitudes_db(padded, pointing[row], peaks[row, column], period[row])
    steps = np.abs(np.diff(levels, axis=1))
    both = (peaks[:, 1:] >= 0) & (peaks[:, :-1] >= 0) & (steps <= _MOST_DB)
    steps = np.where(both, steps, 0)
    count = both.sum(axis=1)
    known = count >= _LEAST_PEAKS - 1
    found[rows[known]] = np.maximum(_LEAST_DB, steps[known].sum(axis=1) / count[known])
    return found


def _peaks(padded: Float32, pointing: Float32, start: Float64, width: Float64) -> Whole:
    """Where the sound is greatest within ``width`` samples from each ``start``."""
    places, there = _windows(start, width)
    heights = np.where(there, padded[places] * pointing[:, None], -np.inf)
    highest: Whole = places[np.arange(len(places)), heights.argmax(axis=1)]
    return highest


def _amplitudes_db(padded: Float32, pointing: Float32, peaks: Whole, period: Float64) -> Float32:
    """From the least to the greatest value of the period around each peak."""
    places, there = _windows(peaks - period / 2, period)
    lowest = np.where(there, padded[places] * pointing[:, None], np.inf).argmin(axis=1)
    least = _vertex(padded, places[np.arange(len(places)), lowest])
    whole: Float32 = 20 * np.log10(np.abs(_vertex(padded, peaks) - least) + 1e-6)
    return whole


def _windows(start: Float64, width: Float64) -> tuple[Whole, NDArray[np.bool_]]:
    """The samples of each window, in as many columns as the widest has, and which of them are of it."""
    steps = np.arange(int(width.max()) + 1)
    return np.rint(start).astype(np.intp)[:, None] + steps, steps <= width[:, None]


def _vertex(padded: Float32, at: Whole) -> Float32:
    """The extreme value near a sample: that of the parabola through it and its neighbours."""
    before, here, after = padded[at - 1], padded[at], padded[at + 1]
    bend = before - 2 * here + after
    bent = np.where(np.abs(bend) > 1e-9, bend, np.inf)
    value: Float32 = here - np.square(after - before) / (8 * bent)
    return value
