"""Where codings stand in an interview's words, and what becomes of that when the words change."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import sqlalchemy as sa

from service.coding import tables
from service.coding.feed.noting import Act, Kind, Noted, note
from service.coding.values import Anchor, Refused


@dataclass(frozen=True, slots=True)
class PlacedWord:
    id: int
    start_ms: int
    end_ms: int
    text: str


class Words:
    """The words of a released interview in reading order."""

    def __init__(self, words: tuple[PlacedWord, ...]) -> None:
        self._words = words
        self._place = {word.id: place for place, word in enumerate(words)}

    def anchor(self, first: int, last: int, start_ms: int | None = None, end_ms: int | None = None) -> Anchor:
        """An anchor at these words, at their time unless another is given. Raises Refused where it can't be."""
        if first not in self._place or last not in self._place:
            raise Refused("There is no such word in the interview.")
        if self._place[first] > self._place[last]:
            first, last = last, first
        found = self._between(first, last)
        start = min(word.start_ms for word in found) if start_ms is None else start_ms
        end = max(word.end_ms for word in found) if end_ms is None else end_ms
        if end < start:
            raise Refused("It ends before it starts.")
        return Anchor(first, last, start, end)

    @property
    def text(self) -> str:
        """All of them, a space between two."""
        return " ".join(word.text for word in self._words)

    def digest(self, first: int, last: int) -> str:
        """The SHA-256 of the words from ``first`` to ``last``; nothing where one of them is gone."""
        texts = [word.text for word in self._between(first, last)]
        return hashlib.sha256("\n".join(texts).encode()).hexdigest() if texts else ""

    def now(self, anchor: Anchor) -> Anchor | None:
        """Where the anchor stands among these words: by its words while both are there and at its time, else by its
        time. None where nothing is said then. The time of the anchor stays when its words do."""
        found = self._between(anchor.first_word, anchor.last_word)
        if found:
            start, end = min(word.start_ms for word in found), max(word.end_ms for word in found)
            shared = min(end, anchor.end_ms) - max(start, anchor.start_ms)
            if 2 * shared >= min(end - start, anchor.end_ms - anchor.start_ms):
                return anchor
        said = self.said_at(anchor.start_ms, anchor.end_ms)
        return None if said is None else Anchor(*said, anchor.start_ms, anchor.end_ms)

    def said_at(self, start_ms: int, end_ms: int) -> tuple[int, int] | None:
        """The first and last word whose middle lies there. None where nothing is said."""
        within = [word for word in self._words if start_ms <= (word.start_ms + word.end_ms) // 2 <= end_ms]
        return (within[0].id, within[-1].id) if within else None

    def has_changed(self, anchor: Anchor, digest: str) -> bool:
        """Whether an anchor's words are others than those of ``digest``, or stand elsewhere."""
        return self.now(anchor) != anchor or self.digest(anchor.first_word, anchor.last_word) != digest

    def _between(self, first: int, last: int) -> tuple[PlacedWord, ...]:
        start, end = self._place.get(first), self._place.get(last)
        return () if start is None or end is None else self._words[start : end + 1]


def words_of(connection: sa.Connection, interview_id: str, among: tuple[int, int] | None = None) -> Words:
    """The words of a released interview, or of its utterances from one word to another; none where there are none."""
    word, utterance = tables.transcripts.word, tables.transcripts.utterance
    statement = (
        sa.select(word.c.id, word.c.start_ms, word.c.end_ms, word.c.text)
        .join(
            utterance,
            sa.and_(utterance.c.interview_id == word.c.interview_id, utterance.c.id == word.c.utterance_id),
        )
        .where(word.c.interview_id == interview_id)
        .order_by(utterance.c.start_ms, utterance.c.id, word.c.start_ms, word.c.id)
    )
    if among is not None:
        ends = connection.execute(
            statement.with_only_columns(utterance.c.start_ms).where(word.c.id.in_(among))
        ).scalars()
        starts = list(ends) or [0]
        statement = statement.where(utterance.c.start_ms.between(min(starts), max(starts)))
    return Words(tuple(PlacedWord(*row) for row in connection.execute(statement)))


def flag_changed(connection: sa.Connection, interview_id: str) -> int:
    """Flag each coding of the interview whose words are others now, and unflag where they are as they were again.

    Nothing is moved. Returns how many are flagged.
    """
    coding = tables.coding
    rows = connection.execute(sa.select(coding).where(coding.c.interview_id == interview_id)).all()
    if not rows:
        return 0
    words = words_of(connection, interview_id)
    flagged = 0
    for row in rows:
        anchor = Anchor(row.first_word, row.last_word, row.start_ms, row.end_ms)
        changed = words.has_changed(anchor, row.words_digest)
        flagged += changed
        if changed != row.words_changed:
            connection.execute(sa.update(coding).where(coding.c.id == row.id).values(words_changed=changed))
            note(connection, Noted(Kind.CODING, row.id, Act.CODING_FLAGGED, row.version))
    return flagged
