"""The real models on real speech, on silence and on music."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from pathlib import Path

import numpy as np
import pytest

from models.audio.samples import open_samples
from models.config import ModelsConfig
from models.host import ModelHost
from models.intervals import covered_ms, joined
from models.notices import NO_SPEECH, ONE_SPEAKER, SEPARATE_CHANNELS
from models.problems import ProblemCode, RecordingProblem
from models.values import LanguageFound, MarkerKind, Span, Turn
from tests.models.speech_stages import Processed, plain, process, write_wav

pytestmark = pytest.mark.models
RATE = 16_000


def reference(phone_call: Path) -> list[tuple[str, str]]:
    """(word, speaker) in the order of the reference."""
    rows = [
        line.split(None, 5)
        for line in phone_call.with_suffix(".stm").read_text().splitlines()
        if line.strip()
    ]
    return [(word, row[2]) for row in rows for word in plain(row[5])]


@pytest.fixture(scope="module")
def call(host: ModelHost, phone_call: Path, tmp_path_factory) -> Processed:
    return process(host, phone_call, tmp_path_factory.mktemp("call"))


def test_a_phone_call_is_written_down(call: Processed, phone_call: Path):
    wanted = [word for word, _ in reference(phone_call)]
    got = [word for one in call.transcript.utterances for word in plain(one.text)]
    assert call.transcript.language == "en"
    assert SequenceMatcher(None, wanted, got, autojunk=False).ratio() > 0.8


def test_its_two_speakers_get_their_words(call: Processed, phone_call: Path):
    assert [one.label for one in call.transcript.speakers] == ["S1", "S2"]
    spoken = [
        (plain(word.text)[0], word.speaker)
        for one in call.transcript.utterances
        for word in one.words
        if plain(word.text)
    ]
    wanted = reference(phone_call)
    matcher = SequenceMatcher(
        None, [word for word, _ in wanted], [word for word, _ in spoken], autojunk=False
    )
    pairs = [
        (wanted[block.a + place][1], spoken[block.b + place][1])
        for block in matcher.get_matching_blocks()
        for place in range(block.size)
    ]
    wrong = sum((who == "Diane") != (label == "S1") for who, label in pairs)
    assert len(pairs) > 60
    assert min(wrong, len(pairs) - wrong) / len(pairs) <= 0.1


def test_its_turns_are_near_the_reference(call: Processed, phone_call: Path):
    metrics = pytest.importorskip("pyannote.metrics.diarization")
    core = pytest.importorskip("pyannote.core")
    wanted, got = core.Annotation(), core.Annotation()
    for place, line in enumerate(phone_call.with_suffix(".rttm").read_text().splitlines()):
        field = line.split()
        wanted[core.Segment(float(field[3]), float(field[3]) + float(field[4])), place] = field[7]
    for place, turn in enumerate(call.transcript.turns):
        got[core.Segment(turn.start_ms / 1000, turn.end_ms / 1000), place] = turn.speaker
    scored = core.Timeline([core.Segment(6.0, 30.0)])
    assert metrics.DiarizationErrorRate(collar=0.5)(wanted, got, uem=scored) < 0.15


def test_words_lie_within_detected_speech_and_in_order(call: Processed):
    near = joined([Span(max(0, one.start_ms - 100), one.end_ms + 100) for one in call.speech])
    words = [word for one in call.transcript.utterances for word in one.words]
    assert [word.start_ms for word in words] == sorted(word.start_ms for word in words)
    assert all(word.end_ms > word.start_ms for word in words)
    assert all(covered_ms(Span(word.start_ms, word.end_ms), near) > 0 for word in words)
    assert all(0 < word.confidence <= 1 for word in words)


def test_progress_is_audio_time_and_reaches_the_end(call: Processed):
    for stage, reached in call.reached.items():
        assert reached == sorted(reached), stage
        assert reached[-1] == pytest.approx(call.decoded.duration_ms, rel=0.05), stage


def test_exclusive_turns_never_overlap(call: Processed, host: ModelHost):
    who = host.diarize(call.folder / call.decoded.samples, call.speech, False)
    assert all(a.end_ms <= b.start_ms for a, b in zip(who.exclusive, who.exclusive[1:], strict=False))
    assert {turn.speaker for turn in who.exclusive} == {turn.speaker for turn in who.turns}


def test_what_made_it_is_said(call: Processed):
    made = {one.stage: one for one in call.transcript.provenance}
    assert set(made) == {"decode", "speech", "transcribe", "align", "diarize", "track", "assemble"}
    assert made["transcribe"].model == "whisper-base"
    assert re.fullmatch(r"[0-9a-f]{12}", made["transcribe"].version)


def test_the_same_recording_gives_the_same_transcript(
    call: Processed, host: ModelHost, phone_call: Path, tmp_path
):
    assert process(host, phone_call, tmp_path).transcript == call.transcript


def test_cut_into_chunks_it_keeps_its_words(call: Processed, host: ModelHost, phone_call: Path, tmp_path):
    again = process(host, phone_call, tmp_path, chunk_ms=10_000).transcript
    whole = [word for one in call.transcript.utterances for word in plain(one.text)]
    pieces = [word for one in again.utterances for word in plain(one.text)]
    assert SequenceMatcher(None, whole, pieces, autojunk=False).ratio() > 0.85


def test_each_speaker_in_a_channel_of_their_own(host: ModelHost, phone_call: Path, call: Processed, tmp_path):
    """The call split by its reference: the channels, not the voices, say who speaks."""
    sound = open_samples(call.folder / call.decoded.samples).read()
    channels = {"speaker90": np.zeros_like(sound), "speaker91": np.zeros_like(sound)}
    for line in phone_call.with_suffix(".rttm").read_text().splitlines():
        field = line.split()
        start, end = int(float(field[3]) * RATE), int((float(field[3]) + float(field[4])) * RATE)
        channels[field[7]][start:end] = sound[start:end]
    left, right = channels.values()
    stereo = write_wav(tmp_path / "stereo.wav", left + 0.05 * right, right + 0.05 * left)
    done = process(host, stereo, tmp_path)
    assert done.decoded.separate_channels
    assert SEPARATE_CHANNELS in done.transcript.notices
    by_speaker = {
        speaker.label: " ".join(
            one.text for one in done.transcript.utterances if one.speaker == speaker.label
        ).lower()
        for speaker in done.transcript.speakers
    }
    (diane,) = [text for text in by_speaker.values() if "new jersey" in text]
    (sheila,) = [text for text in by_speaker.values() if "texas" in text]
    assert "yankee" in sheila
    assert "yankee" not in diane


def test_silence_has_no_words_and_says_so(host: ModelHost, tmp_path):
    quiet = write_wav(tmp_path / "quiet.wav", np.random.default_rng(1).normal(0, 0.0005, RATE * 40))
    transcript = process(host, quiet, tmp_path).transcript
    assert transcript.utterances == ()
    assert transcript.notices == (NO_SPEECH,)
    assert transcript.language == "und"


def test_music_is_not_turned_into_words(host: ModelHost, tmp_path):
    time = np.arange(RATE * 40) / RATE
    chords = [(220, 277, 330), (196, 247, 294), (174, 220, 262), (262, 330, 392)]
    sound = np.zeros_like(time)
    for place, chord in enumerate(chords * 5):
        inside = (time >= place * 2) & (time < place * 2 + 2)
        fading = np.exp(-1.5 * (time[inside] - place * 2))
        for hertz in chord:
            for overtone in (1, 2, 3):
                sound[inside] += (
                    0.08 / overtone * np.sin(2 * np.pi * hertz * overtone * time[inside]) * fading
                )
    transcript = process(host, write_wav(tmp_path / "music.wav", sound), tmp_path).transcript
    assert sum(len(one.words) for one in transcript.utterances) == 0


@pytest.mark.parametrize("seconds", [1.0, 1.6, 3.0])
def test_a_few_seconds_are_enough(seconds, host: ModelHost, call: Processed, tmp_path):
    start = round(10.8 * RATE)
    sound = open_samples(call.folder / call.decoded.samples).read_frames(start, start + round(seconds * RATE))
    transcript = process(host, write_wav(tmp_path / "short.wav", sound), tmp_path).transcript
    assert transcript.duration_ms == round(seconds * 1000)
    words = sum(len(one.words) for one in transcript.utterances)
    assert words <= 16
    if words:
        assert [one.label for one in transcript.speakers] == ["S1"]
    else:
        # A second may be too little to tell its language by; then it is shown that something was said.
        assert MarkerKind.INAUDIBLE in {marker.kind for marker in transcript.markers}
        assert seconds <= 1


def test_one_speaker_is_not_split_in_two(host: ModelHost, phone_call: Path, call: Processed, tmp_path):
    """Two are expected; the sentences of one, put end to end, are still one voice."""
    sound = open_samples(call.folder / call.decoded.samples).read()
    own = [(10.78, 14.1), (18.6, 21.4), (21.9, 27.8)]
    diane, sheila = own[:2], own[2:]
    for sentences in (diane, sheila):
        part = np.concatenate([sound[round(a * RATE) : round(b * RATE)] for a, b in sentences] * 2)
        folder = tmp_path / str(sentences[0][0])
        folder.mkdir()
        transcript = process(host, write_wav(folder / "one.wav", part), folder).transcript
        assert [one.label for one in transcript.speakers] == ["S1"]
        assert ONE_SPEAKER in transcript.notices


def test_speech_nobody_wrote_down_is_marked_as_inaudible(host: ModelHost, call: Processed):
    """The words of one chunk lost: the stretch is visible, and says whose it was."""
    who = host.diarize(call.folder / call.decoded.samples, call.speech, False)
    transcript = host.assemble(
        call.folder / call.decoded.samples, call.decoded, call.speech, LanguageFound("en", 1.0), (), who
    )
    lost = [marker for marker in transcript.markers if marker.kind is MarkerKind.INAUDIBLE]
    assert sum(marker.end_ms - marker.start_ms for marker in lost) > 15_000
    assert {marker.speaker for marker in lost} == {"S1", "S2"}


def test_a_missing_model_is_told(tmp_path, call: Processed):
    bare = ModelHost(ModelsConfig(models_dir=tmp_path))
    samples = call.folder / call.decoded.samples
    for use in (
        lambda: bare.detect_language(samples, call.speech),
        lambda: bare.diarize(samples, call.speech, False),
        lambda: bare.provenance(),
    ):
        with pytest.raises(RecordingProblem) as caught:
            use()
        assert caught.value.code is ProblemCode.MODEL_MISSING


def test_a_folder_that_is_no_model_is_damaged(tmp_path, call: Processed):
    (tmp_path / "model.bin").write_bytes(b"not a model")
    bare = ModelHost(ModelsConfig(models_dir=tmp_path, recognition_model=str(tmp_path)))
    with pytest.raises(RecordingProblem) as caught:
        bare.detect_language(call.folder / call.decoded.samples, call.speech)
    assert caught.value.code is ProblemCode.MODEL_DAMAGED


def test_channel_turns_come_from_the_channels(host: ModelHost, call: Processed, tmp_path):
    sound = open_samples(call.folder / call.decoded.samples).read()
    left, right = sound.copy(), sound.copy()
    left[15 * RATE :] = 0
    right[: 15 * RATE] = 0
    samples = write_wav(tmp_path / "apart.wav", left, right)
    who = host.diarize(samples, (Span(0, 30_000),), True)
    assert {turn.speaker for turn in who.turns if turn.end_ms <= 15_100} == {"channel-0"}
    assert {turn.speaker for turn in who.turns if turn.start_ms >= 14_900} == {"channel-1"}
    assert all(isinstance(turn, Turn) for turn in who.exclusive)
