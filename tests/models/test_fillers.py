"""Filler sounds, on made sounds: what is held is one, what moves is none."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from models.audio.samples import Samples, open_samples, wav_header
from models.fillers import LONGEST_MS, SHORTEST_MS, find_fillers, with_fillers
from models.values import MarkerKind, Span, Transcript, Turn, Utterance, Word

RATE = 16_000


def vowel(seconds: float, low_hz: float = 120.0, high_hz: float | None = None) -> np.ndarray:
    """A buzz of a voice's harmonics, falling off as those of an open vowel do."""
    count = round(seconds * RATE)
    pitch = np.linspace(low_hz, high_hz or low_hz, count)
    phase = 2 * np.pi * np.cumsum(pitch) / RATE
    return 0.1 * sum(np.sin(number * phase) / number for number in range(1, 20))


def recording(path: Path, sound: np.ndarray, at_s: float = 1.0, whole_s: float = 4.0) -> Samples:
    """Faint noise with the sound in it."""
    audio = 1e-4 * np.random.default_rng(1).standard_normal(round(whole_s * RATE))
    first = round(at_s * RATE)
    audio[first : first + len(sound)] += sound
    pcm = np.rint(np.clip(audio, -1, 1) * 32767).astype("<i2")
    path.write_bytes(wav_header(len(pcm), 1) + pcm.tobytes())
    return open_samples(path)


@pytest.fixture
def silent() -> Transcript:
    """One turn of four seconds without a word."""
    return Transcript(
        format=2,
        duration_ms=4_000,
        language="en",
        speakers=(),
        utterances=(),
        turns=(Turn(0, 4_000, "S1"),),
        markers=(),
        speech=(Span(0, 4_000),),
        notices=(),
        provenance=(),
    )


@pytest.mark.parametrize("seconds", [0.3, 0.6, 1.2])
def test_a_held_vowel_is_a_filler_of_its_speaker(tmp_path: Path, silent: Transcript, seconds: float):
    samples = recording(tmp_path / "a.wav", vowel(seconds))
    (found,) = find_fillers(samples, silent)
    assert found.kind is MarkerKind.FILLER
    assert found.speaker == "S1"
    assert abs(found.start_ms - 1_000) <= 40
    assert abs(found.end_ms - 1_000 - 1_000 * seconds) <= 40
    assert found.evidence["pitch_hz"] == pytest.approx(120, rel=0.03)
    assert 0.5 <= found.confidence <= 1


def test_what_glides_is_none(tmp_path: Path, silent: Transcript):
    assert not find_fillers(recording(tmp_path / "a.wav", vowel(0.4, 100, 200)), silent)


def test_an_even_fall_as_fillers_have_it_is_one(tmp_path: Path, silent: Transcript):
    low = 120 * 2 ** (-15 * 0.4 / 12)
    (found,) = find_fillers(recording(tmp_path / "a.wav", vowel(0.4, 120, low)), silent)
    assert found.evidence["fall"] == pytest.approx(15, abs=2)
    assert found.evidence["bend_semitones"] <= 0.3


def test_a_moment_of_noise_in_it_does_not_end_it(tmp_path: Path, silent: Transcript):
    sound = vowel(0.6)
    hole = slice(round(0.29 * RATE), round(0.30 * RATE))
    sound[hole] = 0.05 * np.random.default_rng(3).standard_normal(hole.stop - hole.start)
    (found,) = find_fillers(recording(tmp_path / "a.wav", sound), silent)
    assert found.end_ms - found.start_ms >= 500


@pytest.mark.parametrize("seconds", [SHORTEST_MS / 2000, LONGEST_MS / 1000 + 0.3])
def test_what_is_too_short_or_too_long_is_none(tmp_path: Path, silent: Transcript, seconds: float):
    assert not find_fillers(recording(tmp_path / "a.wav", vowel(seconds)), silent)


def test_noise_and_silence_are_none(tmp_path: Path, silent: Transcript):
    noise = 0.1 * np.random.default_rng(2).standard_normal(RATE)
    assert not find_fillers(recording(tmp_path / "a.wav", noise), silent)
    assert not find_fillers(recording(tmp_path / "b.wav", np.zeros(RATE)), silent)


def test_where_nobody_has_a_turn_nothing_is_marked(tmp_path: Path, silent: Transcript):
    samples = recording(tmp_path / "a.wav", vowel(0.6))
    assert not find_fillers(samples, replace(silent, speech=(), turns=()))


def test_where_a_word_is_nothing_is_marked(tmp_path: Path, silent: Transcript):
    samples = recording(tmp_path / "a.wav", vowel(0.6))
    word = Word(1, 900, 1_700, "Ah", "S1", 0.9, 1.0)
    said = Utterance(1, "S1", 900, 1_700, (word,))
    assert not find_fillers(samples, replace(silent, utterances=(said,)))


def test_they_join_the_markers_in_order(tmp_path: Path, silent: Transcript):
    samples = recording(tmp_path / "a.wav", vowel(0.6))
    (found,) = find_fillers(samples, silent)
    later = replace(found, kind=MarkerKind.PAUSE, start_ms=3_000, end_ms=3_900)
    assert with_fillers(replace(silent, markers=(later,)), samples).markers == (found, later)
