"""Words that were never said: loops, and sentences invented where nobody speaks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from models.intervals import joined, overlap_ms, without
from models.values import Dropped, DropReason, RecognisedWord, Span

# Whisper's word times stray by up to half a second around silences; farther from any speech a word is invented.
NEAR_SPEECH_MS = 500
# Speech of 0.6 s holds two to three syllables (4-5 a second): less than a word's worth of it is not missed.
WORDLESS_MS = 600
# Whisper's word edges stray by 60-110 ms (median) and up to a quarter of a second.
WORD_EDGE_MS = 250
# Shorter silences are articulation and phrasing: a word may reach over them.
_PHRASE_GAP_MS = 300
# People say a thing three or four times ("no, no, no, no"); longer phrases they repeat less. The limits leave
# real repetition alone: words in the phrase → how often it may come in a row.
_MOST_REPEATS = {1: 8, 2: 6}
_MOST_REPEATS_LONG = 4
_LONGEST_PHRASE = 12
# How the openai/whisper reference judges words in possible hallucinations (whisper/transcribe.py,
# word_anomaly_score): improbable, too short, too long.
_IMPROBABLE = 0.15
_SHORT_S = 0.133
_LONG_S = 2.0


@dataclass(frozen=True, slots=True)
class Judged:
    """Words that stay, and a record of those that don't, both in order of time."""

    kept: tuple[RecognisedWord, ...]
    dropped: tuple[Dropped, ...]


def dropped(words: Sequence[RecognisedWord], reason: DropReason) -> Dropped:
    """The record of neighbouring words that are left out; ``words`` has at least one."""
    return Dropped(
        start_ms=min(word.start_ms for word in words),
        end_ms=max(word.end_ms for word in words),
        text=" ".join(word.text for word in words),
        reason=reason,
        confidence=round(sum(word.confidence for word in words) / len(words), 4),
    )


def is_invented(words: Sequence[RecognisedWord]) -> bool:
    """Whether a sentence looks made up: on the mean, each of its first eight words is anomalous."""
    first = words[:8]
    return bool(first) and sum(_anomaly(word) for word in first) + 0.01 >= len(first)


def _anomaly(word: RecognisedWord) -> float:
    seconds = (word.end_ms - word.start_ms) / 1000
    score = 1.0 if word.confidence < _IMPROBABLE else 0.0
    score += max(0.0, (_SHORT_S - seconds) * 15)
    return score + max(0.0, seconds - _LONG_S)


def same_word(first: RecognisedWord, second: RecognisedWord) -> bool:
    """Whether both are written alike, case and punctuation aside."""
    return _key(first) == _key(second)


def wordless(speech: Sequence[Span], words: Sequence[RecognisedWord]) -> tuple[Span, ...]:
    """Speech of at least ``WORDLESS_MS`` in which there is no word, the surroundings of words left out."""
    taken = [Span(max(0, word.start_ms - WORD_EDGE_MS), word.end_ms + WORD_EDGE_MS) for word in words]
    return tuple(span for span in without(speech, taken) if span.length_ms >= WORDLESS_MS)


def without_loops(words: Sequence[RecognisedWord]) -> Judged:
    """The words with each run of a phrase beyond what people repeat cut to its first time."""
    kept: list[RecognisedWord] = []
    looped: list[Dropped] = []
    keys = [_key(word) for word in words]
    at = 0
    while at < len(words):
        length, times = _loop_at(keys, at)
        if times:
            kept += words[at : at + length]
            looped.append(dropped(words[at + length : at + length * times], DropReason.LOOP))
            at += length * times
        else:
            kept.append(words[at])
            at += 1
    return Judged(tuple(kept), tuple(looped))


def _key(word: RecognisedWord) -> str:
    return "".join(letter for letter in word.text.casefold() if letter.isalnum()) or word.text


def _loop_at(keys: Sequence[str], at: int) -> tuple[int, int]:
    """Length of the phrase looping from ``at`` and how often it comes, or (0, 0)."""
    for length in range(1, _LONGEST_PHRASE + 1):
        phrase = keys[at : at + length]
        times = 1
        while keys[at + times * length : at + (times + 1) * length] == phrase:
            times += 1
        if times > _MOST_REPEATS.get(length, _MOST_REPEATS_LONG):
            return length, times
    return 0, 0


def settled(words: Sequence[RecognisedWord], speech: Sequence[Span]) -> Judged:
    """The words within detected speech, in order of time.

    A word far from any speech is dropped; one that reaches into a silence is cut back to where there
    is speech; none overlaps the next.
    """
    phrases = joined(speech, _PHRASE_GAP_MS)
    fitted = [(word, _fitted(word, phrases)) for word in words]
    strays = groupby(fitted, key=lambda pair: pair[1] is None)
    left_out = [
        dropped([word for word, _ in run], DropReason.NO_SPEECH) for is_stray, run in strays if is_stray
    ]
    kept = sorted((fit for _, fit in fitted if fit is not None), key=lambda w: (w.start_ms, w.end_ms))
    return Judged(tuple(without_overlaps(kept)), tuple(left_out))


def without_overlaps(words: Sequence[RecognisedWord]) -> Iterable[RecognisedWord]:
    """The words, in order of their starts, each ended where the next begins."""
    for index, word in enumerate(words):
        following = words[index + 1].start_ms if index + 1 < len(words) else word.end_ms
        yield replace(word, end_ms=following) if word.end_ms > following > word.start_ms else word


def _fitted(word: RecognisedWord, phrases: Sequence[Span]) -> RecognisedWord | None:
    near = [
        phrase
        for phrase in phrases
        if phrase.start_ms - NEAR_SPEECH_MS < word.end_ms and word.start_ms < phrase.end_ms + NEAR_SPEECH_MS
    ]
    if not near:
        return None
    best = max(near, key=lambda span: overlap_ms(word.start_ms, word.end_ms, span.start_ms, span.end_ms))
    start, end = max(word.start_ms, best.start_ms), min(word.end_ms, best.end_ms)
    if end - start < 1:
        return word
    return replace(word, start_ms=start, end_ms=end)
