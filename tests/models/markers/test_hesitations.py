"""Words that are taken back, and where they come thick."""

from __future__ import annotations

from dataclasses import replace

import pytest

from models.markers.hesitations import find_disfluencies, find_hesitations
from models.values import Disfluency, Utterance, Word


def said(*words: tuple[int, Disfluency | None]) -> Utterance:
    """Words of 200 ms from their starts."""
    made = tuple(
        Word(number, start, start + 200, "word", "S1", 0.8, 1.0, disfluency=what)
        for number, (start, what) in enumerate(words)
    )
    return Utterance(7, "S1", made[0].start_ms, made[-1].end_ms, made)


REPEATED, FILLED = Disfluency.REPETITION, Disfluency.FILLER


@pytest.mark.parametrize("what", [Disfluency.REPETITION, Disfluency.FALSE_START, Disfluency.CUT_OFF])
def test_words_taken_back_are_one_marker_by_what_they_are(what: Disfluency):
    spoken = said((0, None), (300, what), (600, what), (900, None))
    (found,) = find_disfluencies([spoken])
    assert (found.subtype, found.start_ms, found.end_ms, found.strength) == (str(what), 300, 800, 2)
    assert (found.utterance, found.speaker, found.confidence) == (7, "S1", 0.8)


def test_filler_words_and_plain_ones_are_none():
    assert list(find_disfluencies([said((0, None), (300, FILLED))])) == []


def test_three_signs_within_five_seconds_are_a_hesitation():
    spoken = said((0, None), (300, FILLED), (600, None), (1_500, None), (1_800, REPEATED), (2_100, None))
    (found,) = find_hesitations([spoken])
    assert (found.start_ms, found.end_ms, found.strength) == (300, 2_000, 3)
    assert found.evidence == {"signs": 3.0, "silences": 1.0}


def test_two_are_none_and_neither_are_three_far_apart():
    assert list(find_hesitations([said((0, FILLED), (300, None), (600, FILLED))])) == []
    spaced = [(at, FILLED if at % 4_000 == 0 else None) for at in range(0, 12_001, 400)]
    assert list(find_hesitations([said(*spaced)])) == []


def test_a_long_one_is_one_marker():
    spoken = said(*[(at, FILLED if at % 800 == 0 else None) for at in range(0, 8_001, 400)])
    (found,) = find_hesitations([spoken])
    assert found.strength == 11
    assert found.confidence == 0.9


def test_utterances_do_not_share_their_signs():
    spoken = said((0, FILLED), (300, None), (600, FILLED), (900, None))
    assert list(find_hesitations([spoken, replace(spoken, id=8)])) == []
