"""Suggestions, unknown voices and mismatches, from scores that are made by hand."""

from __future__ import annotations

import math

import numpy as np

from models.values import Voiceprint
from models.voice_match import VoiceDecision
from service.voices.matching import HeardVoice, compare_voices, roles_by_voice

ASKS = frozenset({"I1", "I2"})
AXES = {"I1": 0, "I2": 1, "D03-T": 2, "D05-T": 3, "stranger": 4}


def voice(
    interview: str,
    label: str,
    like: str,
    person: str | None = None,
    filed: str | None = None,
    score: float = 1.0,
    speech_ms: int = 60_000,
    model: str = "m@1",
) -> HeardVoice:
    """A voice whose cosine with the pure voice of ``like`` is ``score``."""
    vector = np.zeros(8)
    vector[AXES[like]] = score
    vector[7] = math.sqrt(1 - score * score)
    made = Voiceprint(label, speech_ms, tuple(float(one) for one in vector), model)
    return HeardVoice(interview, interview, label, filed, person, made)


KNOWN = [
    voice("D01-T1", "S1", "I1", person="I1", filed="D01-T"),
    voice("D03-T1", "S2", "D03-T", person="D03-T", filed="D03-T"),
    voice("D05-T1", "S1", "D05-T", person="D05-T", filed="D05-T"),
]


def test_a_confirmed_voice_is_suggested_with_its_score_and_where_it_was_heard() -> None:
    mine = [
        voice("x", "S1", "I1", filed="D03-T", score=0.9),
        voice("x", "S2", "D03-T", filed="D03-T", score=0.8),
    ]
    heard = compare_voices(mine, KNOWN, ASKS)
    first, second = heard.suggestions
    assert (first.label, first.person, round(first.score or 0, 2)) == ("S1", "I1", 0.9)
    assert first.reason == "Sounds like I1 in D01-T1."
    assert (second.person, second.decision) == ("D03-T", VoiceDecision.SAME)
    assert heard.mismatches == ()
    assert roles_by_voice(heard, ["S1", "S2"], "D03-T", ASKS) == {"S1": True, "S2": False}


def test_a_voice_like_nobody_is_said_to_be_unknown() -> None:
    heard = compare_voices([voice("x", "S1", "stranger")], KNOWN, ASKS)
    assert heard.suggestions[0].person is None
    assert heard.suggestions[0].decision is VoiceDecision.DIFFERENT
    assert heard.suggestions[0].reason == "Unknown: like nobody whose voice is confirmed."
    near = compare_voices([voice("x", "S1", "I1", score=0.6)], KNOWN, ASKS).suggestions[0]
    assert (near.person, near.decision) == (None, VoiceDecision.UNCLEAR)
    assert near.reason == "Unknown: nearest is I1, not near enough to say."
    first = compare_voices([voice("x", "S1", "I1")], [], ASKS).suggestions[0]
    assert first.reason == "Unknown: no voice is confirmed yet."


def test_a_voice_that_recurs_unconfirmed_is_told() -> None:
    others = [voice("D07-T1", "S1", "stranger"), voice("D08-T1", "S2", "stranger")]
    heard = compare_voices([voice("x", "S1", "stranger")], [*KNOWN, *others], ASKS)
    assert heard.suggestions[0].reason.endswith("The same voice, not confirmed yet, is in D07-T1, D08-T1.")


def test_little_speech_suggests_nothing() -> None:
    heard = compare_voices([voice("x", "S1", "I1", speech_ms=3_000)], KNOWN, ASKS)
    assert (heard.suggestions[0].person, heard.suggestions[0].reason) == (
        None,
        "Too little speech to tell: 3 s.",
    )


def test_one_person_is_one_voice_of_a_recording() -> None:
    mine = [voice("x", "S1", "I1", score=0.85), voice("x", "S2", "I1", score=0.95)]
    heard = compare_voices(mine, KNOWN, ASKS)
    assert [one.person for one in heard.suggestions] == [None, "I1"]


def test_a_recording_filed_under_the_wrong_person_is_told() -> None:
    mine = [voice("x", "S1", "I1", filed="D03-T"), voice("x", "S2", "D05-T", filed="D03-T", score=0.9)]
    told = compare_voices(mine, KNOWN, ASKS).mismatches
    assert [(one.label, one.filed_as, one.sounds_like) for one in told] == [("S2", "D03-T", "D05-T")]
    assert told[0].message == "S2 sounds like D05-T, and the recording is filed as D03-T."


def test_a_confirmed_participant_ends_the_doubt() -> None:
    mine = [
        voice("x", "S1", "I1", filed="D03-T"),
        voice("x", "S2", "D05-T", person="D03-T", filed="D03-T", score=0.9),
    ]
    assert compare_voices(mine, KNOWN, ASKS).mismatches == ()


def test_a_recording_without_the_participants_voice_is_told() -> None:
    mine = [voice("x", "S1", "I1", filed="D03-T"), voice("x", "S2", "stranger", filed="D03-T")]
    told = compare_voices(mine, KNOWN, ASKS).mismatches
    assert [(one.label, one.sounds_like) for one in told] == [(None, None)]
    assert "Nobody in this recording sounds like D03-T" in told[0].message
    unheard = [voice("x", "S1", "I1", filed="D09-T"), voice("x", "S2", "stranger", filed="D09-T")]
    assert compare_voices(unheard, KNOWN, ASKS).mismatches == (), "nothing is known of D09-T yet"


def test_voices_of_another_model_count_for_nothing() -> None:
    heard = compare_voices([voice("x", "S1", "I1", model="m@2")], KNOWN, ASKS)
    assert heard.suggestions[0].reason == "Unknown: no voice is confirmed yet."
    assert compare_voices([], KNOWN, ASKS).suggestions == ()
