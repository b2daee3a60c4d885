"""What a stretch of speech sounds like as a few robust numbers, and what is usual for a speaker.

The numbers are functionals of eGeMAPS (Eyben et al. 2016) over the frames of the stretch: medians and percentiles
rather than means, since single frames go wrong (octave jumps of pitch, a knock on the table).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from models.nuance.track import VOICED, Track
from models.values import Span

LEAST_UTTERANCES = 30
"""Fewer utterances say nothing about what is usual for a speaker: the median absolute deviation of 30 normal values
still strays by a seventh (standard error about 1.17 s / sqrt(2 n), Rousseeuw & Croux 1993)."""

LEAST_MS = 1_000
"""Shorter stretches of speech are no measure of a manner of speaking."""

# Speech lies within 25 dB of its loud parts (IEC 60268-16 takes a range of 30 dB); what is softer is between words.
_RANGE_DB = 25.0
_LEAST_FRAMES = 10
_SEMITONE_ZERO_HZ = 27.5
_MAD_TO_SD = 1.4826


class Feature(StrEnum):
    """What is measured of a stretch."""

    PITCH = "pitch_semitones"
    RANGE = "pitch_range_semitones"
    LEVEL = "level_db"
    TILT = "tilt_db"
    HARMONICITY = "harmonicity_db"
    VOICED = "voiced_share"
    RATE = "letters_a_second"


LEAST_SPREAD: Mapping[Feature, float] = {
    Feature.PITCH: 0.6,
    Feature.RANGE: 0.6,
    Feature.LEVEL: 1.0,
    Feature.TILT: 1.0,
    Feature.HARMONICITY: 1.0,
    Feature.VOICED: 0.05,
    Feature.RATE: 0.8,
}
"""A speaker's spread counts as at least this much: what is measured twice of the same speech differs by about it."""


@dataclass(frozen=True, slots=True)
class Usual:
    """The middle of a feature and its spread (median absolute deviation, scaled to a standard deviation)."""

    median: float
    spread: float


@dataclass(frozen=True, slots=True)
class Baseline:
    """What is usual for one speaker, and how many utterances that rests on."""

    utterances: int
    usual: Mapping[Feature, Usual]

    @property
    def is_known(self) -> bool:
        """Whether it rests on enough speech for a marker."""
        return self.utterances >= LEAST_UTTERANCES

    def z(self, feature: Feature, value: float) -> float:
        """How far from usual, in the speaker's own spreads; 0 where nothing is known of the feature."""
        usual = self.usual.get(feature)
        return 0.0 if usual is None else (value - usual.median) / usual.spread


def summarise(track: Track, spans: Sequence[Span], letters: int = 0) -> Mapping[Feature, float]:
    """The features of speech in ``spans``; none where it holds less than :data:`LEAST_MS`, pitch only where voiced.

    ``letters`` were spoken in it, for the rate; it is left out without any.
    """
    length_ms = sum(span.length_ms for span in spans)
    rows = [track.rows(span.start_ms, span.end_ms) for span in spans]
    level = np.concatenate([track.level[one] for one in rows]) if rows else np.zeros(0)
    if length_ms < LEAST_MS or len(level) < _LEAST_FRAMES:
        return {}
    voicing, pitch, tilt, clear = (
        np.concatenate([column[one] for one in rows])
        for column in (track.voicing, track.pitch, track.tilt, track.harmonicity)
    )
    heard = level > np.quantile(level, 0.95) - _RANGE_DB
    voiced = heard & (voicing >= VOICED) & (pitch > 0)
    found = {
        Feature.VOICED: float(voiced.sum() / heard.sum()),
        Feature.LEVEL: float(np.quantile(level[heard], 0.8)),
        Feature.TILT: float(np.median(tilt[heard])),
        Feature.HARMONICITY: float(np.median(clear[heard])),
    }
    if letters:
        found[Feature.RATE] = letters * 1000 / length_ms
    if voiced.sum() >= _LEAST_FRAMES:
        semitones = 12 * np.log2(pitch[voiced] / _SEMITONE_ZERO_HZ)
        low, middle, high = np.quantile(semitones, [0.2, 0.5, 0.8])
        found |= {Feature.PITCH: float(middle), Feature.RANGE: float(high - low)}
    return found


def make_baseline(summaries: Sequence[Mapping[Feature, float]]) -> Baseline:
    """What is usual in the summaries of one speaker's utterances; empty ones don't count.

    The same call makes one over several interviews, from the summaries of all.
    """
    measured = [one for one in summaries if one]
    usual: dict[Feature, Usual] = {}
    for feature in Feature:
        values = np.array([one[feature] for one in measured if feature in one])
        if not len(values):
            continue
        median = float(np.median(values))
        spread = _MAD_TO_SD * float(np.median(np.abs(values - median)))
        usual[feature] = Usual(median, max(spread, LEAST_SPREAD[feature]))
    return Baseline(len(measured), usual)


def hertz(semitones: float) -> float:
    """The pitch in Hz of a number of semitones above 27.5 Hz."""
    return float(_SEMITONE_ZERO_HZ * 2 ** (semitones / 12))
