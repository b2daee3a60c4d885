"""Sound files of every kind, made on the spot."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray


@dataclass(frozen=True)
class Kind:
    """A container, a codec, and the rate it is made at."""

    suffix: str
    container: str
    codec: str
    rate: int
    sample_format: str = "s16"


KINDS = {
    "wav": Kind("wav", "wav", "pcm_s16le", 44_100),
    "wav of 8 kHz": Kind("wav", "wav", "pcm_alaw", 8_000),
    "wav of 24 bit": Kind("wav", "wav", "pcm_s24le", 96_000, "s32"),
    "mp3": Kind("mp3", "mp3", "libmp3lame", 44_100, "s16p"),
    "m4a": Kind("m4a", "ipod", "aac", 44_100, "fltp"),
    "aac": Kind("aac", "adts", "aac", 48_000, "fltp"),
    "opus": Kind("opus", "ogg", "libopus", 48_000),
    "ogg vorbis": Kind("ogg", "ogg", "vorbis", 44_100, "fltp"),
    "flac": Kind("flac", "flac", "flac", 22_050),
    "webm": Kind("webm", "webm", "libopus", 48_000),
    "wma": Kind("wma", "asf", "wmav2", 44_100, "fltp"),
    "amr": Kind("amr", "amr", "libopencore_amrnb", 8_000),
    "mp4": Kind("mp4", "mp4", "aac", 32_000, "fltp"),
    "mov": Kind("mov", "mov", "pcm_s16le", 44_100),
}

Maker = Callable[..., Path]


def tone(seconds: float, rate: int, hertz: float = 440.0, level: float = 0.5) -> NDArray[np.float32]:
    """A tone that starts with 0.5 s of silence, so that its place in time can be told."""
    time = np.arange(round(seconds * rate)) / rate
    wave: NDArray[np.float32] = (level * np.sin(2 * np.pi * hertz * time)).astype(np.float32)
    wave[: rate // 2] = 0.0
    return wave


def write_sound(path: Path, channels: list[NDArray[np.float32]], kind: Kind, **options: str) -> Path:
    """Encode the channels into ``path``."""
    layouts = {1: "mono", 2: "stereo", 6: "5.1", 8: "7.1"}
    interleaved = np.ascontiguousarray(np.stack(channels, axis=1)).reshape(1, -1).astype(np.float32)
    with av.open(str(path), "w", format=kind.container, options=options) as out:
        stream = out.add_stream(kind.codec, rate=kind.rate, layout=layouts[len(channels)])
        if kind.codec == "wmav2":
            stream.bit_rate = 96_000
        if kind.codec == "vorbis":
            stream.codec_context.options = {"strict": "experimental"}
        frame = av.AudioFrame.from_ndarray(interleaved, format="flt", layout=layouts[len(channels)])
        frame.sample_rate = kind.rate
        frame.pts = 0
        frame.time_base = Fraction(1, kind.rate)
        fitted = av.AudioResampler(kind.sample_format, layouts[len(channels)], kind.rate, frame_size=1024)
        for piece in [*fitted.resample(frame), *fitted.resample(None)]:
            out.mux(stream.encode(piece))
        out.mux(stream.encode(None))
    return path


@pytest.fixture
def make_sound(tmp_path: Path) -> Maker:
    """Make a file of a kind (a key of KINDS) with a tone of so many seconds in each channel."""

    def make(kind: str = "wav", seconds: float = 3.0, channels: int = 1, name: str = "sound") -> Path:
        made = KINDS[kind]
        wave = tone(seconds, made.rate)
        return write_sound(tmp_path / f"{name}.{made.suffix}", [wave] * channels, made)

    return make


@pytest.fixture
def write(tmp_path: Path) -> Maker:
    """Write the given channels as 16-bit WAV at a rate."""

    def make(channels: list[NDArray[np.float32]], rate: int = 16_000, name: str = "sound.wav") -> Path:
        return write_sound(tmp_path / name, channels, Kind("wav", "wav", "pcm_s16le", rate))

    return make
