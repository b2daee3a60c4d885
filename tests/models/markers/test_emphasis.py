"""Words that are louder and higher than those beside them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from models.markers.emphasis import LEAST_WORDS, find_emphasis
from models.nuance.track import Track
from models.values import Utterance
from tests.models.markers.made import material, utterance
from tests.models.nuance.sounds import track

WORDS = 8


def spoken(utterances: int = 40) -> tuple[Track, list[Utterance]]:
    """Words of 300 ms whose level and pitch stray by a dB and half a semitone."""
    made = track(utterances * 3)
    random = np.random.default_rng(3)
    said = [
        utterance(n, "S1", n * 3_000, n * 3_000 + WORDS * 300, *["six let"] * WORDS)
        for n in range(utterances)
    ]
    for one in said:
        for word in one.words:
            rows = made.rows(word.start_ms, word.end_ms)
            made.level[rows] += random.normal(0, 0.7)
            made.pitch[rows] *= 2 ** (random.normal(0, 0.5) / 12)
    return made, said


def stress(made: Track, said: Utterance, place: int, decibels: float, semitones: float) -> None:
    rows = made.rows(said.words[place].start_ms, said.words[place].end_ms)
    made.level[rows] += decibels
    made.pitch[rows] *= 2 ** (semitones / 12)


def test_a_louder_and_higher_word_is_marked_alone():
    made, said = spoken()
    stress(made, said[20], 4, 8, 6)
    (found,) = find_emphasis(material(made, said))
    word = said[20].words[4]
    assert (found.start_ms, found.end_ms, found.utterance) == (word.start_ms, word.end_ms, 20)
    assert found.evidence["louder_db"] == pytest.approx(8, abs=3)
    assert found.evidence["higher_semitones"] == pytest.approx(6, abs=3)
    assert 0 < found.confidence <= 0.9


@pytest.mark.parametrize(("decibels", "semitones"), [(12, 0), (0, 8), (0, 0), (-12, -8)])
def test_a_word_only_louder_or_only_higher_is_not(decibels: float, semitones: float):
    made, said = spoken()
    stress(made, said[20], 4, decibels, semitones)
    assert list(find_emphasis(material(made, said))) == []


def test_a_first_word_is_held_against_other_first_words():
    made, said = spoken()
    for one in said:
        stress(made, one, 0, 7, 5)
    assert list(find_emphasis(material(made, said))) == []
    stress(made, said[20], 0, 8, 6)
    (found,) = find_emphasis(material(made, said))
    assert found.start_ms == said[20].words[0].start_ms


def test_a_word_after_a_silence_is_a_first_word():
    made, said = spoken()
    said = [
        replace(
            one,
            words=tuple(
                replace(word, start_ms=word.start_ms + 300, end_ms=word.end_ms + 300) if place >= 4 else word
                for place, word in enumerate(one.words)
            ),
            end_ms=one.end_ms + 300,
        )
        for one in said
    ]
    for one in said:
        stress(made, one, 0, 7, 5)
        stress(made, one, 4, 7, 5)
    assert list(find_emphasis(material(made, said))) == []


def test_a_sentence_that_is_loud_as_a_whole_has_no_word_that_stands_out():
    made, said = spoken()
    for place in range(WORDS):
        stress(made, said[20], place, 10, 6)
    assert list(find_emphasis(material(made, said))) == []


def test_of_few_words_nothing_is_marked():
    made, said = spoken(LEAST_WORDS // WORDS)
    stress(made, said[5], 4, 12, 8)
    assert list(find_emphasis(material(made, said))) == []
    assert list(find_emphasis(material(None, said))) == []
