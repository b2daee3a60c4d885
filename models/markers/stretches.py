"""Utterances cut into stretches of a few seconds, each measured: a voice that is raised for a moment is not lost in an
utterance of half a minute."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from models.intervals import shared_by_two, within, without
from models.nuance.summary import Baseline, Feature, make_baseline, summarise
from models.nuance.track import Track
from models.values import Span, Turn, Utterance, Word

# Three seconds of speech hold some 12 syllables: enough for a median of pitch and level. What is longer is cut where
# the speaker breathes or a sentence ends, and at eight seconds anywhere between words.
_ENOUGH_MS = 3_000
_LONGEST_MS = 8_000
_BREATH_MS = 250
_SENTENCE_ENDS = (".", "?", "!", "…")


@dataclass(frozen=True, slots=True)
class Stretch:
    """Neighbouring words of an utterance, and what they sound like (nothing where there is too little speech).

    ``speech_ms`` is how much of it was measured: speech in which nobody else speaks.
    """

    utterance: int
    speaker: str
    start_ms: int
    end_ms: int
    words: tuple[Word, ...]
    features: Mapping[Feature, float] = field(default_factory=dict)
    speech_ms: int = 0


def cut_stretches(utterances: Sequence[Utterance]) -> tuple[Stretch, ...]:
    """The utterances in stretches of three to eight seconds, where they are that long."""
    return tuple(
        Stretch(utterance.id, utterance.speaker, words[0].start_ms, max(one.end_ms for one in words), words)
        for utterance in utterances
        for words in _pieces(utterance.words)
    )


def _pieces(words: Sequence[Word]) -> Iterator[tuple[Word, ...]]:
    piece: list[Word] = []
    for place, word in enumerate(words):
        piece.append(word)
        following = words[place + 1] if place + 1 < len(words) else None
        if following is None:
            break
        length = word.end_ms - piece[0].start_ms
        breaks = following.start_ms - word.end_ms >= _BREATH_MS or word.text.endswith(_SENTENCE_ENDS)
        if (length >= _ENOUGH_MS and breaks) or following.end_ms - piece[0].start_ms > _LONGEST_MS:
            yield tuple(piece)
            piece = []
    if piece:
        yield tuple(piece)


def measured(
    track: Track, stretches: Sequence[Stretch], speech: Sequence[Span], turns: Sequence[Turn]
) -> tuple[Stretch, ...]:
    """The stretches with their features, of detected speech in which nobody else speaks."""
    both = shared_by_two(turns)
    found = []
    for one in stretches:
        alone = without(within(Span(one.start_ms, one.end_ms), speech), both)
        features = summarise(track, alone, _letters(one.words))
        length_ms = sum(span.length_ms for span in alone) if features else 0
        found.append(replace(one, features=features, speech_ms=length_ms))
    return tuple(found)


def baselines_of(stretches: Sequence[Stretch]) -> Mapping[str, Baseline]:
    """What is usual for each speaker of the stretches, which are of one recording."""
    by_speaker: dict[str, list[Stretch]] = {}
    for one in stretches:
        by_speaker.setdefault(one.speaker, []).append(one)
    return {
        speaker: make_baseline([one.features for one in own], sum(one.speech_ms for one in own))
        for speaker, own in by_speaker.items()
    }


def _letters(words: Sequence[Word]) -> int:
    return sum(letter.isalnum() for word in words for letter in word.text)
