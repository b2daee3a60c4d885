"""Sound for other programs: what is heard at a time stays at it, the same sound gives the same bytes, and its size is
told beforehand."""

from __future__ import annotations

import io
from pathlib import Path

import av
import numpy as np
import pytest

from models.audio.decode import decode
from models.audio.portable import RATE, SoundForm, size_of, write_portable
from models.values import Span


@pytest.fixture
def clicks(write, tmp_path: Path) -> Path:
    """A listening copy with a burst at every full second."""
    time = np.arange(1600) / 16_000
    sound = np.zeros(16_000 * 12, dtype=np.float32)
    for second in range(12):
        sound[second * 16_000 : second * 16_000 + len(time)] = 0.8 * np.sin(2 * np.pi * 700 * time)
    return tmp_path / decode(write([sound]), tmp_path).listening


def portable(source: Path, span: Span, form: SoundForm) -> bytes:
    handle = io.BytesIO()
    write_portable(source, span, handle, form)
    return handle.getvalue()


def heard(sound: bytes) -> np.ndarray:
    with av.open(io.BytesIO(sound)) as container:
        resampler = av.AudioResampler("flt", "mono", RATE)
        frames = [one for frame in container.decode(audio=0) for one in resampler.resample(frame)]
        return np.concatenate([one.to_ndarray()[0] for one in frames])


@pytest.mark.parametrize("form", list(SoundForm))
@pytest.mark.parametrize("start", [0, 2_500, 7_950])
def test_what_is_heard_at_a_time_stays_at_it(form, start, clicks):
    sound = portable(clicks, Span(start, start + 3000), form)
    onset = np.argmax(np.abs(heard(sound)) > 0.3) / RATE
    assert onset == pytest.approx(-start % 1000 / 1000, abs=0.006)
    assert len(heard(sound)) / RATE == pytest.approx(3.0, abs=0.001)


@pytest.mark.parametrize("form", list(SoundForm))
def test_the_same_sound_gives_the_same_bytes_of_the_size_that_was_told(form, clicks):
    for length in (40, 700, 3000, 11_000):
        sound = portable(clicks, Span(500, 500 + length), form)
        assert sound == portable(clicks, Span(500, 500 + length), form)
        assert size_of(length, form) * 0.9 - 1800 < len(sound) <= size_of(length, form)


def test_an_empty_stretch_is_no_sound(clicks):
    with pytest.raises(ValueError, match="end after its start"):
        portable(clicks, Span(5, 5), SoundForm.MP3)
