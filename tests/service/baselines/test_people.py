"""Whose voice it is, as far as baselines go by it."""

from __future__ import annotations

import sqlalchemy as sa

from models.values import Role
from service.baselines.people import may_compare, people_of
from service.study.applied import protocol_in_force
from service.vault import tables
from service.vault.interviews import set_role
from service.vault.recordings import now
from tests.service.baselines.made import AGREED, NOT_AGREED, Installation


def people(study: Installation) -> dict[tuple[str, str], str]:
    with study.vault.engine.connect() as connection:
        return dict(people_of(connection))


def test_the_role_says_it_where_a_voice_has_it_alone(study: Installation) -> None:
    one = study.add("D03-C1", 3)
    assert people(study) == {(one, "S2"): "D03-C"}
    with study.vault.engine.begin() as connection:
        connection.execute(sa.update(tables.interview).values(interviewer="I1"))
    assert people(study) == {(one, "S1"): "I1", (one, "S2"): "D03-C"}
    with study.vault.engine.begin() as connection:
        set_role(connection, one, "S1", Role.PARTICIPANT, "steward")
    assert people(study) == {}, "of two participants nobody knows which is which"


def test_what_a_person_confirmed_goes_before_the_role(study: Installation) -> None:
    one = study.add("D03-C1", 3)
    with study.vault.engine.begin() as connection:
        connection.execute(
            sa.insert(tables.voice).values(
                interview_id=one, label="S1", person="D03-C", confirmed_by="steward", confirmed_at=now()
            )
        )
    assert people(study) == {(one, "S1"): "D03-C"}


def test_interviews_are_compared_where_the_person_agreed_to_voiceprints(study: Installation) -> None:
    def compared(person: str) -> bool:
        with study.vault.engine.connect() as connection:
            return may_compare(protocol_in_force(connection), person)

    assert compared("D03-C")
    assert not compared("I1"), "interviewers agree for themselves"
    assert not compared("D99-C")
    study.study(AGREED.replace('id = "I1"', 'id = "I1"\nconsent = ["voiceprint"]'))
    assert compared("I1")
    study.study(NOT_AGREED)
    assert not compared("D03-C")
    assert not may_compare(None, "D03-C")
