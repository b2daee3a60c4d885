"""Passages: neighbouring utterances of one speaker as one text, so that a detector sees whole sentences."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from models.values import Utterance, Word

_WORD = re.compile(r"\S+")

PASSAGE_WORDS = 200
"""A passage ends at the first utterance that reaches this length; about a minute of speech."""


@dataclass(frozen=True, slots=True)
class Passage:
    """Text of one speaker. ``starts`` and ``ends`` are the characters where its words lie.

    ``offset`` is where its text begins in a longer one; ``first`` is the position of its first word in the
    transcript's words in order.
    """

    text: str
    first: int
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    offset: int = 0

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


def passages_of_text(text: str, position: int) -> Iterator[Passage]:
    """A plain text as passages with its own characters between the words; ``position`` is that of its first word.

    A long text is parted at ends of sentences where it can be.
    """
    places = [match.span() for match in _WORD.finditer(text)]
    first = 0
    while first < len(places):
        last = min(first + PASSAGE_WORDS, len(places))
        if last < len(places):
            ends = (
                n for n in range(last, first + PASSAGE_WORDS // 2, -1) if text[places[n - 1][1] - 1] in ".?!"
            )
            last = next(ends, last)
        offset = places[first][0]
        starts = tuple(start - offset for start, _ in places[first:last])
        ends_at = tuple(end - offset for _, end in places[first:last])
        yield Passage(text[offset : places[last - 1][1]], position + first, starts, ends_at, offset)
        first = last


def _passage(words: list[Word], first: int) -> Passage:
    starts, ends, at = [], [], 0
    for word in words:
        starts.append(at)
        ends.append(at + len(word.text))
        at += len(word.text) + 1
    return Passage(" ".join(word.text for word in words), first, tuple(starts), tuple(ends))
