"""What was left open in a participant's interviews: for the next one."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from service.guide.coverage import asked_counts
from service.guide.guides import AskedFor, questions_of
from service.study.board import held_interviews
from service.study.protocol import Participant, Protocol
from service.vault import tables


@dataclass(frozen=True, slots=True)
class LeftOpen:
    """A question that was not asked in the interview of a wave."""

    asked_for: AskedFor
    wave: int
    interview: str
    interview_id: str


@dataclass(frozen=True, slots=True)
class OpenQuestions:
    """All that was left open, in the order of waves and guides, and the interviews nobody has searched yet."""

    left: tuple[LeftOpen, ...]
    not_searched: tuple[str, ...]


def open_questions(
    connection: sa.Connection, data_dir: Path, protocol: Protocol, participant: Participant
) -> OpenQuestions:
    """What was left open so far, each question once: of the latest interview that was to ask it.

    A question that was asked in any of the participant's interviews under the same guide is not open any more.
    """
    place = tables.place
    theirs = sa.select(place.c.interview_id).where(
        place.c.group_code == participant.group, place.c.role_code == participant.role.code
    )
    held = held_interviews(connection, tables.interview.c.id.in_(theirs))
    asked = asked_counts(connection, protocol)
    ever: set[str] = {key for one in held for key in asked.get(one.id, ())}
    left: dict[str, LeftOpen] = {}
    not_searched: list[str] = []
    for one in sorted(held, key=lambda each: each.places[0].wave):
        name = one.places[0]
        questions = questions_of(data_dir, protocol, one.places).asked_for
        if questions and one.id not in asked:
            not_searched.append(name.study_id)
            continue
        for question in questions:
            if question.key not in ever:
                left.pop(question.key, None)
                left[question.key] = LeftOpen(question, name.wave, name.study_id, one.id)
    return OpenQuestions(tuple(left.values()), tuple(not_searched))
