"""What a redaction takes out of the sound."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from models.redacted_sound.masks import MARGINS_MS, Mask, MaskReason, masked_spans, plan_masks
from models.values import (
    RecognisedWord,
    Redaction,
    Span,
    Timing,
    Transcript,
    Turn,
    Utterance,
    Word,
)

ALIGNED = MARGINS_MS[Timing.POCKETSPHINX]


def word(
    number: int,
    start: int,
    end: int,
    timing: Timing = Timing.POCKETSPHINX,
    confidence: float = 0.9,
    speaker: str = "S1",
    text: str = "word",
) -> Word:
    return Word(number, start, end, text, speaker, confidence, 1.0, timing=timing)


def transcript(
    *words: Word, speech: tuple[Span, ...] = (), turns: tuple[Turn, ...] = (), duration_ms: int = 60_000
) -> Transcript:
    utterances = tuple(
        Utterance(number, speaker, own[0].start_ms, own[-1].end_ms, own)
        for number, speaker in enumerate(dict.fromkeys(one.speaker for one in words))
        for own in [tuple(one for one in words if one.speaker == speaker)]
    )
    return Transcript(1, duration_ms, "en", (), utterances, turns, (), speech, (), ())


def redaction(*word_ids: int, number: int = 0) -> Redaction:
    return Redaction(number, "NAME", f"[NAME-{number + 1}]", 0, 0, word_ids, 1.0, "test")


def masked(told: Transcript, *redactions: Redaction, heard: tuple[RecognisedWord, ...] = ()) -> list[Span]:
    return list(masked_spans(plan_masks(told, redactions, heard)))


def test_an_aligned_word_between_aligned_words_is_masked_with_a_small_margin():
    told = transcript(word(0, 1_000, 1_300), word(1, 1_300, 1_800), word(2, 1_800, 2_100))
    assert masked(told, redaction(1)) == [Span(1_300 - ALIGNED, 1_800 + ALIGNED)]


def test_the_margin_depends_on_what_gave_the_times():
    lengths = []
    for timing in (Timing.POCKETSPHINX, Timing.CTC, Timing.RECOGNISER, Timing.SPREAD):
        told = transcript(word(0, 5_000, 5_400, timing))
        (span,) = masked(told, redaction(0))
        assert span.start_ms <= 5_000 - MARGINS_MS[timing]
        assert span.end_ms >= 5_400 + MARGINS_MS[timing]
        lengths.append(span.length_ms)
    assert lengths == sorted(lengths)


def test_a_loose_word_takes_no_more_of_a_clearly_aligned_neighbour_than_that_ones_own_margin():
    told = transcript(word(0, 4_000, 5_000), word(1, 5_000, 5_400, Timing.RECOGNISER), word(2, 5_400, 6_000))
    assert masked(told, redaction(1)) == [Span(5_000 - ALIGNED, 5_400 + ALIGNED)]


def test_speech_that_goes_on_until_the_next_word_is_masked_up_to_it():
    told = transcript(word(0, 1_000, 1_500), word(1, 1_850, 2_200), speech=(Span(900, 2_300),))
    (span,) = masked(told, redaction(0))
    assert span.end_ms == 1_850


def test_a_word_before_silence_gets_more_but_not_the_silence():
    told = transcript(
        word(0, 1_000, 1_500), word(1, 9_000, 9_300), speech=(Span(950, 1_530), Span(8_900, 9_400))
    )
    (span,) = masked(told, redaction(0))
    assert 1_500 + ALIGNED < span.end_ms <= 1_700


def test_speech_without_a_word_beside_a_redaction_is_masked_whole():
    told = transcript(word(0, 1_000, 1_500), word(1, 3_000, 3_400), speech=(Span(1_000, 2_700),))
    (mask,) = plan_masks(told, [redaction(0)])
    assert mask.end_ms == 2_700
    assert MaskReason.WORDLESS in mask.reasons


def test_a_hardly_believed_neighbour_is_masked_too_and_a_sure_one_is_not():
    told = transcript(
        word(0, 1_000, 1_400, confidence=0.95),
        word(1, 1_400, 1_800),
        word(2, 1_800, 2_300, confidence=0.2),
        word(3, 2_300, 2_700, confidence=0.95),
    )
    (span,) = masked(told, redaction(1))
    assert span.end_ms >= 2_300
    assert span.end_ms < 2_400
    assert span.start_ms > 1_200


def test_a_hardly_believed_word_far_away_stays():
    told = transcript(word(0, 1_000, 1_400), word(1, 3_000, 3_400, confidence=0.1))
    assert all(span.end_ms < 2_000 for span in masked(told, redaction(0)))


def test_a_word_in_an_overlap_gets_a_wider_margin():
    words = (word(0, 5_000, 5_400),)
    alone = masked(transcript(*words), redaction(0))
    turns = (Turn(4_000, 6_000, "S1"), Turn(4_900, 5_500, "S2"))
    overlapped = masked(transcript(*words, turns=turns), redaction(0))
    assert overlapped[0].length_ms > alone[0].length_ms


def test_a_word_that_was_heard_elsewhere_is_masked_in_both_places():
    told = transcript(word(0, 5_000, 5_400, text="Ruth"))
    near = RecognisedWord(5_080, 5_480, "Ruth", 0.9)
    far = RecognisedWord(6_600, 6_900, "Ruth", 0.9)
    assert len(masked(told, redaction(0), heard=(near,))) == 1
    spans = masked(told, redaction(0), heard=(far,))
    assert len(spans) == 2
    assert spans[1].start_ms <= 6_600
    assert spans[1].end_ms >= 6_900


def test_the_words_of_one_redaction_are_one_mask_when_near_and_several_when_not():
    told = transcript(word(0, 1_000, 1_400), word(1, 1_450, 1_900), word(2, 6_000, 6_300))
    masks = plan_masks(told, [redaction(0, 1, 2)])
    assert [mask.redaction for mask in masks] == [0, 0]
    assert masks[0].start_ms < 1_000
    assert masks[0].end_ms > 1_900
    assert masks[1].start_ms > 5_000


def test_near_masks_of_two_redactions_are_silenced_as_one():
    told = transcript(word(0, 1_000, 1_400), word(1, 1_620, 2_000))
    masks = plan_masks(told, [redaction(0), redaction(1, number=1)])
    assert {mask.redaction for mask in masks} == {0, 1}
    assert len(masked_spans(masks)) == 1


def test_nothing_lies_outside_the_recording():
    told = transcript(word(0, 0, 300, Timing.SPREAD), word(1, 59_900, 60_000, Timing.SPREAD))
    spans = masked(told, redaction(0), redaction(1, number=1))
    assert spans[0].start_ms == 0
    assert spans[-1].end_ms == 60_000


def test_a_word_that_is_not_in_the_transcript_masks_nothing():
    assert plan_masks(transcript(word(0, 1_000, 1_400)), [redaction(7)]) == ()


def test_a_stretch_that_a_person_marked_is_masked_as_marked():
    marked = Redaction(0, "NAME", "[NAME-1]", 2_000, 2_600, (), 1.0, "person")
    assert masked(transcript(word(0, 1_000, 1_400)), marked) == [Span(2_000, 2_600)]


@st.composite
def spoken(draw: st.DrawFn) -> Transcript:
    edges = draw(st.lists(st.integers(0, 30_000), min_size=2, max_size=24, unique=True).map(sorted))
    words = [
        word(
            number,
            edges[number],
            edges[number + 1],
            draw(st.sampled_from(Timing)),
            draw(st.floats(0, 1)),
            draw(st.sampled_from(["S1", "S2"])),
        )
        for number in range(len(edges) - 1)
    ]
    return transcript(*words, speech=(Span(edges[0], edges[-1]),), duration_ms=30_000)


@given(spoken(), st.data())
def test_every_redacted_word_is_masked_whole_and_masks_stay_apart_and_within(told, data):
    words = [one for utterance in told.utterances for one in utterance.words]
    chosen = data.draw(st.lists(st.sampled_from(words), min_size=1, max_size=4))
    spans = masked(told, *(redaction(one.id, number=number) for number, one in enumerate(chosen)))
    for one in chosen:
        assert any(span.start_ms <= one.start_ms and one.end_ms <= span.end_ms for span in spans)
    assert all(a.end_ms < b.start_ms for a, b in pairwise(spans))
    assert all(0 <= span.start_ms < span.end_ms <= told.duration_ms for span in spans)


def test_masks_say_why():
    found = plan_masks(transcript(word(0, 1_000, 1_400)), [redaction(0)])
    assert found == (Mask(0, found[0].start_ms, found[0].end_ms, (MaskReason.WORD,)),)
