"""One real-world identity, one stand-in, in all interviews of the study."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from models.anonymisation.mentions import Label
from service.identities.assigning import move_to_scope
from service.identities.scopes import scope_of
from service.naming import InterviewName
from service.study.filing import file_interview
from service.vault import tables
from service.vault.interviews import remove_interview
from service.vault.recordings import record_event

from .conftest import add_interview, outdated, say, stand_ins

ANNA = ("Anna Hansen", Label.NAME)
SHORT = ("Anna", Label.NAME)


def test_two_interviews_of_a_dyad_share_stand_ins(database: sa.Engine) -> None:
    with database.begin() as connection:
        say(
            connection, "a", "D03-C1", "I saw Anna Hansen in Bergen on Monday.", ANNA, ("Bergen", Label.PLACE)
        )
        say(
            connection,
            "b",
            "D03-T2",
            "So Anna Hansen was there, you said, in Bergen",
            ANNA,
            ("Bergen", Label.PLACE),
        )
        assert stand_ins(connection, "a") == ["[NAME-1]", "[PLACE-1]"]
        assert stand_ins(connection, "b") == ["[NAME-1]", "[PLACE-1]"]


def test_two_dyads_with_an_anna_each_do_not_share_one(database: sa.Engine) -> None:
    with database.begin() as connection:
        say(connection, "a", "D03-C1", "Anna was there", SHORT)
        say(connection, "b", "D05-C1", "Anna was there", SHORT)
        assert stand_ins(connection, "a") == ["[NAME-1]"]
        assert stand_ins(connection, "b") == ["[NAME-2]"]


def test_a_full_name_is_one_person_in_the_whole_study(database: sa.Engine) -> None:
    with database.begin() as connection:
        say(connection, "a", "D03-C1", "Anna Hansen was there", ANNA)
        say(
            connection,
            "b",
            "D05-C1",
            "Anna Hansen was there, yes Anna",
            ANNA,
            ("Anna", Label.NAME, "Anna Hansen"),
        )
        assert stand_ins(connection, "b") == ["[NAME-1]", "[NAME-1]"]


def test_a_first_name_alone_is_the_one_person_of_the_group_who_has_it(database: sa.Engine) -> None:
    with database.begin() as connection:
        say(connection, "a", "D03-C1", "Anna Hansen was there", ANNA)
        say(connection, "b", "D03-C2", "Anna came again", SHORT)
        say(connection, "c", "D03-C3", "Anna Hansen came again", ANNA)
        assert {*stand_ins(connection, "a"), *stand_ins(connection, "b"), *stand_ins(connection, "c")} == {
            "[NAME-1]"
        }


def test_a_first_name_that_was_known_first_goes_on_with_its_last_name(database: sa.Engine) -> None:
    with database.begin() as connection:
        say(connection, "a", "D03-C1", "Anna was there", SHORT)
        say(connection, "b", "D03-C2", "Anna Hansen came", ANNA)
        assert stand_ins(connection, "b") == ["[NAME-1]"]


def test_when_two_have_the_name_what_was_said_with_it_alone_is_nobodys_of_them(database: sa.Engine) -> None:
    with database.begin() as connection:
        say(connection, "a", "D03-C1", "Anna Hansen was there", ANNA)
        say(connection, "b", "D03-C2", "Anna came", SHORT)
        say(connection, "c", "D03-C3", "Anna Berg and Anna came", ("Anna Berg", Label.NAME), SHORT)
        assert stand_ins(connection, "a") == ["[NAME-1]"]
        assert stand_ins(connection, "c") == ["[NAME-2]", "[NAME-3]"]
        assert stand_ins(connection, "b") == ["[NAME-3]"]
        revision = tables.transcripts.transcript
        held = dict(
            connection.execute(sa.select(revision.c.interview_id, revision.c.revision)).tuples().all()
        )
        assert held == {"a": 1, "b": 2, "c": 1}, "what coders read of b is no longer the same"


@pytest.mark.parametrize("label", [Label.DATE, Label.AGE, Label.PHONE, Label.ID])
def test_what_is_no_name_is_the_same_where_it_is_said_the_same_in_the_group(
    database: sa.Engine, label: Label
) -> None:
    with database.begin() as connection:
        say(connection, "a", "D03-C1", "it was 47 then 48", ("47", label), ("48", label))
        say(connection, "b", "D03-T1", "you said 47", ("47", label))
        say(connection, "c", "D05-T1", "you said 47", ("47", label))
        assert stand_ins(connection, "a") == [f"[{label}-1]", f"[{label}-2]"]
        assert stand_ins(connection, "b") == [f"[{label}-1]"]
        assert stand_ins(connection, "c") == [f"[{label}-3]"]


def test_numbers_are_never_given_again(database: sa.Engine) -> None:
    with database.begin() as connection:
        say(connection, "a", "D03-C1", "Anna was there", SHORT)
        remove_interview(connection, "a")
        for table in (tables.identity_form, tables.identity):
            connection.execute(sa.delete(table))
        say(connection, "b", "D05-C1", "Kari was there", ("Kari", Label.NAME))
        assert stand_ins(connection, "b") == ["[NAME-2]"]


def test_looking_again_keeps_the_stand_ins(database: sa.Engine) -> None:
    with database.begin() as connection:
        say(connection, "a", "D03-C1", "Kari and Anna", SHORT)
        say(connection, "a", "D03-C1", "Kari and Anna", ("Kari", Label.NAME), SHORT)
        assert stand_ins(connection, "a") == ["[NAME-2]", "[NAME-1]"]


def test_an_interview_that_gets_its_place_becomes_one_of_its_group(database: sa.Engine) -> None:
    with database.begin() as connection:
        say(connection, "a", "D03-C1", "Anna Hansen was there", ANNA)
        say(connection, "b", None, "Anna was there and Kari", SHORT, ("Kari", Label.NAME))
        assert stand_ins(connection, "b") == ["[NAME-2]", "[NAME-3]"]
        file_interview(connection, "b", InterviewName("D03", "C", 2), None, "steward")
        assert stand_ins(connection, "b") == ["[NAME-1]", "[NAME-3]"], "Anna is known there, Kari comes along"
        say(connection, "c", "D03-T1", "Kari too", ("Kari", Label.NAME))
        assert stand_ins(connection, "c") == ["[NAME-3]"]
        scopes = set(connection.execute(sa.select(tables.identity_form.c.scope)).scalars())
        assert scopes == {"D03"}


def test_an_interview_that_leaves_its_group_takes_its_people_along_or_gets_others(
    database: sa.Engine,
) -> None:
    with database.begin() as connection:
        say(connection, "a", "D03-C1", "Anna and Kari", SHORT, ("Kari", Label.NAME))
        say(connection, "b", "D03-C2", "Anna only", SHORT)
        file_interview(connection, "a", InterviewName("D05", "C", 1), None, "steward")
        assert stand_ins(connection, "a") == ["[NAME-3]", "[NAME-2]"]
        assert stand_ins(connection, "b") == ["[NAME-1]"]


def test_a_new_name_offers_the_interviews_that_say_it_to_be_looked_through_again(database: sa.Engine) -> None:
    with database.begin() as connection:
        say(connection, "a", "D03-C1", "It was Grimstad who came")
        say(connection, "b", "D03-C2", "It was a grim day")
        say(connection, "c", "D05-C1", "It was Grimstad who came")
        say(connection, "d", "D03-C3", "Knut Grimstad", ("Knut Grimstad", Label.NAME))
        assert outdated(connection) == {"a"}
        say(connection, "d", "D03-C3", "in Grimstad", ("Grimstad", Label.PLACE))
        assert outdated(connection) == {"a", "c"}


def test_a_redaction_that_knows_of_nobody_stays_as_it_is(database: sa.Engine) -> None:
    with database.begin() as connection:
        add_interview(connection, "a", "D03-C1")
        assert scope_of(connection, "a") == "D03"
        move_to_scope(connection, "a", "D05")
        record_event(connection, "x", "x", "x")
        assert stand_ins(connection, "a") == []
