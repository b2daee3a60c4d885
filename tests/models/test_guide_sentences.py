"""What somebody said, cut into what may be a question."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.guide_sentences import candidates
from models.values import Utterance, Word

WORD_MS = 300


def said(text: str, number: int = 1) -> Utterance:
    """An utterance of these words, each 300 ms long."""
    words = tuple(
        Word(place, place * WORD_MS, (place + 1) * WORD_MS, token, "S1", 1.0, 1.0)
        for place, token in enumerate(text.split())
    )
    return Utterance(number, "S1", 0, len(words) * WORD_MS, words)


def texts(text: str) -> list[str]:
    return [one.text for one in candidates([said(text)])]


def test_every_sentence_is_one_with_its_own_times() -> None:
    first, second = candidates([said("Where do you work? Tell me more.")])
    assert (first.text, first.start_ms, first.end_ms, first.asks) == ("Where do you work?", 0, 4 * 300, True)
    assert (second.text, second.start_ms, second.end_ms, second.asks) == ("Tell me more", 1200, 2100, False)


def test_a_sentence_goes_no_further_than_its_utterance() -> None:
    found = candidates([said("And where do", 1), said("you work now?", 2)])
    assert [(one.utterance, one.text) for one in found] == [(1, "where do"), (2, "you work now?")]


def test_each_clause_is_one_as_well_with_the_times_of_its_sentence() -> None:
    found = candidates([said("Before we go on, where do you live now?")])
    assert [one.text for one in found] == [
        "Before we go on, where do you live now?",
        "Before we go on",
        "where do you live now?",
    ]
    assert {(one.start_ms, one.end_ms, one.asks) for one in found} == {(0, 9 * WORD_MS, True)}


def test_a_clause_of_two_words_says_too_little() -> None:
    assert texts("If so, where did you go?") == ["If so, where did you go?", "where did you go?"]


@pytest.mark.parametrize(
    ("spoken", "kept"),
    [
        ("Um, how, uh, did it begin?", "how, did it begin?"),
        ("OK. Right, so, and how did it begin?", "how did it begin?"),
        ("How did did it it begin?", "How did it begin?"),
        ("Do you, do you smoke at all?", "Do you, do you smoke at all?"),
        ("Are you otherwise fit and well?", "Are you otherwise fit and well?"),
        ("Errands are what you ran?", "Errands are what you ran?"),
    ],
)
def test_fillers_and_repetitions_go_and_words_of_the_question_stay(spoken: str, kept: str) -> None:
    assert texts(spoken)[0] == kept


@pytest.mark.parametrize("spoken", ["Um.", "OK?", "Mm-hmm.", "Uh, um, er."])
def test_who_only_shows_that_they_listen_asks_nothing(spoken: str) -> None:
    assert texts(spoken) == []


def test_a_sentence_that_never_ends_is_searched_in_parts() -> None:
    spoken = " ".join(f"word{number}" for number in range(23))
    found = texts(spoken)
    assert found[0] == spoken
    assert found[1:] == [
        " ".join(f"word{number}" for number in range(start, min(start + 10, 23))) for start in (0, 5, 10, 15)
    ]


def test_a_japanese_question_mark_asks_too() -> None:
    assert [one.asks for one in candidates([said("どこ に 住んで いますか？ そう です。")])] == [True, False]


@given(st.lists(st.text(alphabet="ab ,.?!-'umok", max_size=40), max_size=5))
def test_nothing_is_found_that_was_not_said(spoken: list[str]) -> None:
    utterances = [said(text, number) for number, text in enumerate(spoken) if text.split()]
    heard = {one.id: one for one in utterances}
    for one in candidates(utterances):
        within = heard[one.utterance]
        assert within.start_ms <= one.start_ms < one.end_ms <= within.end_ms
        assert len(one.text.split()) >= 2
        letters = iter("".join(word.text for word in within.words).lower())
        assert all(letter in letters for letter in one.text.replace(" ", "").lower())
