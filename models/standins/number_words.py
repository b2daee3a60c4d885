"""Numbers below a hundred, days of a month and years, read from how people say them and said the same way again."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from num2words import num2words

from models.anonymisation.spoken_numbers import DECADES


@cache
def _cardinals() -> Mapping[str, int]:
    words = {num2words(number).replace("-", " "): number for number in range(100)}
    return {**words, "oh": 0, "o": 0}


@cache
def _ordinals() -> Mapping[str, int]:
    return {num2words(number, to="ordinal").replace("-", " "): number for number in range(1, 32)}


def _spaced(text: str) -> str:
    return re.sub(r"[\s-]+", " ", text.strip().lower())


def cardinal(text: str) -> int | None:
    """The number below a hundred that is said ("forty seven", "47"), or None."""
    spaced = _spaced(text)
    if spaced.isdigit():
        return int(spaced)
    return _cardinals().get(spaced)


def ordinal(text: str) -> int | None:
    """The day of a month that is said as an ordinal ("twenty-third", "23rd"), or None."""
    spaced = _spaced(text)
    digits = re.fullmatch(r"(\d{1,2})(?:st|nd|rd|th)", spaced)
    return int(digits.group(1)) if digits else _ordinals().get(spaced)


def year(text: str) -> int | None:
    """The year that is said ("nineteen eighty four", "two thousand and four", "1984"), or None."""
    spaced = _spaced(text)
    if re.fullmatch(r"\d{4}", spaced):
        return int(spaced)
    if spaced.startswith("two thousand"):
        rest = spaced.removeprefix("two thousand").strip().removeprefix("and ").strip()
        small = cardinal(rest) if rest else 0
        return None if small is None else 2000 + small
    century, _, rest = spaced.partition(" ")
    hundreds = {"eighteen": 1800, "nineteen": 1900, "twenty": 2000}.get(century)
    if hundreds is None or not rest:
        return None
    rest = rest.removeprefix("hundred").strip().removeprefix("and ").strip() if "hundred" in rest else rest
    small = cardinal(re.sub(r"^(?:oh|o) (?=\w)", "", rest)) if rest else 0
    return None if small is None else hundreds + small


def in_words(number: int, hyphen: bool) -> str:
    """The number in letters: "forty-seven", or "forty seven" without hyphens."""
    words = str(num2words(number))
    return words if hyphen else words.replace("-", " ")


def ordinal_in_words(number: int, hyphen: bool) -> str:
    """The ordinal in letters: "twenty-third"."""
    words = str(num2words(number, to="ordinal"))
    return words if hyphen else words.replace("-", " ")


def ordinal_in_digits(number: int) -> str:
    """ "23rd" """
    if number % 100 in (11, 12, 13):
        return f"{number}th"
    return f"{number}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th') }"


def year_in_words(number: int, like: str) -> str:
    """The year as it is said, the way ``like`` says one: "two thousand and fourteen" or "twenty fourteen"."""
    hyphen = "-" in like
    said = _spaced(like)
    century, small = divmod(number, 100)
    if century == 20 and (small < 10 or said.startswith("two thousand")):
        if not small:
            return "two thousand"
        joined = " " if said.startswith("two thousand") and " and " not in said else " and "
        return f"two thousand{joined}{in_words(small, hyphen)}"
    if not small:
        return f"{in_words(century, hyphen)} hundred"
    tail = f"oh {in_words(small, hyphen)}" if small < 10 else in_words(small, hyphen)
    return f"{in_words(century, hyphen)} {tail}"


def decade_in_words(number: int) -> str:
    """The decade of a year as it is said, without its article: "eighties", "two thousands", "twenty tens"."""
    decade = number // 10 % 10
    if number < 1920:
        return f"{number // 10 * 10}s"
    if number < 2000:
        return DECADES[decade - 2]
    return (
        "two thousands" if decade == 0 else "twenty tens" if decade == 1 else f"twenty {DECADES[decade - 2]}"
    )
