"""Realistic stand-ins: names said as the real ones were, places by their kind, dates moved by a secret."""

from __future__ import annotations

import sqlalchemy as sa

from models.anonymisation.mentions import Label
from service.identities.correcting import says_something_real
from service.identities.identities import identities_of, keep_styles
from service.identities.rendering import Dates, Style, Styles
from service.identities.styling import change_style
from service.vault import tables

from .conftest import say, stand_ins

ANNA = ("Anna Hansen", Label.NAME)
SHORT = ("Anna", Label.NAME, "Anna Hansen")
REALISTIC = Styles(Style.REALISTIC, Dates.SHIFTED)


def test_a_name_is_said_as_the_real_one_was_in_all_interviews(database: sa.Engine) -> None:
    with database.begin() as connection:
        keep_styles(connection, REALISTIC)
        say(connection, "a", "D03-C1", "Anna Hansen was there, Anna was", ANNA, SHORT)
        say(connection, "b", "D03-T1", "Mr Hansen and Anna", ("Anna", Label.NAME))
        full, first = stand_ins(connection, "a")
        assert full.split()[0] == first
        assert stand_ins(connection, "b") == [first]
        assert not says_something_real(connection, full)


def test_dates_of_one_participant_are_moved_by_the_same_weeks(database: sa.Engine) -> None:
    with database.begin() as connection:
        keep_styles(connection, REALISTIC)
        say(connection, "a", "D03-C1", "on 3 May 2001 it was", ("3 May 2001", Label.DATE))
        say(connection, "b", "D03-C2", "on 3 May 2001 it was", ("3 May 2001", Label.DATE))
        assert stand_ins(connection, "a") == stand_ins(connection, "b")
        assert stand_ins(connection, "a") != ["3 May 2001"]
        offsets = connection.execute(sa.select(tables.date_offset)).all()
        assert [row.participant for row in offsets] == ["D03-C"]
        assert int(offsets[0].days) % 7 == 0
        assert int(offsets[0].days) != 0


def test_an_age_is_told_of_whom_it_was(database: sa.Engine) -> None:
    with database.begin() as connection:
        keep_styles(connection, REALISTIC)
        say(
            connection, "a", "D03-C1", "she was 47 then and I am 31 now", ("47", Label.AGE), ("31", Label.AGE)
        )
        assert stand_ins(connection, "a") == ["in her late forties", "in my early thirties"]


def test_all_stand_ins_change_with_the_style_and_come_back_as_they_were(database: sa.Engine) -> None:
    spoken = (ANNA, ("Bergen", Label.PLACE), ("47", Label.AGE), ("12345678", Label.PHONE))
    with database.begin() as connection:
        say(connection, "a", "D03-C1", "Anna Hansen of Bergen is 47 with 12345678", *spoken)
        before = stand_ins(connection, "a")
        assert change_style(connection, REALISTIC, "steward") == ("a",)
        name, place, age, phone = stand_ins(connection, "a")
        assert "[" not in name + place + age
        assert "Bergen" not in place
        assert phone == "[PHONE-1]"
        change_style(connection, Styles(Style.REALISTIC, Dates.COARSENED), "steward")
        assert stand_ins(connection, "a")[0] == name, "only what becomes of dates is another"
        change_style(connection, Styles(), "steward")
        assert stand_ins(connection, "a") == before


def test_a_drawn_name_that_somebody_turns_out_to_have_is_drawn_again(database: sa.Engine) -> None:
    with database.begin() as connection:
        keep_styles(connection, REALISTIC)
        say(connection, "a", "D03-C1", "Anna Hansen was there", ANNA)
        drawn = stand_ins(connection, "a")[0]
        say(connection, "b", "D05-C1", f"{drawn} came", (drawn, Label.NAME))
        again = stand_ins(connection, "a")[0]
        assert set(again.split()).isdisjoint(drawn.split())
        names = [one.stand_in for one in identities_of(connection).values()]
        assert len(set(names)) == len(names)
