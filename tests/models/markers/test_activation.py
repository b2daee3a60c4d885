"""Activation is a number with an interval, never a feeling."""

from __future__ import annotations

import numpy as np
import pytest

from models.markers.activation import activation_of, find_activation
from models.nuance.summary import Baseline, Feature, Usual
from models.nuance.track import Track
from tests.models.markers.made import material, talker
from tests.models.nuance.sounds import track

USUAL = {
    Feature.PITCH: Usual(30, 2),
    Feature.TILT: Usual(10, 2),
    Feature.LEVEL: Usual(-30, 3),
    Feature.RATE: Usual(14, 2),
    Feature.RANGE: Usual(5, 1),
}


def spreads(**off: float) -> dict[Feature, float]:
    return {
        Feature[name.upper()]: USUAL[Feature[name.upper()]].median + z * USUAL[Feature[name.upper()]].spread
        for name, z in off.items()
    }


def test_features_that_agree_make_a_narrow_interval():
    baseline = Baseline(100, USUAL)
    agreeing = activation_of(spreads(pitch=3, tilt=-3, level=3, rate=3, range=3), baseline)
    apart = activation_of(spreads(pitch=4, tilt=4, level=2, rate=0, range=0), baseline)
    assert agreeing is not None
    assert apart is not None
    assert agreeing.value == pytest.approx(3)
    assert agreeing.name == "high"
    assert apart.high - apart.low > 3 * (agreeing.high - agreeing.low)
    assert apart.name is None


def test_a_lower_voice_with_less_effort_is_low():
    found = activation_of(spreads(pitch=-2, tilt=2, level=-3, rate=-2, range=-2), Baseline(100, USUAL))
    assert found is not None
    assert (found.name, found.value < 0, found.high < 0) == ("low", True, True)


def test_one_feature_gone_wrong_does_not_decide():
    found = activation_of(spreads(pitch=30, tilt=0, level=0, rate=0, range=0), Baseline(100, USUAL))
    assert found is not None
    assert found.value < 1.5
    assert found.name is None


def test_too_little_is_no_number():
    assert activation_of(spreads(pitch=3, tilt=-3, level=3, rate=3), Baseline(29, USUAL)) is None
    assert activation_of(spreads(pitch=3, level=3), Baseline(100, USUAL)) is None
    assert activation_of({}, Baseline(100, USUAL)) is None


def active(made: Track, start_ms: int, end_ms: int) -> None:
    rows = made.rows(start_ms, end_ms)
    made.level[rows] += 8
    made.pitch[rows] *= 2 ** (6 / 12)
    made.tilt[rows] -= 8


def test_every_stretch_has_a_value_and_only_what_stands_out_a_name():
    made = track(120)
    random = np.random.default_rng(1)
    made.pitch[:] *= 2 ** (random.normal(0, 1, len(made.pitch)) / 12)
    active(made, 30_000, 32_000)
    found = list(find_activation(material(made, talker(40))))
    assert len(found) == 40
    assert [one.utterance for one in found if one.subtype is not None] == [10]
    (named,) = [one for one in found if one.subtype is not None]
    assert named.evidence["low"] < named.strength < named.evidence["high"]
    assert named.evidence[Feature.TILT] > 0, "in the direction of more activation"


def test_of_a_speaker_with_little_speech_there_is_none():
    assert list(find_activation(material(track(60), talker(20)))) == []
