"""The study's own list, and what is looked for by name in an interview."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from models.anonymisation.known import KnownEntity, known_entity
from models.anonymisation.mentions import Label
from service.identities.known import known_in
from service.identities.listing import add_to_list, listed, take_off_list
from service.vault import tables

from .conftest import add_interview, outdated, say, stand_ins


def entry(text: str, label: Label = Label.NAME) -> KnownEntity:
    found = known_entity(text, label)
    assert found is not None
    return found


def looked_for(connection: sa.Connection, interview_id: str) -> set[str]:
    return {" ".join(one.form) for one in known_in(connection, interview_id).entities}


def test_the_list_counts_for_the_whole_study(database: sa.Engine) -> None:
    with database.begin() as connection:
        assert add_to_list(connection, [entry("Kari Berg"), entry("Kari")], "steward") == 2
        say(connection, "a", "D03-C1", "Kari Berg was there", ("Kari Berg", Label.NAME))
        say(connection, "b", "D05-C1", "Kari was there", ("Kari", Label.NAME))
        assert stand_ins(connection, "a") + stand_ins(connection, "b") == ["[NAME-1]", "[NAME-1]"]
        assert looked_for(connection, "a") == {"kari berg", "kari"}


def test_whom_the_study_knows_already_is_listed_as_that(database: sa.Engine) -> None:
    with database.begin() as connection:
        say(
            connection,
            "a",
            "D03-C1",
            "Kari Berg in Bergen",
            ("Kari Berg", Label.NAME),
            ("Bergen", Label.PLACE),
        )
        add_to_list(connection, [entry("Kari Berg"), entry("Bergen", Label.PLACE)], "steward")
        assert [(one.label, one.stand_in, one.listed_by) for one in listed(connection)] == [
            ("NAME", "[NAME-1]", "steward"),
            ("PLACE", "[PLACE-1]", "steward"),
        ]
        assert add_to_list(connection, [entry("kari berg")], "steward") == 0


def test_numbers_do_not_follow_the_alphabet(database: sa.Engine) -> None:
    names = [entry(f"{chr(ord('a') + at)}sdf Qwerty{chr(ord('a') + at)}") for at in range(20)]
    with database.begin() as connection:
        add_to_list(connection, names, "steward")
        numbers = [int(one.stand_in.strip("[]").split("-")[1]) for one in listed(connection)]
    assert sorted(numbers) == list(range(1, 21))
    assert numbers != sorted(numbers)


def test_when_the_list_grows_what_is_done_is_offered_to_be_looked_through_again(database: sa.Engine) -> None:
    with database.begin() as connection:
        say(connection, "a", "D03-C1", "nobody at all")
        add_interview(connection, "b", "D03-C2")
        assert outdated(connection) == set()
        add_to_list(connection, [entry("Grimstad", Label.PLACE)], "steward")
        assert outdated(connection) == {"a"}, "b has no transcript yet"


def test_taken_off_the_list_it_stays_where_it_was_found(database: sa.Engine) -> None:
    with database.begin() as connection:
        add_to_list(connection, [entry("Kari"), entry("Knut")], "steward")
        say(connection, "a", "D03-C1", "Kari was there", ("Kari", Label.NAME))
        assert take_off_list(connection, [entry("Kari"), entry("Knut"), entry("Per")], "steward") == 2
        assert listed(connection) == ()
        assert stand_ins(connection, "a") != []
        assert looked_for(connection, "a") == set()


def test_names_of_the_group_and_places_of_the_study_are_looked_for_everywhere_else(
    database: sa.Engine,
) -> None:
    with database.begin() as connection:
        say(
            connection,
            "a",
            "D03-C1",
            "Kari in Grimstad at 47",
            ("Kari", Label.NAME),
            ("Grimstad", Label.PLACE),
            ("47", Label.AGE),
        )
        add_interview(connection, "b", "D03-T1")
        add_interview(connection, "c", "D05-T1")
        add_interview(connection, "d", None)
        assert looked_for(connection, "a") == set(), "what it alone speaks of is found in it, or it is not"
        assert looked_for(connection, "b") == {"kari", "grimstad"}
        assert looked_for(connection, "c") == {"grimstad"}
        assert looked_for(connection, "d") == {"grimstad"}


def test_what_a_person_rejected_is_not_looked_for(database: sa.Engine) -> None:
    redaction = tables.redaction
    with database.begin() as connection:
        say(connection, "a", "D03-C1", "Will Kari come", ("Will", Label.NAME), ("Kari", Label.NAME))
        connection.execute(sa.update(redaction).where(redaction.c.id == 0).values(state="rejected"))
        add_interview(connection, "b", "D03-T1")
        assert looked_for(connection, "b") == {"kari"}


@pytest.mark.parametrize("known", [[], ["Kari"], ["Kari", "Knut"]])
def test_what_stands_for_the_list_in_fingerprints_tells_nothing_of_it(
    database: sa.Engine, known: list[str]
) -> None:
    with database.begin() as connection:
        add_interview(connection, "a", "D03-T1")
        add_to_list(connection, [entry(one) for one in known], "steward")
        found = known_in(connection, "a")
        assert len(found.entities) == len(known)
        assert len(found.digest) == 64
        assert found == known_in(connection, "a")
        add_to_list(connection, [entry("Per")], "steward")
        assert known_in(connection, "a").digest != found.digest
