"""Words that were never said are dropped; real repetition is not."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.intervals import joined
from models.plausibility import is_invented, settled, without_loops
from models.values import Dropped, DropReason, RecognisedWord, Span


def say(text: str, start_ms: int = 0, step_ms: int = 300, confidence: float = 0.9) -> list[RecognisedWord]:
    return [
        RecognisedWord(start_ms + place * step_ms, start_ms + (place + 1) * step_ms, word, confidence)
        for place, word in enumerate(text.split())
    ]


def texts(words) -> str:
    return " ".join(word.text for word in words)


@pytest.mark.parametrize(
    "real",
    [
        "No, no, no, no, I did not.",
        "I I I think that that was it.",
        "Ha ha ha ha ha ha.",
        "I know, I know, I know. You know?",
        "It was very very very very very very cold.",
        "We went on and on and on and on.",
    ],
)
def test_what_people_repeat_stays(real):
    assert texts(without_loops(say(real)).kept) == real


@pytest.mark.parametrize(
    ("looped", "kept"),
    [
        ("so " + "thank you " * 20 + "and then", "so thank you and then"),
        ("yes " * 40, "yes"),
        ("I said " + "and I was going to the " * 6 + "shop", "I said and I was going to the shop"),
        ("Okay. " * 12, "Okay."),
    ],
)
def test_a_loop_is_cut_to_its_first_time(looped, kept):
    assert texts(without_loops(say(looped)).kept) == kept


@given(st.lists(st.sampled_from("abc"), max_size=40))
def test_nothing_is_made_up_or_turned_round(letters):
    words = say(" ".join(letters))
    kept = without_loops(words).kept
    assert list(kept) == [word for word in words if word in kept]


def test_a_sentence_of_improbable_words_is_invented_and_a_mumbled_one_is_not():
    assert is_invented(say("Thanks for watching", confidence=0.05))
    assert not is_invented(say("Thanks for watching", confidence=0.4))
    mixed = [*say("well", confidence=0.05), *say("I suppose so", 300)]
    assert not is_invented(mixed)
    assert not is_invented([])


def test_a_word_far_from_any_speech_is_dropped():
    words = [*say("hello there", 1_000), *say("subscribe", 30_000)]
    assert texts(settled(words, [Span(1_000, 2_000)]).kept) == "hello there"


def test_what_is_dropped_is_on_record():
    far = settled([*say("hello there", 1_000), *say("please subscribe", 30_000)], [Span(1_000, 2_000)])
    assert far.dropped == (Dropped(30_000, 30_600, "please subscribe", DropReason.NO_SPEECH, 0.9),)
    looped = without_loops(say("so " + "thank you " * 9))
    assert looped.dropped == (Dropped(900, 5_700, "thank you " * 7 + "thank you", DropReason.LOOP, 0.9),)


@given(st.lists(st.sampled_from("ab"), max_size=40))
def test_every_word_is_kept_or_on_record(letters):
    judged = without_loops(say(" ".join(letters)))
    assert len(judged.kept) + sum(len(one.text.split()) for one in judged.dropped) == len(letters)


def test_a_word_stretched_over_a_pause_is_cut_back_to_its_speech():
    words = [RecognisedWord(900, 1_200, "so", 0.9), RecognisedWord(1_200, 6_200, "then", 0.9)]
    speech = [Span(900, 1_300), Span(5_900, 6_500)]
    assert settled(words, speech).kept[1] == RecognisedWord(5_900, 6_200, "then", 0.9)


def test_a_word_may_reach_over_the_closure_of_a_consonant():
    word = RecognisedWord(1_000, 1_600, "doctor", 0.9)
    assert settled([word], [Span(900, 1_200), Span(1_320, 1_700)]).kept == (word,)


words = st.lists(
    st.builds(
        lambda start, length: RecognisedWord(start, start + length, "word", 0.5),
        st.integers(0, 20_000),
        st.integers(1, 3_000),
    ),
    max_size=20,
)
speech = st.lists(
    st.builds(
        lambda start, length: Span(start, start + length), st.integers(0, 20_000), st.integers(100, 3_000)
    ),
    max_size=8,
).map(joined)


@given(words, speech)
def test_settled_words_are_in_order_and_have_a_length(given_words, given_speech):
    result = settled(given_words, given_speech).kept
    assert all(word.end_ms > word.start_ms for word in result)
    assert all(a.start_ms <= b.start_ms for a, b in pairwise(result))
    assert all(a.end_ms <= b.start_ms or a.start_ms == b.start_ms for a, b in pairwise(result))
