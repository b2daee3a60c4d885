"""Silences between words that are too short to be markers, as notations write them.

They come from the words' own times, so only from words that were aligned: the recogniser's times are stretched over
silences. Nothing is written beside a redacted word: where it ends says how long it is.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import pairwise

from models.intervals import joined
from models.values import Marker, MarkerKind, Span, Timing, Utterance, Word

LEAST_GAP_MS = 100
"""A micropause is a tenth of a second, more or less (Jefferson 2004)."""

LEAST_BETWEEN_MS = 200
"""Between two utterances, which stand on lines of their own, only what can be timed."""

LONGEST_GAP_MS = 1_000
"""Longer ones are markers, which come from the sound; without one, something was heard there."""

RULES = "notation 1"

_EXACT = frozenset([Timing.POCKETSPHINX, Timing.CTC])
_FILLS_A_GAP = frozenset(
    {
        MarkerKind.PAUSE,
        MarkerKind.INAUDIBLE,
        MarkerKind.FILLER,
        MarkerKind.LAUGHTER,
        MarkerKind.CRYING,
        MarkerKind.BREATH,
        MarkerKind.COUGH,
    }
)


def short_pauses(utterances: Sequence[Utterance], markers: Sequence[Marker]) -> Iterator[Marker]:
    """A pause for each silence of 0.1 s and more within an utterance, of 0.2 s and more between two, below one second.

    Silent is where nobody has a word and no marker says what was heard. Confidence is that of the words beside it.
    """
    taken = joined(
        [Span(one.start_ms, one.end_ms) for one in markers if one.kind in _FILLS_A_GAP]
        + [
            Span(word.start_ms, word.end_ms)
            for one in utterances
            for word in one.words
            if word.end_ms > word.start_ms
        ]
    )
    starts = [span.start_ms for span in taken]
    for utterance in utterances:
        for before, after in pairwise(utterance.words):
            if _is_gap(before, after, LEAST_GAP_MS) and _is_free(taken, starts, before, after):
                yield _pause(before, after, utterance.speaker, utterance.id)
    spoken = [one for one in utterances if one.words]
    for first, second in pairwise(spoken):
        before, after = max(first.words, key=lambda word: word.end_ms), second.words[0]
        if _is_gap(before, after, LEAST_BETWEEN_MS) and _is_free(taken, starts, before, after):
            speaker = first.speaker if first.speaker == second.speaker else None
            yield _pause(before, after, speaker, first.id)


def _is_gap(before: Word, after: Word, least_ms: int) -> bool:
    exact = before.timing in _EXACT and after.timing in _EXACT
    told = before.redaction is None and after.redaction is None
    return exact and told and least_ms <= after.start_ms - before.end_ms < LONGEST_GAP_MS


def _is_free(taken: Sequence[Span], starts: Sequence[int], before: Word, after: Word) -> bool:
    """Whether nothing that is heard reaches into the gap."""

    place = bisect_left(starts, after.start_ms) - 1
    return place < 0 or taken[place].end_ms <= before.end_ms


def _pause(before: Word, after: Word, speaker: str | None, utterance: int) -> Marker:
    gap_ms = after.start_ms - before.end_ms
    return Marker(
        MarkerKind.PAUSE,
        before.end_ms,
        after.start_ms,
        speaker,
        round(gap_ms / 1000, 3),
        round(min(before.confidence, after.confidence), 3),
        RULES,
        utterance=utterance,
    )
