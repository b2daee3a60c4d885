"""Two microphones on two people are told from one scene in stereo."""

from __future__ import annotations

import numpy as np
import pytest

from models.audio.decode import decode
from models.audio.samples import open_samples
from models.notices import SEPARATE_CHANNELS

RATE = 16_000
RNG = np.random.default_rng(11)


def talk(seconds: int, turns: list[tuple[int, int]]) -> np.ndarray:
    """Noise in the rhythm of syllables during the given seconds."""
    time = np.arange(seconds * RATE) / RATE
    active = np.zeros(len(time), dtype=np.float32)
    for start, end in turns:
        active[start * RATE : end * RATE] = 1
    sound = RNG.normal(0, 0.1, len(time)) * (0.6 + 0.4 * np.sin(2 * np.pi * 4 * time)) * active
    return sound.astype(np.float32)


FIRST = talk(30, [(0, 8), (12, 20)])
SECOND = talk(30, [(8, 12), (20, 30)])
ROOM = RNG.normal(0, 0.001, len(FIRST)).astype(np.float32)


def bleed(decibels: float) -> float:
    return float(10 ** (-decibels / 20))


@pytest.mark.parametrize("decibels", [15, 20, 40])
def test_one_speaker_in_each_channel_is_kept_apart(decibels, write, tmp_path):
    part = bleed(decibels)
    decoded = decode(write([FIRST + part * SECOND + ROOM, SECOND + part * FIRST + ROOM]), tmp_path)
    assert decoded.separate_channels
    assert decoded.notices == (SEPARATE_CHANNELS,)
    samples = open_samples(tmp_path / decoded.samples)
    assert samples.channels == 2
    apart = [float(np.square(samples.read_frames(0, 8 * RATE, channel)).mean()) for channel in (0, 1)]
    assert apart[0] > 20 * apart[1]


def test_two_people_who_talk_at_once_are_kept_apart_too(write, tmp_path):
    left, right = talk(30, [(0, 22)]), talk(30, [(4, 26)])
    assert decode(write([left, right]), tmp_path).separate_channels


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (FIRST + SECOND, FIRST + SECOND),
        (FIRST + bleed(4) * SECOND, SECOND + bleed(4) * FIRST),
        (FIRST + SECOND, ROOM),
        (FIRST + SECOND, np.zeros_like(FIRST)),
        (FIRST + SECOND, -0.5 * (FIRST + SECOND)),
        (ROOM, ROOM[::-1].copy()),
    ],
    ids=["same", "stereo pair", "one dead input", "one silent", "opposite", "nobody"],
)
def test_one_scene_becomes_one_channel(left, right, write, tmp_path):
    decoded = decode(write([left, right]), tmp_path)
    assert not decoded.separate_channels
    assert decoded.channels == 2
    assert open_samples(tmp_path / decoded.samples).channels == 1
