"""Whisper, creak and falsetto: voices that are another kind of voice, against the speaker's own usual one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby

from models.markers.manner import confidence
from models.markers.material import Material
from models.markers.rules import RULES_VERSION
from models.nuance.summary import Baseline, Feature
from models.values import Marker, MarkerKind

WHISPER, CREAK, FALSETTO = "whisper", "creak", "falsetto"

# In spreads of the speaker; chosen on one speaker's clips, docs/markers.md.
_HARDLY_VOICED = -3.0
_LOW, _UNCLEAR = -3.0, -1.5
_HIGH = 4.0
# A falsetto leaves the range of the modal voice: most of an octave above it.
_FALSETTO_SEMITONES = 7.0
# What the pitch detector calls voiced in a whisper, or in pulses too slow and uneven for a pitch.
_VOICELESS_SHARE = 0.25
_NOISY = -3.3


def find_voice_qualities(material: Material) -> Iterator[Marker]:
    """Strength: the speaker's own spreads from usual, of what tells the quality apart."""
    for speaker in sorted({one.speaker for one in material.stretches}):
        baseline = material.baselines.get(speaker)
        if baseline is None or not baseline.is_known:
            continue
        own = [one for one in material.stretches if one.speaker == speaker]
        named = ((quality_of(one.features, baseline), one) for one in own)
        for (quality, utterance), group in groupby(named, key=lambda pair: (pair[0], pair[1].utterance)):
            stretches = [one for _, one in group]
            if quality is None:
                continue
            z = max((_telling(one.features, quality, baseline) for one in stretches), key=abs)
            yield Marker(
                kind=MarkerKind.VOICE,
                subtype=quality,
                start_ms=stretches[0].start_ms,
                end_ms=max(one.end_ms for one in stretches),
                speaker=speaker,
                strength=round(z, 2),
                confidence=confidence(z, baseline),
                rules=RULES_VERSION,
                utterance=utterance,
                evidence=_evidence(stretches[0].features, baseline),
            )


def quality_of(features: Mapping[Feature, float], baseline: Baseline) -> str | None:
    """The voice quality of a stretch; None for the speaker's usual one, and where nothing is known."""
    if not features or not baseline.is_known:
        return None
    z = {feature: baseline.z(feature, value) for feature, value in features.items()}
    heard = baseline.knows(Feature.VOICED, Feature.TILT, Feature.HARMONICITY)
    if heard and features[Feature.VOICED] <= _VOICELESS_SHARE and z[Feature.VOICED] <= _HARDLY_VOICED:
        # No pitch is found in either: a whisper is noise, with its energy high up; creak still has that of a voice.
        return WHISPER if z[Feature.TILT] <= _NOISY else CREAK
    if Feature.PITCH not in features or not baseline.knows(Feature.PITCH):
        return None
    raised = features[Feature.PITCH] - baseline.usual[Feature.PITCH].median
    if z[Feature.PITCH] >= _HIGH and raised >= _FALSETTO_SEMITONES:
        return FALSETTO
    if heard and z[Feature.PITCH] <= _LOW and min(z[Feature.VOICED], z[Feature.HARMONICITY]) <= _UNCLEAR:
        return CREAK
    return None


def _telling(features: Mapping[Feature, float], quality: str, baseline: Baseline) -> float:
    """How far from usual is what tells the quality apart: the voice that is missing, else its pitch."""
    if quality == WHISPER or features[Feature.VOICED] <= _VOICELESS_SHARE:
        return baseline.z(Feature.VOICED, features[Feature.VOICED])
    return baseline.z(Feature.PITCH, features[Feature.PITCH])


def _evidence(features: Mapping[Feature, float], baseline: Baseline) -> dict[str, float]:
    return {
        str(feature): round(baseline.z(feature, value), 2)
        for feature, value in features.items()
        if baseline.knows(feature)
    } | dict(baseline.evidence)
