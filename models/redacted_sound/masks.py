"""Which stretches of the sound a redaction takes away. Pure: the same values give the same stretches.

A word's times are never exact, so each redacted word is masked with a margin that depends on what gave its times, and
what stands beside it and may be part of it is masked too: the rest of the speech up to the next word, speech for
which no word was recognised, neighbours that are hardly believed, and everywhere the recogniser and the aligner place
the word when they disagree.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from models.intervals import joined, overlap_ms, shared_by_two, within, without
from models.values import RecognisedWord, Redaction, Span, Timing, Transcript, Word

RULES_VERSION = "1"
"""Raise it when the same transcript should be masked otherwise."""

MARGINS_MS: Mapping[Timing, int] = {
    Timing.POCKETSPHINX: 60,
    Timing.CTC: 80,
    Timing.RECOGNISER: 300,
    Timing.SPREAD: 500,
}
"""Masked before and after a word. Chosen on recordings with true word times: docs/benchmarks.md, Redacted sound."""

_ALIGNED = frozenset({Timing.POCKETSPHINX, Timing.CTC})
# Where no other word is near, a little more costs nothing, and last syllables fade slowly.
_INTO_SILENCE_MS = 140
# Speech that goes on behind a word, or begins before it, up to the next word: the word's own end, as a rule. Aligners
# cut drawn-out last syllables short by up to half a second.
_REST_MS = 400
# What is not covered by a word, is speech, and lies so near may be a part of the redacted word.
_NEAR_MS = 150
_LONGEST_WORDLESS_MS = 2_000
# Below it a word is more likely wrong than right; what is wrong beside a name may be its other half.
_HARDLY_BELIEVED = 0.4
_LONGEST_NEIGHBOUR_MS = 1_000
_OVERLAP_MS = 200
# The recogniser's own times stray by 60 to 110 ms on the median, and seldom by more than this from aligned ones.
_DISAGREEMENT_MS = 400
_SAME_WORD_MS = 3_000
# Between two masks so near, nothing can be understood.
_MERGE_MS = 150


class MaskReason(StrEnum):
    """Why a stretch is masked."""

    WORD = "word"
    REST = "rest"
    WORDLESS = "wordless"
    NEIGHBOUR = "neighbour"
    DISAGREEMENT = "disagreement"
    MARKED = "marked"
    TRACE = "trace"


@dataclass(frozen=True, slots=True)
class Mask:
    """A stretch that one redaction takes out of the sound, and why it is as wide as it is."""

    redaction: int
    start_ms: int
    end_ms: int
    reasons: tuple[MaskReason, ...]


def plan_masks(
    transcript: Transcript,
    redactions: Sequence[Redaction],
    heard: Sequence[RecognisedWord] = (),
    margins_ms: Mapping[Timing, int] = MARGINS_MS,
) -> tuple[Mask, ...]:
    """The masks of each redaction, in order of time; those of one redaction lie apart from one another.

    ``transcript`` is the spoken one, in which the redactions' words are. A redaction without words is a stretch that a
    person marked by its time. ``heard`` are the words with the recogniser's
    own times, before they were aligned: with them, words that the two place differently are masked in both places.
    """
    surroundings = _Surroundings(transcript, heard)
    masks: list[Mask] = []
    for redaction in redactions:
        found = list(_of_redaction(surroundings, redaction, margins_ms))
        for span in joined((span for span, _ in found), _MERGE_MS):
            reasons = {
                why for part, why in found if span.start_ms <= part.start_ms and part.end_ms <= span.end_ms
            }
            masks.append(
                Mask(
                    redaction.id,
                    span.start_ms,
                    span.end_ms,
                    tuple(one for one in MaskReason if one in reasons),
                )
            )
    return tuple(sorted(masks, key=lambda mask: (mask.start_ms, mask.end_ms, mask.redaction)))


def masked_spans(masks: Sequence[Mask]) -> tuple[Span, ...]:
    """What is masked in all, in order, apart from one another; what is left between two near masks goes too."""
    return joined((Span(mask.start_ms, mask.end_ms) for mask in masks), _MERGE_MS)


class _Surroundings:
    """The words, speech and turns of a transcript, made ready to be asked what is near a word."""

    def __init__(self, transcript: Transcript, heard: Sequence[RecognisedWord]) -> None:
        self.duration_ms = transcript.duration_ms
        self.speech = joined(transcript.speech)
        words = [word for utterance in transcript.utterances for word in utterance.words]
        self.words = sorted(words, key=lambda word: (word.start_ms, word.end_ms, word.id))
        self.of_id = {word.id: word for word in words}
        self._by_speaker = {
            speaker: [word for word in self.words if word.speaker == speaker]
            for speaker in {word.speaker for word in words}
        }
        self._places = {word.id: place for own in self._by_speaker.values() for place, word in enumerate(own)}
        covered = [Span(word.start_ms, max(word.end_ms, word.start_ms + 1)) for word in words]
        self.wordless = without(self.speech, covered)
        self.overlaps = tuple(
            span for span in shared_by_two(transcript.turns) if span.length_ms >= _OVERLAP_MS
        )
        self._heard = sorted(heard, key=lambda word: word.start_ms)
        self._heard_starts = [word.start_ms for word in self._heard]

    def neighbours(self, word: Word) -> tuple[Word | None, Word | None]:
        """The words the same speaker says before and after it."""
        own = self._by_speaker[word.speaker]
        place = self._places[word.id]
        return (own[place - 1] if place else None, own[place + 1] if place + 1 < len(own) else None)

    def is_overlapped(self, span: Span) -> bool:
        return bool(within(span, self.overlaps))

    def heard_as(self, word: Word) -> Span | None:
        """Where the recogniser itself placed it."""
        first = bisect_left(self._heard_starts, word.start_ms - _SAME_WORD_MS)
        last = bisect_right(self._heard_starts, word.end_ms + _SAME_WORD_MS)
        same = [one for one in self._heard[first:last] if one.text == word.text]
        if not same:
            return None
        nearest = min(same, key=lambda one: abs(one.start_ms - word.start_ms) + abs(one.end_ms - word.end_ms))
        return Span(nearest.start_ms, nearest.end_ms)


def _of_redaction(
    surroundings: _Surroundings, redaction: Redaction, margins_ms: Mapping[Timing, int]
) -> Iterator[tuple[Span, MaskReason]]:
    own = set(redaction.word_ids)
    if not own:
        marked = Span(max(0, redaction.start_ms), min(surroundings.duration_ms, redaction.end_ms))
        if marked.length_ms > 0:
            yield marked, MaskReason.MARKED
    for number in redaction.word_ids:
        word = surroundings.of_id.get(number)
        if word is not None:
            for span, reason in _of_word(surroundings, word, own, margins_ms):
                start, end = max(0, span.start_ms), min(surroundings.duration_ms, span.end_ms)
                if end > start:
                    yield Span(start, end), reason


def _of_word(
    surroundings: _Surroundings, word: Word, own: set[int], margins_ms: Mapping[Timing, int]
) -> Iterator[tuple[Span, MaskReason]]:
    before, after = surroundings.neighbours(word)
    margin = margins_ms[word.timing]
    near = Span(word.start_ms - _NEAR_MS, word.end_ms + _NEAR_MS)
    if word.confidence < _HARDLY_BELIEVED or surroundings.is_overlapped(near):
        # Aligned to something else than was said, or to two voices at once: no better than the recogniser's times.
        margin = max(margin, margins_ms[Timing.RECOGNISER] // 2)
    end = word.end_ms + margin
    if after is None or after.start_ms > end:
        free = after.start_ms if after else surroundings.duration_ms
        end = max(end, min(word.end_ms + _INTO_SILENCE_MS, free))
    yield (
        Span(
            _not_far_into(word.start_ms - margin, before, margins_ms, own, towards_start=True),
            _not_far_into(end, after, margins_ms, own, towards_start=False),
        ),
        MaskReason.WORD,
    )
    yield from _rest(surroundings, word, before, after)
    yield from _wordless(surroundings, near)
    for one in (before, after):
        if one is not None and one.id not in own and _is_doubtful(one, near):
            yield Span(one.start_ms, one.end_ms), MaskReason.NEIGHBOUR
    placed = surroundings.heard_as(word)
    if placed is not None and (
        abs(placed.start_ms - word.start_ms) > _DISAGREEMENT_MS
        or abs(placed.end_ms - word.end_ms) > _DISAGREEMENT_MS
    ):
        wide = margins_ms[Timing.RECOGNISER]
        yield Span(placed.start_ms - wide, placed.end_ms + wide), MaskReason.DISAGREEMENT


def _not_far_into(
    at_ms: int, neighbour: Word | None, margins_ms: Mapping[Timing, int], own: set[int], towards_start: bool
) -> int:
    """The edge of a mask, no further into a clearly aligned neighbour than its own times may be off."""
    if neighbour is None or neighbour.id in own or neighbour.timing not in _ALIGNED:
        return at_ms
    if neighbour.confidence < _HARDLY_BELIEVED:
        return at_ms
    least = margins_ms[neighbour.timing]
    if towards_start:
        return max(at_ms, neighbour.end_ms - least)
    return min(at_ms, neighbour.start_ms + least)


def _rest(
    surroundings: _Surroundings, word: Word, before: Word | None, after: Word | None
) -> Iterator[tuple[Span, MaskReason]]:
    """Speech between the word and its neighbours that touches the word."""
    since = max(before.end_ms if before else 0, word.start_ms - _REST_MS)
    until = min(after.start_ms if after else surroundings.duration_ms, word.end_ms + _REST_MS)
    for part in within(Span(min(since, word.start_ms), word.start_ms), surroundings.speech):
        if part.end_ms == word.start_ms:
            yield part, MaskReason.REST
    for part in within(Span(word.end_ms, max(until, word.end_ms)), surroundings.speech):
        if part.start_ms == word.end_ms:
            yield part, MaskReason.REST


def _wordless(surroundings: _Surroundings, near: Span) -> Iterator[tuple[Span, MaskReason]]:
    """Speech beside it without a word: whole, as long as it isn't somebody's whole story."""
    for stretch in within(near, surroundings.wordless):
        whole = next(
            span
            for span in surroundings.wordless
            if overlap_ms(span.start_ms, span.end_ms, stretch.start_ms, stretch.end_ms)
        )
        yield (
            Span(
                max(whole.start_ms, near.start_ms - _LONGEST_WORDLESS_MS),
                min(whole.end_ms, near.end_ms + _LONGEST_WORDLESS_MS),
            ),
            MaskReason.WORDLESS,
        )


def _is_doubtful(neighbour: Word, near: Span) -> bool:
    """Whether a neighbour touches the word, is hardly believed, and isn't too long to be one."""
    touches = overlap_ms(neighbour.start_ms, neighbour.end_ms, near.start_ms, near.end_ms) > 0
    return (
        touches
        and neighbour.confidence < _HARDLY_BELIEVED
        and neighbour.end_ms - neighbour.start_ms <= _LONGEST_NEIGHBOUR_MS
    )
