"""What is usual over several interviews, and how one differs from the others."""

from __future__ import annotations

import numpy as np
import pytest

from models.nuance.sessions import (
    HARDLY_COMPARABLE,
    LEAST_OWN,
    Session,
    above_noise_db,
    baseline_in,
    shifts_of,
)
from models.nuance.summary import OF_RECORDING, Feature, make_baseline
from models.values import Span
from tests.models.nuance.sounds import track

USUAL = {
    Feature.PITCH: (25.0, 1.0),
    Feature.RANGE: (4.0, 1.0),
    Feature.LEVEL: (-25.0, 2.0),
    Feature.TILT: (14.0, 1.5),
    Feature.HARMONICITY: (8.0, 1.5),
    Feature.VOICED: (0.7, 0.07),
    Feature.RATE: (14.0, 1.5),
}


def session(count: int, seed: int = 1, above_noise: float | None = 30.0, **moved: float) -> Session:
    """A person in one interview; ``moved`` by the names of features, in their own units."""
    random = np.random.default_rng(seed)
    rows = [
        {
            feature: float(random.normal(middle + moved.get(feature.name.lower(), 0.0), spread))
            for feature, (middle, spread) in USUAL.items()
        }
        for _ in range(count)
    ]
    return Session(rows, count * 4_000, above_noise)


def test_of_one_interview_it_is_what_is_usual_there() -> None:
    one = session(40)
    assert baseline_in([one], 0) == make_baseline(one.summaries, 160_000)


def test_it_rests_on_the_speech_of_all_interviews() -> None:
    held = baseline_in([session(20), session(15, 2), Session(())], 1)
    assert (held.utterances, held.speech_ms, held.interviews) == (35, 140_000, 2)
    assert held.is_known
    assert held.evidence == {"stretches": 35.0, "minutes": 2.3, "interviews": 2.0}
    assert not baseline_in([session(20)], 0).is_known


def test_another_microphone_moves_the_middle_of_the_recording_and_not_the_spread() -> None:
    quiet = session(40, 2, level=-15.0, tilt=3.0)
    held = baseline_in([session(40), quiet, session(40, 3)], 1)
    middle = float(np.median(quiet.values(Feature.LEVEL)))
    assert held.usual[Feature.LEVEL].median == middle
    assert held.usual[Feature.LEVEL].spread == pytest.approx(2.0, abs=0.5)
    together = make_baseline([*session(40).summaries, *quiet.summaries])
    assert together.usual[Feature.LEVEL].spread > 8, "what it would be without that"
    assert held.usual[Feature.PITCH].median == pytest.approx(25.0, abs=0.3)


def test_pitch_is_the_persons_own_wherever_it_is_recorded() -> None:
    excited = session(12, 2, pitch=6.0)
    held = baseline_in([session(60), excited], 1)
    assert held.z(Feature.PITCH, float(np.median(excited.values(Feature.PITCH)))) > 3


def test_a_recording_with_too_little_speech_is_not_judged_by_what_depends_on_it() -> None:
    held = baseline_in([session(60), session(LEAST_OWN - 1, 2)], 1)
    assert held.is_known
    assert held.knows(Feature.PITCH, Feature.RATE)
    assert not any(feature in held.usual for feature in OF_RECORDING)
    assert baseline_in([session(60), session(LEAST_OWN, 2)], 1).knows(*OF_RECORDING)


@pytest.mark.parametrize("odd", [session(40, 2, above_noise=5.0), session(40, 2, tilt=-9.0)])
def test_in_noise_or_another_sound_markers_are_less_sure(odd: Session) -> None:
    assert baseline_in([session(40), odd], 1).certainty == HARDLY_COMPARABLE
    assert baseline_in([session(40), session(40, 3), odd], 0).certainty == 1.0


def test_noise_does_not_narrow_what_is_usual_elsewhere() -> None:
    flat = Session([one | {Feature.LEVEL: -20.0} for one in session(80, 2).summaries], 1, 5.0)
    clean = session(40)
    assert (
        baseline_in([clean, flat], 0).usual[Feature.LEVEL]
        == make_baseline(clean.summaries).usual[Feature.LEVEL]
    )


def test_a_change_between_interviews_is_told_in_the_persons_own_spreads() -> None:
    slow = session(40, 2, rate=-3.0)
    found = shifts_of([session(60), slow], 1)
    assert set(found) == {Feature.PITCH, Feature.RANGE, Feature.RATE}
    assert found[Feature.RATE].clear
    assert found[Feature.RATE].strength == pytest.approx(-2, abs=0.6)
    assert not found[Feature.PITCH].clear


@pytest.mark.parametrize("seed", range(6))
def test_the_same_way_of_speaking_is_no_change_whatever_the_microphone(seed: int) -> None:
    held = [session(40, seed), session(40, seed + 10, level=-20.0, tilt=4.0), session(40, seed + 20)]
    assert not any(one.clear for place in range(3) for one in shifts_of(held, place).values())


def test_too_little_speech_is_not_compared() -> None:
    assert shifts_of([session(60), session(LEAST_OWN - 1, 2, rate=-6.0)], 1) == {}
    assert shifts_of([session(20), session(40, 2, rate=-6.0)], 1) == {}
    assert shifts_of([session(40)], 0) == {}


def test_speech_is_held_against_what_is_heard_where_nobody_speaks() -> None:
    made = track(20, level=-70.0)
    made.level[made.rows(5_000, 10_000)] = -25.0
    assert above_noise_db(made, [Span(5_000, 10_000)], -25.0) == pytest.approx(45.0)
    assert above_noise_db(made, [Span(0, 20_000)], -25.0) is None
