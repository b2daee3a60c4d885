"""Whether the two channels of a recording are two microphones on two people, or one scene in stereo."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.audio.samples import Int16
from models.values import SAMPLE_RATE

_BLOCK = SAMPLE_RATE // 20  # 50 ms: about a syllable's nucleus, long enough for a stable level
# Levels within 35 dB of the loudest count as sound: the range of conversational speech above its room.
_RANGE_DB = 35.0
_SILENCE_DB = -65.0  # dB of full scale; below it a channel is a dead input
# A close microphone hears its wearer at least 10 dB above the person opposite (1/r law: 0.25 m against 0.8 m or
# more), a stereo recorder on the table hears both within a few dB.
_DOMINANCE_DB = 10.0
_DOMINATED_SHARE = 0.8
# People who talk at once leave few moments to one alone. No scene in stereo has any moment 20 dB apart in both
# directions, so then a third will do.
_ISOLATION_DB = 20.0
_ISOLATED_SHARE = 0.3
_EACH_SHARE = 0.03
_SEPARATE_CORRELATION = 0.5
# A mean that loses this much to the louder channel cancels: one channel was wired with opposite polarity.
_CANCELLATION = 0.05


class ChannelObserver:
    """Watches the levels of two channels as they are decoded. Holds two numbers every 50 ms."""

    def __init__(self) -> None:
        self._rest: Int16 = np.zeros((0, 2), dtype=np.int16)
        self._levels: list[NDArray[np.float32]] = []
        self._product = 0.0
        self._energy = np.zeros(2)

    def add(self, block: Int16) -> None:
        """Take int16 frames shaped (frames, 2)."""
        both = np.concatenate([self._rest, block])
        whole = len(both) // _BLOCK * _BLOCK
        self._rest = both[whole:]
        if not whole:
            return
        scaled = both[:whole].astype(np.float32) / 32768.0
        self._product += float(np.dot(scaled[:, 0], scaled[:, 1]))
        self._energy += np.square(scaled, dtype=np.float64).sum(axis=0)
        self._levels.append(np.square(scaled.reshape(-1, _BLOCK, 2)).mean(axis=1))

    @property
    def one_speaker_each(self) -> bool:
        """True when nearly every sound is clearly louder in one channel, and each channel has its share."""
        if not self._levels or not self._energy.all():
            return False
        correlation = abs(self._product) / float(np.sqrt(self._energy.prod()))
        if correlation > _SEPARATE_CORRELATION:
            return False
        levels = 10 * np.log10(np.concatenate(self._levels) + 1e-12)
        loudest = levels.max(axis=1)
        floor = max(_SILENCE_DB, float(np.percentile(loudest, 95)) - _RANGE_DB)
        levels = levels[loudest > floor]
        if not len(levels):
            return False
        difference = levels[:, 0] - levels[:, 1]
        return _both_lead(difference, _DOMINANCE_DB, _DOMINATED_SHARE) or _both_lead(
            difference, _ISOLATION_DB, _ISOLATED_SHARE
        )

    def weights(self) -> tuple[float, float]:
        """How to mix the channels to one: the mean, or the louder alone when the mean would cancel."""
        mixed = (self._energy.sum() + 2 * self._product) / 4
        louder = int(np.argmax(self._energy))
        if mixed < _CANCELLATION * self._energy[louder]:
            return (1.0, 0.0) if louder == 0 else (0.0, 1.0)
        return (0.5, 0.5)


def _both_lead(difference: NDArray[np.float32], decibels: float, share: float) -> bool:
    """Whether one channel leads by so much in this share of the moments, and each in a few."""
    left, right = (difference > decibels).mean(), (difference < -decibels).mean()
    return bool(left + right >= share and min(left, right) >= _EACH_SHARE)
