"""Masks grow where something was heard, and stop growing when that no longer helps."""

from __future__ import annotations

from collections.abc import Sequence

from models.redacted_sound.check import Checked, Verdict
from models.redacted_sound.masks import Mask, MaskReason
from models.redacted_sound.rounds import MOST_ROUNDS, mask_until_quiet, widened
from models.values import Span

LENGTH_MS = 60_000


def mask(redaction: int, start: int, end: int) -> Mask:
    return Mask(redaction, start, end, (MaskReason.WORD,))


def trace(redaction: int, start: int, end: int) -> Checked:
    return Checked(redaction, Verdict.WORD, (Span(start, end),))


def nothing(redaction: int) -> Checked:
    return Checked(redaction, Verdict.NOTHING, ())


def test_a_trace_beside_a_mask_is_masked_with_a_margin() -> None:
    one, other = mask(1, 5_000, 5_500), mask(2, 9_000, 9_500)
    found = widened([one, other], [trace(1, 5_450, 5_800), nothing(2)], LENGTH_MS)
    assert found == (Mask(1, 5_000, 6_100, (MaskReason.WORD, MaskReason.TRACE)), other)


def test_a_trace_within_the_mask_changes_nothing() -> None:
    one = mask(1, 5_000, 6_500)
    assert widened([one], [trace(1, 5_400, 5_900)], LENGTH_MS) == (one,)


def test_a_trace_longer_than_any_name_is_not_followed() -> None:
    one = mask(1, 5_000, 5_500)
    assert widened([one], [trace(1, 5_400, 9_000)], LENGTH_MS) == (one,)


def test_masks_end_with_the_sound() -> None:
    (found,) = widened([mask(1, 59_000, 59_500)], [trace(1, 59_400, 59_900)], LENGTH_MS)
    assert found.end_ms == LENGTH_MS


def test_what_is_audible_is_masked_and_heard_no_more() -> None:
    """A word from 5000 to 6000 ms of which the mask leaves the second half."""
    listened: list[tuple[Span, ...]] = []

    def listen(spans: Sequence[Span], masks: Sequence[Mask]) -> list[Checked]:
        listened.append(tuple(Span(one.start_ms, one.end_ms) for one in masks))
        gone = any(span.start_ms <= 5_000 and span.end_ms >= 6_000 for span in spans)
        return [
            nothing(number) if gone or number != 1 else trace(1, 5_500, 6_000)
            for number in sorted({one.redaction for one in masks})
        ]

    found = mask_until_quiet([mask(1, 4_900, 5_500), mask(2, 9_000, 9_500)], LENGTH_MS, tuple, listen)
    assert found.left == ()
    assert (found.rounds, found.widened) == (1, 1)
    assert found.rendition == (Span(4_900, 6_300), Span(9_000, 9_500))
    assert listened[1] == (Span(4_900, 6_300),), "only what was widened is listened to again"
    assert [one.redaction for one in found.checked] == [1, 2]


def test_what_is_guessed_from_the_sentence_is_left_for_a_person() -> None:
    rendered: list[tuple[Span, ...]] = []

    def render(spans: Sequence[Span]) -> tuple[Span, ...]:
        rendered.append(tuple(spans))
        return tuple(spans)

    found = mask_until_quiet(
        [mask(1, 5_000, 6_000)], LENGTH_MS, render, lambda _spans, _masks: [trace(1, 5_300, 5_600)]
    )
    assert [one.redaction for one in found.left] == [1]
    assert (found.rounds, found.widened, len(rendered)) == (0, 0, 1)


def test_masks_do_not_grow_for_ever() -> None:
    end = [5_500]

    def listen(_spans: Sequence[Span], _masks: Sequence[Mask]) -> list[Checked]:
        end[0] += 500
        return [trace(1, end[0] - 500, end[0])]

    found = mask_until_quiet([mask(1, 5_000, 5_500)], LENGTH_MS, tuple, listen)
    assert found.rounds == MOST_ROUNDS
    assert len(found.left) == 1
