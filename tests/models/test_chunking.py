"""Chunks tile the recording and cut no speech where there is a silence to cut in."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from models.chunking import plan_chunks
from models.intervals import joined
from models.values import Span


@st.composite
def recordings(draw):
    gaps = draw(st.lists(st.tuples(st.integers(0, 9_000), st.integers(1, 90_000)), max_size=30))
    spans, at = [], 0
    for gap, length in gaps:
        spans.append(Span(at + gap, at + gap + length))
        at += gap + length
    return joined(spans), at + draw(st.integers(0, 20_000))


@given(recordings(), st.integers(20_000, 300_000))
def test_chunks_tile_the_recording(recording, chunk_ms):
    speech, duration = recording
    chunks = plan_chunks(speech, duration, chunk_ms)
    if duration == 0:
        assert chunks == ()
        return
    assert chunks[0].start_ms == 0
    assert chunks[-1].end_ms == duration
    assert all(a.end_ms == b.start_ms for a, b in pairwise(chunks))
    assert all(0 < chunk.length_ms <= 1.5 * chunk_ms + 1 for chunk in chunks)


@given(recordings(), st.integers(20_000, 300_000))
def test_a_cut_lies_in_silence_unless_there_is_none_near(recording, chunk_ms):
    speech, duration = recording
    for chunk, following in pairwise(plan_chunks(speech, duration, chunk_ms)):
        cut = following.start_ms
        if any(span.start_ms < cut < span.end_ms for span in speech):
            near = Span(chunk.start_ms + chunk_ms // 2 + 1, chunk.start_ms + chunk_ms + chunk_ms // 2 - 1)
            assert any(span.start_ms <= near.start_ms and near.end_ms <= span.end_ms for span in speech)


def test_of_the_silences_the_nearest_to_the_target_is_taken():
    speech = (Span(0, 100_000), Span(101_000, 175_000), Span(176_000, 260_000), Span(261_000, 400_000))
    assert plan_chunks(speech, 400_000, 180_000)[0] == Span(0, 175_500)


def test_a_clear_silence_is_better_than_a_short_one_nearer():
    speech = (Span(0, 150_000), Span(151_000, 180_000), Span(180_120, 400_000))
    assert plan_chunks(speech, 400_000, 180_000)[0] == Span(0, 150_500)


def test_a_short_recording_is_one_chunk():
    assert plan_chunks((Span(0, 900),), 1_000, 180_000) == (Span(0, 1_000),)
