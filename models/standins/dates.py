"""Spoken dates moved by whole weeks or coarsened, and said the same way again.

All dates of one participant move by the same secret number of weeks, so that what lies between two of them stays, and
weekdays too (shifting of dates: Hripcsak and others, "Preserving temporal relations in clinical data while maintaining
privacy", JAMIA 23, 2016). What says less than a day can't be moved exactly, and is coarsened after it was moved: a
month and a year to a season and a year, a month to a season, a year to a third of its decade. What is relative
("last Christmas", "on Monday") stays, since it says nothing without knowing when it was said.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from random import Random

from models.standins import number_words
from models.standins.date_reading import MONTHS, SEASONS, Kind, Piece, pieces_of

UNREAD = "[date]"
"""What stands for a date that could not be read."""
MOST_WEEKS = 52
_PIVOT = 2030
"""The last year that a year of two digits is taken for where it is not known when it was said."""
_PLAIN_YEAR, _LEAP_YEAR = 2001, 2000
"""Years in which a day without a year is moved where it is not known when it was said."""


class Treatment(StrEnum):
    """What became of a date."""

    SHIFTED = "shifted"
    COARSENED = "coarsened"
    KEPT = "kept"
    UNREAD = "unread"


class Coarseness(StrEnum):
    """How much of a date is left."""

    YEAR = "year"
    DECADE = "decade"


@dataclass(frozen=True, slots=True)
class DateStandIn:
    """What stands for a date, and what was done to it."""

    text: str
    treatment: Treatment


@dataclass(frozen=True, slots=True)
class SpokenDate:
    """What one date says; None for what it doesn't."""

    day: int | None
    month: int | None
    year: int | None

    def on(self, said_on: date | None = None) -> date | None:
        """The day it names, or None when it names none.

        Without a year it is the last such day until ``said_on``, or one in a year that stands for all.
        """
        if self.day is None or self.month is None:
            return None
        if self.year is not None:
            return _day(self.year, self.month, self.day)
        if said_on is None:
            return _day(_PLAIN_YEAR, self.month, self.day) or _day(_LEAP_YEAR, self.month, self.day)
        for year in range(said_on.year, said_on.year - 8, -1):
            found = _day(year, self.month, self.day)
            if found is not None and found <= said_on:
                return found
        return None


def draw_offset(random: Random, most_weeks: int = MOST_WEEKS) -> int:
    """A number of weeks to move a participant's dates by: 1 to ``most_weeks``, forward or back."""
    return random.randint(1, most_weeks) * random.choice((-1, 1))


def read_dates(
    text: str, day_first: bool = True, said_on: date | None = None
) -> tuple[SpokenDate, ...] | None:
    """The dates that a mention names, in order; None when something in it can't be read."""
    pieces = pieces_of(text, day_first, _pivot(said_on))
    if pieces is None:
        return None
    return tuple(_spoken(segment) for segment in _segments(pieces))


def shift_date(text: str, weeks: int, day_first: bool = True, said_on: date | None = None) -> DateStandIn:
    """The mention of a date with every date in it moved by ``weeks``, in the form it was said in.

    ``day_first`` says how "3/4/1984" is meant; ``said_on`` is the day of the interview, by which days without a year
    and years of two digits are read. A mention of several dates counts as its coarsest.
    """
    pieces = pieces_of(text, day_first, _pivot(said_on))
    if pieces is None:
        return DateStandIn(UNREAD, Treatment.UNREAD)
    segments = list(_segments(pieces))
    made = []
    for place, segment in enumerate(segments):
        after = _spoken(segments[place + 1]) if place + 1 < len(segments) else None
        made.append(_shifted(segment, weeks, said_on, after))
    return _joined(made)


def coarsen_date(
    text: str, to: Coarseness, day_first: bool = True, said_on: date | None = None
) -> DateStandIn:
    """The mention of a date with no more left of each date than its year, or a third of its decade.

    A date without a year is left to its season.
    """
    pieces = pieces_of(text, day_first, _pivot(said_on))
    if pieces is None:
        return DateStandIn(UNREAD, Treatment.UNREAD)
    return _joined([_coarse(segment, to) for segment in _segments(pieces)])


def _joined(made: Sequence[DateStandIn]) -> DateStandIn:
    order = (Treatment.KEPT, Treatment.SHIFTED, Treatment.COARSENED, Treatment.UNREAD)
    worst = max((one.treatment for one in made), key=order.index, default=Treatment.UNREAD)
    if worst is Treatment.UNREAD:
        return DateStandIn(UNREAD, worst)
    return DateStandIn("".join(one.text for one in made), worst)


def _segments(pieces: Sequence[Piece]) -> Iterator[tuple[Piece, ...]]:
    """The dates of a mention: a new one begins where something is said a second time, with the words before it."""
    segment: list[Piece] = []
    for piece in pieces:
        told = {one.kind for one in segment if one.kind not in (Kind.WORD, Kind.RELATIVE)}
        begins = piece.kind in told or (piece.kind is Kind.MONTH and Kind.YEAR in told and Kind.DAY in told)
        if piece.kind not in (Kind.WORD, Kind.RELATIVE) and begins:
            words = 0
            while segment and segment[-1 - words].kind is Kind.WORD and words < len(segment) - 1:
                words += 1
            kept = len(segment) - words
            yield tuple(segment[:kept])
            segment = segment[kept:]
        segment.append(piece)
    if segment:
        yield tuple(segment)


def _spoken(segment: Sequence[Piece]) -> SpokenDate:
    told = {piece.kind: piece.value for piece in segment}
    return SpokenDate(told.get(Kind.DAY), told.get(Kind.MONTH), told.get(Kind.YEAR))


def _shifted(
    segment: Sequence[Piece], weeks: int, said_on: date | None, after: SpokenDate | None = None
) -> DateStandIn:
    """``after`` is the date that follows: "between 1 January and 1 August 1999" says the year once."""
    told = {piece.kind: piece for piece in segment}
    spoken = _spoken(segment)
    shared = (
        after.year if after is not None and after.month and spoken.month and spoken.year is None else None
    )
    spoken = replace(spoken, year=spoken.year or shared)
    move = timedelta(weeks=weeks)
    if Kind.DAY in told and Kind.MONTH in told:
        day = spoken.on(said_on)
        moved = _moved(day, move)
        if moved is None:
            return DateStandIn(UNREAD, Treatment.UNREAD)
        begins = next(piece for piece in segment if piece.kind is not Kind.WORD)
        figures = [piece.text for piece in segment if piece.kind in _IN_DIGITS and piece.text.isdigit()]
        iso = begins.kind is Kind.YEAR and len(figures) > 1
        padded = iso or any(text.startswith("0") for text in figures)
        texts = [_said(piece, moved, padded) for piece in segment]
        following = _moved(after.on(said_on), move) if shared and after is not None else None
        if following is not None and following.year != moved.year:
            last = max(place for place, piece in enumerate(segment) if piece.kind in _IN_DIGITS)
            texts[last] += f" {moved.year}"
        return DateStandIn("".join(texts), Treatment.SHIFTED)
    if Kind.MONTH in told or (Kind.SEASON in told and Kind.YEAR in told):
        month = spoken.month or told[Kind.SEASON].value * 3 + 1
        middle = _moved(SpokenDate(15, month, spoken.year).on(said_on), move)
        if middle is None:
            return DateStandIn(UNREAD, Treatment.UNREAD)
        return DateStandIn(_season_of(segment, told, middle), Treatment.COARSENED)
    if Kind.YEAR in told:
        middle = _moved(date(told[Kind.YEAR].value, 7, 1), move)
        return _third(segment, told, middle.year) if middle else DateStandIn(UNREAD, Treatment.UNREAD)
    return _without_day(segment, told)


def _coarse(segment: Sequence[Piece], to: Coarseness) -> DateStandIn:
    told = {piece.kind: piece for piece in segment}
    if Kind.YEAR in told:
        year = told[Kind.YEAR]
        if to is Coarseness.DECADE:
            return _third(segment, told, year.value)
        text = (
            str(year.value) if year.text.strip("'’").isdigit() else number_words.year_in_words(year.value, "")
        )
        return DateStandIn(_around(segment, text), Treatment.COARSENED)
    if Kind.MONTH in told:
        middle = date(_PLAIN_YEAR, told[Kind.MONTH].value, 15)
        return DateStandIn(_season_of(segment, told, middle), Treatment.COARSENED)
    return _without_day(segment, told)


def _without_day(segment: Sequence[Piece], told: dict[Kind, Piece]) -> DateStandIn:
    """What says no month and no year: a weekday with a number loses the number; what is relative stays."""
    if Kind.DAY in told:
        if Kind.WEEKDAY in told:
            return DateStandIn(told[Kind.WEEKDAY].text, Treatment.COARSENED)
        return DateStandIn(UNREAD, Treatment.UNREAD)
    if told.keys() & {Kind.WEEKDAY, Kind.SEASON, Kind.DECADE, Kind.RELATIVE}:
        return DateStandIn("".join(piece.text for piece in segment), Treatment.KEPT)
    return DateStandIn(UNREAD, Treatment.UNREAD)


def _season_of(segment: Sequence[Piece], told: dict[Kind, Piece], middle: date) -> str:
    """The meteorological season of a month, with its year if one was said.

    Winter spans two years: with a year it is "late 1984" or "early 1985".
    """
    season = SEASONS[middle.month % 12 // 3]
    if Kind.YEAR not in told:
        return _around(segment, season)
    year = _year(told[Kind.YEAR].text, middle.year)
    if season == "winter":
        return _around(segment, f"{'late' if middle.month == 12 else 'early'} {year}")
    return _around(segment, f"the {season} of {year}")


def _third(segment: Sequence[Piece], told: dict[Kind, Piece], year: int) -> DateStandIn:
    """A third of the year's decade: early (0 to 3), mid (4 to 6), late (7 to 9)."""
    part = "early" if year % 10 < 4 else "mid" if year % 10 < 7 else "late"
    digits = told[Kind.YEAR].text.strip("'’").isdigit()
    decade = f"{year // 10 * 10}s" if digits else number_words.decade_in_words(year)
    return DateStandIn(_around(segment, f"the {part} {decade}"), Treatment.COARSENED)


_ARTICLES = frozenset({"the", "of", "a", "an", "year", "on", "at", "early", "late", "mid"})


def _around(segment: Sequence[Piece], text: str) -> str:
    """The text in the place of all that is said of the date, with the words before and after that go with it."""
    dated = [place for place, piece in enumerate(segment) if piece.kind not in (Kind.WORD, Kind.RELATIVE)]
    first, last = dated[0], dated[-1]
    before = "".join(piece.text for piece in segment[:first])
    after = "".join(piece.text for piece in segment[last + 1 :])
    if text not in SEASONS:
        while (word := before.rstrip().rsplit(" ", 1)[-1].lower()) in _ARTICLES and word:
            before = before.rstrip()[: -len(word)]
    return f"{before}{text}{after}"


_IN_DIGITS = (Kind.DAY, Kind.MONTH)


def _said(piece: Piece, day: date, padded: bool) -> str:
    """The piece as it is said of another day; ``padded`` when the date's figures have two digits each."""
    if piece.kind in _IN_DIGITS and piece.text.isdigit():
        number = day.day if piece.kind is Kind.DAY else day.month
        return f"{number:02d}" if padded else str(number)
    match piece.kind:
        case Kind.DAY:
            return _like(piece.text, _day_said(piece.text, day.day))
        case Kind.MONTH:
            return _like(piece.text, _month_said(piece.text, day.month))
        case Kind.YEAR:
            return _like(piece.text, _year(piece.text, day.year))
        case _:
            return piece.text


def _day_said(text: str, day: int) -> str:
    if text[0].isdigit():
        return number_words.ordinal_in_digits(day)
    if number_words.ordinal(text) is not None:
        return number_words.ordinal_in_words(day, _hyphen(text))
    return number_words.in_words(day, _hyphen(text))


def _month_said(text: str, month: int) -> str:
    name = MONTHS[month - 1]
    letters = text.rstrip(".")
    abbreviated = len(letters) in (3, 4) and letters.lower() not in ("may", "june", "july")
    if not abbreviated:
        return name
    return f"{name[:3]}." if text.endswith(".") and name != "May" else name[:3]


def _year(text: str, year: int) -> str:
    digits = text.strip("'’")
    if digits.isdigit():
        return str(year) if len(digits) == 4 else f"{text[: len(text) - 2]}{year % 100:02d}"
    if number_words.year(text) is None:
        small = number_words.in_words(year % 100, _hyphen(text))
        return f"oh {small}" if year % 100 < 10 else small
    return number_words.year_in_words(year, text)


def _hyphen(text: str) -> bool:
    return "-" in text or " " not in text.strip()


def _like(text: str, written: str) -> str:
    """The text with small letters or a capital like the one it stands for."""
    if not text[:1].isalpha():
        return written
    return written.lower() if text.islower() else written[:1].upper() + written[1:]


def _moved(day: date | None, by: timedelta) -> date | None:
    try:
        return None if day is None else day + by
    except OverflowError:
        return None


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _pivot(said_on: date | None) -> int:
    return said_on.year + 1 if said_on else _PIVOT
