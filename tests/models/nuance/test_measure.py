"""What is measured of made sounds."""

from __future__ import annotations

import numpy as np
import pytest

from models.nuance import measure
from models.nuance.frames import MARGIN, measure_frames
from models.nuance.measure import measure_track
from models.nuance.sound_events import log_mel
from models.nuance.track import HOP, encode
from tests.models.nuance.sounds import buzz, noise, samples

WHOLE = slice(4, -4)


def test_a_voice_has_its_pitch_and_clear_harmonics():
    track = measure_track(samples(buzz(2, 150)), None)
    assert np.median(track.pitch[WHOLE]) == pytest.approx(150, rel=0.02)
    assert np.median(track.voicing[WHOLE]) > 0.8
    assert np.median(track.harmonicity[WHOLE]) > 15


def test_noise_has_neither():
    track = measure_track(samples(noise(2)), None)
    assert np.mean(track.voicing[WHOLE] >= 0.5) < 0.1
    assert np.median(track.harmonicity[WHOLE]) < 3


def test_level_is_in_db_of_full_scale():
    sine = 0.5 * np.sin(2 * np.pi * 200 * np.arange(16_000) / 16_000)
    level = measure_track(samples(sine), None).level[WHOLE]
    np.testing.assert_allclose(level, 10 * np.log10(0.125), atol=0.6)


def test_tilt_is_positive_for_low_sounds_and_negative_for_high_ones():
    moments = np.arange(16_000) / 16_000
    low, high = (
        measure_track(samples(0.1 * np.sin(2 * np.pi * hertz * moments)), None).tilt for hertz in (300, 3_000)
    )
    assert low[WHOLE].min() > 20
    assert high[WHOLE].max() < -20


def test_what_lies_above_2_khz_has_a_level_of_its_own():
    moments = np.arange(16_000) / 16_000
    low, high = (
        measure_track(samples(0.1 * np.sin(2 * np.pi * hertz * moments)), None) for hertz in (300, 4_000)
    )
    np.testing.assert_allclose(high.high[WHOLE], high.level[WHOLE], atol=0.6)
    assert low.high[WHOLE].max() < -70


def test_silence_has_no_voice_and_does_not_fail():
    track = measure_track(samples(np.zeros(32_000)), None)
    assert not track.pitch.any()
    assert track.level.max() == -96


@pytest.mark.parametrize("count", [0, 1, 255, 256, 257, 16_000])
def test_any_length_gives_a_row_for_each_step(count: int):
    track = measure_track(samples(np.full(count, 0.1)), None)
    assert len(track.pitch) == len(track.voicing) == len(track.level) == len(track.tilt) == -(-count // HOP)


def test_pieces_leave_no_seam(monkeypatch: pytest.MonkeyPatch):
    sound = samples(np.concatenate([buzz(3, 110), noise(2), buzz(3, 220)]))
    whole = measure_track(sound, None)
    monkeypatch.setattr(measure, "_BLOCK_FRAMES", 100)
    in_pieces = measure_track(sound, None)
    for name in ("level", "tilt", "harmonicity", "high"):
        np.testing.assert_array_equal(getattr(whole, name), getattr(in_pieces, name))
    np.testing.assert_allclose(whole.pitch, in_pieces.pitch, atol=0.2)


def test_two_channels_are_measured_as_their_mean():
    voice = buzz(1)
    both = measure_track(samples(voice, voice), None)
    assert encode(both) == encode(measure_track(samples(voice), None))


def test_progress_reaches_the_end():
    reached: list[int] = []
    measure_track(samples(buzz(13)), None, progress=reached.append)
    assert reached == sorted(reached)
    assert reached[-1] == 13_000


def test_a_frame_needs_its_margins_only():
    padded = np.zeros(2 * MARGIN, np.float32)
    assert len(measure_frames(padded, 1).level) == 1


def test_spectra_come_every_ten_milliseconds():
    assert log_mel(np.zeros(16_000, np.float32)).shape == (98, 64)
    assert log_mel(np.zeros(100, np.float32)).shape == (0, 64)
