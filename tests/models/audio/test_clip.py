"""A clip is exactly the stretch that was asked for."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest

from models.audio.clip import clip
from models.audio.decode import decode
from models.problems import ProblemCode, RecordingProblem
from models.values import Span


def heard(path: Path) -> np.ndarray:
    with av.open(str(path)) as container:
        resampler = av.AudioResampler("flt", "mono", 48_000)
        frames = [one for frame in container.decode(audio=0) for one in resampler.resample(frame)]
        return np.concatenate([one.to_ndarray()[0] for one in [*frames, *resampler.resample(None)]])


@pytest.fixture
def clicks(write, tmp_path: Path) -> Path:
    """A listening copy with a burst at every full second, each of its own pitch."""
    time = np.arange(16_000 // 10) / 16_000
    sound = np.zeros(16_000 * 12, dtype=np.float32)
    for second in range(12):
        sound[second * 16_000 : second * 16_000 + len(time)] = 0.8 * np.sin(
            2 * np.pi * (300 + 100 * second) * time
        )
    return tmp_path / decode(write([sound]), tmp_path).listening


@pytest.mark.parametrize("form", ["opus", "wav", "flac"])
@pytest.mark.parametrize("start", [0, 150, 2_500, 7_950, 10_900])
def test_a_clip_starts_and_ends_where_it_should(form, start, clicks, tmp_path):
    target = tmp_path / f"clip.{form}"
    clip(clicks, Span(start, start + 1_000), target, form)
    sound = heard(target)
    assert len(sound) / 48_000 == pytest.approx(1.0, abs=0.001 if form != "opus" else 0.021)
    second = -(-start // 1000)
    onset = np.argmax(np.abs(sound) > 0.3) / 48_000
    assert onset == pytest.approx(second - start / 1000, abs=0.005)
    begin = round(onset * 48_000)
    burst = sound[begin : begin + 2_400]
    pitch = np.argmax(np.abs(np.fft.rfft(burst, 48_000)))
    assert pitch == pytest.approx(300 + 100 * second, abs=25)


def test_what_lies_beyond_the_end_is_left_out(clicks, tmp_path):
    clip(clicks, Span(11_000, 20_000), tmp_path / "clip.wav", "wav")
    assert len(heard(tmp_path / "clip.wav")) / 48_000 == pytest.approx(1.0, abs=0.03)


@pytest.mark.parametrize("span", [Span(5, 5), Span(9, 3), Span(-10, 100)])
def test_an_empty_stretch_is_no_clip(span, clicks, tmp_path):
    with pytest.raises(ValueError, match="end after its start"):
        clip(clicks, span, tmp_path / "clip.wav", "wav")


def test_a_missing_sound_is_a_problem_and_leaves_nothing(tmp_path):
    with pytest.raises(RecordingProblem) as caught:
        clip(tmp_path / "gone.ogg", Span(0, 1_000), tmp_path / "clip.opus")
    assert caught.value.code is ProblemCode.FILE_VANISHED
    assert list(tmp_path.iterdir()) == []
