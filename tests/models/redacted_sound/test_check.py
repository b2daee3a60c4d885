"""Listening to a rendition again tells what a mask missed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from models.host import ModelHost
from models.redacted_sound.check import CONTEXT_MS, Verdict, check_redactions, trace_of
from models.redacted_sound.masks import Mask, MaskReason, masked_spans, plan_masks
from models.values import RecognisedWord, Redaction, Span, Transcript, Utterance, Word
from tests.models.speech_stages import process


@pytest.mark.parametrize(
    ("heard", "hidden", "verdict"),
    [
        ("Ruth", "ruth", Verdict.WORD),
        ("RUTH'S,", "ruth", Verdict.WORD),
        ("José", "jose", Verdict.WORD),
        ("Hansens", "hansen", Verdict.WORD),
        ("stina", "kristina", Verdict.WORD),
        ("Villifort", "villefort", Verdict.SOUNDS_ALIKE),
        ("Calico", "kaliko", Verdict.SOUNDS_ALIKE),
        ("the", "the", Verdict.WORD),
        ("a", "a", Verdict.NOTHING),
        ("garden", "ruth", Verdict.NOTHING),
        ("and", "andersen", Verdict.NOTHING),
    ],
)
def test_a_trace_is_the_word_a_part_of_it_or_what_sounds_alike(heard, hidden, verdict):
    assert trace_of(heard, [hidden]) is verdict


def told(*texts: str) -> Transcript:
    words = tuple(
        Word(number, 10_000 + number * 400, 10_400 + number * 400, text, "S1", 0.9, 1.0)
        for number, text in enumerate(texts)
    )
    return Transcript(1, 60_000, "en", (), (Utterance(0, "S1", 10_000, 12_000, words),), (), (), (), (), ())


def redacted(word_id: int, number: int = 0) -> Redaction:
    return Redaction(number, "NAME", "[NAME-1]", 0, 0, (word_id,), 1.0, "test")


def heard_at(start: int, text: str) -> RecognisedWord:
    return RecognisedWord(start, start + 300, text, 0.9)


def verdicts(
    transcript: Transcript, masks: Sequence[Mask], *heard: RecognisedWord
) -> list[tuple[Verdict, tuple[Span, ...]]]:
    found = check_redactions(
        transcript, [redacted(mask.redaction, mask.redaction) for mask in masks], masks, lambda _: heard
    )
    return [(one.verdict, one.traces) for one in found]


def test_a_redacted_word_that_is_heard_near_its_mask_is_told_with_its_place():
    transcript = told("my", "sister", "Ruth", "came")
    mask = Mask(2, 10_740, 11_260, (MaskReason.WORD,))
    assert verdicts(transcript, [mask], heard_at(10_900, "Ruth.")) == [
        (Verdict.WORD, (Span(10_900, 11_200),))
    ]
    assert verdicts(transcript, [mask], heard_at(10_900, "Root")) == [(Verdict.NOTHING, ())]
    assert verdicts(transcript, [mask], heard_at(14_000, "Ruth")) == [(Verdict.NOTHING, ())]


def test_words_that_stay_are_no_traces_although_they_are_heard():
    transcript = told("sister", "Ruth", "Ruth", "came")
    mask = Mask(1, 10_340, 10_860, (MaskReason.WORD,))
    assert verdicts(transcript, [mask], heard_at(10_800, "Ruth")) == [(Verdict.NOTHING, ())]


def test_every_mask_is_heard_with_its_context_and_near_ones_at_once():
    windows = []
    masks = [Mask(0, start, start + 500, (MaskReason.WORD,)) for start in (1_000, 6_000, 40_000)]
    check_redactions(told("Ruth"), [redacted(0)], masks, lambda window: windows.append(window) or ())
    assert windows == [Span(0, 6_500 + CONTEXT_MS), Span(40_000 - CONTEXT_MS, 40_500 + CONTEXT_MS)]


@pytest.mark.models
def test_real_speech_is_found_when_it_is_left_and_not_when_it_is_masked(
    host: ModelHost, phone_call: Path, tmp_path: Path
):
    made = process(host, phone_call, tmp_path)
    words = [word for utterance in made.transcript.utterances for word in utterance.words]
    chosen = [word for word in words if len(word.text) >= 6 and word.confidence > 0.9]
    redactions = [redacted(word.id, number) for number, word in enumerate(chosen)]
    assert len(redactions) >= 3
    masks = plan_masks(made.transcript, redactions)

    left = host.check_redactions(tmp_path / made.decoded.samples, made.transcript, redactions, masks)
    assert sum(one.verdict is Verdict.WORD for one in left) >= 0.8 * len(redactions)
    assert all(one.traces for one in left if one.verdict is not Verdict.NOTHING)

    out = tmp_path / "redacted"
    out.mkdir()
    rendition = host.redact_sound(phone_call, out, masked_spans(masks))
    gone = host.check_redactions(out / rendition.samples, made.transcript, redactions, masks)
    assert [one.verdict for one in gone] == [Verdict.NOTHING] * len(redactions)
