"""A pitch that moves less or more than usual."""

from __future__ import annotations

import numpy as np
import pytest

from models.markers.melody import find_melodies
from models.nuance.track import Track
from models.values import MarkerKind
from tests.models.markers.made import material, talker
from tests.models.nuance.sounds import track


def melodic(seconds: float, semitones: float = 3.0) -> Track:
    """A pitch that goes up and down twice a second."""
    made = track(seconds)
    moments = np.arange(len(made.pitch)) * 0.016
    made.pitch[:] = 120 * 2 ** (semitones * np.sin(4 * np.pi * moments) / 12)
    return made


def squeezed(made: Track, start_ms: int, end_ms: int, times: float) -> None:
    rows = made.rows(start_ms, end_ms)
    made.pitch[rows] = 120 * (made.pitch[rows] / 120) ** times


@pytest.mark.parametrize(("times", "name"), [(0.3, "monotone"), (3.0, "lively")])
def test_neighbouring_stretches_of_another_melody_are_marked(times: float, name: str):
    made = melodic(120)
    squeezed(made, 30_000, 39_000, times)
    each = list(find_melodies(material(made, talker(40))))
    assert [one.utterance for one in each] == [10, 11, 12]
    found = each[1]
    assert (found.kind, found.subtype, found.utterance, found.start_ms) == (
        MarkerKind.PITCH,
        name,
        11,
        33_000,
    )
    assert found.evidence["value"] / found.evidence["usual"] == pytest.approx(times, rel=0.2)
    assert (found.strength > 0) is (times > 1)


def test_one_flat_sentence_is_not_monotone():
    made = melodic(120)
    squeezed(made, 30_000, 32_000, 0.2)
    assert list(find_melodies(material(made, talker(40)))) == []


def test_a_steady_melody_has_no_markers_and_few_stretches_neither():
    assert list(find_melodies(material(melodic(120), talker(40)))) == []
    few = melodic(60)
    squeezed(few, 30_000, 39_000, 0.2)
    assert list(find_melodies(material(few, talker(20)))) == []
    assert list(find_melodies(material(None, talker(40)))) == []
    assert list(find_melodies(material(track(120), talker(40)))) == []
