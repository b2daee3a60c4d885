"""Places and organisations are told by their kind, and no phrase fits one place only."""

from __future__ import annotations

import pytest

from models.standins.organisations import organisation_phrase
from models.standins.places import (
    FEWEST_ALIKE,
    _countries,
    _direction,
    _fitting,
    _kinds,
    place_phrase,
    told_apart,
)


@pytest.mark.parametrize(
    ("place", "home", "expected"),
    [
        ("exeter", "GB", "a city in the south"),
        ("leeds", "GB", "a large city in the north"),
        ("london", "GB", "a city in the south"),
        ("molde", "NO", "a town in the north"),
        ("bergen", "NO", "a town or city in the west"),
        ("bergen", "GB", "a town or city in the west of Norway"),
        ("bemmel", "GB", "a town in the east of the Netherlands"),
        ("gothenburg", "NO", "a town or city in the west of Sweden"),
        ("norway", "GB", "Norway"),
        ("scotland", "GB", "Scotland"),
        ("oak street", "GB", "an address"),
        ("flat 12", "GB", "an address"),
        ("lake windermere", "GB", "a lake"),
        ("hinterdingens", "GB", "a place"),
        ("", "GB", "a place"),
    ],
)
def test_a_place_is_told_by_its_kind_and_where_it_lies(place: str, home: str, expected: str) -> None:
    assert place_phrase(tuple(place.split()), home) == expected


def test_countries_can_be_told_by_their_continent() -> None:
    assert place_phrase(("norway",), "GB", name_countries=False) == "a country in Europe"
    assert place_phrase(("norway",), "NO", name_countries=False) == "this country"
    assert place_phrase(("bergen",), "GB", name_countries=False) == "a city abroad"
    assert place_phrase(("texas",), "GB", name_countries=False) == "a state abroad"


def test_a_name_met_in_several_countries_is_the_one_at_home() -> None:
    assert place_phrase(("birmingham",), "GB") == place_phrase(("birmingham",))
    assert "United States" not in place_phrase(("boston",), "GB")
    assert "United States" not in place_phrase(("boston",), "US")
    assert "of the United States" in place_phrase(("boston",), "NO")


@pytest.mark.parametrize("code", ["GB", "NO", "DK", "IS", "US", "LU"])
def test_what_is_said_of_a_town_fits_several(code: str) -> None:
    country = _countries()[code]
    for town in country.towns:
        phrase = place_phrase(tuple(town.name.lower().split()), code)
        if " in the " not in phrase:
            continue
        kind, _, where = phrase.rpartition(" in the ")
        fewest, most = {
            name: (least, top) for people in (9_000, 90_000, 900_000) for name, least, top in _kinds(people)
        }[kind]
        alike = [other for other in country.towns if _direction(other, country) == where]
        assert _fitting(alike, fewest, most) >= FEWEST_ALIKE


def test_two_places_never_share_a_stand_in() -> None:
    given: list[str] = []
    for _ in range(15):
        given.append(told_apart("a town in the west", given))
    assert given[:3] == ["a town in the west", "another town in the west", "a third town in the west"]
    assert given[7] == "an eighth town in the west"
    assert len(set(given)) == 15
    assert told_apart("Norway", ["Norway"]) == "another Norway"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("saint mary school", "a school"),
        ("university of bergen", "a university"),
        ("royal college of nursing", "a college"),
        ("north bristol nhs trust", "a hospital"),
        ("wickes furniture", "a company"),
        ("leeds city council", "a council"),
        ("tesco", "an organisation"),
        ("", "an organisation"),
    ],
)
def test_an_organisation_is_told_by_the_head_of_its_name(name: str, expected: str) -> None:
    assert organisation_phrase(tuple(name.split())) == expected
