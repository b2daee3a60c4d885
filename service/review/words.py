"""The words of an interview as the review needs them: where they stand, and which of them are said the same."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from models.values import Word
from service.review.judged import same
from service.transcript.reading import Reader, utterances_between

_ALL = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Placed:
    """A word with its utterance and its place among all words in reading order."""

    word: Word
    utterance_id: int
    place: int
    form: str


class SpokenWords:
    """All words of one interview."""

    def __init__(self, reader: Reader, interview_id: str) -> None:
        spoken = utterances_between(reader, interview_id, limit=_ALL)
        pairs = [(word, utterance.id) for utterance in spoken for word in utterance.words]
        self.all = tuple(
            Placed(word, utterance, place, same([word.text])) for place, (word, utterance) in enumerate(pairs)
        )
        self.by_id = {one.word.id: one for one in self.all}

    def said(self, word_ids: Iterable[int]) -> tuple[str, ...]:
        """How these words are written, those that are there, in order of reading."""
        return tuple(one.word.text for one in self.placed(word_ids))

    def placed(self, word_ids: Iterable[int]) -> list[Placed]:
        """Those of the words that are there, in order of reading."""
        return sorted(
            (self.by_id[number] for number in word_ids if number in self.by_id), key=lambda one: one.place
        )

    def runs(self, word_ids: Iterable[int]) -> Iterator[tuple[Placed, ...]]:
        """The words in stretches without a gap, each within an utterance."""
        placed = self.placed(word_ids)
        for _, group in groupby(
            enumerate(placed), key=lambda pair: (pair[1].place - pair[0], pair[1].utterance_id)
        ):
            yield tuple(one for _, one in group)

    def like(self, form: str) -> Iterator[tuple[Placed, ...]]:
        """Every stretch of words within an utterance that is said the same, without overlaps."""
        wanted = form.split()
        if not wanted:
            return
        spoken = [one for one in self.all if one.form]
        at = 0
        while at + 1 <= len(spoken):
            run = self._match(spoken, at, wanted)
            if run:
                yield run
                at += len(run)
            else:
                at += 1

    @staticmethod
    def _match(spoken: Sequence[Placed], at: int, wanted: Sequence[str]) -> tuple[Placed, ...]:
        """The words from ``at`` on whose forms together are the wanted ones; a word may fold to several."""
        taken: list[Placed] = []
        left = list(wanted)
        while left and at + len(taken) < len(spoken):
            one = spoken[at + len(taken)]
            parts = one.form.split()
            if parts != left[: len(parts)] or one.utterance_id != spoken[at].utterance_id:
                return ()
            taken.append(one)
            left = left[len(parts) :]
        return () if left else tuple(taken)

    def between(self, start_ms: int, end_ms: int) -> tuple[Placed, ...]:
        """Words that are spoken within these times for at least half of their length."""
        return tuple(
            one
            for one in self.all
            if 2 * (min(end_ms, one.word.end_ms) - max(start_ms, one.word.start_ms))
            >= max(1, one.word.end_ms - one.word.start_ms)
        )
