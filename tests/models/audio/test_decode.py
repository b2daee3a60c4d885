"""Any sound file becomes samples, a listening copy and peaks."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import av
import numpy as np
import pytest

from models.audio.decode import decode
from models.audio.peaks import PEAKS_PER_SECOND
from models.audio.probe import probe
from models.audio.samples import open_samples
from models.problems import ProblemCode, RecordingProblem
from models.values import SAMPLE_RATE, Span

KINDS = (
    "wav", "wav of 8 kHz", "wav of 24 bit", "mp3", "m4a", "aac", "opus", "ogg vorbis", "flac", "webm", "wma", "amr",
    "mp4", "mov",
)  # fmt: skip


def heard(path: Path) -> np.ndarray:
    """The sound of a file at 48 kHz, one channel, as a player would give it."""
    with av.open(str(path)) as container:
        resampler = av.AudioResampler("flt", "mono", 48_000)
        frames = [one for frame in container.decode(audio=0) for one in resampler.resample(frame)]
        return np.concatenate([one.to_ndarray()[0] for one in [*frames, *resampler.resample(None)]])


def onset_s(sound: np.ndarray, rate: int) -> float:
    return float(np.argmax(np.abs(sound) > 0.15) / rate)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_file_gives_its_tone_at_its_time(kind, make_sound, tmp_path):
    channels = 1 if kind == "amr" else 2
    decoded = decode(make_sound(kind, seconds=3.0, channels=channels), tmp_path)
    samples = open_samples(tmp_path / decoded.samples)
    # Encoders pad by up to a few frames of at most 50 ms.
    assert decoded.duration_ms == pytest.approx(3000, abs=120)
    assert decoded.duration_ms == samples.duration_ms
    assert samples.channels == 1
    assert onset_s(samples.read(), SAMPLE_RATE) == pytest.approx(0.5, abs=0.06)
    spectrum = np.abs(np.fft.rfft(samples.read(Span(1000, 2000))))
    assert np.argmax(spectrum) == pytest.approx(440, abs=2)


@pytest.mark.parametrize("kind", ["wav", "mp3", "m4a", "opus"])
def test_the_listening_copy_keeps_the_time_of_the_samples(kind, make_sound, tmp_path):
    decoded = decode(make_sound(kind, seconds=4.0), tmp_path)
    samples = open_samples(tmp_path / decoded.samples)
    played = heard(tmp_path / decoded.listening)
    assert len(played) / 48_000 == pytest.approx(decoded.duration_ms / 1000, abs=0.021)
    down = played[: len(played) // 3 * 3 : 3]
    wanted = samples.read()[: len(down)]
    lags = range(-32, 33)
    scores = [float(np.dot(wanted[4000:30000], down[4000 + lag : 30000 + lag])) for lag in lags]
    onset = abs(onset_s(played, 48_000) - onset_s(samples.read(), SAMPLE_RATE))
    # A tone repeats every 36 samples: the best lag tells the phase, the onset tells the period.
    assert abs(lags[int(np.argmax(scores))]) <= 2
    assert onset < 0.005


def test_the_listening_copy_is_opus_and_starts_at_zero(make_sound, tmp_path):
    decoded = decode(make_sound("wav", channels=2), tmp_path)
    with av.open(str(tmp_path / decoded.listening)) as container:
        assert container.format.name == "ogg"
        assert container.streams.audio[0].codec_context.name in ("opus", "libopus")
        assert container.start_time == 0


def test_peaks_are_fifty_pairs_a_second(write, tmp_path):
    loud = np.zeros(16_000 * 2, dtype=np.float32)
    loud[16_000:16_320] = 0.9
    loud[16_320:16_640] = -0.9
    decoded = decode(write([loud]), tmp_path)
    pairs = np.frombuffer((tmp_path / decoded.peaks).read_bytes(), dtype=np.int8).reshape(-1, 2)
    assert len(pairs) == 2 * PEAKS_PER_SECOND
    assert pairs[50].tolist() == [pytest.approx(115, abs=1)] * 2
    assert pairs[51].tolist() == [pytest.approx(-116, abs=1)] * 2
    assert not pairs[:50].any()


def test_the_same_file_gives_the_same_bytes(make_sound, tmp_path):
    source = make_sound("mp3", channels=2)
    written = []
    for name in ("one", "two"):
        folder = tmp_path / name
        folder.mkdir()
        decoded = decode(source, folder)
        written.append(
            [(folder / part).read_bytes() for part in (decoded.samples, decoded.listening, decoded.peaks)]
        )
    assert written[0] == written[1]


def test_eight_channels_become_one_in_which_each_is_heard(tmp_path, make_sound):
    source = make_sound("wav", channels=8)
    decoded = decode(source, tmp_path)
    assert decoded.channels == 8
    assert not decoded.separate_channels
    assert np.abs(open_samples(tmp_path / decoded.samples).read()).max() == pytest.approx(0.5, abs=0.02)


def test_channels_of_opposite_polarity_are_not_cancelled(write, tmp_path):
    wave = (0.5 * np.sin(np.arange(32_000) / 10)).astype(np.float32)
    decoded = decode(write([wave, -wave]), tmp_path)
    assert np.abs(open_samples(tmp_path / decoded.samples).read()).max() > 0.4


def test_progress_is_audio_time_and_never_goes_back(make_sound, tmp_path):
    reached: list[int] = []
    decoded = decode(make_sound("flac", seconds=5.0), tmp_path, reached.append)
    assert reached == sorted(reached)
    assert 0 <= reached[-1] <= decoded.duration_ms


@pytest.mark.parametrize(
    "name", ["Gespräch mit Zoë", "面談 3", "n" * 251, "zwei\nZeilen", os.fsdecode(b"caf\xe9")]
)
def test_any_name_works(name, make_sound, tmp_path):
    source = make_sound("wav").rename(tmp_path / f"{name}.wav")
    assert probe(source).channels == 1
    assert decode(source, tmp_path).duration_ms == 3000


def test_a_film_gives_its_sound(tmp_path):
    source = tmp_path / "film.mp4"
    with av.open(str(source), "w") as out:
        picture = out.add_stream("mpeg4", rate=10)
        picture.width = picture.height = 64
        picture.pix_fmt = "yuv420p"
        sound = out.add_stream("aac", rate=48_000, layout="mono")
        for _ in range(20):
            out.mux(
                picture.encode(av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8), format="rgb24"))
            )
        wave = np.zeros((1, 96_000), dtype=np.float32)
        frame = av.AudioFrame.from_ndarray(wave, format="fltp", layout="mono")
        frame.sample_rate = 48_000
        out.mux(sound.encode(frame))
        out.mux(sound.encode(None))
        out.mux(picture.encode(None))
    assert decode(source, tmp_path).duration_ms == pytest.approx(2000, abs=50)


def test_memory_does_not_grow_with_length(tmp_path):
    """An hour takes hardly more than a minute: the samples of an hour would be 115 MB."""

    def peak_mb(seconds: int) -> float:
        source = tmp_path / f"{seconds}.wav"
        quiet = np.zeros(16_000, dtype="<i2").tobytes()
        with av.open(str(source), "w") as out:
            stream = out.add_stream("pcm_s16le", rate=16_000, layout="mono")
            for number in range(seconds):
                frame = av.AudioFrame.from_ndarray(np.frombuffer(quiet, "<i2").reshape(1, -1), "s16", "mono")
                frame.sample_rate = 16_000
                frame.pts = number * 16_000
                out.mux(stream.encode(frame))
        program = (
            "import resource, sys; from pathlib import Path; from models.audio.decode import decode;"
            "decode(Path(sys.argv[1]), Path(sys.argv[2]));"
            "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
        )
        done = subprocess.run(
            [sys.executable, "-c", program, str(source), str(tmp_path)],
            check=True,
            capture_output=True,
            text=True,
        )
        return int(done.stdout) / 1024

    assert peak_mb(3600) - peak_mb(60) < 30


def test_the_files_of_one_interview_go_on_where_the_one_before_ends(make_sound, tmp_path):
    files = [
        make_sound("wav", seconds=2.0, channels=2, name="a"),
        make_sound("mp3", seconds=3.0, name="b"),
        make_sound("wav of 8 kHz", seconds=1.5, name="c"),
    ]
    decoded = decode(files[0], tmp_path, more=files[1:])
    samples = open_samples(tmp_path / decoded.samples)
    first, second, third = decoded.part_starts_ms
    assert (first, second) == (0, 2000)
    assert third == pytest.approx(5000, abs=120)
    assert decoded.duration_ms == samples.duration_ms == pytest.approx(6500, abs=120)
    assert decoded.channels == 1, "one of the files has one channel only"
    for start in decoded.part_starts_ms:
        # Each file begins with half a second of silence.
        heard_after = onset_s(samples.read(Span(start, decoded.duration_ms)), SAMPLE_RATE)
        assert heard_after == pytest.approx(0.5, abs=0.06)
    played = heard(tmp_path / decoded.listening)
    assert len(played) / 48_000 == pytest.approx(decoded.duration_ms / 1000, abs=0.03)


def test_files_of_one_format_follow_one_another(make_sound, tmp_path):
    files = [make_sound("wav", seconds=2.0, channels=2, name=name) for name in ("a", "b", "c")]
    decoded = decode(files[0], tmp_path, more=files[1:])
    assert (decoded.duration_ms, decoded.part_starts_ms) == (6000, (0, 2000, 4000))


def test_one_bad_file_of_several_spoils_all_and_leaves_nothing(make_sound, tmp_path):
    good = make_sound("wav", name="good")
    bad = tmp_path / "bad.wav"
    bad.write_bytes(b"no sound at all " * 100)
    out = tmp_path / "out"
    out.mkdir()
    with pytest.raises(RecordingProblem) as problem:
        decode(good, out, more=[bad])
    assert problem.value.code is ProblemCode.NOT_AUDIO
    assert list(out.iterdir()) == []
