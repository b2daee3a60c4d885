"""Level, tilt, harmonicity and the level above 2 kHz of frames, in numpy. Definitions follow eGeMAPS.

Eyben et al. 2016, The Geneva Minimalistic Acoustic Parameter Set (GeMAPS) for voice research and affective computing,
IEEE Trans. Affective Computing 7(2). The level above 2 kHz is none of theirs: voiceless sounds lie there, and the hum
of a room does not, so that a soft "s" at the end of a word stands out in it and not in the level.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.nuance.track import FLOOR_DB, HOP
from models.values import SAMPLE_RATE

WINDOW = 640
"""40 ms: more than two periods of the lowest voices, which a harmonicity needs."""

MARGIN = WINDOW // 2
"""Samples that a block needs on both sides of the middles of its frames."""

_TRANSFORM = 2048
_LOWEST_HZ, _HIGHEST_HZ = 60, 600
_BAND = np.fft.rfftfreq(_TRANSFORM, 1 / SAMPLE_RATE)
_LOW = (_BAND >= 50) & (_BAND < 1_000)
_HIGH = (_BAND >= 1_000) & (_BAND < 5_000)
_VOICELESS = _BAND >= 2_000
# How clearly the most periodic sound and the noisiest one differ from the middle, in dB.
_CLEAREST_DB = 30.0

Float32 = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Frames:
    """A row each 16 ms; see :class:`models.nuance.track.Track`."""

    level: Float32
    tilt: Float32
    harmonicity: Float32
    high: Float32


def measure_frames(padded: Float32, count: int) -> Frames:
    """``count`` frames of a block with :data:`MARGIN` samples before the middle of its first frame, and after."""
    windows = np.lib.stride_tricks.sliding_window_view(padded, WINDOW)[::HOP][:count]
    level = _db(np.square(windows[:, MARGIN - HOP : MARGIN + HOP]).mean(axis=1), FLOOR_DB)
    shaped = (windows - windows.mean(axis=1, keepdims=True)) * _HANN
    power = np.square(np.abs(np.fft.rfft(shaped, _TRANSFORM, axis=1))).astype(np.float32)
    tilt = _db(power[:, _LOW].sum(axis=1)) - _db(power[:, _HIGH].sum(axis=1))
    # Parseval's theorem, both halves of the spectrum, in a window that takes some of the energy.
    high = _db(power[:, _VOICELESS].sum(axis=1) * (2 / _TRANSFORM / np.square(_HANN).sum()), FLOOR_DB)
    # Boersma 1993: the autocorrelation of a windowed sound over that of its window is that of the sound; the height of
    # its peak is the share of the energy that repeats.
    alike = np.fft.irfft(power, axis=1)
    lags = slice(SAMPLE_RATE // _HIGHEST_HZ, SAMPLE_RATE // _LOWEST_HZ)
    repeats = (alike[:, lags] / (alike[:, :1] + 1e-9) / _FALL[lags]).max(axis=1)
    share = np.clip(repeats, 1e-3, 0.999)
    harmonicity = np.clip(10 * np.log10(share / (1 - share)), -_CLEAREST_DB, _CLEAREST_DB)
    return Frames(level, np.clip(tilt, -60, 60).astype(np.float32), harmonicity.astype(np.float32), high)


def _db(power: Float32, floor: float = -120.0) -> Float32:
    decibels: Float32 = np.maximum(floor, 10 * np.log10(power + 1e-12)).astype(np.float32)
    return decibels


_HANN = np.hanning(WINDOW).astype(np.float32)
_FALL = np.fft.irfft(np.square(np.abs(np.fft.rfft(_HANN, _TRANSFORM)))).astype(np.float32)
_FALL /= _FALL[0]
