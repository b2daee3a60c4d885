"""Which questions of the guide were asked in an interview, where, and how long the answers were.

What is found is a suggestion; a person confirms a place, rejects it, or points to another one. What a person said stays
through every new search.

Every function takes an open connection; the caller owns the transaction.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import sqlalchemy as sa

from models.guide_questions import RULES_VERSION, AskedPlace
from models.values import Role, Utterance
from service.guide.guides import AskedFor, GuideProblem, Questions, questions_of
from service.study.protocol import Protocol
from service.transcript.readers import ConnectionReader
from service.transcript.reading import speakers, utterances_between
from service.vault import tables
from service.vault.interviews import places_of
from service.vault.recordings import now, record_event

_ALL = 1_000_000


class PlaceState(StrEnum):
    """Who says that a question was asked there: the search, a person, or a person who says it was not."""

    SUGGESTED = "suggested"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"


class NoSuchPlace(ValueError):  # noqa: N818 - reads as what happened
    """The interview has no such question, place or utterance; ``str()`` says which."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a question was asked.

    ``score`` is None where a person pointed to it; ``answer_ms`` is how long others speak until the next question.
    """

    number: int
    utterance: int
    start_ms: int
    end_ms: int
    score: float | None
    state: PlaceState
    text: str
    answer_ms: int


@dataclass(frozen=True, slots=True)
class Covered:
    """A question of the guide with its places in order of time, the rejected ones included."""

    asked_for: AskedFor
    places: tuple[Place, ...]

    @property
    def asked(self) -> bool:
        return any(place.state is not PlaceState.REJECTED for place in self.places)


@dataclass(frozen=True, slots=True)
class Coverage:
    """The guide of an interview, question by question.

    ``searched`` is False while nobody has looked; ``outdated`` when the guide, the words or who asks changed since.
    """

    questions: tuple[Covered, ...]
    problems: tuple[GuideProblem, ...]
    searched: bool
    outdated: bool
    asker_known: bool


@dataclass(frozen=True, slots=True)
class ToSearch:
    """What a search needs: the questions, and the utterances of who asks.

    ``digest`` tells whether the same was searched before.
    """

    questions: Questions
    utterances: tuple[Utterance, ...]
    digest: str


def to_search(
    connection: sa.Connection, data_dir: Path, protocol: Protocol | None, interview_id: str
) -> ToSearch:
    """What is to be searched for, and in what. Of everybody, while nobody is known to ask."""
    questions = questions_of(data_dir, protocol, places_of(connection, interview_id))
    reader = ConnectionReader(connection)
    askers = _askers(reader, interview_id)
    said = utterances_between(reader, interview_id, 0, None, limit=_ALL) if questions.asked_for else ()
    asked = tuple(one for one in said if not askers or one.speaker in askers)
    told = ",".join(f"{one.id}:{one.speaker}:{one.text}" for one in asked)
    digest = digest_of(questions.digest, told)
    return ToSearch(questions, asked, digest)


def digest_of(*parts: str) -> str:
    """Equal for equal parts and rules."""
    return hashlib.sha256("\0".join((RULES_VERSION, *parts)).encode()).hexdigest()


def _askers(reader: ConnectionReader, interview_id: str) -> set[str]:
    return {one.label for one in speakers(reader, interview_id) if one.role is Role.INTERVIEWER}


def store_found(
    connection: sa.Connection, interview_id: str, searched: ToSearch, found: Iterable[AskedPlace], model: str
) -> None:
    """Replace what earlier searches suggested. What a person said of a place stays, and is not suggested again."""
    asked, search = tables.asked, tables.guide_search
    connection.execute(
        sa.delete(asked).where(asked.c.interview_id == interview_id, asked.c.state == PlaceState.SUGGESTED)
    )
    said = {
        (row.question, row.utterance)
        for row in connection.execute(
            sa.select(asked.c.question, asked.c.utterance).where(asked.c.interview_id == interview_id)
        )
    }
    for place in found:
        if (place.question, place.utterance) not in said:
            _add(connection, interview_id, place, PlaceState.SUGGESTED)
    connection.execute(sa.delete(search).where(search.c.interview_id == interview_id))
    connection.execute(
        sa.insert(search).values(
            interview_id=interview_id, digest=searched.digest, model=model, searched_at=now()
        )
    )


def _add(connection: sa.Connection, interview_id: str, place: AskedPlace, state: PlaceState) -> None:
    asked = tables.asked
    last = connection.execute(
        sa.select(sa.func.max(asked.c.number)).where(asked.c.interview_id == interview_id)
    ).scalar_one()
    connection.execute(
        sa.insert(asked).values(
            interview_id=interview_id,
            number=(last or 0) + 1,
            question=place.question,
            utterance=place.utterance,
            start_ms=place.start_ms,
            end_ms=place.end_ms,
            score=None if state is PlaceState.CONFIRMED else place.score,
            state=state,
        )
    )


def coverage_of(
    connection: sa.Connection, data_dir: Path, protocol: Protocol | None, interview_id: str
) -> Coverage:
    """The interview's guide with what was found and said of it."""
    wanted = to_search(connection, data_dir, protocol, interview_id)
    reader = ConnectionReader(connection)
    askers = _askers(reader, interview_id)
    said = utterances_between(reader, interview_id, 0, None, limit=_ALL)
    search = connection.execute(
        sa.select(tables.guide_search.c.digest).where(tables.guide_search.c.interview_id == interview_id)
    ).scalar_one_or_none()
    rows = connection.execute(
        sa.select(tables.asked)
        .where(tables.asked.c.interview_id == interview_id)
        .order_by(tables.asked.c.start_ms, tables.asked.c.number)
    ).all()
    texts = {one.id: one.text for one in said}
    answers = _answers(
        [(row.number, row.end_ms, row.start_ms) for row in rows if row.state != PlaceState.REJECTED],
        [one for one in said if one.speaker not in askers],
    )
    places: dict[str, list[Place]] = defaultdict(list)
    for row in rows:
        places[row.question].append(
            Place(
                row.number,
                row.utterance,
                row.start_ms,
                row.end_ms,
                row.score,
                PlaceState(row.state),
                texts.get(row.utterance, ""),
                answers.get(row.number, 0),
            )
        )
    return Coverage(
        tuple(Covered(one, tuple(places[one.key])) for one in wanted.questions.asked_for),
        wanted.questions.problems,
        search is not None,
        search is not None and search != wanted.digest,
        bool(askers),
    )


def _answers(asked: Sequence[tuple[int, int, int]], told: Sequence[Utterance]) -> Mapping[int, int]:
    """How long is spoken by the others between each place (number, end, start) and the next one, in ms."""
    ordered = sorted(asked, key=lambda one: one[1])
    found: dict[int, int] = {}
    for place, (number, end_ms, _) in enumerate(ordered):
        later = [start for _, _, start in ordered[place + 1 :] if start > end_ms]
        until = min(later) if later else None
        found[number] = sum(
            (min(one.end_ms, until) if until is not None else one.end_ms) - max(one.start_ms, end_ms)
            for one in told
            if one.end_ms > end_ms and (until is None or one.start_ms < until)
        )
    return found


def judge(connection: sa.Connection, interview_id: str, number: int, state: PlaceState, actor: str) -> None:
    """A person confirms or rejects a place, or takes that back. Raises :class:`NoSuchPlace`."""
    asked = tables.asked
    changed = connection.execute(
        sa.update(asked)
        .where(asked.c.interview_id == interview_id, asked.c.number == number)
        .values(state=state)
    )
    if changed.rowcount != 1:
        raise NoSuchPlace("There is no such place any more; it was searched again meanwhile.")
    record_event(connection, actor, "question_judged", interview_id, {"place": number, "state": str(state)})


def point_to(
    connection: sa.Connection,
    data_dir: Path,
    protocol: Protocol | None,
    interview_id: str,
    question: str,
    utterance: int,
    actor: str,
) -> None:
    """A person says that a question was asked in an utterance. Raises :class:`NoSuchPlace`."""
    known = questions_of(data_dir, protocol, places_of(connection, interview_id))
    if question not in {one.key for one in known.asked_for}:
        raise NoSuchPlace("The guide of this interview has no such question.")
    table = tables.transcripts.utterance
    row = connection.execute(
        sa.select(table.c.start_ms, table.c.end_ms).where(
            table.c.interview_id == interview_id, table.c.id == utterance
        )
    ).first()
    if row is None:
        raise NoSuchPlace("The interview has no such utterance.")
    asked = tables.asked
    held = connection.execute(
        sa.select(asked.c.number).where(
            asked.c.interview_id == interview_id,
            asked.c.question == question,
            asked.c.utterance == utterance,
        )
    ).scalar_one_or_none()
    if held is not None:
        judge(connection, interview_id, held, PlaceState.CONFIRMED, actor)
        return
    place = AskedPlace(question, utterance, row.start_ms, row.end_ms, 1.0)
    _add(connection, interview_id, place, PlaceState.CONFIRMED)
    record_event(connection, actor, "question_placed", interview_id)


def take_away(connection: sa.Connection, interview_id: str, number: int, actor: str) -> None:
    """Forget a place that a person pointed to. Raises :class:`NoSuchPlace`."""
    asked = tables.asked
    gone = connection.execute(
        sa.delete(asked).where(
            asked.c.interview_id == interview_id, asked.c.number == number, asked.c.score.is_(None)
        )
    )
    if gone.rowcount != 1:
        raise NoSuchPlace("Only a place that a person pointed to can be taken away; reject the others.")
    record_event(connection, actor, "question_unplaced", interview_id, {"place": number})


def asked_counts(connection: sa.Connection) -> dict[str, set[str]]:
    """For each interview that was searched, the keys of the questions that were asked in it."""
    found: dict[str, set[str]] = {
        interview_id: set()
        for interview_id in connection.execute(sa.select(tables.guide_search.c.interview_id)).scalars()
    }
    asked = tables.asked
    for row in connection.execute(
        sa.select(asked.c.interview_id, asked.c.question)
        .where(asked.c.state != PlaceState.REJECTED)
        .distinct()
    ):
        found.setdefault(row.interview_id, set()).add(row.question)
    return found
