"""The file of a track."""

from __future__ import annotations

import numpy as np
import pytest

from models.nuance.track import FRAME_MS, NOTHING_DB, as_kept, decode, encode
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


def test_shimmer_is_kept_to_a_twentieth_of_a_db_and_none_stays_none():
    made = track(1, shimmer=0.01)
    made.shimmer[:10] = 0
    made.shimmer[10:20] = 1.234
    back = decode(encode(made)).shimmer
    np.testing.assert_allclose(back[:21], [0] * 10 + [1.25] * 10 + [0.05], atol=1e-6)


def test_a_track_of_the_first_format_opens_without_what_it_had_not():
    made = track(2, pitch=150, level=-31, classes=("Sigh",), events={1: {"Sigh": 2.0}})
    now = encode(made)
    length = int.from_bytes(now[12:16], "little")
    columns = 16 + length
    rows = len(made.level)
    first = now[:8] + (1).to_bytes(4, "little") + now[12 : columns + 6 * rows] + now[columns + 8 * rows :]
    back = decode(first)
    assert not back.shimmer.any()
    assert (back.high == NOTHING_DB).all()
    np.testing.assert_array_equal(back.pitch, decode(now).pitch)
    np.testing.assert_array_equal(back.harmonicity, decode(now).harmonicity)
    np.testing.assert_array_equal(back.events, decode(now).events)
    with pytest.raises(RecordingProblem):
        decode(now[:8] + (1).to_bytes(4, "little") + now[12:])


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
