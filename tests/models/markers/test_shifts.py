"""A way of speaking that is another one from some moment on."""

from __future__ import annotations

import numpy as np
import pytest

from models.markers.shifts import SIDE, find_shifts
from models.nuance.track import Track
from models.values import MarkerKind
from tests.models.markers.made import material, talker, utterance
from tests.models.nuance.sounds import track


def restless(seconds: float) -> Track:
    """Pitch and level stray from sentence to sentence."""
    made = track(seconds)
    random = np.random.default_rng(6)
    for start in range(0, round(seconds * 1000), 3_000):
        rows = made.rows(start, start + 3_000)
        made.pitch[rows] *= 2 ** (random.normal(0, 1) / 12)
        made.level[rows] += random.normal(0, 1.5)
    return made


@pytest.mark.parametrize(
    ("column", "change", "name"), [("pitch", 2 ** (5 / 12), "pitch"), ("level", 8.0, "level")]
)
def test_what_stays_changed_is_marked_where_it_changes(column: str, change: float, name: str):
    made = restless(150)
    rows = made.rows(75_000, 150_000)
    values = getattr(made, column)
    values[rows] = values[rows] * change if column == "pitch" else values[rows] + change
    (found,) = find_shifts(material(made, talker(50)))
    assert (found.kind, found.subtype, found.speaker) == (MarkerKind.SHIFT, name, "S1")
    assert found.start_ms == pytest.approx(75_000, abs=6_000)
    assert found.strength > 0
    assert found.evidence["after"] - found.evidence["before"] == pytest.approx(
        5 if column == "pitch" else 8, abs=1.5
    )
    assert found.evidence[f"{name}_before"] == found.evidence["before"]


def test_slower_speech_and_more_pauses_are_shifts():
    made = track(150)
    said = talker(25) + [
        utterance(n, "S1", n * 3_000, n * 3_000 + 2_000, *["seven letters"] * 2) for n in range(25, 50)
    ]
    (found,) = find_shifts(material(made, said))
    assert (found.subtype, found.utterance) == ("tempo", 25)
    assert found.strength < 0


def test_a_steady_speaker_and_a_moment_are_no_shift():
    made = restless(150)
    assert list(find_shifts(material(made, talker(50)))) == []
    made.pitch[made.rows(75_000, 81_000)] *= 2
    assert list(find_shifts(material(made, talker(50)))) == []


def test_what_lies_far_apart_says_nothing_of_a_moment():
    made = restless(3_000)
    made.level[made.rows(1_500_000, 3_000_000)] += 12
    assert list(find_shifts(material(made, talker(2 * SIDE, gap_ms=118_000)))) == []


def test_few_stretches_have_no_shift():
    made = track(60)
    made.level[made.rows(30_000, 60_000)] += 12
    assert list(find_shifts(material(made, talker(2 * SIDE - 1)))) == []
