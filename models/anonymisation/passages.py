"""Passages: neighbouring utterances of one speaker as one text, so that a detector sees whole sentences."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from models.values import Utterance, Word

PASSAGE_WORDS = 200
"""A passage ends at the first utterance that reaches this length; about a minute of speech."""


@dataclass(frozen=True, slots=True)
class Passage:
    """Text of one speaker. ``starts`` and ``ends`` are the characters where its words lie.

    ``first`` is the position of its first word in the transcript's words in order.
    """

    text: str
    first: int
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def words_at(self, start: int, end: int) -> tuple[int, int] | None:
        """Positions (first, last) of the words that characters ``start`` to ``end`` touch; None for no word."""
        first = bisect_right(self.ends, start)
        last = bisect_left(self.starts, end) - 1
        return (self.first + first, self.first + last) if first <= last else None


def passages(utterances: Iterable[Utterance]) -> Iterator[Passage]:
    """The transcript's passages in order; together they hold every word once."""
    position = 0
    for _, same_speaker in groupby(utterances, key=lambda utterance: utterance.speaker):
        words: list[Word] = []
        for utterance in same_speaker:
            words.extend(utterance.words)
            if len(words) >= PASSAGE_WORDS:
                yield _passage(words, position)
                position += len(words)
                words = []
        if words:
            yield _passage(words, position)
            position += len(words)


def _passage(words: list[Word], first: int) -> Passage:
    starts, ends, at = [], [], 0
    for word in words:
        starts.append(at)
        ends.append(at + len(word.text))
        at += len(word.text) + 1
    return Passage(" ".join(word.text for word in words), first, tuple(starts), tuple(ends))
