"""Shimmer of made voices, whose periods differ by a known amount."""

from __future__ import annotations

import numpy as np
import pytest

from models.nuance import measure
from models.nuance.measure import measure_track
from models.nuance.shimmer import SHIMMER_MARGIN, measure_shimmer
from models.nuance.track import HOP
from tests.models.nuance.sounds import RATE, buzz, noise, samples

WHOLE = slice(8, -8)


def pulses(seconds: float, pitch_hz: float, difference_db: float) -> np.ndarray:
    """A voice of pulses, by turns louder and softer, each of which has rung off before the next."""
    made = np.zeros(round(seconds * RATE) + RATE // 10)
    for number in range(int(seconds * pitch_hz)):
        at = number * RATE / pitch_hz
        moments = (np.arange(RATE // 20) - (at - int(at))) / RATE
        ringing = np.exp(-moments * 8 * pitch_hz) * np.sin(2 * np.pi * 3 * pitch_hz * moments)
        ringing[moments < 0] = 0
        half = difference_db / 2 if number % 2 else -difference_db / 2
        made[int(at) : int(at) + len(ringing)] += ringing * 10 ** (half / 20)
    return 0.1 * made[: round(seconds * RATE)]


@pytest.mark.parametrize("pitch_hz", [80, 120, 200, 330])
@pytest.mark.parametrize("difference_db", [0.0, 0.3, 0.6, 1.0])
def test_periods_that_differ_by_so_much_have_that_shimmer(pitch_hz: float, difference_db: float):
    sound = pulses(1, pitch_hz, difference_db).astype(np.float32)
    rows = len(sound) // HOP
    padded = np.pad(sound, (SHIMMER_MARGIN, SHIMMER_MARGIN + HOP))
    found = measure_shimmer(padded, np.full(rows, pitch_hz, np.float32), np.ones(rows, np.float32))[WHOLE]
    assert (found > 0).all()
    assert np.median(found) == pytest.approx(difference_db, abs=0.06)


def test_the_track_has_it_of_what_is_voiced_only():
    track = measure_track(samples(np.concatenate([pulses(2, 120, 1.0), noise(1)])), None)
    voiced = track.rows(200, 1_800)
    assert np.median(track.shimmer[voiced]) == pytest.approx(1, abs=0.1)
    assert np.mean(track.shimmer[track.rows(2_200, 2_900)] > 0) < 0.1


def test_a_steady_voice_has_hardly_any():
    assert np.median(measure_track(samples(buzz(1, 150)), None).shimmer[WHOLE]) <= 0.1


def test_a_voice_too_low_for_three_periods_in_60_ms_has_none():
    rows = 40
    padded = np.pad(pulses(0.7, 40, 1.0).astype(np.float32), (SHIMMER_MARGIN, SHIMMER_MARGIN))
    assert not measure_shimmer(padded, np.full(rows, 40, np.float32), np.ones(rows, np.float32)).any()


def test_pieces_leave_no_seam(monkeypatch: pytest.MonkeyPatch):
    sound = samples(np.concatenate([pulses(3, 110, 0.5), noise(1), pulses(3, 180, 1.0)]))
    whole = measure_track(sound, None).shimmer
    monkeypatch.setattr(measure, "_BLOCK_FRAMES", 100)
    assert np.mean(np.abs(measure_track(sound, None).shimmer - whole) > 0.06) < 0.01
