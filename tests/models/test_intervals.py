"""Arithmetic of spans."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from models.intervals import (
    covered_ms,
    exclusive_turns,
    filled_turns,
    grouped,
    joined,
    moved_turns,
    shared_by_two,
    without,
)
from models.values import Span, Turn

spans = st.lists(
    st.builds(lambda start, length: Span(start, start + length), st.integers(0, 400), st.integers(1, 60)),
    max_size=12,
)
turns = st.lists(
    st.builds(
        lambda start, length, who: Turn(start, start + length, who),
        st.integers(0, 400),
        st.integers(1, 60),
        st.sampled_from("ABC"),
    ),
    max_size=12,
)


def instants(items) -> set[int]:
    return {at for item in items for at in range(item.start_ms, item.end_ms)}


@given(spans, st.integers(0, 30))
def test_joining_fills_small_gaps_and_nothing_else(given_spans, gap):
    result = joined(given_spans, gap)
    assert instants(given_spans) <= instants(result)
    assert all(b.start_ms - a.end_ms > gap for a, b in pairwise(result))
    assert all(not instants([Span(a.start_ms, a.end_ms)]).isdisjoint(instants(given_spans)) for a in result)


@given(spans, spans)
def test_what_is_left_is_what_was_there_less_the_holes(given_spans, holes):
    assert instants(without(given_spans, holes)) == instants(given_spans) - instants(holes)


@given(spans, st.integers(0, 400), st.integers(1, 80))
def test_cover_is_counted_once(given_spans, start, length):
    span = Span(start, start + length)
    apart = joined(given_spans)
    assert covered_ms(span, apart) == len(instants([span]) & instants(apart))


@given(turns)
def test_exclusive_turns_cover_the_same_time_and_never_overlap(given_turns):
    result = exclusive_turns(given_turns)
    assert instants(result) == instants(given_turns)
    assert all(a.end_ms <= b.start_ms for a, b in pairwise(result))
    for turn in result:
        own = instants([one for one in given_turns if one.speaker == turn.speaker])
        assert instants([turn]) <= own


def test_who_holds_the_floor_keeps_it_while_another_speaks_over_them():
    answer = Turn(300, 400, "B")
    assert exclusive_turns([Turn(0, 1000, "A"), answer]) == (Turn(0, 1000, "A"),)


@given(given_turns=turns, gap=st.integers(0, 500))
def test_filling_silences_keeps_every_speaker_and_what_they_held(given_turns, gap):
    filled = filled_turns(given_turns, gap)
    assert {one.speaker for one in filled} == {one.speaker for one in given_turns}
    for one in given_turns:
        assert any(
            other.speaker == one.speaker and other.start_ms <= one.start_ms and one.end_ms <= other.end_ms
            for other in filled
        )
    assert filled_turns(filled, gap) == filled


@given(given_turns=turns)
def test_time_shared_by_two_is_where_two_turns_meet(given_turns):
    shared = shared_by_two(given_turns)
    for start, end in pairwise(sorted({edge for one in given_turns for edge in (one.start_ms, one.end_ms)})):
        people = {one.speaker for one in given_turns if one.start_ms <= start and end <= one.end_ms}
        held = covered_ms(Span(start, end), shared)
        assert held == (end - start if len(people) > 1 else 0)


@given(given_spans=spans, length=st.integers(1, 2_000))
def test_groups_hold_every_span_once_and_reach_no_further_than_asked(given_spans, length):
    whole = joined(given_spans)
    groups = grouped(whole, length)
    assert [one for group in groups for one in group] == list(whole)
    for group in groups:
        assert len(group) == 1 or group[-1].end_ms - group[0].start_ms <= length


@given(
    given_turns=turns,
    moved=st.lists(
        st.tuples(turns.filter(len).map(lambda some: some[0]), st.sampled_from("ABC")), max_size=4
    ),
)
def test_moved_stretches_leave_their_speaker_and_reach_the_other(given_turns, moved):
    after = moved_turns(given_turns, moved)
    for speaker in "ABC":
        had = instants([turn for turn in given_turns if turn.speaker == speaker])
        lost = instants([one for one, _ in moved if one.speaker == speaker])
        gained = instants([one for one, to in moved if to == speaker])
        assert instants([turn for turn in after if turn.speaker == speaker]) == (had - lost) | gained
