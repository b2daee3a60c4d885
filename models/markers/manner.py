"""How somebody speaks, against their own usual way: louder, softer, faster, slower, higher, lower.

A stretch is marked where it is far from usual in the speaker's own spreads (:data:`FAR`) and by enough to be heard
(:data:`LEAST_HEARD`). Nothing is marked of a speaker whose baseline rests on too little speech.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from models.markers.material import Material
from models.markers.rules import RULES_VERSION
from models.markers.stretches import Stretch
from models.nuance.summary import Baseline, Feature, hertz
from models.values import Marker, MarkerKind

FAR = 3.0
"""Spreads from usual. Leys et al. 2013 call 3 very conservative, 2.5 moderately so; what it marks: docs/markers.md."""

LEAST_HEARD: Mapping[Feature, float] = {
    Feature.LEVEL: 4.0,
    Feature.RATE: 2.0,
    Feature.PITCH: 2.0,
    Feature.RANGE: 2.0,
}
"""dB, letters a second, semitones: twice what a listener notices at all ('t Hart 1981: 3 semitones matter in speech,
1.5 can be told apart; Quene 2007: a tempo is another one from 5 % on, here a seventh of 14 letters a second)."""


@dataclass(frozen=True, slots=True)
class Manner:
    """A way of speaking: what is measured, and what more and less of it are called."""

    kind: MarkerKind
    feature: Feature
    more: str
    less: str


MANNERS = (
    Manner(MarkerKind.VOLUME, Feature.LEVEL, "raised", "lowered"),
    Manner(MarkerKind.TEMPO, Feature.RATE, "faster", "slower"),
    Manner(MarkerKind.PITCH, Feature.PITCH, "higher", "lower"),
)


def find_manners(material: Material) -> Iterator[Marker]:
    """Strength: the speaker's own spreads from usual, above it positive."""
    by_speaker = {one.speaker for one in material.stretches}
    for speaker in sorted(by_speaker):
        baseline = material.baselines.get(speaker)
        if baseline is None or not baseline.is_known:
            continue
        own = [one for one in material.stretches if one.speaker == speaker]
        for manner in MANNERS:
            for name, group in _runs(manner, own, baseline):
                yield _marker(manner, name, group, baseline)


def _runs(
    manner: Manner, stretches: Sequence[Stretch], baseline: Baseline
) -> Iterator[tuple[str, list[Stretch]]]:
    """Neighbouring stretches of one utterance that are far from usual in the same direction."""
    for (name, _), group in groupby(
        stretches, key=lambda one: (name_of(manner, one.features, baseline), one.utterance)
    ):
        if name is not None:
            yield name, list(group)


def name_of(manner: Manner, features: Mapping[Feature, float], baseline: Baseline) -> str | None:
    """What the manner of a stretch is called; None when it is as usual, or unknown."""
    value, usual = features.get(manner.feature), baseline.usual.get(manner.feature)
    if value is None or usual is None or not baseline.is_known:
        return None
    if abs(value - usual.median) < LEAST_HEARD[manner.feature]:
        return None
    if abs(baseline.z(manner.feature, value)) < FAR:
        return None
    return manner.more if value > usual.median else manner.less


def _marker(manner: Manner, name: str, group: Sequence[Stretch], baseline: Baseline) -> Marker:
    furthest = max(group, key=lambda one: abs(baseline.z(manner.feature, one.features[manner.feature])))
    value, usual = furthest.features[manner.feature], baseline.usual[manner.feature]
    z = baseline.z(manner.feature, value)
    evidence = {"value": round(value, 2), "usual": round(usual.median, 2), "spread": round(usual.spread, 2)}
    if manner.feature is Feature.PITCH:
        evidence |= {"value_hz": round(hertz(value), 1), "usual_hz": round(hertz(usual.median), 1)}
    return Marker(
        kind=manner.kind,
        subtype=name,
        start_ms=group[0].start_ms,
        end_ms=max(one.end_ms for one in group),
        speaker=group[0].speaker,
        strength=round(z, 2),
        confidence=confidence(z, baseline),
        rules=RULES_VERSION,
        utterance=group[0].utterance,
        evidence=evidence | dict(baseline.evidence),
    )


def confidence(z: float, baseline: Baseline) -> float:
    """A half at the threshold, more the further from usual, and less where the baseline rests on little speech, or on
    recordings that are hardly comparable."""
    far = min(1.0, 0.5 + (abs(z) - FAR) / (4 * FAR))
    return round(max(0.0, far) * min(1.0, 0.5 + baseline.utterances / 200) * baseline.certainty, 3)
