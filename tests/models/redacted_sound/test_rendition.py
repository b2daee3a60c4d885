"""What is masked is gone from every file, and nothing else is touched."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest

from models.audio.decode import LISTENING_NAME, PEAKS_NAME, SAMPLES_NAME, decode
from models.audio.peaks import PEAKS_PER_SECOND
from models.audio.samples import open_samples
from models.redacted_sound.editing import FADE_MS, Masking, MaskSound
from models.redacted_sound.rendition import redact_sound
from models.redacted_sound.voice_change import VoiceChange, VoicePart, VoiceShift, voice_parts
from models.values import SAMPLE_RATE, Span, Turn

RATE = 44_100
RANDOM = np.random.default_rng(3)
# Opus' transform windows reach 20 ms, a frame and its overlap before and after: so far a loud neighbour may smear.
OPUS_SMEAR_MS = 25
# What a decoder's own filters still ring with behind a loud sound has died away after this.
OPUS_RING_MS = 300


def noise(seconds: float, rate: int = RATE) -> np.ndarray:
    return (0.3 * RANDOM.standard_normal(round(seconds * rate))).clip(-0.9, 0.9).astype(np.float32)


def folder(path: Path, name: str) -> Path:
    made = path / name
    made.mkdir()
    return made


def frames(span: Span, rate: int = SAMPLE_RATE, reach_ms: int = 0) -> slice:
    return slice(
        max(0, (span.start_ms - reach_ms) * rate // 1000), max(0, (span.end_ms + reach_ms) * rate // 1000)
    )


def played(path: Path) -> np.ndarray:
    with av.open(str(path)) as container:
        layout = container.streams.audio[0].layout.name
        resampler = av.AudioResampler("fltp", layout, 48_000)
        ready = [one for frame in container.decode(audio=0) for one in resampler.resample(frame)]
        return np.concatenate([one.to_ndarray() for one in [*ready, *resampler.resample(None)]], axis=1).T


def assert_silent(sound: np.ndarray, span: Span) -> None:
    """Very soft behind the smear of what is beside it, and nothing at all where that has died away."""
    inner = Span(span.start_ms + OPUS_SMEAR_MS, span.end_ms - OPUS_SMEAR_MS)
    assert level_db(sound[frames(inner, 48_000)]) < -55
    assert level_db(sound[frames(Span(span.start_ms + OPUS_RING_MS, inner.end_ms), 48_000)]) < -100


def level_db(sound: np.ndarray) -> float:
    return float(10 * np.log10(np.mean(np.square(sound, dtype=np.float64)) + 1e-12))


SPANS = {
    "in the middle": [Span(1_234, 1_777)],
    "at the very start": [Span(0, 400)],
    "at the very end": [Span(3_700, 4_000)],
    "several, near and overlapping": [
        Span(500, 900),
        Span(905, 1_200),
        Span(1_100, 1_500),
        Span(3_000, 3_003),
    ],
    "beyond the end": [Span(3_900, 9_000)],
}


@pytest.mark.parametrize("spans", SPANS.values(), ids=SPANS)
def test_masked_samples_are_zero_and_all_others_are_as_they_were(spans, write, tmp_path):
    source = write([noise(4)], RATE)
    decode(source, folder(tmp_path, "whole"))
    made = redact_sound(source, folder(tmp_path, "redacted"), spans)
    before = open_samples(tmp_path / "whole" / SAMPLES_NAME).pcm
    after = open_samples(tmp_path / "redacted" / SAMPLES_NAME).pcm
    assert made.duration_ms == 4_000
    assert before.shape == after.shape
    kept = np.ones(len(before), dtype=bool)
    for span in spans:
        assert not after[frames(span)].any()
        kept[frames(span, reach_ms=FADE_MS + 1)] = False
    assert np.array_equal(before[kept], after[kept])


def test_the_fades_lie_outside_and_leave_no_jump(write, tmp_path):
    wave = 0.5 * np.sin(2 * np.pi * 100 * np.arange(RATE * 2) / RATE)
    redact_sound(write([wave.astype(np.float32)], RATE), tmp_path, [Span(700, 1_203)])
    after = open_samples(tmp_path / SAMPLES_NAME).read()
    ordinary = 0.5 * 2 * np.pi * 100 / SAMPLE_RATE
    assert np.abs(np.diff(after)).max() < 0.5 * np.pi / (FADE_MS * SAMPLE_RATE / 1000) + ordinary


def test_the_listening_copy_and_the_peaks_are_silent_where_it_is_masked(write, tmp_path):
    span = Span(1_200, 2_400)
    redact_sound(write([noise(4)], RATE), tmp_path, [span])
    sound = played(tmp_path / LISTENING_NAME)
    assert_silent(sound, span)
    assert level_db(sound[frames(Span(200, 1_100), 48_000)]) > -15
    pairs = np.fromfile(tmp_path / PEAKS_NAME, dtype=np.int8).reshape(-1, 2)
    first, last = span.start_ms * PEAKS_PER_SECOND // 1000, span.end_ms * PEAKS_PER_SECOND // 1000
    assert not pairs[first:last].any()
    assert np.abs(pairs[: first - 1]).min(axis=0).max() > 0


def test_the_masked_sound_leaves_no_trace_in_any_file(write, tmp_path):
    """Two recordings that differ only in what is masked give the same bytes: nothing else of it can be in them."""
    span = Span(1_000, 2_000)
    sound, other = noise(3), noise(3)
    # The resampler hears a few samples around each: where they differ lies within the mask by that much.
    differing = frames(Span(span.start_ms + 2, span.end_ms - 2), RATE)
    changed = sound.copy()
    changed[differing] = other[differing]
    for name, channel in (("one", sound), ("two", changed)):
        redact_sound(write([channel], RATE, f"{name}.wav"), folder(tmp_path, name), [span])
    for name in (SAMPLES_NAME, LISTENING_NAME, PEAKS_NAME):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_both_channels_are_masked_and_stay_two(write, tmp_path):
    first, second = noise(8), noise(8)
    first[RATE * 4 :] *= 0.001
    second[: RATE * 4] *= 0.001
    source = write([first, second], RATE)
    whole = decode(source, folder(tmp_path, "whole"))
    span = Span(3_500, 4_500)
    made = redact_sound(source, folder(tmp_path, "redacted"), [span])
    assert whole.separate_channels
    assert made == whole
    before = open_samples(tmp_path / "whole" / SAMPLES_NAME).pcm
    after = open_samples(tmp_path / "redacted" / SAMPLES_NAME).pcm
    assert after.shape[1] == 2
    assert not after[frames(span)].any()
    assert np.array_equal(before[: 3_400 * 16], after[: 3_400 * 16])
    sound = played(tmp_path / "redacted" / LISTENING_NAME)
    assert sound.shape[1] == 2
    assert_silent(sound, span)


def test_a_scene_in_stereo_stays_mixed_as_it_was_although_one_side_is_mostly_masked(write, tmp_path):
    scene = noise(6)
    source = write([scene, 0.8 * scene], RATE)
    decode(source, folder(tmp_path, "whole"))
    span = Span(300, 5_700)
    redact_sound(source, folder(tmp_path, "redacted"), [span])
    before = open_samples(tmp_path / "whole" / SAMPLES_NAME).pcm
    after = open_samples(tmp_path / "redacted" / SAMPLES_NAME).pcm
    assert after.shape[1] == 1
    assert np.array_equal(before[: 290 * 16], after[: 290 * 16])
    assert not after[frames(span)].any()


def test_a_whole_file_can_be_masked(write, tmp_path):
    redact_sound(write([noise(2)], RATE), tmp_path, [Span(0, 2_000)])
    assert not open_samples(tmp_path / SAMPLES_NAME).pcm.any()
    assert level_db(played(tmp_path / LISTENING_NAME)) < -100


def test_several_files_are_masked_by_the_time_of_the_interview(write, tmp_path):
    first, second = write([noise(2)], RATE, "a.wav"), write([noise(2)], 16_000, "b.wav")
    span = Span(1_800, 2_300)
    made = redact_sound(first, tmp_path, [span], more=[second])
    after = open_samples(tmp_path / SAMPLES_NAME).pcm
    assert made.part_starts_ms == (0, 2_000)
    assert not after[frames(span)].any()
    assert after[frames(Span(2_320, 3_000))].any()


def test_the_same_inputs_give_the_same_bytes_and_nothing_is_said_about_the_source(tmp_path):
    source = tmp_path / "named.flac"
    with av.open(str(source), "w") as out:
        out.metadata["title"] = "Canary Henriksen"
        out.metadata["artist"] = "Canary Henriksen"
        stream = out.add_stream("flac", rate=RATE, layout="mono")
        frame = av.AudioFrame.from_ndarray(
            (noise(3) * 32767).astype(np.int16).reshape(1, -1), format="s16", layout="mono"
        )
        frame.sample_rate = RATE
        fitted = av.AudioResampler("s16", "mono", RATE, frame_size=4096)
        for piece in [*fitted.resample(frame), *fitted.resample(None)]:
            out.mux(stream.encode(piece))
        out.mux(stream.encode(None))
    with av.open(str(source)) as container:
        assert "Canary Henriksen" in container.metadata.values()
    for name in ("one", "two"):
        redact_sound(source, folder(tmp_path, name), [Span(500, 900)])
    for name in (SAMPLES_NAME, LISTENING_NAME, PEAKS_NAME):
        made = (tmp_path / "one" / name).read_bytes()
        assert made == (tmp_path / "two" / name).read_bytes()
        assert b"Canary" not in made
        assert b"named" not in made
    with av.open(str(tmp_path / "one" / LISTENING_NAME)) as container:
        tags = {**container.metadata, **container.streams.audio[0].metadata}
    assert {name.lower() for name in tags} <= {"encoder"}
    assert not any(char.isdigit() for value in tags.values() for char in value)


def test_a_tone_stands_in_the_place_of_the_voice_and_not_over_it(write, tmp_path):
    span = Span(1_000, 2_000)
    voice = 0.5 * np.sin(2 * np.pi * 300 * np.arange(RATE * 3) / RATE)
    redact_sound(write([voice.astype(np.float32)], RATE), tmp_path, [span], MaskSound.TONE)
    inside = open_samples(tmp_path / SAMPLES_NAME).read(span)
    spectrum = np.abs(np.fft.rfft(inside * np.hanning(len(inside))))
    assert np.argmax(spectrum) == 1_000
    assert spectrum[290:310].max() < spectrum[1_000] * 1e-3


@pytest.mark.parametrize("dtype", [np.int16, np.float32])
@pytest.mark.parametrize("sound", MaskSound)
def test_it_makes_no_difference_where_blocks_end(dtype, sound):
    whole = (RANDOM.standard_normal((16_000, 2)) * 3_000).astype(dtype)
    spans = [Span(0, 50), Span(200, 333), Span(333 + FADE_MS, 500), Span(980, 1_000)]
    at_once = Masking(spans, SAMPLE_RATE, sound).add(whole)
    for size in (1, 7, 160, 5_000):
        masking = Masking(spans, SAMPLE_RATE, sound)
        pieces = [masking.add(whole[start : start + size]) for start in range(0, len(whole), size)]
        assert np.array_equal(np.concatenate(pieces), at_once)
    assert at_once.dtype == dtype


def test_a_voice_change_by_nothing_changes_nothing():
    whole = (RANDOM.standard_normal((20_000, 2)) * 3_000).astype(np.int16)
    change = VoiceChange((VoicePart(0, VoiceShift(0, 0)),), SAMPLE_RATE, 2)
    pieces = [change.add(whole[start : start + 999]) for start in range(0, len(whole), 999)]
    rest = change.finish()
    assert rest is not None
    made = np.concatenate([*pieces, rest])
    assert made.shape == whole.shape
    assert np.abs(made.astype(int) - whole).max() <= 1


def test_a_changed_voice_has_another_pitch_at_the_same_time():
    moments = np.arange(SAMPLE_RATE * 3) / SAMPLE_RATE
    voice = sum(np.sin(2 * np.pi * 120 * number * moments) / number for number in range(1, 20))
    voice[:SAMPLE_RATE] = 0
    block = (0.1 * voice).astype(np.float32)[:, None]
    change = VoiceChange((VoicePart(0, VoiceShift(4, 2)),), SAMPLE_RATE, 1)
    rest = [change.add(block), change.finish()]
    made = np.concatenate([part for part in rest if part is not None])[:, 0]
    assert len(made) == len(block)
    assert level_db(made[: SAMPLE_RATE - 1_200]) < -60
    assert level_db(made[SAMPLE_RATE : SAMPLE_RATE * 2]) == pytest.approx(
        level_db(block[SAMPLE_RATE : SAMPLE_RATE * 2, 0]), abs=3
    )
    stretch = made[SAMPLE_RATE + 2_000 : 2 * SAMPLE_RATE + 2_000]
    spectrum = np.abs(np.fft.rfft(stretch * np.hanning(len(stretch))))
    assert np.argmax(spectrum) == pytest.approx(120 * 2 ** (4 / 12), abs=2)


def test_with_changed_voices_masked_stretches_are_empty_all_the_same(write, tmp_path):
    span = Span(1_000, 1_400)
    made = redact_sound(write([noise(3)], RATE), tmp_path, [span], voices=(VoicePart(0, VoiceShift(3, 2)),))
    after = open_samples(tmp_path / SAMPLES_NAME).pcm
    assert made.duration_ms == 3_000
    assert len(after) == 3_000 * 16
    assert not after[frames(span)].any()
    assert after[frames(Span(500, 900))].any()


def test_each_speaker_has_a_change_of_its_own_and_holds_it_until_the_next():
    turns = (Turn(1_000, 2_000, "S1"), Turn(3_000, 4_000, "S2"), Turn(5_000, 6_000, "S1"))
    low, none = VoiceShift(-3, -2), VoiceShift(0, 0)
    assert voice_parts(turns, {"S1": low}) == (
        VoicePart(0, low),
        VoicePart(2_500, none),
        VoicePart(4_500, low),
    )


def test_a_voice_cannot_be_changed_beyond_an_octave():
    with pytest.raises(ValueError, match="12 semitones"):
        VoiceShift(13, 0)
