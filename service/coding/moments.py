"""Moments: stretches of released interviews with what is said in them and what is coded there, for whoever asks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from service.coding import tables
from service.coding.seeing import seeing
from service.coding.values import Coder
from service.transcript.reading import LONGEST_WORD_MS

READ_MS = 60_000
"""Of a longer stretch only the words of its beginning are given."""

_BLOCK = 400


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of an interview."""

    interview_id: str
    start_ms: int
    end_ms: int


@dataclass(frozen=True, slots=True)
class CodingHere:
    """A coding that overlaps a moment."""

    id: str
    code: str | None
    coder: str
    weight: int | None


@dataclass(frozen=True, slots=True)
class Moment:
    """A stretch with its words, who says most of them, and the codings there that may be seen.

    ``speaker`` is a label and ``speaker_role`` its role in the interview; both are empty where nothing is said.
    ``first_word`` and ``last_word`` are the first and last of ``text``; ``cut`` says that the stretch has more words.
    """

    interview_id: str
    interview: str
    group: str
    role: str
    wave: int
    start_ms: int
    end_ms: int
    first_word: int | None
    last_word: int | None
    speaker: str
    speaker_role: str
    text: str
    cut: bool
    codings: tuple[CodingHere, ...]


@dataclass(frozen=True, slots=True)
class _Said:
    words: tuple[tuple[int, str], ...]
    speaker: str


_NOTHING_SAID = _Said((), "")


def moments_at(connection: sa.Connection, coder: Coder, stretches: Sequence[Stretch]) -> tuple[Moment, ...]:
    """What is at each of these stretches, in their order. Those of interviews that are not released are left out."""
    interview, speaker = tables.interview, tables.transcripts.speaker
    ids = sorted({one.interview_id for one in stretches})
    released = {
        row.id: row
        for some in _blocks(ids)
        for row in connection.execute(sa.select(interview).where(interview.c.id.in_(some)))
    }
    roles = {
        (row.interview_id, row.label): str(row.role)
        for some in _blocks(list(released))
        for row in connection.execute(sa.select(speaker).where(speaker.c.interview_id.in_(some)))
    }
    here = [one for one in stretches if one.interview_id in released]
    said = _said(connection, here)
    coded = _codings(connection, coder, here)
    found = []
    for number, one in enumerate(here):
        head, words = released[one.interview_id], said.get(number, _NOTHING_SAID)
        found.append(
            Moment(
                interview_id=one.interview_id,
                interview=head.name,
                group=head.group_code,
                role=head.role_code,
                wave=head.wave,
                start_ms=one.start_ms,
                end_ms=one.end_ms,
                first_word=words.words[0][0] if words.words else None,
                last_word=words.words[-1][0] if words.words else None,
                speaker=words.speaker,
                speaker_role=roles.get((one.interview_id, words.speaker), ""),
                text=" ".join(text for _, text in words.words),
                cut=one.end_ms - one.start_ms > READ_MS,
                codings=coded.get(number, ()),
            )
        )
    return tuple(found)


def _said(connection: sa.Connection, stretches: Sequence[Stretch]) -> dict[int, _Said]:
    """The words of which more than half lies within, by the place of the stretch among ``stretches``."""
    word, utterance = tables.transcripts.word, tables.transcripts.utterance
    words: dict[int, list[tuple[int, str]]] = {}
    speakers: dict[int, Counter[str]] = {}
    for start in range(0, len(stretches), _BLOCK):
        asked = _asked(stretches[start : start + _BLOCK], start)
        end = sa.func.least if connection.dialect.name == "postgresql" else sa.func.min
        until = end(asked.c.end_ms, asked.c.start_ms + READ_MS)
        middle = (word.c.start_ms + word.c.end_ms) // 2
        within = sa.and_(
            word.c.interview_id == asked.c.interview_id,
            word.c.start_ms > asked.c.start_ms - LONGEST_WORD_MS,
            word.c.start_ms <= until,
            middle.between(asked.c.start_ms, until),
        )
        here: sa.FromClause = word
        if connection.dialect.name == "postgresql":
            # It would read all words of all interviews; so each stretch asks the index.
            here = sa.select(word).where(within).correlate(asked).offset(0).lateral("here")
            within = sa.true()
        rows = connection.execute(
            sa.select(asked.c.number, here.c.id, here.c.text, here.c.speaker)
            .select_from(asked)
            .join(here, within)
            .join(
                utterance,
                sa.and_(
                    utterance.c.interview_id == here.c.interview_id, utterance.c.id == here.c.utterance_id
                ),
            )
            .order_by(asked.c.number, utterance.c.start_ms, utterance.c.id, here.c.start_ms, here.c.id)
        )
        for number, word_id, text, label in rows:
            words.setdefault(number, []).append((word_id, text))
            speakers.setdefault(number, Counter())[label] += 1
    return {number: _Said(tuple(found), _most(speakers[number])) for number, found in words.items()}


def _most(counted: Counter[str]) -> str:
    return min(counted, key=lambda label: (-counted[label], label))


def _codings(
    connection: sa.Connection, coder: Coder, stretches: Sequence[Stretch]
) -> dict[int, tuple[CodingHere, ...]]:
    coding = tables.coding
    may_see = seeing(connection, coder)
    found: dict[int, list[CodingHere]] = {}
    for start in range(0, len(stretches), _BLOCK):
        asked = _asked(stretches[start : start + _BLOCK], start)
        rows = connection.execute(
            sa.select(
                asked.c.number,
                coding.c.interview_id,
                coding.c.id,
                coding.c.code,
                coding.c.coder,
                coding.c.weight,
            )
            .join(
                coding,
                sa.and_(
                    coding.c.interview_id == asked.c.interview_id,
                    coding.c.start_ms < asked.c.end_ms,
                    coding.c.end_ms > asked.c.start_ms,
                    ~coding.c.removed,
                ),
            )
            .order_by(asked.c.number, coding.c.start_ms, coding.c.end_ms, coding.c.id)
        )
        for number, interview_id, coding_id, code, whose, weight in rows:
            if may_see(interview_id, whose):
                found.setdefault(number, []).append(CodingHere(coding_id, code, whose, weight))
    return {number: tuple(here) for number, here in found.items()}


def _asked(stretches: Sequence[Stretch], first: int) -> sa.CTE:
    """The stretches as rows to join with, numbered from ``first``."""
    columns = (
        sa.column("number", sa.Integer),
        sa.column("interview_id", sa.String),
        sa.column("start_ms", sa.Integer),
        sa.column("end_ms", sa.Integer),
    )
    rows = [
        (first + place, one.interview_id, one.start_ms, one.end_ms) for place, one in enumerate(stretches)
    ]
    return sa.values(*columns, name="asked").data(rows).cte("asked")


def _blocks(ids: Sequence[str]) -> Iterable[Sequence[str]]:
    return (ids[start : start + _BLOCK] for start in range(0, len(ids), _BLOCK))
