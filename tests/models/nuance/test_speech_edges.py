"""Edges of speech by the level."""

from __future__ import annotations

from itertools import pairwise

import pytest

from models.nuance.speech_edges import with_exact_edges
from models.nuance.track import NOTHING_DB, Track
from models.values import Span
from tests.models.nuance.sounds import track


def room(*loud: tuple[int, int]) -> Track:
    """Five seconds at -60 dB with stretches at -30 dB; 20 dB less above 2 kHz."""
    made = track(5, level=-60, high=-80)
    for start, end in loud:
        made.level[made.rows(start, end)] = -30
        made.high[made.rows(start, end)] = -50
    return made


@pytest.mark.parametrize("off_ms", [-200, -60, 0, 60, 200])
def test_an_edge_that_strays_is_put_where_the_sound_ends(off_ms: int):
    made = room((0, 1_500), (3_500, 5_000))
    found = with_exact_edges([Span(0, 1_500 + off_ms), Span(3_500 + off_ms, 5_000)], made)
    assert abs(found[0].end_ms - 1_500) <= 24
    assert abs(found[1].start_ms - 3_500) <= 32
    assert (found[0].start_ms, found[1].end_ms) == (0, 5_000)


def test_no_edge_moves_into_another_sound():
    made = room((0, 1_500), (1_800, 2_000), (3_500, 5_000))
    found = with_exact_edges([Span(0, 1_500), Span(3_500, 5_000)], made)
    assert abs(found[0].end_ms - 1_500) <= 24


def test_short_gaps_and_silence_stay_as_they_are():
    speech = (Span(0, 1_000), Span(1_300, 2_000))
    assert with_exact_edges(speech, room((0, 1_100))) == speech
    flat = (Span(0, 1_000), Span(3_000, 4_000))
    assert with_exact_edges(flat, room()) == flat
    assert with_exact_edges((), room()) == ()


def end_of(made: Track, detected_ms: int) -> int:
    return with_exact_edges([Span(0, detected_ms), Span(3_500, 5_000)], made)[0].end_ms


def test_a_sound_that_hardly_stands_out_of_the_silence_is_no_speech():
    made = room((0, 1_500), (3_500, 5_000))
    made.level[made.rows(1_500, 1_750)] = -53
    assert abs(end_of(made, 1_700) - 1_500) <= 24


def test_a_voice_that_dies_away_ends_midway_between_clear_and_gone():
    made = room((0, 1_500), (3_500, 5_000))
    made.level[made.rows(1_500, 1_700)] = -50  # 20 dB below the speech, 10 dB above the room
    assert abs(end_of(made, 1_500) - 1_600) <= 24
    made.level[made.rows(1_500, 1_700)] = -45  # 15 dB below
    assert abs(end_of(made, 1_500) - 1_700) <= 24


def test_a_soft_sound_above_2_khz_at_the_end_is_of_the_word():
    made = room((0, 1_500), (3_500, 5_000))
    made.level[made.rows(1_500, 1_650)] = -58
    made.high[made.rows(1_500, 1_650)] = -56
    assert abs(end_of(made, 1_500) - 1_650) <= 24


def test_without_a_level_above_2_khz_the_level_alone_says_where_it_ends():
    made = room((0, 1_500), (3_500, 5_000))
    made.high[:] = NOTHING_DB
    assert abs(end_of(made, 1_600) - 1_500) <= 24


def test_a_soft_beginning_is_of_the_word_as_far_as_28_db_below_it():
    made = room((0, 1_500), (3_500, 5_000))
    made.level[made.rows(0, 1_500)] = made.level[made.rows(3_500, 5_000)] = -20
    made.level[made.rows(3_350, 3_500)] = -45
    found = with_exact_edges([Span(0, 1_500), Span(3_500, 5_000)], made)
    assert abs(found[1].start_ms - 3_350) <= 32
    made.level[made.rows(3_350, 3_500)] = -50
    found = with_exact_edges([Span(0, 1_500), Span(3_400, 5_000)], made)
    assert abs(found[1].start_ms - 3_500) <= 32


def test_a_breath_between_is_no_speech_but_a_whispered_word_is():
    made = room((0, 1_000), (2_000, 2_300), (3_500, 5_000))
    made.voicing[made.rows(2_000, 2_300)] = 0
    heard = [Span(0, 1_000), Span(2_000, 2_300), Span(3_500, 5_000)]
    assert len(with_exact_edges(heard, made)) == 2
    assert len(with_exact_edges(heard, made, [Span(2_050, 2_250)])) == 3
    made.voicing[made.rows(2_000, 2_300)] = 1
    assert len(with_exact_edges(heard, made)) == 3
    long = [Span(0, 1_000), Span(2_000, 2_600), Span(3_500, 5_000)]
    made.voicing[made.rows(2_000, 2_600)] = 0
    assert len(with_exact_edges(long, made)) == 3


def test_the_stretches_stay_in_order_and_apart():
    made = room((0, 700), (900, 1_000), (1_600, 2_100))
    found = with_exact_edges([Span(0, 700), Span(1_150, 1_170), Span(1_600, 2_100)], made)
    assert all(one.start_ms < one.end_ms for one in found)
    assert all(one.end_ms <= other.start_ms for one, other in pairwise(found))
