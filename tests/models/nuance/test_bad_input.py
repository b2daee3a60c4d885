"""Sounds that no interview should be: nothing fails, and markers stay few and unsure."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from models.audio.samples import Samples
from models.loudness import Levels, measure_levels
from models.markers import HEARD_KINDS, find_markers
from models.nuance.measure import measure_track
from models.nuance.sound_events import SoundEvents
from models.problems import RecordingProblem
from models.registry.locate import locate
from models.registry.manifest import Task
from models.values import Marker, MarkerKind, Span, Turn, Utterance
from service.settings import Settings
from tests.models.markers.made import utterance
from tests.models.nuance.sounds import RATE, buzz, noise, samples

pytestmark = pytest.mark.models


@pytest.fixture(scope="module")
def sounds() -> SoundEvents:
    try:
        folder: Path = locate("yamnet", Settings().models_folder, Task.SOUND_EVENTS)
    except RecordingProblem:
        pytest.skip("the model of sounds is not installed: lytt models fetch")
    return SoundEvents(folder)


def syllables(seconds: float, pitch_hz: float = 120.0, seed: int = 5) -> np.ndarray:
    """A buzz that rises and falls four times a second and wanders in pitch: as much like talk as can be made."""
    random = np.random.default_rng(seed)
    moments = np.arange(round(seconds * RATE)) / RATE
    wandering = np.interp(
        moments, np.arange(0, seconds + 1, 0.5), pitch_hz * 2 ** random.normal(0, 0.1, int(2 * seconds) + 2)
    )
    phase = 2 * np.pi * np.cumsum(wandering) / RATE
    voice = sum(np.sin(n * phase) / n for n in range(1, 20))
    return 0.05 * voice * (0.55 + 0.45 * np.sin(2 * np.pi * 4 * moments))


def heard(
    sound: Samples, sounds: SoundEvents, spoken: Sequence[Utterance] = (), turns: Sequence[Turn] = ()
) -> list[Marker]:
    track = measure_track(sound, sounds)
    speech = [Span(one.start_ms, one.end_ms) for one in spoken]
    found = find_markers(spoken, speech, turns, measure_levels(sound), 1_000, track=track, at_once=())
    return [marker for marker in found if marker.kind in HEARD_KINDS and not is_value(marker)]


def is_value(marker: Marker) -> bool:
    """Whether it is a point of a curve, of which every stretch has one."""
    return marker.kind is MarkerKind.ACTIVATION and marker.subtype is None


def sentences(seconds: int, speaker: str = "S1") -> list[Utterance]:
    """Three seconds of words, one without."""
    return [
        utterance(number, speaker, number * 4_000, number * 4_000 + 3_000, *["word"] * 9)
        for number in range(seconds // 4)
    ]


def test_silence_holds_nothing(sounds: SoundEvents):
    assert heard(samples(np.zeros(60 * RATE)), sounds) == []


def test_the_noise_of_a_room_holds_nothing(sounds: SoundEvents):
    assert heard(samples(noise(60, 0.003)), sounds) == []


def test_a_steady_speaker_is_marked_at_most_once_a_minute(sounds: SoundEvents):
    found = heard(samples(syllables(180)), sounds, sentences(180), [Turn(0, 180_000, "S1")])
    assert len(found) <= 3


def test_clipping_is_no_flood(sounds: SoundEvents):
    clipped = np.clip(syllables(180) * 40, -1, 1)
    assert len(heard(samples(clipped), sounds, sentences(180))) <= 6


def test_a_telephone_band_is_no_flood(sounds: SoundEvents):
    spectrum = np.fft.rfft(syllables(120))
    hertz = np.fft.rfftfreq(120 * RATE, 1 / RATE)
    spectrum[(hertz < 300) | (hertz > 3_400)] = 0
    assert len(heard(samples(np.fft.irfft(spectrum)), sounds, sentences(120))) <= 4


def test_music_under_speech_is_no_flood(sounds: SoundEvents):
    random = np.random.default_rng(2)
    notes = np.concatenate(
        [buzz(0.5, 220 * 2 ** (int(step) / 12), 0.03) for step in random.integers(0, 25, 240)]
    )
    assert len(heard(samples(syllables(120) + notes), sounds, sentences(120))) <= 6


def test_ten_seconds_of_a_speaker_have_no_usual(sounds: SoundEvents):
    sound = syllables(12)
    sound[5 * RATE : 7 * RATE] *= 8
    kinds = {marker.kind for marker in heard(samples(np.clip(sound, -1, 1)), sounds, sentences(12))}
    assert not kinds & {"volume", "tempo", "pitch", "voice", "emphasis", "fading", "shift", "activation"}


def test_one_who_speaks_alone_answers_nobody():
    spoken = [utterance(n, "S1", n * 4_000, n * 4_000 + 3_000, "and", "then?") for n in range(40)]
    found = find_markers(spoken, [], [], Levels(()), 1_000)
    assert [one for one in found if one.kind is MarkerKind.LATENCY] == []


@pytest.mark.parametrize("count", [1, 100, 5_000])
def test_a_blink_of_sound_does_not_fail(sounds: SoundEvents, count: int):
    assert heard(samples(np.full(count, 0.2)), sounds) == []
