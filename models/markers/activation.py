"""Activation: how much effort a voice shows against the speaker's own usual, as one number with its interval.

Pitch, level, the balance of high and low frequencies (tilt), tempo and the range of the pitch rise together with
arousal (Scherer 2003; Goudbeer & Scherer 2010). Pitch and tilt tell acted high arousal from low best, and level where
the microphone stays; tempo and range hardly do, so they count least. It is no feeling: a voice in anger, in joy and
across a noisy room is as active.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import sqrt

from models.markers.material import Material
from models.markers.rules import RULES_VERSION
from models.nuance.summary import Baseline, Feature
from models.values import Marker, MarkerKind

HIGH, LOW = "high", "low"

WEIGHTS: Mapping[Feature, float] = {
    Feature.PITCH: 1.0,
    Feature.TILT: -1.0,
    Feature.LEVEL: 0.5,
    Feature.RATE: 0.25,
    Feature.RANGE: 0.25,
}
"""Chosen on half of the actors. Negative where the feature falls as activation rises: more energy in high frequencies
is a lower tilt."""

# One feature that goes wrong (an octave error, a long name) counts for no more.
_FURTHEST = 4.0
_LEAST_FEATURES = 3
# Student's t of 95 % with as many degrees of freedom as features less one.
_T = {2: 4.30, 3: 3.18, 4: 2.78}
# The standard error of a median, in spreads, times the root of the number of values.
_OF_MEDIAN = 1.25
# What is measured twice of the same speech differs by about half a spread.
_OWN_ERROR = 0.35


@dataclass(frozen=True, slots=True)
class Activation:
    """In the speaker's own spreads: the value, and the interval of 95 % by how far the features agree."""

    value: float
    low: float
    high: float
    parts: Mapping[Feature, float]
    """Each feature's own distance from usual, in the direction of more activation."""

    @property
    def name(self) -> str | None:
        """``high`` or ``low`` where the whole interval is; None where it may be as usual."""
        if self.low > 0 and self.value >= LEAST:
            return HIGH
        return LOW if self.high < 0 and self.value <= -LEAST else None


LEAST = 1.5
"""Spreads from usual of what is named high or low."""


def activation_of(features: Mapping[Feature, float], baseline: Baseline) -> Activation | None:
    """The activation of a stretch; None where too little of it was measured, or the speaker's usual is not known."""
    if not baseline.is_known:
        return None
    parts = {
        feature: max(-_FURTHEST, min(_FURTHEST, baseline.z(feature, features[feature]))) * _sign(weight)
        for feature, weight in WEIGHTS.items()
        if feature in features and feature in baseline.usual
    }
    if len(parts) < _LEAST_FEATURES:
        return None
    weights = {feature: abs(WEIGHTS[feature]) for feature in parts}
    whole = sum(weights.values())
    value = sum(weights[feature] * part for feature, part in parts.items()) / whole
    count = len(parts)
    # The standard error of a weighted mean (Cochran 1977, as Gatz & Smith 1995 recommend), from the disagreement.
    apart = sum((weights[feature] * (part - value)) ** 2 for feature, part in parts.items())
    error = sqrt(count / (count - 1) * apart / whole**2 + _OF_MEDIAN**2 / baseline.utterances + _OWN_ERROR**2)
    half = _T[count - 1] * error
    return Activation(value, value - half, value + half, parts)


def _sign(weight: float) -> float:
    return 1.0 if weight > 0 else -1.0


def find_activation(material: Material) -> Iterator[Marker]:
    """Of every stretch of a speaker whose usual is known. Strength: the speaker's own spreads from usual."""
    for stretch in material.stretches:
        baseline = material.baselines.get(stretch.speaker)
        found = activation_of(stretch.features, baseline) if baseline is not None else None
        if found is None or baseline is None:
            continue
        yield Marker(
            kind=MarkerKind.ACTIVATION,
            subtype=found.name,
            start_ms=stretch.start_ms,
            end_ms=stretch.end_ms,
            speaker=stretch.speaker,
            strength=round(found.value, 2),
            confidence=_confidence(found, baseline),
            rules=RULES_VERSION,
            utterance=stretch.utterance,
            evidence={"low": round(found.low, 2), "high": round(found.high, 2)}
            | {str(feature): round(part, 2) for feature, part in found.parts.items()}
            | {"stretches": float(baseline.utterances)},
        )


def _confidence(found: Activation, baseline: Baseline) -> float:
    """More the narrower the interval, and less where the baseline rests on little speech."""
    return round(1 / (1 + (found.high - found.low) / 2) * min(1.0, 0.5 + baseline.utterances / 200), 3)
