"""Realistic names: a name that keeps the gender and the origin of the real one, and each form of it said alike."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from random import Random

from models.anonymisation.common_words import TITLES, word_set
from models.anonymisation.identity import Form, bare
from models.standins.likeness import Taken, pet_names
from models.standins.name_lists import (
    ORIGINS,
    Gender,
    first_names_of,
    gender_of,
    names_of,
    origins_of_first,
    origins_of_last,
)

_PARTICLES = word_set("van von de der den da do dos del della di du la le el al bin ibn ter ten zu")
"""Words that belong to the last name that follows them."""


class NamesExhausted(Exception):  # noqa: N818 - reads as what happened
    """No name is left that is like none of the study's. ``[NAME-3]`` can always be used."""


@dataclass(frozen=True, slots=True)
class RealName:
    """What is known of a real name: bare ``first`` and ``last`` names (either may be empty), gender, origin."""

    first: tuple[str, ...]
    last: tuple[str, ...]
    gender: Gender
    origin: str


@dataclass(frozen=True, slots=True)
class NameStandIn:
    """A drawn name. It always has both parts, so that what is heard later of the real one has its counterpart."""

    first: str
    last: str

    def __str__(self) -> str:
        return f"{self.first} {self.last}"

    @classmethod
    def parse(cls, text: str) -> NameStandIn:
        """From what ``str`` gave, or a person wrote: the last word is the last name; one word is both."""
        first, _, last = text.strip().rpartition(" ")
        return cls(first or last, last)


def read_name(
    forms: Iterable[Form],
    home: str = "english",
    gender: Gender = Gender.UNKNOWN,
    titled: Collection[str] = (),
) -> RealName:
    """What the forms of one identity say of its name.

    ``forms`` are the bare words of all its forms ("anna hansen", "anna", "annie"). ``home`` (of
    :data:`~models.standins.name_lists.ORIGINS`) is taken where a name is at home in several countries, or in none.
    ``gender`` overrides what the first name says. ``titled`` are bare words met after "Mr" and the like: last names.
    """
    first: list[str] = []
    last: list[str] = []
    for form in sorted(set(forms), key=lambda form: (-len(form), form)):
        words = [word for word in form if word not in TITLES]
        known = {*first, *last}
        if not words or set(words) <= known:
            continue
        if len(words) > 1:
            begin = _begin_of_last(words)
            first += [word for word in words[:begin] if word not in known]
            last += [word for word in words[begin:] if word not in known]
        elif _is_last(words[0], titled, has_last=bool(last), has_first=bool(first)):
            last += words
        else:
            first += words
    origin = _origin(first, last, home)
    return RealName(tuple(first), tuple(last), _gender(first, origin, gender), origin)


def draw_name(
    real: RealName,
    taken: Taken,
    random: Random,
    home: str = "english",
    last: str | None = None,
) -> NameStandIn:
    """A name of the real one's gender and origin, like none that is taken, with other initials.

    ``last`` is a stand-in's last name to be kept: relatives with the same real one get the same. Where an origin has
    no name left, ``home`` is drawn from, then the others. Raises :class:`NamesExhausted` when none has any. The drawn
    words are not added to ``taken``.
    """
    for origin in dict.fromkeys((real.origin, home, "english", *ORIGINS)):
        lists = names_of(origin)
        gender = real.gender
        firsts = first_names_of(origin, gender)
        if not firsts:
            firsts = first_names_of(origin, random.choice((Gender.FEMININE, Gender.MASCULINE)))
        first = _draw(firsts, real.first, taken, random)
        surname = last or _draw(lists.last_of(gender), real.last, taken, random, other_than=first)
        if first and surname:
            return NameStandIn(first, surname)
    raise NamesExhausted


def said(words: Sequence[str], real: RealName, stand_in: NameStandIn) -> str:
    """The stand-in in the form in which the real name was said, without punctuation or possessive ending.

    "Anna" gives the first name, "Hansen" and "the Hansens" the last one, "Anna Marie Hansen" both, "Annie" the first
    name too; titles stay as they are ("Dr Hansen").
    """
    parts: list[str] = []
    compared = [bare(word) for word in words]
    for place, (word, one) in enumerate(zip(words, compared, strict=True)):
        if not one:
            continue
        if one in TITLES and one not in (*real.first, *real.last):
            parts.append(word.strip(",;:?!"))
            continue
        part = _part(one, real, alone=len([other for other in compared if other]) == 1, first=place == 0)
        name = stand_in.last if part == "last" else stand_in.first
        if len(one) == 1:
            # An initial stays one: "A. Hansen" is "I. Dahl".
            name = f"{name[:1]}." if "." in word else name[:1]
        if name not in parts:
            parts.append(name)
    return " ".join(parts) or stand_in.first


def _part(word: str, real: RealName, alone: bool, first: bool) -> str:
    """Whether the word of a form stands for the first or the last name."""
    if word in real.first:
        return "first"
    if word in real.last:
        return "last"
    if any(word in pet_names(name) for name in real.first):
        return "first"
    near_first, near_last = _nearest(word, real.first), _nearest(word, real.last)
    if near_first != near_last:
        return "first" if near_first < near_last else "last"
    if alone:
        return "first" if real.first else "last"
    return "first" if first else "last"


def _nearest(word: str, names: Sequence[str]) -> float:
    """How far the word is from the nearest of the names, in edits per letter; 1 is nothing alike."""
    from jellyfish import damerau_levenshtein_distance

    return min(
        (damerau_levenshtein_distance(word, name) / max(len(word), len(name)) for name in names), default=1.0
    )


def _begin_of_last(words: Sequence[str]) -> int:
    """The position at which the last name begins in a form of several words."""
    begin = len(words) - 1
    while begin > 1 and words[begin - 1] in _PARTICLES:
        begin -= 1
    if begin == 1 and len(words) == 2 and not origins_of_last(words[1]) and origins_of_first(words[1]):
        # "Anna Marie": two first names, unless the first of them is a last name only ("Hansen Anna").
        return 2 if origins_of_first(words[0]) else 1
    return begin


def _is_last(word: str, titled: Collection[str], has_last: bool, has_first: bool) -> bool:
    if word in titled:
        return True
    first, last = len(origins_of_first(word)), len(origins_of_last(word))
    if first == last == 0:
        return has_first and not has_last
    return last > first


def _origin(first: Sequence[str], last: Sequence[str], home: str) -> str:
    """Where the name is at home: each word votes for the origins that list it, the rarer the word the louder.

    Last names count double, since first names travel. A tie, and a name that no list has, goes to ``home``.
    """
    votes: dict[str, float] = dict.fromkeys(ORIGINS, 0.0)
    for words, origins_of, weight in ((first, _origins_of_first, 1.0), (last, origins_of_last, 2.0)):
        for word in words:
            origins = origins_of(word)
            for origin in origins:
                votes[origin] += weight / len(origins)
    most = max(votes.values(), default=0.0)
    if votes[home] >= most - 1e-9 or not most:
        return home
    return next(origin for origin in ORIGINS if votes[origin] == most)


def _origins_of_first(word: str) -> frozenset[str]:
    """Where a first name is at home, pet names of English ones (the list of them is English) among them."""
    of_pet = any("english" in origins_of_first(name) for name in pet_names(word))
    return origins_of_first(word) | ({"english"} if of_pet else frozenset())


def _gender(first: Sequence[str], origin: str, told: Gender) -> Gender:
    if told is not Gender.UNKNOWN:
        return told
    for word in first:
        gender = gender_of(word, origin)
        if gender is not Gender.UNKNOWN:
            return gender
        for canonical in sorted(pet_names(word)):
            gender = gender_of(canonical, origin)
            if gender is not Gender.UNKNOWN:
                return gender
    return Gender.UNKNOWN


def _draw(
    names: Sequence[str], real: Sequence[str], taken: Taken, random: Random, other_than: str | None = None
) -> str | None:
    initials = {word[0] for word in real}
    tried = random.sample(names, len(names))
    for name in tried:
        if bare(name)[:1] not in initials and name != other_than and not taken.has(name):
            return name
    return None
