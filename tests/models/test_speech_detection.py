"""Probabilities of speech become spans."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.audio.samples import Samples
from models.speech_detection import PAD_MS, detect_speech, spans_of

WINDOW_MS = 32


def probabilities(*runs: tuple[float, int]) -> np.ndarray:
    """Runs of (probability, number of windows)."""
    return np.concatenate([np.full(count, value, dtype=np.float32) for value, count in runs])


def test_speech_is_where_the_probability_is_high():
    (span,) = spans_of(probabilities((0.1, 50), (0.9, 50), (0.1, 50)), 150 * WINDOW_MS)
    assert span.start_ms == 50 * WINDOW_MS - PAD_MS
    assert span.end_ms == 100 * WINDOW_MS + PAD_MS


def test_a_dip_that_stays_above_the_lower_threshold_does_not_end_speech():
    assert len(spans_of(probabilities((0.9, 30), (0.4, 60), (0.9, 30)), 120 * WINDOW_MS)) == 1


def test_a_short_gap_is_bridged_and_a_pause_is_not():
    assert len(spans_of(probabilities((0.9, 30), (0.0, 2), (0.9, 30)), 62 * WINDOW_MS)) == 1
    assert len(spans_of(probabilities((0.9, 30), (0.0, 30), (0.9, 30)), 90 * WINDOW_MS)) == 2


def test_a_click_is_no_speech_and_a_short_answer_is():
    assert spans_of(probabilities((0.0, 30), (0.9, 2), (0.0, 30)), 62 * WINDOW_MS) == ()
    assert len(spans_of(probabilities((0.0, 30), (0.9, 6), (0.0, 30)), 66 * WINDOW_MS)) == 1


@given(st.lists(st.floats(0, 1, width=32), max_size=200))
def test_spans_are_in_order_apart_and_within_the_recording(values):
    duration = len(values) * WINDOW_MS
    spans = spans_of(np.array(values, dtype=np.float32), duration)
    edges = [edge for span in spans for edge in (span.start_ms, span.end_ms)]
    assert edges == sorted(edges)
    assert all(span.length_ms > 0 for span in spans)
    assert not edges or (edges[0] >= 0 and edges[-1] <= duration)


@pytest.mark.parametrize("seconds", [1, 59, 61, 130])
def test_blocks_leave_no_seams(seconds):
    """Read in blocks of a minute, the detector hears what it hears in one piece."""
    vad = pytest.importorskip("faster_whisper.vad").get_vad_model()
    noise = np.random.default_rng(3).normal(0, 3000, seconds * 16_000 + 100).astype(np.int16)
    samples = Samples(noise.reshape(-1, 1))
    whole = np.pad(samples.read(), (0, -len(noise) % 512))
    assert detect_speech(samples) == spans_of(vad(whole).reshape(-1), samples.duration_ms)


def test_silence_holds_no_speech():
    pytest.importorskip("faster_whisper")
    assert detect_speech(Samples(np.zeros((16_000 * 30, 1), dtype=np.int16))) == ()
