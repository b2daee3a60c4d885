"""Words of one speaker between pauses or turn changes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from models.assignment import SpokenWord
from models.values import Utterance, Word

# A silence from 0.7 s on is heard as a break between phrases; most pauses within a phrase are shorter
# (Heldner & Edlund 2010, Pauses, gaps and overlaps in conversations).
BREAK_MS = 700
# Long stretches without a pause are cut where a sentence ends, so that they can be read and cited; after
# the second length anywhere.
LONG_MS = 30_000
LONGEST_MS = 60_000
_SENTENCE_ENDS = (".", "?", "!", "…", "。", "？", "！", '."', '?"', '!"')


def build_utterances(words: Sequence[SpokenWord], break_ms: int = BREAK_MS) -> tuple[Utterance, ...]:
    """Utterances in order of their starts; every word is in exactly one, ids count from 0 in reading order.

    Two people at once (channels of their own) give overlapping utterances, not a shredded one: words
    of another that lie wholly within the time of a stretch of words don't end it when both are recorded apart.
    """
    stretches = sorted(
        _stretches(words, break_ms), key=lambda one: (one[0].word.start_ms, one[-1].word.end_ms)
    )
    utterances: list[Utterance] = []
    next_word = 0
    for number, stretch in enumerate(stretches):
        utterances.append(_utterance(number, next_word, stretch))
        next_word += len(stretch)
    return tuple(utterances)


def _utterance(number: int, first_word: int, stretch: Sequence[SpokenWord]) -> Utterance:
    words = tuple(
        Word(
            id=first_word + place,
            start_ms=one.word.start_ms,
            end_ms=one.word.end_ms,
            text=one.word.text,
            speaker=one.speaker,
            confidence=one.word.confidence,
            speaker_confidence=one.speaker_confidence,
            speaker_margin=one.margin,
            timing=one.word.timing,
        )
        for place, one in enumerate(stretch)
    )
    end_ms = max(word.end_ms for word in words)
    return Utterance(number, words[0].speaker, words[0].start_ms, end_ms, words)


def _stretches(words: Sequence[SpokenWord], break_ms: int) -> Iterable[list[SpokenWord]]:
    opened: dict[str, list[SpokenWord]] = {}
    for one in sorted(words, key=lambda one: (one.word.start_ms, one.word.end_ms)):
        current = opened.get(one.speaker)
        if current is not None and _ends(current, one, break_ms):
            yield opened.pop(one.speaker)
        # Somebody else's stretch is over once this one begins after its end.
        for speaker in [name for name in opened if name != one.speaker]:
            if opened[speaker][-1].word.end_ms <= one.word.start_ms:
                yield opened.pop(speaker)
        opened.setdefault(one.speaker, []).append(one)
    yield from opened.values()


def _ends(stretch: Sequence[SpokenWord], following: SpokenWord, break_ms: int) -> bool:
    last = stretch[-1].word
    if following.word.start_ms - last.end_ms >= break_ms:
        return True
    length = last.end_ms - stretch[0].word.start_ms
    return length >= LONGEST_MS or (length >= LONG_MS and last.text.endswith(_SENTENCE_ENDS))
