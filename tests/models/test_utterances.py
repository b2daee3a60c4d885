"""Words of one speaker between pauses or turn changes."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from models.assignment import SpokenWord
from models.utterances import LONG_MS, LONGEST_MS, build_utterances
from models.values import RecognisedWord


def spoken(start: int, end: int, text: str = "word", speaker: str = "A") -> SpokenWord:
    return SpokenWord(RecognisedWord(start, end, text, 0.9), speaker, 1.0)


def lines(words) -> list[tuple[str, str]]:
    return [(one.speaker, one.text) for one in build_utterances(words)]


def test_a_change_of_speaker_ends_an_utterance():
    words = [
        spoken(0, 300, "How"),
        spoken(300, 600, "so?"),
        spoken(650, 900, "Well.", "B"),
        spoken(950, 1_200, "Hm."),
    ]
    assert lines(words) == [("A", "How so?"), ("B", "Well."), ("A", "Hm.")]


def test_a_pause_ends_an_utterance_and_a_breath_does_not():
    words = [spoken(0, 300, "I"), spoken(900, 1_200, "think"), spoken(2_000, 2_300, "so")]
    assert lines(words) == [("A", "I think"), ("A", "so")]


def test_a_long_stretch_is_cut_at_the_end_of_a_sentence():
    words = [spoken(at, at + 400, "word" if at < 34_000 else "end.") for at in range(0, 40_000, 500)]
    first, *_ = build_utterances(words)
    assert LONG_MS <= first.end_ms - first.start_ms < 36_000
    assert first.text.endswith("end.")


def test_a_stretch_without_an_end_is_cut_all_the_same():
    words = [spoken(at, at + 500) for at in range(0, 200_000, 500)]
    assert all(one.end_ms - one.start_ms <= LONGEST_MS + 1_000 for one in build_utterances(words))


def test_an_answer_spoken_over_somebody_does_not_shred_what_they_say():
    words = [
        spoken(0, 400, "and"),
        spoken(400, 900, "then"),
        spoken(450, 800, "mhm", "B"),
        spoken(900, 1_300, "went"),
    ]
    assert lines(words) == [("A", "and then went"), ("B", "mhm")]


words = st.lists(
    st.builds(
        lambda start, length, speaker, text: spoken(start, start + length, text, speaker),
        st.integers(0, 100_000),
        st.integers(1, 2_000),
        st.sampled_from("AB"),
        st.sampled_from(["word", "end."]),
    ),
    max_size=60,
)


@given(words)
def test_every_word_is_in_exactly_one_utterance_of_its_speaker(given_words):
    utterances = build_utterances(given_words)
    inside = [word for one in utterances for word in one.words]
    assert [word.id for word in inside] == list(range(len(given_words)))
    assert [one.id for one in utterances] == list(range(len(utterances)))
    key = [(one.word.start_ms, one.word.end_ms, one.speaker, one.word.text) for one in given_words]
    assert sorted(key) == sorted((word.start_ms, word.end_ms, word.speaker, word.text) for word in inside)
    assert all(word.speaker == one.speaker for one in utterances for word in one.words)


@given(words)
def test_utterances_and_their_words_are_in_order_of_time(given_words):
    utterances = build_utterances(given_words)
    assert all(a.start_ms <= b.start_ms for a, b in pairwise(utterances))
    for one in utterances:
        assert all(a.start_ms <= b.start_ms for a, b in pairwise(one.words))
        assert one.start_ms == one.words[0].start_ms
        assert one.end_ms == max(word.end_ms for word in one.words)
