"""Cutting a recording's words into stretches that are aligned one by one, each between two silences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from models.intervals import joined
from models.values import RecognisedWord, Span

# A silence this long between words is a place to cut: stop closures stay under 100-150 ms, and the recogniser's own
# times, by which words are told to be before or after it, stray by about as much as this.
_CLEAR_SILENCE_MS = 400
# Beyond this length any silence will do, so that a failure costs few words; beyond the second, any gap between words.
_LONG_MS = 12_000
_LONGEST_MS = 25_000
# Sound heard around the speech of a stretch: detected speech begins and ends up to a few frames of 32 ms off.
_MARGIN_MS = 250


@dataclass(frozen=True, slots=True)
class Stretch:
    """Words ``first`` to ``end`` (exclusive), and the sound in which they are said."""

    first: int
    end: int
    span: Span


def plan_stretches(
    words: Sequence[RecognisedWord], speech: Sequence[Span], within: Span, long_ms: int = _LONG_MS
) -> tuple[Stretch, ...]:
    """Stretches that together hold all the words, in order; their sounds don't overlap.

    ``words`` are in order of time; ``speech`` is where somebody speaks; ``within`` bounds all sounds.
    """
    if not words:
        return ()
    silences = [Span(a.end_ms, b.start_ms) for a, b in pairwise(joined(speech)) if b.start_ms > a.end_ms]
    cuts: list[tuple[int, int]] = []  # (index of the first word after it, where)
    begin = 0
    for index in range(1, len(words)):
        length = words[index].end_ms - words[begin].start_ms
        least = _CLEAR_SILENCE_MS if length < long_ms else 1
        at = _silence_between(words[index - 1], words[index], silences, least)
        if at is None and length >= _LONGEST_MS:
            at = (words[index - 1].end_ms + words[index].start_ms) // 2
        # Words can overlap in time: one silence is then between two pairs of them, and cuts once.
        if at is not None and (cuts[-1][1] if cuts else within.start_ms) < at < within.end_ms:
            cuts.append((index, at))
            begin = index
    firsts = [0, *(index for index, _ in cuts)]
    ends = [*(index for index, _ in cuts), len(words)]
    edges = [within.start_ms, *(at for _, at in cuts), within.end_ms]
    stretches = []
    for number, (first, end) in enumerate(zip(firsts, ends, strict=True)):
        heard = _heard(words[first:end], speech, Span(edges[number], edges[number + 1]))
        stretches.append(Stretch(first, end, heard))
    return tuple(stretches)


def _silence_between(
    before: RecognisedWord, after: RecognisedWord, silences: Sequence[Span], least_ms: int
) -> int | None:
    """The middle of the longest silence between the middles of two words, if it is long enough."""
    start, end = (before.start_ms + before.end_ms) // 2, (after.start_ms + after.end_ms) // 2
    found = [
        silence
        for silence in silences
        if silence.length_ms >= least_ms and start < (silence.start_ms + silence.end_ms) // 2 <= end
    ]
    if not found:
        return None
    longest = max(found, key=lambda silence: silence.length_ms)
    return (longest.start_ms + longest.end_ms) // 2


def _heard(words: Sequence[RecognisedWord], speech: Sequence[Span], bounds: Span) -> Span:
    """The sound from the first to the last of speech or words within the bounds, with a margin."""
    spoken = [span for span in speech if span.end_ms > bounds.start_ms and span.start_ms < bounds.end_ms]
    first = min([words[0].start_ms, *(span.start_ms for span in spoken)])
    last = max([words[-1].end_ms, *(span.end_ms for span in spoken)])
    start = min(max(bounds.start_ms, first - _MARGIN_MS), bounds.end_ms - 1)
    return Span(start, max(start + 1, min(bounds.end_ms, last + _MARGIN_MS)))
