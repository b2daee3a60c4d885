"""What a spoken or written date says: its pieces in order, each with its value and the way it is said."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from models.anonymisation.spoken_numbers import DECADES, ORDINAL_DAY, SPOKEN_YEAR, UNDER_HUNDRED
from models.standins import number_words

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
SEASONS = ("winter", "spring", "summer", "autumn")


class Kind(StrEnum):
    """What a piece of a date says."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"
    WEEKDAY = "weekday"
    SEASON = "season"
    DECADE = "decade"
    RELATIVE = "relative"
    WORD = "word"


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece as it is written. ``value`` is the day, month (1 to 12), year or season (0 winter to 3 autumn)."""

    kind: Kind
    text: str
    value: int = 0


_WORDS = (
    "of the in on at and a an to from until till by since about around uh um er erm it's its it is was i "
    "period end start beginning middle early late mid year month day date or before after during between"
)
_WORD = rf"(?:{'|'.join(re.escape(word) for word in sorted(_WORDS.split(), key=len, reverse=True))})"
_MONTH = r"(?:" + "|".join(f"{name}|{name[:3]}" for name in MONTHS) + r"|Sept)"
_RELATIVE = (
    r"(?:(?:last|next|this|previous|past|following|coming)(?:\s+(?:year|month|week|night))?|yesterday|today|tomorrow|"
    r"tonight|christmas(?:\s+(?:eve|day))?|easter|new\s+year(?:['’]?s)?(?:\s+(?:eve|day))?|whitsun|ramadan|eid|diwali|"
    r"hanukkah|passover|thanksgiving|halloween|ago|weeks?|months?|years|days|morning|afternoon|evening|night)"
)
_PIECES = (
    ("iso", r"(?P<iy>\d{4})-(?P<im>\d\d)-(?P<id>\d\d)"),
    ("numeric", r"(?P<n1>\d{1,2})(?P<sep>[./-])(?P<n2>\d{1,2})(?P=sep)(?P<n3>\d{4}|\d\d)"),
    (
        "decade",
        rf"(?:(?:18|19|20)\d0['’]?s|['’]?\d0['’]?s|(?:nineteen\s+|twenty\s+)?(?:{'|'.join(DECADES)}))",
    ),
    ("year", rf"(?:(?:18|19|20)\d\d(?!\d)|{SPOKEN_YEAR})"),
    ("ordinal", ORDINAL_DAY),
    ("short_year", r"['’]\d\d"),
    ("weekday", r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"),
    ("month", rf"{_MONTH}\.?"),
    ("season", r"(?:spring|summer|autumn|fall|winter)(?:time)?"),
    ("number", rf"(?:{UNDER_HUNDRED}|\d{{1,2}})"),
    ("relative", _RELATIVE),
    ("word", _WORD),
    ("gap", r"[^\w]+"),
)
_MONTH_AFTER = re.compile(rf"\W+(?:of\W+)?{_MONTH}(?!\w)", re.IGNORECASE)
_PATTERNS = tuple(
    (name, re.compile(pattern if name == "gap" else rf"{pattern}(?!\w)", re.IGNORECASE))
    for name, pattern in _PIECES
)


def pieces_of(text: str, day_first: bool, pivot: int) -> tuple[Piece, ...] | None:
    """The pieces of a date in order, their texts joined being the text; None when something in it can't be read.

    ``day_first`` says how "3/4/1984" is meant; ``pivot`` is the last year that a year of two digits can be.
    """
    pieces: list[Piece] = []
    at = 0
    while at < len(text):
        matches = ((name, pattern.match(text, at)) for name, pattern in _PATTERNS)
        name, match = next((found for found in matches if found[1]), ("", None))
        if match is None:
            return None
        more = list(_read(name, match, pieces, day_first, pivot))
        if not more:
            return None
        pieces += more
        at = match.end()
    return tuple(pieces)


def _read(
    name: str, match: re.Match[str], before: list[Piece], day_first: bool, pivot: int
) -> Iterator[Piece]:
    """The pieces that a match is; none when it can be no date."""
    text = match.group()
    match name:
        case "iso":
            yield Piece(Kind.YEAR, match["iy"], int(match["iy"]))
            yield Piece(Kind.WORD, "-")
            yield Piece(Kind.MONTH, match["im"], int(match["im"]))
            yield Piece(Kind.WORD, "-")
            yield Piece(Kind.DAY, match["id"], int(match["id"]))
        case "numeric":
            first, second = int(match["n1"]), int(match["n2"])
            swapped = (not day_first or second > 12) and first <= 12
            kinds = (Kind.MONTH, Kind.DAY) if swapped else (Kind.DAY, Kind.MONTH)
            yield Piece(kinds[0], match["n1"], first)
            yield Piece(Kind.WORD, match["sep"])
            yield Piece(kinds[1], match["n2"], second)
            yield Piece(Kind.WORD, match["sep"])
            yield Piece(Kind.YEAR, match["n3"], _whole_year(int(match["n3"]), pivot))
        case "decade":
            yield Piece(Kind.DECADE, text)
        case "year":
            value = number_words.year(text)
            if value is not None:
                yield Piece(Kind.YEAR, text, value)
        case "ordinal":
            value = number_words.ordinal(text)
            if value is not None:
                yield Piece(Kind.DAY, text, value)
        case "short_year":
            yield Piece(Kind.YEAR, text, _whole_year(int(text[1:]), pivot))
        case "weekday":
            yield Piece(Kind.WEEKDAY, text)
        case "month":
            yield Piece(Kind.MONTH, text, month_number(text))
        case "season":
            told = text.lower().removesuffix("time")
            yield Piece(Kind.SEASON, text, SEASONS.index("autumn" if told == "fall" else told))
        case "number":
            yield from _number(match, before, pivot)
        case "relative":
            yield Piece(Kind.RELATIVE, text)
        case _:
            yield Piece(Kind.WORD, text)


def _number(match: re.Match[str], before: list[Piece], pivot: int) -> Iterator[Piece]:
    """A plain number: the day of the month that follows, or of the one before; after a day a year of two digits."""
    text = match.group()
    value = number_words.cardinal(text)
    if value is None:
        return
    kinds = [piece.kind for piece in before]
    of_month = _MONTH_AFTER.match(match.string, match.end())
    if 1 <= value <= 31 and (of_month or Kind.DAY not in kinds):
        yield Piece(Kind.DAY, text, value)
    elif Kind.MONTH in kinds or Kind.SEASON in kinds:
        yield Piece(Kind.YEAR, text, _whole_year(value, pivot))


def _whole_year(number: int, pivot: int) -> int:
    if number >= 100:
        return number
    century = pivot // 100 * 100
    return century + number if century + number <= pivot else century - 100 + number


def month_number(text: str) -> int:
    """The number of a month by its name or abbreviation. Raises ValueError for none."""
    start = text[:3].lower()
    return next(number for number, name in enumerate(MONTHS, 1) if name[:3].lower() == start)
