"""Masking, listening again, and masking more where something was heard, until nothing is or it no longer helps."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from models.intervals import joined
from models.redacted_sound.check import Checked, Verdict
from models.redacted_sound.masks import MARGINS_MS, Mask, MaskReason, masked_spans
from models.values import Span, Timing

T = TypeVar("T")

ROUNDS_VERSION = "1"
"""Raise it when the same traces should widen masks otherwise."""

MOST_ROUNDS = 2
"""How often masks are widened. What is heard after that is mostly guessed from the sentence, not heard."""

# A trace has the recogniser's own times: they stray as those of a word that was never aligned.
_MARGIN_MS = MARGINS_MS[Timing.RECOGNISER]
# A trace longer than any name is a recogniser that lost its place.
_LONGEST_TRACE_MS = 2_000

Render = Callable[[Sequence[Span]], T]
"""Makes the rendition without these spans."""
ListenAgain = Callable[[T, Sequence[Mask]], Sequence[Checked]]
"""A verdict for each redaction that has one of these masks."""


@dataclass(frozen=True, slots=True)
class Quieted(Generic[T]):
    """The last rendition, what is masked in it, and what is still found of each redaction.

    ``rounds`` is how often masks were widened, ``widened`` how many redactions' were.
    """

    rendition: T
    masks: tuple[Mask, ...]
    checked: tuple[Checked, ...]
    rounds: int
    widened: int

    @property
    def left(self) -> tuple[Checked, ...]:
        """The redactions of which something is still found."""
        return tuple(one for one in self.checked if one.verdict is not Verdict.NOTHING)


def mask_until_quiet(
    masks: Sequence[Mask], duration_ms: int, render: Render[T], listen_again: ListenAgain[T]
) -> Quieted[T]:
    """Render, listen, widen the masks of which something was found, at most :data:`MOST_ROUNDS` times.

    Each trace is masked with a margin of :data:`MARGINS_MS` for the recogniser's times. After the first round only
    what was widened is listened to. Stops early when a trace lies within what is masked: nothing is there to be heard.
    """
    current = tuple(masks)
    rendition = render(masked_spans(current))
    verdicts = {one.redaction: one for one in listen_again(rendition, current)} if current else {}
    touched: set[int] = set()
    for done in range(MOST_ROUNDS):
        wider = widened(current, tuple(verdicts.values()), duration_ms)
        grown = {mask.redaction for mask in set(wider) - set(current)}
        if not grown:
            return Quieted(rendition, current, _in_order(verdicts), done, len(touched))
        touched |= grown
        current = wider
        rendition = render(masked_spans(current))
        again = listen_again(rendition, [mask for mask in current if mask.redaction in grown])
        verdicts |= {one.redaction: one for one in again if one.redaction in grown}
    return Quieted(rendition, current, _in_order(verdicts), MOST_ROUNDS, len(touched))


def widened(masks: Sequence[Mask], checked: Sequence[Checked], duration_ms: int) -> tuple[Mask, ...]:
    """The masks with what was found of each redaction masked as well, in order of time."""
    traces = {one.redaction: one.traces for one in checked if one.traces}
    result: list[Mask] = []
    for redaction in sorted({mask.redaction for mask in masks}):
        own = [mask for mask in masks if mask.redaction == redaction]
        result += _with(own, traces[redaction], duration_ms) if redaction in traces else own
    return tuple(sorted(result, key=lambda mask: (mask.start_ms, mask.end_ms, mask.redaction)))


def _with(own: Sequence[Mask], traces: Sequence[Span], duration_ms: int) -> list[Mask]:
    covered = [Span(mask.start_ms, mask.end_ms) for mask in own]
    added = [
        Span(max(0, trace.start_ms - _MARGIN_MS), min(duration_ms, trace.end_ms + _MARGIN_MS))
        for trace in traces
        if trace.length_ms <= _LONGEST_TRACE_MS
    ]
    made = []
    for span in joined([*covered, *added]):
        parts = [mask for mask in own if span.start_ms <= mask.start_ms and mask.end_ms <= span.end_ms]
        grew = not any((mask.start_ms, mask.end_ms) == (span.start_ms, span.end_ms) for mask in parts)
        reasons = {why for mask in parts for why in mask.reasons} | ({MaskReason.TRACE} if grew else set())
        made.append(
            Mask(
                own[0].redaction,
                span.start_ms,
                span.end_ms,
                tuple(one for one in MaskReason if one in reasons),
            )
        )
    return made


def _in_order(verdicts: dict[int, Checked]) -> tuple[Checked, ...]:
    return tuple(verdicts[number] for number in sorted(verdicts))
