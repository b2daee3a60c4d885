"""The file of a track."""

from __future__ import annotations

import numpy as np
import pytest

from models.nuance.track import FRAME_MS, as_kept, decode, encode
from models.problems import ProblemCode, RecordingProblem
from tests.models.nuance.sounds import track


def test_a_track_comes_back_from_its_file_and_gives_the_same_bytes_again():
    made = track(3, pitch=133.33, level=-31.2, classes=("Laughter", "Cough"), events={2: {"Laughter": 1.5}})
    back = decode(encode(made))
    assert encode(back) == encode(made)
    assert back.duration_ms == 3_000
    assert back.classes == ("Laughter", "Cough")
    np.testing.assert_allclose(back.pitch, 133.3, atol=0.01)
    np.testing.assert_allclose(back.level, -31.0)
    np.testing.assert_allclose(back.events[2], [1.5, -20], atol=0.4)


def test_what_the_network_scored_is_kept_exactly():
    step = np.float32(0.7565)
    made = track(1, classes=("Sigh",), events={0: {"Sigh": float(step * -3)}})
    assert decode(encode(made)).events[0, 0] == step * np.float32(-3)


def test_a_track_of_nothing_is_one():
    assert len(decode(encode(track(0))).level) == 0


@pytest.mark.parametrize("broken", [b"", b"LYTTNUAN", encode(track(1))[:-1], b"X" + encode(track(1))[1:]])
def test_what_is_no_track_is_damaged(broken: bytes):
    with pytest.raises(RecordingProblem) as problem:
        decode(broken)
    assert problem.value.code is ProblemCode.DAMAGED


def test_rows_are_those_whose_middle_lies_in_the_stretch():
    made = as_kept(track(1))
    rows = made.rows(100, 200)
    middles = np.arange(rows.start, rows.stop) * FRAME_MS
    assert middles.min() >= 100
    assert middles.max() < 200
    assert len(middles) == 6
    assert made.rows(5_000, 6_000).stop == made.rows(5_000, 6_000).start
