"""Scores and decisions about two voices."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.values import Voiceprint
from models.voice_match import (
    DIFFERENT_BELOW,
    LEAST_SPEECH_MS,
    SAME_FROM,
    NotComparable,
    VoiceDecision,
    compare,
)


def at(score: float, speech_ms: int = LEAST_SPEECH_MS, model: str = "m@1") -> Voiceprint:
    """A voice that scores ``score`` against ``at(1.0)``."""
    return Voiceprint("S1", speech_ms, (score, math.sqrt(1 - score * score)), model)


@pytest.mark.parametrize(
    ("score", "decision"),
    [
        (1.0, "same"),
        (SAME_FROM + 0.001, "same"),
        (SAME_FROM - 0.001, "unclear"),
        (DIFFERENT_BELOW + 0.001, "unclear"),
        (DIFFERENT_BELOW - 0.001, "different"),
        (-0.5, "different"),
    ],
)
def test_a_score_says_same_different_or_neither(score: float, decision: str) -> None:
    assert compare(at(1.0), at(score)) == pytest.approx(score)
    assert VoiceDecision.between(at(1.0), at(score)) == decision


@pytest.mark.parametrize("score", [1.0, 0.0])
def test_little_speech_decides_nothing(score: float) -> None:
    assert VoiceDecision.between(at(1.0), at(score, speech_ms=LEAST_SPEECH_MS - 1)) == "unclear"


def test_voices_of_two_models_are_not_compared() -> None:
    with pytest.raises(NotComparable):
        compare(at(1.0), at(1.0, model="m@2"))
    with pytest.raises(NotComparable):
        compare(at(1.0), Voiceprint("S1", 9_000, (1.0,), "m@1"))


@given(st.floats(-1, 1), st.floats(-1, 1))
def test_the_order_of_two_voices_makes_no_difference(one: float, other: float) -> None:
    assert compare(at(one), at(other)) == compare(at(other), at(one))
