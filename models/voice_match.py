"""Whether two voiceprints are of one person: a score, and a decision that may be "unclear".

The score is the cosine of the two vectors. The thresholds come from ``scripts/bench voices`` (docs/benchmarks.md): of
two people the highest score was 0.68, in any two ways of recording; of one person recorded alike the lowest was 0.76
with ten seconds of speech, and 0.42 where one recording came through a telephone.
"""

from __future__ import annotations

from enum import StrEnum
from math import fsum

from models.values import Voiceprint

SAME_FROM = 0.75
DIFFERENT_BELOW = 0.4
# With less, a voice that diarization found is too often a mixture of two: on meetings one such pair scored 0.77.
LEAST_SPEECH_MS = 8_000


class VoiceDecision(StrEnum):
    """What a score says: the same person, two people, or neither for sure."""

    SAME = "same"
    DIFFERENT = "different"
    UNCLEAR = "unclear"

    @classmethod
    def between(cls, one: Voiceprint, other: Voiceprint) -> VoiceDecision:
        """Whether two voices are one person's; little speech of either leaves more unclear.

        Raises :class:`NotComparable` as :func:`compare` does.
        """
        score = compare(one, other)
        if min(one.speech_ms, other.speech_ms) < LEAST_SPEECH_MS:
            return cls.UNCLEAR
        if score >= SAME_FROM:
            return cls.SAME
        return cls.DIFFERENT if score < DIFFERENT_BELOW else cls.UNCLEAR


class NotComparable(ValueError):  # noqa: N818 - reads as what happened
    """Two voiceprints that different models made."""


def compare(one: Voiceprint, other: Voiceprint) -> float:
    """How alike two voices are: -1 to 1. Raises :class:`NotComparable` when they are of different models."""
    if one.model != other.model or len(one.vector) != len(other.vector):
        raise NotComparable
    return fsum(a * b for a, b in zip(one.vector, other.vector, strict=True))
