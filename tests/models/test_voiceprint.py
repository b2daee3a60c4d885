"""What a voiceprint is made from, and that it tells people apart."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from models.host import ModelHost
from models.intervals import joined
from models.values import Span, Transcript, Turn
from models.voice_match import compare
from models.voiceprint import MOST_SPEECH_MS, own_speech
from tests.models.speech_stages import Processed, process


def test_own_speech_leaves_out_silence_and_others() -> None:
    turns = (Turn(0, 5_000, "S1"), Turn(4_000, 8_000, "S2"), Turn(9_000, 10_000, "S1"))
    speech = (Span(500, 8_000), Span(9_200, 10_000))
    assert own_speech(turns, speech, "S1") == (Span(500, 4_000), Span(9_200, 10_000))
    assert own_speech(turns, speech, "S2") == (Span(5_000, 8_000),)
    assert own_speech(turns, speech, "S3") == ()


def test_a_voice_that_is_never_alone_is_taken_with_the_others() -> None:
    turns = (Turn(0, 5_000, "S1"), Turn(1_000, 2_000, "S2"))
    assert own_speech(turns, (), "S2") == (Span(1_000, 2_000),)


@pytest.fixture(scope="module")
def call(host: ModelHost, phone_call: Path, tmp_path_factory: pytest.TempPathFactory) -> Processed:
    return process(host, phone_call, tmp_path_factory.mktemp("voices"))


def part(transcript: Transcript, first: bool) -> Transcript:
    """The transcript with the first or the second half of each speaker's turns."""
    kept = []
    for speaker in transcript.speakers:
        own = [turn for turn in transcript.turns if turn.speaker == speaker.label]
        kept += own[: len(own) // 2] if first else own[len(own) // 2 :]
    return Transcript(
        **{name: getattr(transcript, name) for name in Transcript.__slots__}
        | {"turns": tuple(sorted(kept, key=lambda turn: turn.start_ms))}
    )


@pytest.mark.models
def test_two_halves_of_a_call_are_the_same_two_people(host: ModelHost, call: Processed) -> None:
    samples = call.folder / call.decoded.samples
    first = host.voiceprints(samples, part(call.transcript, first=True))
    second = host.voiceprints(samples, part(call.transcript, first=False))
    assert [one.label for one in first] == [one.label for one in second] == ["S1", "S2"]
    for one in first + second:
        assert np.linalg.norm(one.vector) == pytest.approx(1.0, abs=1e-3)
        assert len(one.vector) == 192
        assert one.model == host.voiceprint_model
    for place in (0, 1):
        own, other = compare(first[place], second[place]), compare(first[place], second[1 - place])
        assert own > other + 0.1, "a few seconds of each half are enough to tell them apart"
    assert host.voiceprints(samples, part(call.transcript, first=True)) == first


@pytest.mark.models
def test_how_much_speech_there_was_is_said(host: ModelHost, call: Processed) -> None:
    made = host.voiceprints(call.folder / call.decoded.samples, call.transcript)
    turns, speech = call.transcript.turns, joined(call.transcript.speech)
    for one in made:
        assert one.speech_ms == sum(span.length_ms for span in own_speech(turns, speech, one.label))
        assert 0 < one.speech_ms < MOST_SPEECH_MS
