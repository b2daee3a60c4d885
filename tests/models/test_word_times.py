"""Words in stretches, kept apart and within their bounds, whatever times they come with."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from models.forced_alignment.aligner import apart, cut_to_speech, spread
from models.forced_alignment.stretches import plan_stretches
from models.intervals import joined
from models.values import RecognisedWord, Span, Timing

END_MS = 60_000
BOUNDS = Span(0, END_MS)

words = st.lists(
    st.builds(
        lambda start, length, text: RecognisedWord(start, min(END_MS, start + length), text, 0.9),
        st.integers(0, END_MS - 1),
        st.integers(1, 4_000),
        st.sampled_from(["I", "went", "there,", "afterwards."]),
    ),
    max_size=30,
).map(lambda found: sorted(found, key=lambda word: (word.start_ms, word.end_ms)))
speech = st.lists(
    st.builds(
        lambda start, length: Span(start, start + length),
        st.integers(0, END_MS - 5_000),
        st.integers(1, 5_000),
    ),
    max_size=12,
).map(joined)


@given(words, speech)
def test_every_word_is_in_one_stretch_and_the_sounds_follow_each_other(given_words, given_speech):
    planned = plan_stretches(given_words, given_speech, BOUNDS)
    assert [place for one in planned for place in range(one.first, one.end)] == list(range(len(given_words)))
    for one in planned:
        assert 0 <= one.span.start_ms < one.span.end_ms <= END_MS
    for before, after in pairwise(planned):
        assert before.span.end_ms <= after.span.start_ms


def test_a_silence_that_is_between_two_pairs_of_overlapping_words_cuts_once():
    given_words = [
        RecognisedWord(0, 1, "I", 0.9),
        RecognisedWord(150, 300, "went", 0.9),
        RecognisedWord(151, 160, "there,", 0.9),
        RecognisedWord(151, 260, "afterwards.", 0.9),
    ]
    planned = plan_stretches(given_words, [Span(0, 1), Span(401, 402)], BOUNDS)
    assert [(one.first, one.end) for one in planned] == [(0, 1), (1, 4)]
    assert [one.span for one in planned] == [Span(0, 201), Span(201, 652)]


@given(words, st.integers(30, END_MS))
def test_words_kept_apart_are_in_order_within_bounds_and_none_is_lost(given_words, end_ms):
    bounds = Span(0, end_ms)
    placed = apart(given_words, bounds)
    assert [one.text for one in placed] == [one.text for one in given_words]
    assert all(0 <= one.start_ms < one.end_ms <= end_ms for one in placed)
    assert all(before.end_ms <= after.start_ms for before, after in pairwise(placed))
    assert apart(placed, bounds) == placed


def test_words_that_are_apart_stay_as_they_are():
    found = (RecognisedWord(100, 300, "I", 0.9), RecognisedWord(350, 700, "went", 0.9))
    assert apart(found, BOUNDS) == found


@given(words.filter(bool), st.integers(0, END_MS - 1_000), st.integers(1, 1_000))
def test_words_without_times_share_their_gap(given_words, start_ms, length):
    gap = Span(start_ms, start_ms + length)
    placed = spread(given_words, gap)
    assert [one.text for one in placed] == [one.text for one in given_words]
    assert all(one.timing is Timing.SPREAD for one in placed)
    assert all(gap.start_ms <= one.start_ms <= one.end_ms <= gap.end_ms for one in placed)
    assert all(before.end_ms == after.start_ms for before, after in pairwise(placed))


def test_a_word_over_a_silence_keeps_the_longer_side():
    word = RecognisedWord(1_000, 5_000, "well", 0.9)
    (cut,) = cut_to_speech([word], [Span(900, 1_300), Span(4_000, 6_000)], 300)
    assert cut == replace(word, start_ms=4_000, end_ms=5_000)
