"""Words that were never said: loops, and sentences invented where nobody speaks."""

from __future__ import annotations

from collections.abc import Sequence

from models.intervals import joined, overlap_ms
from models.values import RecognisedWord, Span

# Whisper's word times stray by up to half a second around silences; farther from any speech a word is invented.
NEAR_SPEECH_MS = 500
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


def is_invented(words: Sequence[RecognisedWord]) -> bool:
    """Whether a sentence looks made up: on the mean, each of its first eight words is anomalous."""
    first = words[:8]
    return bool(first) and sum(_anomaly(word) for word in first) + 0.01 >= len(first)


def _anomaly(word: RecognisedWord) -> float:
    seconds = (word.end_ms - word.start_ms) / 1000
    score = 1.0 if word.confidence < _IMPROBABLE else 0.0
    score += max(0.0, (_SHORT_S - seconds) * 15)
    return score + max(0.0, seconds - _LONG_S)


def without_loops(words: Sequence[RecognisedWord]) -> tuple[RecognisedWord, ...]:
    """The words with each run of a phrase beyond what people repeat cut to its first time."""
    kept: list[RecognisedWord] = []
    keys = [_key(word) for word in words]
    at = 0
    while at < len(words):
        length, times = _loop_at(keys, at)
        if times:
            kept += words[at : at + length]
            at += length * times
        else:
            kept.append(words[at])
            at += 1
    return tuple(kept)


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


def settled(words: Sequence[RecognisedWord], speech: Sequence[Span]) -> tuple[RecognisedWord, ...]:
    """The words within detected speech, in order of time.

    A word far from any speech is dropped; one that reaches into a silence is cut back to where there
    is speech; none overlaps the next.
    """
    phrases = joined(speech, _PHRASE_GAP_MS)
    kept = [fitted for word in words if (fitted := _fitted(word, phrases)) is not None]
    kept.sort(key=lambda word: (word.start_ms, word.end_ms))
    for index in range(len(kept) - 1):
        word, following = kept[index], kept[index + 1]
        if word.end_ms > following.start_ms > word.start_ms:
            kept[index] = RecognisedWord(word.start_ms, following.start_ms, word.text, word.confidence)
    return tuple(kept)


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
    return RecognisedWord(start, end, word.text, word.confidence)
