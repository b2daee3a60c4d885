"""What is labelled as disfluent, in sentences people say; and that nothing but labels changes."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.disfluency import clean, is_cut_off, label_disfluencies
from models.values import Disfluency, Utterance, Word


def said(text: str) -> tuple[Utterance, ...]:
    words = tuple(
        Word(place, place * 300, place * 300 + 250, one, "S1", 0.9, 1.0)
        for place, one in enumerate(text.split())
    )
    return (Utterance(0, "S1", 0, len(words) * 300, words),)


def cleaned(text: str, language: str = "en") -> str:
    return " ".join(one.text for one in clean(label_disfluencies(said(text), language)))


@pytest.mark.parametrize(
    ("spoken", "reads"),
    [
        ("um I think uh so", "I think so"),
        ("I I went home", "I went home"),
        ("and then and then she left", "and then she left"),
        ("I wen- I went home", "I went home"),
        ("the wo- woman", "the woman"),
        ("I uh I know", "I know"),
        # On purpose, or an answer: kept.
        ("very very sad", "very very sad"),
        ("No. No. I won't", "No. No. I won't"),
        ("Hmm.", "Hmm."),
        ("call 5 5 1", "call 5 5 1"),
        ("I had had enough", "I had had enough"),
    ],
)
def test_clean_reading_of_english(spoken: str, reads: str):
    assert cleaned(spoken) == reads


def test_each_language_has_its_own_fillers():
    assert cleaned("ähm ich gehe", "de") == "ich gehe"
    assert cleaned("um drei Uhr", "de") == "um drei Uhr"
    assert cleaned("eh jeg går", "no") == "jeg går"


def test_a_language_without_lists_keeps_its_single_words():
    assert cleaned("um um wa wa", "xx") == "um um wa wa"
    assert cleaned("wa ka wa ka li", "xx") == "wa ka li"


@pytest.mark.parametrize(
    ("text", "broken"), [("wo-", True), ("wo–,", True), ("-", False), ("well-known", False)]
)
def test_a_word_that_breaks_off(text: str, broken: bool):
    assert is_cut_off(text) is broken


def test_of_a_repetition_the_last_time_stays():
    (labelled,) = label_disfluencies(said("the the house"), "en")
    assert [one.disfluency for one in labelled.words] == [Disfluency.REPETITION, None, None]


VOCABULARY = ["I", "um", "uh", "wo-", "went", "the", "very", "no", "5", "hmm.", "house.", "-", "äh", "…"]


@given(
    words=st.lists(st.sampled_from(VOCABULARY), max_size=25),
    language=st.sampled_from(["en", "de", "nb", "sv", "xx"]),
)
def test_only_labels_change_and_labelling_again_changes_nothing(words: list[str], language: str):
    spoken = said(" ".join(words))
    labelled = label_disfluencies(spoken, language)
    bare = tuple(
        replace(one, words=tuple(replace(word, disfluency=None) for word in one.words)) for one in labelled
    )
    assert bare == spoken
    assert label_disfluencies(labelled, language) == labelled


@given(words=st.lists(st.sampled_from(VOCABULARY), max_size=25))
def test_clean_reading_is_of_the_same_words_in_their_order(words: list[str]):
    labelled = label_disfluencies(said(" ".join(words)), "en")
    every = [word for one in labelled for word in one.words]
    kept = [word for one in clean(labelled) for word in one.words]
    assert kept == [word for word in every if word.disfluency is None]
    assert clean(clean(labelled)) == clean(labelled)
