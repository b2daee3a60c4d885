"""Which questions of the guide were asked in an interview, where, and how long the answers were.

What is found is a suggestion; a person confirms a place, rejects it, or points to another one. What a person said stays
through every new search.

Every function takes an open connection; the caller owns the transaction.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import sqlalchemy as sa

from models.guide_questions import RULES_VERSION, AskedPlace
from models.intervals import joined, overlap_ms
from models.values import Role, Span, Utterance
from service.guide.guides import AskedFor, GuideProblem, Questions, guides_of, questions_of
from service.naming import InterviewName
from service.study.protocol import Protocol
from service.transcript.readers import ConnectionReader
from service.transcript.reading import speakers, utterances_between
from service.vault import tables
from service.vault.interviews import places_of
from service.vault.recordings import now, record_event

_ALL = 1_000_000
_MARK_LENGTH = 16  # hexadecimal digits


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

    ``text`` is the sentence as it is now, ``utterance`` the one it is in; ``score`` is None where a person pointed to
    it; ``answer_ms`` is how long others speak until the next question.
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

    ``searched`` is False while nobody has looked for the questions of these guides; ``outdated`` when the guide, the
    words or who asks changed since.
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
    said = utterances_between(reader, interview_id, 0, None, limit=_ALL) if questions.asked_for else ()
    return _to_search(questions, _askers(reader, interview_id), said)


def _to_search(questions: Questions, askers: set[str], said: Sequence[Utterance]) -> ToSearch:
    asked = tuple(one for one in said if not askers or one.speaker in askers)
    told = ",".join(f"{one.id}:{one.speaker}:{one.text}" for one in asked)
    return ToSearch(questions, asked, digest_of(questions.guides, questions.digest, told))


def digest_of(guides: Sequence[str], questions: str, told: str) -> str:
    """Equal for equal guides, questions, words and rules; its beginning, for equal guides alone."""
    whole = hashlib.sha256("\0".join((RULES_VERSION, questions, told)).encode()).hexdigest()
    return _mark_of(guides) + whole[_MARK_LENGTH:]


def _mark_of(guides: Sequence[str]) -> str:
    """Tells whether an interview was searched for the questions of these guides, or only of others."""
    return hashlib.sha256("\0".join(guides).encode()).hexdigest()[:_MARK_LENGTH]


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
    # By time: numbers of utterances change when the words are corrected or the recording is processed again.
    said = connection.execute(
        sa.select(asked.c.question, asked.c.start_ms, asked.c.end_ms).where(
            asked.c.interview_id == interview_id
        )
    ).all()
    for place in found:
        if not any(
            row.question == place.question
            and overlap_ms(row.start_ms, row.end_ms, place.start_ms, place.end_ms) > 0
            for row in said
        ):
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
    questions = questions_of(data_dir, protocol, places_of(connection, interview_id))
    reader = ConnectionReader(connection)
    askers = _askers(reader, interview_id)
    said = utterances_between(reader, interview_id, 0, None, limit=_ALL) if questions.asked_for else ()
    search = connection.execute(
        sa.select(tables.guide_search.c.digest).where(tables.guide_search.c.interview_id == interview_id)
    ).scalar_one_or_none()
    keys = {one.key for one in questions.asked_for}
    asked = tables.asked
    rows = [
        row
        for row in connection.execute(
            sa.select(asked)
            .where(asked.c.interview_id == interview_id)
            .order_by(asked.c.start_ms, asked.c.number)
        )
        # Others are of a guide the interview no longer has, or of a question that was taken out.
        if row.question in keys
    ]
    ends = [Span(row.start_ms, row.end_ms) for row in rows if row.state != PlaceState.REJECTED]
    places: dict[str, list[Place]] = defaultdict(list)
    for row in rows:
        at = Span(row.start_ms, row.end_ms)
        spoken = _utterance_at(said, row.utterance, at)
        asking = askers or ({spoken.speaker} if spoken else set())
        places[row.question].append(
            Place(
                row.number,
                spoken.id if spoken else row.utterance,
                row.start_ms,
                row.end_ms,
                row.score,
                PlaceState(row.state),
                _words_at(spoken, at) if spoken else "",
                _answer_ms(at, ends, [one for one in said if one.speaker not in asking]),
            )
        )
    searched = search is not None and search.startswith(_mark_of(questions.guides))
    return Coverage(
        tuple(Covered(one, tuple(places[one.key])) for one in questions.asked_for),
        questions.problems,
        searched,
        searched and search != _to_search(questions, askers, said).digest,
        bool(askers),
    )


def _utterance_at(said: Sequence[Utterance], number: int, at: Span) -> Utterance | None:
    """The utterance a place is in: by its number while that still lies there, else the one that shares most time."""

    def shared(one: Utterance) -> tuple[int, bool]:
        return overlap_ms(one.start_ms, one.end_ms, at.start_ms, at.end_ms), one.id == number

    there = next((one for one in said if one.id == number and shared(one)[0] > 0), None)
    if there is not None:
        return there
    nearest = max(said, key=shared, default=None)
    return nearest if nearest is not None and shared(nearest)[0] > 0 else None


def _words_at(spoken: Utterance, at: Span) -> str:
    """The words of the place: a sentence of the utterance, or all of it."""
    inside = [
        one.text for one in spoken.words if at.start_ms <= (one.start_ms + one.end_ms) // 2 <= at.end_ms
    ]
    return " ".join(inside) or spoken.text


def _answer_ms(at: Span, asked: Sequence[Span], told: Sequence[Utterance]) -> int:
    """How long is spoken by those who ``told`` between a question and the next of all that were ``asked``."""
    until = min((one.start_ms for one in asked if one.start_ms >= at.end_ms), default=None)
    if until is None:
        until = max((one.end_ms for one in told), default=at.end_ms)
    spoken = (
        Span(max(one.start_ms, at.end_ms), min(one.end_ms, until))
        for one in told
        if one.end_ms > at.end_ms and one.start_ms < until
    )
    return sum(one.end_ms - one.start_ms for one in joined(spoken))


def judge(connection: sa.Connection, interview_id: str, number: int, state: PlaceState, actor: str) -> None:
    """A person confirms or rejects a place, or takes that back. Raises :class:`NoSuchPlace`.

    A place that a person pointed to is confirmed when nothing else is said of it: no search would suggest it again.
    """
    asked = tables.asked
    said = (
        sa.case((asked.c.score.is_(None), PlaceState.CONFIRMED), else_=state)
        if state is PlaceState.SUGGESTED
        else state
    )
    changed = connection.execute(
        sa.update(asked)
        .where(asked.c.interview_id == interview_id, asked.c.number == number)
        .values(state=said)
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


def asked_counts(connection: sa.Connection, protocol: Protocol | None) -> dict[str, set[str]]:
    """For each interview that was searched for its guide, the keys of the questions that were asked in it."""
    asked, search, place = tables.asked, tables.guide_search, tables.place
    places: dict[str, list[InterviewName]] = defaultdict(list)
    for row in connection.execute(sa.select(place).order_by(place.c.wave)):
        places[row.interview_id].append(InterviewName(row.group_code, row.role_code, row.wave))
    found: dict[str, set[str]] = {
        row.interview_id: set()
        for row in connection.execute(sa.select(search.c.interview_id, search.c.digest))
        if row.digest.startswith(_mark_of(guides_of(protocol, places[row.interview_id])))
    }
    for row in connection.execute(
        sa.select(asked.c.interview_id, asked.c.question)
        .where(asked.c.state != PlaceState.REJECTED)
        .distinct()
    ):
        # Where a person pointed to a place and nobody has searched, nothing says that the others were left out.
        if row.interview_id in found:
            found[row.interview_id].add(row.question)
    return found
