"""Every marker reads as a sentence with its numbers, and none says what somebody feels."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from models.values import Judgement, Marker, MarkerKind
from service.judging.adding import ADDABLE, MEASURES, SUBTYPES
from service.marker_sentences import marker_sentence, sureness

FEELINGS = re.compile(
    r"\b(angry|anger|sad|sadness|happy|happiness|afraid|fear|anxious|nervous|excited|upset|calm|bored|emotion\w*|feel\w*)\b"
)


def marker(kind: MarkerKind, subtype: str | None = None, **evidence: float) -> Marker:
    return Marker(kind, 1_000, 2_500, "S1", 3.2, 0.8, "4", subtype=subtype, evidence=evidence)


@pytest.mark.parametrize("kind", MarkerKind)
def test_every_kind_and_sort_is_a_sentence_that_names_no_feeling(kind: MarkerKind) -> None:
    for subtype in (None, *SUBTYPES.get(kind, ())):
        for evidence in ({}, {"value": 20.0, "usual": 15.0, "stretches": 42.0}):
            for judged in (None, Judgement.CONFIRMED, Judgement.ADDED):
                sentence = marker_sentence(replace(marker(kind, subtype, **evidence), judged=judged))
                assert re.fullmatch(r"[A-Z0-9].*\.", sentence), sentence
                assert FEELINGS.search(sentence.lower()) is None, sentence


def test_every_kind_can_be_added_or_is_measured_everywhere() -> None:
    assert set(ADDABLE) | MEASURES == set(MarkerKind)


@pytest.mark.parametrize(
    ("made", "sentence"),
    [
        (
            marker(MarkerKind.VOLUME, "raised", value=-20.4, usual=-26, spread=1.5, stretches=42),
            "The voice is 1.9 x louder than this speaker's usual, over 42 stretches. -20.4 dB, usually -26.0 dB.",
        ),
        (marker(MarkerKind.VOLUME, "raised"), "The voice is louder than this speaker's usual."),
        (
            marker(
                MarkerKind.PITCH, "higher", value=40, usual=36, value_hz=277.2, usual_hz=220, stretches=31
            ),
            "The voice is 4 semitones higher than this speaker's usual, over 31 stretches. "
            "277 Hz, usually 220 Hz.",
        ),
        (
            marker(MarkerKind.PAUSE, "before_answer"),
            "A silence of 1.5 seconds between a question and its answer.",
        ),
        (
            marker(MarkerKind.LAUGHTER, score=1.25, other=-2.0),
            "It sounds like laughter, for 1.5 seconds (score 1.2, the next likely sound -2.0).",
        ),
        (marker(MarkerKind.CRYING), "It may be crying, for 1.5 seconds: only listening tells."),
        (marker(MarkerKind.DISFLUENCY, "repetition"), "3 words said again."),
    ],
)
def test_the_numbers_are_in_plain_words(made: Marker, sentence: str) -> None:
    assert marker_sentence(made) == sentence


def test_how_sure_a_marker_is_reads_as_words() -> None:
    assert [sureness(one) for one in (0.9, 0.6, 0.2)] == ["quite sure", "rather sure", "not sure"]
