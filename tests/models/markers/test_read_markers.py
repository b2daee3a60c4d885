"""Pauses, inaudible stretches, rate and loudness, from plain values."""

from __future__ import annotations

import pytest

from models.assignment import SpokenWord
from models.loudness import STEP_MS, Levels
from models.markers import (
    BETWEEN_TURNS,
    RULES_VERSION,
    WITHIN_TURN,
    find_inaudible,
    find_loudness,
    find_markers,
    find_pauses,
    find_rates,
)
from models.utterances import build_utterances
from models.values import MarkerKind, RecognisedWord, Span, Turn


def talk(*words: tuple[int, int, str]):
    return build_utterances(
        [SpokenWord(RecognisedWord(start, end, "word", 0.8), speaker, 1.0) for start, end, speaker in words]
    )


def test_a_silence_between_two_people_is_a_pause_between_turns():
    utterances = talk((0, 1_000, "S1"), (3_000, 4_000, "S2"))
    (pause,) = find_pauses(utterances, [Span(0, 1_000), Span(3_000, 4_000)], [], 1_000)
    assert (pause.kind, pause.subtype) == (MarkerKind.PAUSE, BETWEEN_TURNS)
    assert (pause.start_ms, pause.end_ms, pause.speaker, pause.strength) == (1_000, 3_000, None, 2.0)
    assert pause.rules == RULES_VERSION


def test_a_silence_in_one_persons_speech_is_a_pause_within_the_turn():
    utterances = talk((0, 1_000, "S1"), (2_500, 4_000, "S1"))
    (pause,) = find_pauses(utterances, [Span(0, 1_000), Span(2_500, 4_000)], [], 1_000)
    assert (pause.subtype, pause.speaker, pause.utterance) == (WITHIN_TURN, "S1", 0)


@pytest.mark.parametrize(("start_ms", "pauses"), [(1_983, 0), (1_984, 1)])
def test_a_silence_is_too_short_by_more_than_its_edges_are_known(start_ms: int, pauses: int):
    utterances = talk((0, 1_000, "S1"), (start_ms, 4_000, "S1"))
    assert len(list(find_pauses(utterances, [Span(0, 1_000), Span(start_ms, 4_000)], [], 1_000))) == pauses


def test_silence_before_the_first_and_after_the_last_word_is_no_pause():
    utterances = talk((10_000, 11_000, "S1"))
    speech = [Span(2_000, 2_300), Span(10_000, 11_000), Span(20_000, 20_300)]
    assert not list(find_pauses(utterances, speech, [], 1_000))


def test_a_pause_is_doubted_where_the_diarization_hears_somebody():
    utterances = talk((0, 1_000, "S1"), (3_000, 4_000, "S1"))
    (pause,) = find_pauses(utterances, [Span(0, 1_000), Span(3_000, 4_000)], [Turn(0, 2_000, "S1")], 1_000)
    assert pause.confidence == 0.5


def test_speech_without_a_word_is_inaudible_and_named_after_who_holds_it():
    utterances = talk((0, 1_000, "S1"), (6_000, 7_000, "S1"))
    speech = [Span(0, 1_000), Span(3_000, 4_500), Span(6_000, 7_000)]
    (stretch,) = find_inaudible(utterances, speech, [Turn(2_900, 4_600, "S2")])
    assert (stretch.start_ms, stretch.end_ms, stretch.speaker, stretch.strength) == (3_000, 4_500, "S2", 1.5)
    assert stretch.confidence == 1.0


def test_speech_that_words_nearly_fill_is_not_inaudible():
    utterances = talk((300, 1_000, "S1"), (1_900, 2_500, "S1"))
    assert not list(find_inaudible(utterances, [Span(0, 2_900)], []))


def test_rate_is_words_a_second_of_speech_without_the_pauses():
    utterances = talk(*((at, at + 400, "S1") for at in (0, 500, 1_000, 1_500)))
    (rate,) = find_rates(utterances, [Span(0, 900), Span(1_000, 1_900)])
    assert rate.strength == pytest.approx(4 / 1.8, abs=0.001)
    assert rate.evidence == {"words": 4.0, "speech_ms": 1_800.0}
    assert rate.confidence == 0.8


def test_two_words_have_no_rate():
    assert not list(find_rates(talk((0, 900, "S1"), (900, 1_900, "S1")), [Span(0, 1_900)]))


def test_loudness_is_against_the_speakers_own_median():
    utterances = talk(
        (0, 1_000, "S1"), (2_000, 3_000, "S1"), (4_000, 5_000, "S1"), (6_000, 7_000, "S2"), (8_000, 9_000, "S2")
    )  # fmt: skip
    values = {0: -30.0, 2: -30.0, 4: -18.0, 6: -50.0, 8: -50.0}
    levels = Levels(tuple(values.get(at * STEP_MS // 1000, -90.0) for at in range(10_000 // STEP_MS)))
    speech = [Span(start * 1000, start * 1000 + 1000) for start in values]
    assert [round(marker.strength, 1) for marker in find_loudness(utterances, speech, levels)] == [
        0,
        0,
        12,
        0,
        0,
    ]


def test_markers_come_in_order_of_time():
    utterances = talk((0, 1_000, "S1"), (3_000, 4_000, "S2"), (7_000, 8_000, "S1"))
    speech = [Span(0, 1_000), Span(3_000, 4_000), Span(7_000, 8_000)]
    levels = Levels((-30.0,) * 200)
    starts = [marker.start_ms for marker in find_markers(utterances, speech, [], levels, 1_000)]
    assert starts == sorted(starts)
    assert len(starts) == 5


def test_nothing_spoken_gives_no_markers():
    assert find_markers((), (), (), Levels(()), 1_000) == ()


def test_between_two_files_of_an_interview_nobody_knows_how_long_it_was_silent():
    utterances = talk((0, 1_000, "S1"), (3_000, 4_000, "S2"), (6_000, 7_000, "S1"))
    speech = [Span(0, 1_000), Span(3_000, 4_000), Span(6_000, 7_000)]
    (pause,) = find_pauses(utterances, speech, [], 1_000, seams_ms=[2_000])
    assert (pause.start_ms, pause.end_ms) == (4_000, 6_000)
