"""What recognition does around its model: progress over lanes, and the places a language is heard at."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from hypothesis import given
from hypothesis import strategies as st

from models.excerpt import excerpt_of
from models.recognition import _language_places, _Meter
from models.values import Span

CHUNK = Span(60_000, 120_000)
LANES = [excerpt_of([Span(start, start + 10_000)], Span(start, start + 10_000)) for start in (60_000, 80_000)]


def test_progress_never_goes_back_where_a_lane_does_and_ends_at_the_chunk():
    told: list[int] = []
    reached = _Meter(told.append, CHUNK).of(LANES)
    # The last window of a lane begins again at an earlier sentence.
    for lane, seconds in [(0, 4.0), (1, 8.0), (0, 9.0), (0, 6.0), (1, 10.0), (0, 10.0)]:
        reached(lane, seconds)
    assert told == [12_000, 36_000, 51_000, 51_000, 57_000, 60_000]


def test_progress_told_by_several_threads_comes_in_order():
    told: list[int] = []
    reached = _Meter(told.append, CHUNK).of(LANES)
    with ThreadPoolExecutor(2) as threads:
        for lane in range(2):
            threads.submit(lambda own=lane: [reached(own, step / 200) for step in range(2_001)])
    assert told == sorted(told)
    assert (len(told), told[-1]) == (4_002, 60_000)


@given(
    starts=st.lists(st.integers(0, 60), min_size=1, max_size=12, unique=True),
    length_ms=st.sampled_from([7_500, 30_000]),
)
def test_a_language_is_heard_at_up_to_four_places_that_begin_in_speech(starts, length_ms):
    speech = [Span(start * 10_000, start * 10_000 + 4_000) for start in sorted(starts)]
    duration = 620_000
    places = _language_places(speech, duration, length_ms)
    assert 1 <= len(places) <= 4
    assert [place.start_ms for place in places] == sorted({place.start_ms for place in places})
    for place in places:
        assert any(one.start_ms <= place.start_ms < one.end_ms for one in speech)
        assert 0 < place.length_ms <= length_ms
