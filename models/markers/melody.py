"""Melody: a pitch that moves less than usual (monotone) or more (lively), over three neighbouring stretches.

The range of one stretch of a few seconds strays by a third or more, so the middle of three is taken, which strays by
two thirds of that. Ranges are compared as ratios: half of usual is as far as twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from math import log, log2
from statistics import median

from models.markers.manner import FAR, confidence
from models.markers.material import Material
from models.markers.rules import RULES_VERSION
from models.markers.stretches import Stretch
from models.nuance.summary import Baseline, Feature
from models.values import Marker, MarkerKind

LIVELY, MONOTONE = "lively", "monotone"

LEAST_OCTAVES = 0.8
"""1.75 times the usual range or less than 0.57 of it: ranges that differ by half are told apart by ear only side by
side ('t Hart 1981: 1.5 to 3 semitones of 4 to 6)."""

# The standard error of the middle of three normal values.
_OF_THREE = 0.67
_LEAST_RANGE = 0.1


def find_melodies(material: Material) -> Iterator[Marker]:
    """Strength: the speaker's own spreads from usual, livelier positive."""
    for speaker in sorted({one.speaker for one in material.stretches}):
        baseline = material.baselines.get(speaker)
        if baseline is None or not baseline.is_known or Feature.RANGE not in baseline.usual:
            continue
        own = [one for one in material.stretches if one.speaker == speaker and Feature.RANGE in one.features]
        placed = [
            (one, octaves)
            for one, octaves in zip(own[1:-1], _octaves(own, baseline), strict=True)
            if abs(octaves) >= LEAST_OCTAVES and abs(_spreads(octaves, baseline)) >= FAR
        ]
        for _, group in groupby(placed, key=lambda pair: (pair[0].utterance, pair[1] > 0)):
            yield _marker(list(group), baseline)


def _octaves(own: Sequence[Stretch], baseline: Baseline) -> list[float]:
    """How many times the usual range, as powers of two, for each stretch with one before and one after it."""
    usual = max(_LEAST_RANGE, baseline.usual[Feature.RANGE].median)
    single = [log2(max(_LEAST_RANGE, one.features[Feature.RANGE]) / usual) for one in own]
    return [median(single[place - 1 : place + 2]) for place in range(1, len(single) - 1)]


def _spreads(octaves: float, baseline: Baseline) -> float:
    usual = baseline.usual[Feature.RANGE]
    return octaves / (_OF_THREE * usual.spread / (max(_LEAST_RANGE, usual.median) * log(2)))


def _marker(group: Sequence[tuple[Stretch, float]], baseline: Baseline) -> Marker:
    first, octaves = group[0][0], max((one for _, one in group), key=abs)
    usual = baseline.usual[Feature.RANGE]
    z = _spreads(octaves, baseline)
    return Marker(
        kind=MarkerKind.PITCH,
        subtype=LIVELY if octaves > 0 else MONOTONE,
        start_ms=first.start_ms,
        end_ms=max(one.end_ms for one, _ in group),
        speaker=first.speaker,
        strength=round(z, 2),
        confidence=confidence(z, baseline),
        rules=RULES_VERSION,
        utterance=first.utterance,
        evidence={
            "value": round(usual.median * 2**octaves, 2),
            "usual": round(usual.median, 2),
            "spread": round(usual.spread, 2),
            "stretches": float(baseline.utterances),
        },
    )
