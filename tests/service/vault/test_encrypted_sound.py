"""Sound is decoded, heard and cut the same, whether its files are plain or encrypted."""

from __future__ import annotations

import io
import wave
from pathlib import Path

import numpy as np
import pytest

from models.audio.clip import write_clip
from models.audio.decode import decode
from models.audio.files import DECODED_NAMES
from models.audio.samples import open_samples
from models.problems import ProblemCode, RecordingProblem
from models.values import Span
from service.encrypted_files import EncryptedFile, Scratch, encrypting, new_file_key


def write_sound(path: Path, channels: int, seconds: int = 9) -> None:
    """Noise that two channels share for the most part, as one scene in stereo does."""
    chance = np.random.default_rng(1)
    scene = chance.normal(0, 3000, (seconds * 22_050, 1)) + chance.normal(
        0, 300, (seconds * 22_050, channels)
    )
    with wave.open(str(path), "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(22_050)
        file.writeframes(np.clip(scene, -32768, 32767).astype("<i2").tobytes())


def encrypted(path: Path) -> EncryptedFile:
    key = new_file_key()
    target = path.with_name(f"{path.name}.encrypted")
    with encrypting(target, key) as handle:
        handle.write(path.read_bytes())
    return EncryptedFile(target, key)


@pytest.mark.parametrize("channels", [1, 2])
def test_decoding_gives_the_same_bytes(tmp_path: Path, channels: int) -> None:
    sound = tmp_path / "sound.wav"
    write_sound(sound, channels)
    (tmp_path / "plain").mkdir()
    (tmp_path / "scratch").mkdir()
    scratch = Scratch.of(tmp_path / "scratch", DECODED_NAMES)
    assert decode(encrypted(sound), scratch) == decode(sound, tmp_path / "plain")
    for name in DECODED_NAMES:
        plain = (tmp_path / "plain" / name).read_bytes()
        assert scratch.written(name).read_bytes() == plain
        assert plain[:1000] not in (tmp_path / "scratch" / name).read_bytes()


def test_samples_are_the_same_anywhere(tmp_path: Path) -> None:
    sound = tmp_path / "sound.wav"
    write_sound(sound, 2)
    samples = tmp_path / decode(sound, tmp_path).samples
    plain, sealed = open_samples(samples), open_samples(encrypted(samples))
    assert (len(sealed.pcm), sealed.channels, sealed.duration_ms) == (
        len(plain.pcm),
        plain.channels,
        plain.duration_ms,
    )
    for span in (None, Span(0, 1), Span(1234, 5678), Span(8000, 20_000), Span(30_000, 40_000)):
        assert np.array_equal(sealed.read(span), plain.read(span))
    assert np.array_equal(sealed.read_frames(-5, 7), plain.read_frames(-5, 7))


def test_clips_are_the_same(tmp_path: Path) -> None:
    sound = tmp_path / "sound.wav"
    write_sound(sound, 1)
    listening = tmp_path / decode(sound, tmp_path).listening
    for form in ("opus", "wav", "flac"):
        plain, sealed = io.BytesIO(), io.BytesIO()
        write_clip(listening, Span(2000, 4500), plain, form)
        write_clip(encrypted(listening), Span(2000, 4500), sealed, form)
        assert sealed.getvalue() == plain.getvalue()


def test_an_encrypted_file_that_holds_no_sound_is_told_as_a_plain_one(tmp_path: Path) -> None:
    for content, code in ((b"", ProblemCode.EMPTY_FILE), (b"no sound " * 50, ProblemCode.NOT_AUDIO)):
        (tmp_path / "file").write_bytes(content)
        with pytest.raises(RecordingProblem) as refused:
            decode(encrypted(tmp_path / "file"), tmp_path)
        assert refused.value.code is code
