"""Words on a list of words about feelings: single words, of the spoken ones, in the list's language."""

from __future__ import annotations

from dataclasses import replace

from models.affect_words import affect_words, source, word_list
from models.values import Utterance, Word


def said(text: str) -> Utterance:
    words = tuple(
        Word(place, place * 500, place * 500 + 400, one, "S1", 0.9, 1.0)
        for place, one in enumerate(text.split())
    )
    return Utterance(3, "S1", 0, words[-1].end_ms, words)


def test_words_are_found_in_any_case_with_their_valence_and_place():
    found = list(affect_words([said("I LOVED it, but “sad,” I was.")], "en"))
    assert [(one.text, one.word, one.utterance, one.start_ms) for one in found] == [
        ("LOVED", 1, 3, 500),
        ("“sad,”", 4, 3, 2_000),
    ]
    assert found[0].valence > 2
    assert found[1].valence < -2


def test_nothing_is_found_in_another_language_nor_in_what_stands_for_a_redacted_word():
    line = said("sad Joy")
    hidden = replace(line, words=(line.words[0], replace(line.words[1], redaction=1)))
    assert [one.text for one in affect_words([hidden], "en")] == ["sad"]
    assert list(affect_words([line], "no")) == []


def test_the_list_has_words_only_and_says_what_it_is():
    assert len(word_list()) > 7_000
    assert all(word.isascii() and word[0].isalpha() for word in word_list())
    assert all(-4 <= valence <= 4 for valence in word_list().values())
    assert source().startswith("VADER")
