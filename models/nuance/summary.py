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

OF_RECORDING = frozenset({Feature.LEVEL, Feature.TILT, Feature.HARMONICITY, Feature.VOICED})
"""What room, distance, microphone and noise change as much as the speaker does: never compared between recordings.
Pitch, its range and tempo are the speaker's own wherever they are recorded."""


@dataclass(frozen=True, slots=True)
class Usual:
    """The middle of a feature and its spread (median absolute deviation, scaled to a standard deviation)."""

    median: float
    spread: float


@dataclass(frozen=True, slots=True)
class Baseline:
    """What is usual for one speaker, and how much speech that rests on: utterances, their length, interviews.

    ``certainty`` (0 to 1) is less where recordings are hardly comparable: markers are that much less sure.
    """

    utterances: int
    usual: Mapping[Feature, Usual]
    speech_ms: int = 0
    interviews: int = 1
    certainty: float = 1.0

    @property
    def is_known(self) -> bool:
        """Whether it rests on enough speech for a marker."""
        return self.utterances >= LEAST_UTTERANCES

    @property
    def evidence(self) -> Mapping[str, float]:
        """How much speech it rests on, as markers say it: ``stretches``, ``minutes``, ``interviews``."""
        return {
            "stretches": float(self.utterances),
            "minutes": round(self.speech_ms / 60_000, 1),
            "interviews": float(self.interviews),
        }

    def knows(self, *features: Feature) -> bool:
        """Whether it says what is usual of each of the features."""
        return all(feature in self.usual for feature in features)

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


def make_baseline(summaries: Sequence[Mapping[Feature, float]], speech_ms: int = 0) -> Baseline:
    """What is usual in the summaries of one speaker's utterances in one interview; empty ones don't count.

    ``speech_ms`` is how long they are together. Over several interviews: :mod:`models.nuance.sessions`.
    """
    measured = [one for one in summaries if one]
    usual = {
        feature: usual_of(feature, values)
        for feature in Feature
        if (values := [one[feature] for one in measured if feature in one])
    }
    return Baseline(len(measured), usual, speech_ms)


def usual_of(feature: Feature, values: Sequence[float]) -> Usual:
    """Median and spread of one value or more."""
    median = float(np.median(values))
    spread = _MAD_TO_SD * float(np.median(np.abs(np.array(values) - median)))
    return Usual(median, max(spread, LEAST_SPREAD[feature]))


def hertz(semitones: float) -> float:
    """The pitch in Hz of a number of semitones above 27.5 Hz."""
    return float(_SEMITONE_ZERO_HZ * 2 ** (semitones / 12))
