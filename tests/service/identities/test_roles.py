"""The style of roles: who somebody is to whom, and numbers where nothing says it."""

from __future__ import annotations

import sqlalchemy as sa

from models.anonymisation.mentions import Label
from service.identities.rendering import Style, Styles
from service.identities.styling import change_style

from .conftest import say, stand_ins

ANNA, KARI = ("Anna", Label.NAME), ("Kari", Label.NAME)


def in_style(connection: sa.Connection, style: Style) -> None:
    change_style(connection, Styles(style), "steward")


def test_who_somebody_is_stands_for_the_name(database: sa.Engine) -> None:
    with database.begin() as connection:
        in_style(connection, Style.ROLES)
        say(connection, "a", "D03-C1", "my sister Anna called. Then Anna came, and Kari too", ANNA, KARI)
        assert stand_ins(connection, "a") == ["[NAME-1]", "my sister", "[NAME-2]"]


def test_what_is_said_later_counts_for_what_was_said_before(database: sa.Engine) -> None:
    with database.begin() as connection:
        in_style(connection, Style.ROLES)
        say(connection, "a", "D03-C1", "Anna came", ANNA)
        assert stand_ins(connection, "a") == ["[NAME-1]"]
        say(connection, "b", "D03-C2", "she is my sister Anna", ANNA)
        assert stand_ins(connection, "a") == ["my sister"]


def test_of_two_sisters_only_one_is_called_so(database: sa.Engine) -> None:
    text = "my sister Anna and my sister Kari called. Then Anna came, and later Kari left"
    with database.begin() as connection:
        in_style(connection, Style.ROLES)
        say(connection, "a", "D03-C1", text, ANNA, KARI)
        assert stand_ins(connection, "a") == ["[NAME-1]", "[NAME-2]", "my sister", "[NAME-2]"]
        in_style(connection, Style.NUMBERED)
        in_style(connection, Style.ROLES)
        assert stand_ins(connection, "a") == ["[NAME-1]", "[NAME-2]", "my sister", "[NAME-2]"]


def test_styles_follow_one_another(database: sa.Engine) -> None:
    with database.begin() as connection:
        say(connection, "a", "D03-C1", "my sister Anna called. Then Anna came", ANNA)
        in_style(connection, Style.REALISTIC)
        drawn = stand_ins(connection, "a")
        assert drawn[0] == drawn[1]
        assert drawn[0][0].isupper()
        in_style(connection, Style.ROLES)
        assert stand_ins(connection, "a") == ["[NAME-1]", "my sister"]
        in_style(connection, Style.REALISTIC)
        assert stand_ins(connection, "a")[1][0].isupper()
        in_style(connection, Style.NUMBERED)
        assert stand_ins(connection, "a") == ["[NAME-1]", "[NAME-1]"]
