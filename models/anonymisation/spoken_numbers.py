"""Numbers as people say them and as recognisers write them: patterns for the rules of dates, ages and numbers."""

from __future__ import annotations

import re

DIGITS = {
    name: digit
    for digit, names in enumerate(
        (
            ("zero", "oh", "o", "nought"),
            ("one",),
            ("two",),
            ("three",),
            ("four",),
            ("five",),
            ("six",),
            ("seven",),
            ("eight",),
            ("nine",),
        )
    )
    for name in names
}
_ONES = "one|two|three|four|five|six|seven|eight|nine"
TEENS = "ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen"
_TENS = "twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"

DECADES = ("twenties", "thirties", "forties", "fifties", "sixties", "seventies", "eighties", "nineties")

UNDER_HUNDRED = rf"(?:(?:{_TENS})(?:[\s-]+(?:{_ONES}))?|{TEENS}|{_ONES})"
TENS_TO_99 = rf"(?:(?:{_TENS})(?:[\s-]+(?:{_ONES}))?)"
TENS_APART = rf"(?:(?:{_TENS})[\s,]+(?:{_ONES}))"
TEN_TO_99 = rf"(?:(?:{_TENS})(?:[\s-]+(?:{_ONES}))?|{TEENS})"

_ORDINAL_ONES = "first|second|third|fourth|fifth|sixth|seventh|eighth|ninth"
ORDINAL_DAY = (
    rf"(?:(?:twenty|thirty)[\s-]+(?:{_ORDINAL_ONES})|{_ORDINAL_ONES}|tenth|eleventh|twelfth|thirteenth|fourteenth|"
    r"fifteenth|sixteenth|seventeenth|eighteenth|nineteenth|twentieth|thirtieth|(?:[12]?\d|3[01])(?:st|nd|rd|th))"
)

SPOKEN_YEAR = (
    rf"(?:nineteen[\s-]+(?:hundred|(?:oh|o)[\s-]+(?:{_ONES})|{TEN_TO_99})"
    rf"|two\s+thousand(?:\s+and)?(?:\s+{UNDER_HUNDRED})?"
    rf"|twenty[\s-]+(?:(?:oh|o)[\s-]+(?:{_ONES})|{TEENS}|twenty(?:[\s-]+(?:{_ONES}))?|thirty))"
)
YEAR = rf"(?:(?:18|19|20)\d\d|{SPOKEN_YEAR})"

CLEAR_MONTH = r"(?:January|February|April|June|July|August|September|October|November|December)"
"""Months whose names are no everyday words; April, June and August are names of people too."""
MONTH = rf"(?:{CLEAR_MONTH}|March|May|Jan|Feb|Aug|Sept|Oct|Nov|Dec)"


_NUMBER_WORDS = frozenset(f"{_ONES}|{TEENS}|{_TENS}|hundred|thousand|zero|oh|nought".split("|"))
_ORDINAL = re.compile(ORDINAL_DAY, re.IGNORECASE)


def is_number_word(word: str) -> bool:
    """Whether the bare word is a number in letters, or part of one ("twenty-two" too)."""
    return all(part in _NUMBER_WORDS for part in word.split("-"))


def is_ordinal_word(word: str) -> bool:
    """Whether the bare word is the number of a day in a month ("fifth", "5th")."""
    return bool(_ORDINAL.fullmatch(word)) or word in ("twenty", "thirty")
