"""A stretch between pauses goes to the speaker it sounds like."""

from __future__ import annotations

import numpy as np

from models.values import Diarization, Span, Turn
from models.voice_check import SHORTEST_MS, check_voices

A, B = np.array([1.0, 0.0], dtype=np.float32), np.array([0.0, 1.0], dtype=np.float32)
VOICES = {"A": A, "B": B}


def sounding(*stretches: tuple[int, int, np.ndarray]):
    """Vectors by time: what is heard at the middle of a span."""

    def embed(spans):
        vectors = np.full((len(spans), 2), np.nan, dtype=np.float32)
        for row, span in enumerate(spans):
            middle = (span.start_ms + span.end_ms) / 2
            for start, end, vector in stretches:
                if start <= middle < end:
                    vectors[row] = vector
        return vectors

    return embed


def both(*turns: Turn) -> Diarization:
    return Diarization(turns, turns)


def test_an_answer_between_two_silences_goes_to_who_it_sounds_like():
    found = both(Turn(0, 9_000, "A"))
    speech = (Span(0, 3_000), Span(3_500, 4_500), Span(5_000, 9_000))
    embed = sounding((0, 3_200, A), (3_200, 4_700, B), (4_700, 9_000, A))
    checked = check_voices(found, speech, VOICES, embed)
    assert [(turn.speaker, turn.start_ms, turn.end_ms) for turn in checked.exclusive] == [
        ("A", 0, 3_500),
        ("B", 3_500, 4_500),
        ("A", 4_500, 9_000),
    ]
    assert set(checked.turns) == set(checked.exclusive)


def test_what_sounds_like_both_stays():
    found = both(Turn(0, 2_000, "A"))
    embed = sounding((0, 2_000, (A + 1.1 * B).astype(np.float32)))
    checked = check_voices(found, (Span(0, 2_000),), VOICES, embed)
    assert (checked.turns, checked.exclusive) == (found.turns, found.exclusive)


def test_a_stretch_that_sounds_like_both_has_no_margin_and_a_clear_one_has_a_whole_one():
    found = both(Turn(0, 4_000, "A"))
    embed = sounding((0, 2_000, (A + B).astype(np.float32)), (2_000, 4_000, A))
    checked = check_voices(found, (Span(0, 1_900), Span(2_100, 4_000)), VOICES, embed)
    assert [round(one.margin, 2) for one in checked.margins] == [0.0, 1.0]


def test_what_is_too_short_to_know_stays():
    found = both(Turn(0, SHORTEST_MS - 1, "A"))
    assert check_voices(found, (Span(0, 5_000),), VOICES, sounding((0, 5_000, B))) == found


def test_what_has_no_vector_stays():
    found = both(Turn(0, 2_000, "A"))
    assert check_voices(found, (Span(0, 2_000),), VOICES, sounding()) == found


def test_somebody_speaking_at_the_same_time_keeps_their_turn():
    found = Diarization((Turn(0, 3_000, "A"), Turn(1_000, 2_000, "B")), (Turn(0, 3_000, "A"),))
    checked = check_voices(found, (Span(0, 3_000),), VOICES, sounding((0, 3_000, B)))
    assert checked.turns == (Turn(0, 3_000, "B"),)
    assert checked.exclusive == (Turn(0, 3_000, "B"),)


def test_one_voice_needs_no_check():
    found = both(Turn(0, 2_000, "A"))
    assert check_voices(found, (Span(0, 2_000),), {"A": A}, sounding((0, 2_000, B))) is found
