"""Rules for dates: what names a point in the calendar, and not how long something took or how long ago it was.

A month, a year or a numbered date is a date (as in the HIPAA safe-harbour list, 45 CFR 164.514(b)(2), but that years
count too: "born in 1974"). Durations ("three days"), relative words ("yesterday", "last week"), times of the day
and weekdays alone are left as they are: researchers need them and they identify nobody by themselves.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from models.anonymisation.mentions import Found, Label
from models.anonymisation.spoken_numbers import (
    CLEAR_MONTH,
    MONTH,
    ORDINAL_DAY,
    TEN_TO_99,
    TENS_TO_99,
    UNDER_HUNDRED,
    YEAR,
)

_SEP = r"[\s,.]+(?:(?:of|the|in|and|uh|um|er)[\s,.]+)*"
_DAY = rf"(?:{ORDINAL_DAY}|[12]?\d|3[01])"
_SHORT_YEAR = rf"(?:{YEAR}|['’]?\d\d|{TEN_TO_99})"

_WHOLE = re.compile(
    rf"\b(?:(?:the\s+)?{_DAY}{_SEP}{MONTH}(?:{_SEP}{_SHORT_YEAR})?"
    rf"|{MONTH}{_SEP}{_DAY}\b(?:{_SEP}{YEAR})?"
    rf"|{MONTH}{_SEP}{YEAR})\b",
    re.IGNORECASE,
)
_NUMERIC = re.compile(r"\b(?:\d{1,2}[./-]\d{1,2}[./-](?:\d{4}|\d{2})|(?:18|19|20)\d\d-\d\d-\d\d)\b")
_YEAR_IN_PLACE = re.compile(
    rf"\b(?:in|since|until|till|from|before|after|by|during|year|of|born|around|about)\s+(?:the\s+year\s+)?"
    rf"(?P<date>{YEAR})\b",
    re.IGNORECASE,
)
_YEAR_IN_DIGITS = re.compile(r"(?<![\d.,:/£$€-])\b(?:19[3-9]\d|20[0-4]\d)(?:s|['’]s)?\b(?![\d:/%-]|[.,]\d)")
_MONTH_IN_PLACE = re.compile(
    r"\b(?i:in|since|until|till|from|before|after|by|during|last|next|this|of|early|late|mid)[\s-]+"
    rf"(?P<date>(?:{CLEAR_MONTH}|March|May))\b(?![’'])"
)
_MONTH_ANYWHERE = re.compile(rf"\b{CLEAR_MONTH}\b", re.IGNORECASE)
_SPOKEN_YEAR = re.compile(
    rf"\b(?:nineteen[\s-]+{TENS_TO_99}|two\s+thousand(?:\s+and)?\s+{UNDER_HUNDRED})\b", re.IGNORECASE
)
_CARDINAL = re.compile(rf"\b{CLEAR_MONTH}\s+(?:the\s+)?{UNDER_HUNDRED}\b(?:{_SEP}{YEAR})?", re.IGNORECASE)
_WEEKDAY = r"(?:Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)"
_NUMBERED_WEEKDAY = re.compile(
    rf"\b{_WEEKDAY}[\s,]+(?:the\s+)?{ORDINAL_DAY}\b(?:{_SEP}(?:{MONTH}|{YEAR}))*", re.IGNORECASE
)
_LIFE_EVENT = re.compile(
    r"\b(?:diagnosed|diagnosis|operated|operation|surgery|admitted|sectioned|hospitali[sz]ed|miscarriage|stroke|"
    r"heart\s+attack|accident|died|passed\s+away|married|divorced|separated|graduated|retired|emigrated|overdose|"
    r"transplant|chemo|chemotherapy|relapse|relapsed)\b[^.?!]{0,50}?\b(?:in|on|since|during|around)\s+"
    rf"(?P<date>(?:the\s+)?(?:(?:spring|summer|autumn|fall|winter)\s+of\s+)?(?:{MONTH}{_SEP})?(?:{YEAR}|['’]\d\d|{TENS_TO_99}|{MONTH}))\b"
    r"(?!\s+(?:minutes?|hours?|days?|weeks?|months?|years?|percent|people|times?)\b)",
    re.IGNORECASE,
)
_BIRTH = re.compile(
    rf"\b(?:date\s+of\s+birth|birthday|born)\b(?:[\s,.]+(?:is|was|it['’]?s|the|on|in|of|um|uh|er))*[\s,.]+"
    rf"(?P<date>(?:{_DAY}|{MONTH}|{_SHORT_YEAR})(?:{_SEP}(?:{_DAY}|{MONTH}|{_SHORT_YEAR}))*)\b",
    re.IGNORECASE,
)

_RULES = (
    (_WHOLE, 0.95, "date"),
    (_NUMERIC, 0.95, "numeric date"),
    (_BIRTH, 0.9, "birth date"),
    (_YEAR_IN_PLACE, 0.8, "year"),
    (_YEAR_IN_DIGITS, 0.7, "year"),
    (_MONTH_IN_PLACE, 0.8, "month"),
    (_MONTH_ANYWHERE, 0.8, "month"),
    (_SPOKEN_YEAR, 0.7, "year"),
    (_CARDINAL, 0.8, "date"),
    (_NUMBERED_WEEKDAY, 0.8, "weekday"),
    (_LIFE_EVENT, 0.7, "life event"),
)

_CALENDAR = re.compile(rf"\b(?:{CLEAR_MONTH}|March|May|{YEAR})\b", re.IGNORECASE)


def find_dates(text: str) -> Iterator[Found]:
    """Points in the calendar in the text; they may overlap."""
    for pattern, confidence, rule in _RULES:
        for match in pattern.finditer(text):
            group = "date" if "date" in pattern.groupindex else 0
            yield Found(match.start(group), match.end(group), Label.DATE, confidence, f"rules: {rule}")


def names_a_calendar_date(mention: str) -> bool:
    """Whether what a model calls a date has a month, a year or a numbered date in it."""
    return bool(_CALENDAR.search(mention) or _NUMERIC.search(mention))
