"""Ends of utterances that fall by more than usual."""

from __future__ import annotations

import numpy as np
import pytest

from models.markers.fading import LEAST_ENDS, find_fading
from models.nuance.track import Track
from models.values import Utterance
from tests.models.markers.made import material, utterance
from tests.models.nuance.sounds import track


def spoken(count: int = 30) -> tuple[Track, list[Utterance]]:
    """Utterances of four seconds that all fall by 3 dB and a semitone at the end, give or take."""
    made = track(count * 5)
    said = [utterance(n, "S1", n * 5_000, n * 5_000 + 4_000, *["word"] * 10) for n in range(count)]
    random = np.random.default_rng(4)
    for one in said:
        fall(made, one, 3 + random.normal(0, 1), 1 + random.normal(0, 0.3))
    return made, said


def fall(made: Track, said: Utterance, decibels: float, semitones: float) -> None:
    rows = made.rows(said.end_ms - 1_000, said.end_ms)
    ramp = np.linspace(0, 1, rows.stop - rows.start)
    made.level[rows] -= decibels * ramp
    made.pitch[rows] *= 2 ** (-semitones * ramp / 12)


def test_an_end_that_dies_away_is_marked():
    made, said = spoken()
    fall(made, said[10], 18, 4)
    (found,) = find_fading(material(made, said))
    assert (found.utterance, found.end_ms) == (10, said[10].end_ms)
    assert said[10].end_ms - found.start_ms == pytest.approx(800, abs=20)
    assert found.evidence["fall_db"] > found.evidence["usual_db"] + 4
    assert found.evidence["fall_semitones"] > found.evidence["usual_semitones"]


def test_a_voice_that_is_lost_at_the_end_dies_away_without_a_pitch():
    made, said = spoken()
    fall(made, said[10], 18, 0)
    made.voicing[made.rows(said[10].end_ms - 800, said[10].end_ms)] = 0
    (found,) = find_fading(material(made, said))
    assert "fall_semitones" not in found.evidence


def test_an_end_that_falls_in_level_but_rises_in_pitch_is_a_question():
    made, said = spoken()
    fall(made, said[10], 18, -6)
    assert list(find_fading(material(made, said))) == []


def test_usual_ends_and_few_ends_are_not_marked():
    made, said = spoken()
    assert list(find_fading(material(made, said))) == []
    few, short = spoken(LEAST_ENDS - 1)
    fall(few, short[5], 30, 6)
    assert list(find_fading(material(few, short))) == []
    assert list(find_fading(material(None, said))) == []
