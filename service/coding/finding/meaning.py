"""Utterances by what they mean: their vectors, kept by interview, and which of them are like a text.

Whoever runs the application hands over what makes vectors of texts: this side loads no model.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from service.coding import tables
from service.coding.finding.times import Ms

LIKE_FROM = 0.35
"""From this cosine on an utterance means about the same, unless the query says another; measured, see
docs/benchmarks.md."""

FEWEST_WORDS = 3
"""An utterance of fewer words ("Yes.", "I know.") has no vector: it is like too much."""

Vectors = NDArray[np.float32]
Said = Sequence[tuple[int, int, str]]
"""Utterances: start, end and words of each."""


class TextModel(Protocol):
    """Makes vectors of texts: of length 1, alike where the texts mean the same."""

    @property
    def name(self) -> str:
        """Which model it is."""
        ...

    @property
    def missing(self) -> str | None:
        """Why it can't be used, and what to do; None where it can."""
        ...

    def knows(self, language: str | None) -> bool:
        """Whether it is made for texts in a language."""
        ...

    def vectors(self, texts: Sequence[str]) -> Vectors:
        """(texts, dimension)"""
        ...


@dataclass(frozen=True, slots=True)
class Kept:
    """The vectors of one interview: places are starts and ends that take turns, a pair for each vector."""

    interview_id: str
    places: Ms
    vectors: Vectors


class Meanings:
    """The vectors of all interviews as they were last read, so that a query reads only those that changed."""

    def __init__(self, model: TextModel) -> None:
        self.model = model
        self._lock = threading.Lock()
        self._held: dict[tuple[str, str], Kept] = {}
        self._asked: dict[str, Vectors] = {}

    def like(
        self, connection: sa.Connection, text: str, least: float
    ) -> tuple[list[tuple[Kept, NDArray[np.float32]]], int]:
        """The vectors of each interview with how like the text they are, where any is from ``least`` on.

        And how many released interviews, in languages that the model knows, have no vectors yet.
        """
        kept, waiting = self.current(connection)
        asked = self._vector(text)
        found = []
        for one in kept:
            if len(one.vectors) and float((cosines := one.vectors @ asked).max()) >= least:
                found.append((one, cosines))
        return found, waiting

    def current(self, connection: sa.Connection) -> tuple[tuple[Kept, ...], int]:
        """The vectors of the interviews that are released now, and how many have none yet."""
        meaning, transcript = tables.meaning, tables.transcripts.transcript
        rows = connection.execute(
            sa.select(
                transcript.c.interview_id,
                transcript.c.revision,
                transcript.c.language,
                meaning.c.words_digest,
            ).outerjoin(
                meaning,
                sa.and_(
                    meaning.c.interview_id == transcript.c.interview_id,
                    meaning.c.revision == transcript.c.revision,
                    meaning.c.model == self.model.name,
                ),
            )
        ).all()
        there = {(str(row[0]), str(row[3])) for row in rows if row[3] is not None}
        waiting = sum(row[3] is None and self.model.knows(row[2]) for row in rows)
        with self._lock:
            self._held = {key: one for key, one in self._held.items() if key in there}
            missing = [interview_id for interview_id, _ in there - set(self._held)]
            for interview_id in missing:
                row = connection.execute(
                    sa.select(meaning).where(meaning.c.interview_id == interview_id)
                ).one()
                self._held[interview_id, row.words_digest] = _read(row)
            return tuple(self._held.values()), waiting

    def forget_gone(self, connection: sa.Connection) -> None:
        """Forget the vectors of interviews that are not released any more, or whose words are others now."""
        meaning = tables.meaning
        rows = connection.execute(sa.select(meaning.c.interview_id, meaning.c.words_digest))
        there = {(str(row[0]), str(row[1])) for row in rows}
        with self._lock:
            self._held = {key: one for key, one in self._held.items() if key in there}

    def _vector(self, text: str) -> Vectors:
        """The vector of a text that is asked for; the last ones are kept, as one asks for more of the same."""
        with self._lock:
            if (known := self._asked.get(text)) is not None:
                return known
        made: Vectors = self.model.vectors([text])[0]
        with self._lock:
            if len(self._asked) >= 200:
                self._asked.clear()
            self._asked[text] = made
        return made


def waiting_interview(connection: sa.Connection, model: TextModel) -> tuple[str, int] | None:
    """A released interview whose utterances have no vectors of this model yet, and its revision; None for none."""
    meaning, transcript = tables.meaning, tables.transcripts.transcript
    rows = connection.execute(
        sa.select(transcript.c.interview_id, transcript.c.revision, transcript.c.language)
        .outerjoin(
            meaning,
            sa.and_(
                meaning.c.interview_id == transcript.c.interview_id,
                meaning.c.revision == transcript.c.revision,
                meaning.c.model == model.name,
            ),
        )
        .where(meaning.c.interview_id.is_(None))
        .order_by(transcript.c.interview_id)
    )
    return next(((str(row[0]), int(row[1])) for row in rows if model.knows(row[2])), None)


def utterance_texts(connection: sa.Connection, interview_id: str) -> list[tuple[int, int, str]]:
    """Start, end and words of the utterances of an interview that can have a vector."""
    word = tables.transcripts.word
    said: dict[int, list[tuple[int, int, str]]] = {}
    for number, start, end, text in connection.execute(
        sa.select(word.c.utterance_id, word.c.start_ms, word.c.end_ms, word.c.text)
        .where(word.c.interview_id == interview_id)
        .order_by(word.c.utterance_id, word.c.id)
    ):
        said.setdefault(number, []).append((start, end, text))
    return [
        (min(one[0] for one in words), max(one[1] for one in words), " ".join(one[2] for one in words))
        for words in said.values()
        if len(words) >= FEWEST_WORDS
    ]


def keep_meaning(
    connection: sa.Connection,
    interview_id: str,
    revision: int,
    model: str,
    said: Said,
    vectors: Vectors,
) -> bool:
    """Keep the vectors of what is ``said``, one each; whether they are kept.

    They are not where the interview was released anew, taken back, or words of it were hidden meanwhile.
    """
    transcript, meaning = tables.transcripts.transcript, tables.meaning
    now = connection.execute(
        sa.select(transcript.c.revision).where(transcript.c.interview_id == interview_id)
    ).scalar_one_or_none()
    if now != revision or utterance_texts(connection, interview_id) != list(said):
        return False
    connection.execute(sa.delete(meaning).where(meaning.c.interview_id == interview_id))
    connection.execute(
        sa.insert(meaning).values(
            interview_id=interview_id,
            model=model,
            revision=revision,
            words_digest=_digest(said),
            places=np.array([(start, end) for start, end, _ in said], dtype="<i4").tobytes(),
            # Half the bytes; cosines differ by less than a thousandth.
            vectors=vectors.astype("<f2").tobytes(),
        )
    )
    return True


def _digest(said: Said) -> str:
    return hashlib.sha256(
        "\n".join(f"{start} {end} {text}" for start, end, text in said).encode()
    ).hexdigest()


def _read(row: sa.Row[tuple[object, ...]]) -> Kept:
    places = np.frombuffer(row.places, dtype="<i4").astype(np.int64)
    count = len(places) // 2
    vectors = np.frombuffer(row.vectors, dtype="<f2").astype(np.float32)
    return Kept(
        row.interview_id, places, vectors.reshape(count, -1) if count else np.zeros((0, 1), np.float32)
    )
