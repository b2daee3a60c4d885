"""Who cuts in, and who says a word while listening."""

from __future__ import annotations

from models.markers.turn_taking import find_backchannels, find_interruptions
from models.values import Turn
from tests.models.markers.made import material, utterance


def test_who_begins_while_another_speaks_and_goes_on_cuts_in():
    turns = [Turn(0, 5_000, "S1"), Turn(4_500, 8_000, "S2")]
    spoken = [utterance(1, "S1", 0, 5_000), utterance(2, "S2", 4_500, 8_000)]
    (found,) = find_interruptions(material(None, spoken, turns))
    assert (found.speaker, found.utterance, found.start_ms, found.end_ms) == ("S2", 2, 4_500, 5_000)
    assert list(find_backchannels(material(None, spoken, turns))) == []


def test_ends_that_touch_and_short_answers_are_none():
    for turns in (
        [Turn(0, 5_000, "S1"), Turn(4_800, 8_000, "S2")],
        [Turn(0, 5_000, "S1"), Turn(4_500, 5_400, "S2")],
        [Turn(0, 1_000, "S1"), Turn(500, 4_000, "S2")],
        [Turn(0, 5_000, "S1"), Turn(4_500, 8_000, "S1")],
    ):
        assert list(find_interruptions(material(None, (), turns))) == []


def test_a_word_while_another_keeps_the_floor_is_a_backchannel():
    turns = [Turn(0, 8_000, "S1"), Turn(3_000, 3_500, "S2")]
    (found,) = find_backchannels(material(None, [utterance(3, "S2", 3_050, 3_400, "mhm")], turns))
    assert (found.speaker, found.utterance, found.strength) == ("S2", 3, 0.5)


def test_what_is_too_short_or_too_long_is_none():
    for start, end in ((3_000, 3_100), (3_000, 4_500)):
        turns = [Turn(0, 8_000, "S1"), Turn(start, end, "S2")]
        assert list(find_backchannels(material(None, (), turns))) == []
