"""Curves say what the rows say: the range of each bin, no pitch without a voice, nothing where it is empty."""

from __future__ import annotations

import time

import numpy as np
import pytest

from models.nuance.blanking import MARGIN_MS, blanked, emptied_spans
from models.nuance.curves import draw
from models.nuance.sound_events import CLASSES
from models.nuance.track import EVENT_MS, EVENT_WINDOW_MS, FRAME_MS, Track, decode, encode
from models.values import Span

RANDOM = np.random.default_rng(7)


def track_of(seconds: float, **changed: np.ndarray) -> Track:
    count = round(seconds * 1000 / FRAME_MS)
    events = round(seconds * 1000 / EVENT_MS)
    columns = {
        "pitch": np.full(count, 120, np.float32),
        "voicing": np.ones(count, np.float32),
        "level": np.full(count, -30, np.float32),
        "tilt": np.full(count, 10, np.float32),
        "harmonicity": np.full(count, 12, np.float32),
        "high": np.full(count, -50, np.float32),
        "shimmer": np.full(count, 0.4, np.float32),
        "events": np.full((events, len(CLASSES)), -8, np.float32),
    } | changed
    return Track(duration_ms=round(seconds * 1000), classes=CLASSES, **columns)


def test_a_bin_says_the_least_the_median_and_the_most_of_its_rows():
    level = RANDOM.uniform(-60, -20, 625).astype(np.float32)
    curves = draw(track_of(10, level=level), Span(0, 10_000), 100)
    assert (curves.bin_ms, curves.bins) == (7 * FRAME_MS, 90)
    for number in (0, 41, 89):
        rows = level[number * 7 : number * 7 + 7]
        assert curves.level.least[number] == pytest.approx(rows.min(), abs=0.06)
        assert curves.level.middle[number] == pytest.approx(np.median(rows), abs=0.06)
        assert curves.level.most[number] == pytest.approx(rows.max(), abs=0.06)


def test_a_bin_without_voice_has_no_pitch_and_is_not_bridged():
    voicing = np.ones(625, np.float32)
    voicing[100:200] = 0.2
    curves = draw(track_of(10, voicing=voicing), Span(0, 10_000), 625)
    assert curves.pitch.middle[99:101] == (120, None)
    assert curves.pitch.middle[199:201] == (None, 120)
    assert curves.level.middle[150] == -30


def test_shimmer_is_drawn_where_it_was_measured_to_a_hundredth():
    shimmer = np.full(625, 0.35, np.float32)
    shimmer[100:200] = 0
    curves = draw(track_of(10, shimmer=shimmer), Span(0, 10_000), 625)
    assert curves.shimmer.middle[99:101] == (0.35, None)
    assert curves.pitch.middle[150] == 120


def test_a_stretch_begins_at_its_first_row_and_beyond_the_end_there_is_nothing():
    curves = draw(track_of(10), Span(9_000, 20_000), 50)
    assert curves.from_ms == 9_008
    assert curves.from_ms + curves.bins * curves.bin_ms >= 10_000
    assert draw(track_of(10), Span(20_000, 30_000), 50).bins == 0


@pytest.mark.parametrize("points", [7, 100, 2_000])
def test_a_high_score_is_in_the_curve_however_coarse_it_is(points):
    events = np.full((125, len(CLASSES)), -8, np.float32)
    events[30, CLASSES.index("Giggle")] = 2
    curves = draw(track_of(60, events=events), Span(0, 60_000), points)
    laughter = curves.sounds["laughter"]
    assert max(one for one in laughter if one is not None) == 2
    at_ms = curves.from_ms + (laughter.index(2) + 0.5) * curves.bin_ms
    assert abs(at_ms - (30 * EVENT_MS + EVENT_WINDOW_MS / 2)) <= max(EVENT_MS, curves.bin_ms)
    assert max(one for one in curves.sounds["cough"] if one is not None) == -8


def test_where_it_is_empty_nothing_is_drawn():
    curves = draw(track_of(10), Span(0, 10_000), 625, [Span(4_000, 5_000)])
    drawn = (curves.pitch.middle, curves.level.least, curves.tilt.most, curves.shimmer.middle)
    for values in (*drawn, curves.sounds["laughter"]):
        assert {one for at, one in enumerate(values) if 4_000 <= at * FRAME_MS < 5_000} == {None}
        assert values[200] is not None
        assert values[400] is not None


def test_blanking_leaves_nothing_that_depends_on_what_was_there():
    masks = [Span(0, 300), Span(3_000, 3_400), Span(9_900, 10_000)]
    one = track_of(10)
    other = track_of(10)
    columns = (other.pitch, other.voicing, other.level, other.tilt, other.harmonicity)
    for column in (*columns, other.high, other.shimmer):
        for span in emptied_spans(masks):
            rows = other.rows(span.start_ms, span.end_ms)
            column[rows] = RANDOM.uniform(0, 1, rows.stop - rows.start)
    for row in range(len(other.events)):
        if any(row * EVENT_MS < m.end_ms and row * EVENT_MS + EVENT_WINDOW_MS > m.start_ms for m in masks):
            other.events[row] = RANDOM.uniform(-5, 5, len(CLASSES))
    assert encode(one) != encode(other)
    kept = encode(blanked(one, masks))
    assert kept == encode(blanked(other, masks))
    track = decode(kept)
    assert not track.pitch[track.rows(3_000 - MARGIN_MS, 3_400 + MARGIN_MS)].any()
    assert (track.level[track.rows(3_000 - MARGIN_MS, 3_400 + MARGIN_MS)] == -100).all()
    assert track.pitch[track.rows(4_000, 9_000)].all()


def test_curves_of_a_minute_and_of_ninety_are_read_fast():
    file = encode(track_of(90 * 60))
    for span in (Span(600_000, 660_000), Span(0, 90 * 60_000)):
        began = time.process_time()
        draw(decode(file), span, 2_000)
        assert time.process_time() - began < 0.5
