"""Features of stretches, and what is usual for a speaker."""

from __future__ import annotations

import numpy as np
import pytest

from models.nuance.summary import (
    LEAST_SPREAD,
    LEAST_UTTERANCES,
    Feature,
    hertz,
    make_baseline,
    summarise,
)
from models.values import Span
from tests.models.nuance.sounds import track


def test_a_stretch_has_the_medians_of_its_frames():
    found = summarise(track(3, pitch=220, level=-20, tilt=5, harmonicity=8), [Span(0, 3_000)], letters=30)
    assert hertz(found[Feature.PITCH]) == pytest.approx(220)
    assert found[Feature.RANGE] == pytest.approx(0)
    assert found[Feature.LEVEL] == -20
    assert found[Feature.TILT] == 5
    assert found[Feature.VOICED] == 1
    assert found[Feature.RATE] == 10


def test_less_than_a_second_says_nothing():
    assert summarise(track(3), [Span(0, 999)]) == {}
    assert summarise(track(3), []) == {}


def test_what_is_not_voiced_has_no_pitch():
    found = summarise(track(3, voicing=0.2), [Span(0, 3_000)])
    assert found[Feature.VOICED] == 0
    assert Feature.PITCH not in found


def test_a_few_jumps_of_an_octave_leave_the_pitch_as_it_is():
    made = track(3, pitch=100)
    made.pitch[::6] = 200
    assert hertz(summarise(made, [Span(0, 3_000)])[Feature.PITCH]) == pytest.approx(100)


def test_what_is_usual_is_the_median_and_its_spread():
    values = np.random.default_rng(3).normal(-30, 3, 400)
    baseline = make_baseline([{Feature.LEVEL: float(value)} for value in values])
    assert baseline.usual[Feature.LEVEL].median == pytest.approx(-30, abs=0.5)
    assert baseline.usual[Feature.LEVEL].spread == pytest.approx(3, rel=0.15)
    assert baseline.z(Feature.LEVEL, -21) == pytest.approx(3, rel=0.2)


def test_some_shouts_do_not_move_it():
    calm = [{Feature.LEVEL: -30.0 + number % 3} for number in range(40)]
    shouts = [{Feature.LEVEL: 0.0}] * 6
    assert make_baseline([*calm, *shouts]).usual[Feature.LEVEL].median == -29


def test_a_speaker_who_never_changes_has_a_spread_all_the_same():
    baseline = make_baseline([{Feature.LEVEL: -30.0}] * 40)
    assert baseline.usual[Feature.LEVEL].spread == LEAST_SPREAD[Feature.LEVEL]


@pytest.mark.parametrize(
    ("count", "enough"), [(0, False), (LEAST_UTTERANCES - 1, False), (LEAST_UTTERANCES, True)]
)
def test_too_little_speech_is_no_baseline(count: int, enough: bool):
    made = make_baseline([{Feature.LEVEL: -30.0}] * count + [{}] * 50)
    assert made.utterances == count
    assert made.is_known is enough


def test_of_what_was_never_measured_nothing_is_far_from_usual():
    assert make_baseline([]).z(Feature.PITCH, 50) == 0
