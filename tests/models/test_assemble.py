"""Words, turns and speech become a transcript."""

from __future__ import annotations

import pytest

from models.assemble import assemble
from models.codec import from_json, to_json
from models.loudness import Levels
from models.notices import LANGUAGE_UNCERTAIN, MORE_SPEAKERS, NO_SPEECH, NO_WORDS, ONE_SPEAKER
from models.values import (
    DecodedAudio,
    Diarization,
    MarkerKind,
    RecognisedChunk,
    RecognisedWord,
    Role,
    Span,
    Transcript,
    Turn,
)

DECODED = DecodedAudio("s", "l", "p", 20_000, 1, False, ("ends_early",))
LEVELS = Levels((-30.0,) * 400)


def chunk(*words: tuple[int, int, str]) -> RecognisedChunk:
    found = tuple(RecognisedWord(start, end, text, 0.9) for start, end, text in words)
    return RecognisedChunk(Span(0, 20_000), "en", 0.98, found)


WORDS = chunk(
    (1_000, 1_400, "Why"), (1_400, 1_800, "so?"), (4_000, 4_500, "It"), (4_500, 5_000, "was"), (5_000, 5_500, "cold"),
    (5_500, 6_000, "there,"), (6_000, 6_400, "you"), (6_400, 7_000, "know."),
)  # fmt: skip
SPEECH = (Span(1_000, 1_800), Span(4_000, 7_000), Span(9_000, 10_000))
TURNS = (Turn(900, 1_900, "SPEAKER_07"), Turn(3_900, 7_100, "SPEAKER_00"), Turn(9_000, 10_000, "SPEAKER_00"))


def assembled(**changes) -> Transcript:
    given = {
        "decoded": DECODED, "speech": SPEECH, "language": "en", "chunks": (WORDS,),
        "diarization": Diarization(TURNS, TURNS), "levels": LEVELS, "pause_ms": 1_000,
    }  # fmt: skip
    return assemble(**(given | changes))


def test_speakers_are_numbered_in_order_of_their_first_words():
    transcript = assembled()
    assert [(one.speaker, one.text) for one in transcript.utterances] == [
        ("S1", "Why so?"),
        ("S2", "It was cold there, you know."),
    ]
    assert [(one.label, one.role, one.words, one.speech_ms) for one in transcript.speakers] == [
        ("S1", Role.INTERVIEWER, 2, 1_000),
        ("S2", Role.PARTICIPANT, 6, 4_200),
    ]
    assert {turn.speaker for turn in transcript.turns} == {"S1", "S2"}


def test_markers_refer_to_the_same_speakers():
    transcript = assembled()
    kinds = {marker.kind for marker in transcript.markers}
    assert kinds == {
        MarkerKind.PAUSE,
        MarkerKind.INAUDIBLE,
        MarkerKind.RATE,
        MarkerKind.LOUDNESS,
        MarkerKind.LATENCY,
    }
    (inaudible,) = [marker for marker in transcript.markers if marker.kind is MarkerKind.INAUDIBLE]
    assert (inaudible.speaker, inaudible.start_ms) == ("S2", 9_000)
    assert all(marker.speaker in {None, "S1", "S2"} for marker in transcript.markers)


def test_the_transcript_is_the_same_after_writing_and_reading():
    transcript = assembled()
    assert from_json(Transcript, to_json(transcript)) == transcript
    assert to_json(assembled()) == to_json(transcript)


def test_a_voice_without_words_is_a_speaker_after_the_others():
    turns = (Turn(0, 500, "quiet"), *TURNS)
    labels = [(one.label, one.words) for one in assembled(diarization=Diarization(turns, turns)).speakers]
    assert labels == [("S1", 2), ("S2", 6), ("S3", 0)]


@pytest.mark.parametrize(
    ("changes", "notice"),
    [
        ({"speech": (), "chunks": (), "diarization": Diarization((), ())}, NO_SPEECH),
        ({"chunks": (chunk(),)}, NO_WORDS),
        ({"diarization": Diarization(TURNS[1:], TURNS[1:])}, ONE_SPEAKER),
        ({"diarization": Diarization((), ())}, ONE_SPEAKER),
        ({"speakers": 1}, MORE_SPEAKERS),
        ({"language_confidence": 0.3}, LANGUAGE_UNCERTAIN),
    ],
)
def test_what_a_researcher_should_know_is_said(changes, notice):
    assert assembled(**changes).notices == ("ends_early", notice)


def test_nothing_is_said_of_an_ordinary_interview():
    assert assembled().notices == ("ends_early",)
    assert assembled(speakers=1, diarization=Diarization(TURNS[1:], TURNS[1:])).notices == ("ends_early",)


def test_silence_gives_an_empty_transcript():
    transcript = assembled(speech=(), language="", chunks=(), diarization=Diarization((), ()))
    assert (transcript.utterances, transcript.speakers, transcript.markers) == ((), (), ())
    assert transcript.language == "und"


def test_the_language_is_that_of_most_words_when_nobody_said_it():
    other = RecognisedChunk(Span(0, 1), "no", 0.9, (RecognisedWord(0, 1, "ja", 1.0),))
    assert assembled(language="", chunks=(WORDS, other)).language == "en"
