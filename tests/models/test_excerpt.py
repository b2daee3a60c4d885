"""The recogniser hears speech without long silences, and its times lead back."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from models.audio.samples import Samples
from models.excerpt import MARGIN_MS, excerpt_of
from models.intervals import joined
from models.values import Span


def test_a_long_silence_is_left_out_and_a_short_one_kept():
    speech = (Span(1_000, 2_000), Span(3_500, 4_000), Span(60_000, 61_000))
    excerpt = excerpt_of(speech, Span(0, 90_000))
    assert [piece.span for piece in excerpt.pieces] == [
        Span(1_000 - MARGIN_MS, 4_000 + MARGIN_MS),
        Span(60_000 - MARGIN_MS, 61_000 + MARGIN_MS),
    ]


def test_times_lead_back_to_the_interview():
    excerpt = excerpt_of((Span(10_000, 12_000), Span(50_000, 52_000)), Span(0, 90_000))
    assert excerpt.interview_span(500, 900) == Span(10_100, 10_500)
    second = excerpt.pieces[1].offset_ms
    assert excerpt.interview_span(second + 500, second + 900) == Span(50_100, 50_500)


def test_a_word_across_a_cut_stays_on_the_side_of_its_middle():
    excerpt = excerpt_of((Span(10_000, 12_000), Span(50_000, 52_000)), Span(0, 90_000))
    second = excerpt.pieces[1].offset_ms
    assert excerpt.interview_span(second - 100, second + 300) == Span(49_600, 49_900)
    assert excerpt.interview_span(second - 300, second + 100) == Span(12_100, 12_400)


spans = st.lists(
    st.builds(
        lambda start, length: Span(start, start + length), st.integers(0, 60_000), st.integers(50, 9_000)
    ),
    min_size=1,
    max_size=10,
).map(joined)


@given(spans, st.integers(0, 30_000), st.integers(1_000, 40_000))
def test_all_speech_of_the_chunk_is_heard_once_and_in_order(speech, start, length):
    chunk = Span(start, start + length)
    pieces = excerpt_of(speech, chunk).pieces
    for span in speech:
        for at in (span.start_ms, (span.start_ms + span.end_ms) // 2, span.end_ms - 1):
            if chunk.start_ms <= at < chunk.end_ms:
                assert sum(piece.span.start_ms <= at < piece.span.end_ms for piece in pieces) == 1
    edges = [edge for piece in pieces for edge in (piece.span.start_ms, piece.span.end_ms)]
    assert edges == sorted(edges)
    assert all(chunk.start_ms <= edge <= chunk.end_ms for edge in edges)


@given(spans)
def test_the_sound_is_as_long_as_the_pieces(speech):
    samples = Samples(np.zeros((16 * 80_000, 1), dtype=np.int16))
    excerpt = excerpt_of(speech, Span(0, 80_000))
    assert len(excerpt.audio(samples)) == excerpt.length_ms * 16
