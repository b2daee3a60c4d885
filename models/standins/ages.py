"""Ages in bands: "forty seven" becomes "in my late forties", and above 89 nobody's age is told (45 CFR 164.514(b)(2)).

Children are told by the level of school that goes with their age (ISCED 2011, UNESCO: early childhood education below
six, primary from six, lower secondary from about twelve), since a year more or less says more of a child.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from models.anonymisation.identity import bare
from models.anonymisation.spoken_numbers import DECADES, UNDER_HUNDRED
from models.standins import number_words

UNREAD = "[age]"
"""What stands for an age that could not be read."""
OLDEST = 89
"""The greatest age that is told."""


class AgeStyle(StrEnum):
    """How a band is written."""

    SPOKEN = "spoken"
    BRACKETS = "brackets"


@dataclass(frozen=True, slots=True)
class _Band:
    fewest: int
    most: int
    spoken: str


_CHILDREN = (
    _Band(0, 2, "under three"),
    _Band(3, 5, "of preschool age"),
    _Band(6, 11, "of primary school age"),
    _Band(12, 15, "in {whose} early teens"),
    _Band(16, 19, "in {whose} late teens"),
)
_OWNERS = {
    **dict.fromkeys(("i", "i'm", "i’m", "i'd", "i’d", "i've", "i’ve", "my", "me"), "my"),
    **dict.fromkeys(("you", "you're", "you’re", "your"), "your"),
    **dict.fromkeys(("he", "he's", "he’s", "his", "him"), "his"),
    **dict.fromkeys(("she", "she's", "she’s", "her"), "her"),
    **dict.fromkeys(("we", "we're", "we’re", "our"), "our"),
}
_LOOK_BACK = 6
"""Words before an age among which its owner is looked for."""
_AGE = re.compile(
    rf"(?P<before>(?:.*?\b(?:aged|age\s+of|age\s+is|age['’]s|age)\s+(?:about\s+)?)?)"
    rf"(?P<age>(?:one\s+hundred(?:\s+and)?(?:\s+{UNDER_HUNDRED})?|a\s+hundred(?:\s+and)?(?:\s+{UNDER_HUNDRED})?|{UNDER_HUNDRED}|\d{{1,3}}))"
    r"(?P<half>[\s-]+and\s+a\s+half)?(?P<unit>[\s-]+(?P<which>years?|yrs?|months?|weeks?|days?)(?:[\s-]+(?:old|of\s+age))?"
    r"(?:[\s-]+and\s+a\s+half)?)?",
    re.IGNORECASE,
)
_DECADE = re.compile(
    rf"in\s+(?P<whose>my|his|her|their|your|our)\s+(?:(?P<part>early|mid|late)[\s-]+)?(?P<decade>teens|{'|'.join(DECADES)})",
    re.IGNORECASE,
)


def band_age(text: str, style: AgeStyle = AgeStyle.SPOKEN, before: Sequence[str] = ()) -> str:
    """The band of the age that the mention tells, in a form that fits its place; ``[age]`` when it can't be read.

    ``before`` are the words before the mention, by which "in my late forties" and "in his late forties" are told apart;
    "in their late forties" where they don't say. What is a band already ("in my forties") stays.
    """
    mention = re.sub(r"\s*,\s*", " ", text.strip())
    decade = _DECADE.fullmatch(mention)
    if decade:
        return _of_decade(mention, decade, style)
    match = _AGE.fullmatch(mention)
    years = _years(match) if match else None
    if match is None or years is None:
        return UNREAD
    band = wide = _band(years)
    if years > _CHILDREN[-1].most:
        wide = _Band(years // 10 * 10, years // 10 * 10 + 9, band.spoken)
    if style is AgeStyle.BRACKETS:
        unit = match["unit"] or ""
        named = f"[{wide.fewest}-{wide.most}]" if years <= OLDEST else f"[{OLDEST + 1}+]"
        return f"{match['before']}{named}{unit if (match['which'] or '').startswith('y') else ''}"
    if years > OLDEST:
        return f"{match['before']}ninety or older"
    if match["before"] or (_is_attributive(mention) and not _says_who(before)):
        return f"{match['before']}{_between(wide, mention)}"
    return band.spoken.format(whose=_owner(before))


def _owner(before: Sequence[str]) -> str:
    for word in reversed([bare_word(word) for word in before[-_LOOK_BACK:]]):
        if word in _OWNERS:
            return _OWNERS[word]
    return "their"


def _says_who(before: Sequence[str]) -> bool:
    """Whether the word right before says whose age it is ("I'm twenty-six year old")."""
    return bool(before) and bare_word(before[-1]) in _OWNERS


def bare_word(word: str) -> str:
    """The word in small letters without punctuation, its possessive or short form kept ("I'm," gives "i'm")."""
    return re.sub(r"^[^\w]+|[^\w]+$", "", word.lower()) or bare(word)


def _years(match: re.Match[str]) -> int | None:
    said = re.sub(r"[\s-]+", " ", match["age"].lower())
    hundred = re.match(r"(?:one|a) hundred(?: and)?(?: (?P<more>.+))?$", said)
    number = (
        100 + (number_words.cardinal(hundred["more"] or "zero") or 0)
        if hundred
        else number_words.cardinal(said)
    )
    if number is None:
        return None
    which = (match["which"] or "").lower()
    if which.startswith("month"):
        return number // 12
    if which.startswith(("week", "day")):
        return 0
    return number


def _band(years: int) -> _Band:
    for band in _CHILDREN:
        if years <= band.most:
            return band
    decade = years // 10 * 10
    name = DECADES[min(decade, 90) // 10 - 2]
    first, last, part = (
        (0, 3, "early") if years % 10 < 4 else (4, 6, "mid") if years % 10 < 7 else (7, 9, "late")
    )
    return _Band(decade + first, decade + last, f"in {{whose}} {part} {name}")


def _is_attributive(mention: str) -> bool:
    """Whether the age stands before what it is told of ("a forty-year-old man"): "year" has no plural there."""
    one = mention.lower().startswith(("one ", "1 "))
    return not one and bool(re.search(r"[\s-]year[\s-]old$", mention, re.IGNORECASE))


def _between(band: _Band, mention: str) -> str:
    """The band as two ages, in figures or letters as the mention has them, with its "year old"."""
    digits = any(char.isdigit() for char in mention)
    fewest, most = (
        (str(band.fewest), str(band.most))
        if digits
        else (number_words.in_words(band.fewest, True), number_words.in_words(band.most, True))
    )
    unit = re.search(r"[\s-]+(?:years?|yrs?)(?:[\s-]+(?:old|of\s+age))?$", mention, re.IGNORECASE)
    return f"{fewest} to {most}{unit.group() if unit else ''}"


def _of_decade(mention: str, decade: re.Match[str], style: AgeStyle) -> str:
    if decade["decade"].lower() == "nineties":
        return "ninety or older" if style is AgeStyle.SPOKEN else f"[{OLDEST + 1}+]"
    return mention
