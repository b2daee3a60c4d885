"""Dates move by whole weeks, keep what lies between them, and are said as before; partial ones are coarsened."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.standins import number_words
from models.standins.date_reading import MONTHS
from models.standins.dates import (
    Coarseness,
    SpokenDate,
    Treatment,
    coarsen_date,
    draw_offset,
    read_dates,
    shift_date,
)

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def _ordinal(day: date) -> str:
    return number_words.ordinal_in_words(day.day, True)


STYLES: dict[str, Callable[[date], str]] = {
    "spoken": lambda day: (
        f"the {_ordinal(day)} of {MONTHS[day.month - 1]} {number_words.year_in_words(day.year, '')}"
    ),
    "american": lambda day: f"{MONTHS[day.month - 1]} {day.day}, {day.year}",
    "ordinal": lambda day: (
        f"{number_words.ordinal_in_digits(day.day)} {MONTHS[day.month - 1].lower()} {day.year}"
    ),
    "short": lambda day: f"{day.day} {MONTHS[day.month - 1][:3]} {day.year}",
    "numeric": lambda day: f"{day.day}/{day.month}/{day.year}",
    "padded": lambda day: f"{day.day:02d}.{day.month:02d}.{day.year}",
    "iso": lambda day: day.isoformat(),
    "weekday": lambda day: (
        f"{WEEKDAYS[day.weekday()]} the {_ordinal(day)} of {MONTHS[day.month - 1]} {day.year}"
    ),
}
days = st.dates(date(1901, 1, 1), date(2029, 12, 31))
weeks = st.integers(-52, 52).filter(bool)
styles = st.sampled_from(sorted(STYLES))


def _read(text: str) -> date:
    (spoken,) = read_dates(text) or ()
    day = spoken.on()
    assert day is not None
    return day


@given(days, weeks, styles)
def test_a_full_date_moves_by_the_offset_in_the_form_it_was_said_in(day: date, by: int, style: str) -> None:
    said = STYLES[style]
    assert _read(said(day)) == day
    moved = shift_date(said(day), by)
    assert moved.treatment is Treatment.SHIFTED
    expected = said(day + timedelta(weeks=by))
    # Nobody can say whether May is short, whether 3.10.2000 would have a zero where 10.10.2000 stood before, nor
    # whether "two thousand and one" has an "and" where "nineteen ninety nine" stood.
    later = day + timedelta(weeks=by)
    ambiguous = (
        style == "padded"
        or (style == "short" and day.month == 5)
        or ((2001 <= later.year < 2010) != (2001 <= day.year < 2010))
    )
    assert moved.text == expected or (ambiguous and _read(moved.text) == _read(expected))


@given(days, days, weeks, styles, styles)
def test_what_lies_between_two_dates_is_kept(
    one: date, other: date, by: int, first: str, second: str
) -> None:
    texts = [shift_date(STYLES[first](one), by).text, shift_date(STYLES[second](other), by).text]
    assert _read(texts[1]) - _read(texts[0]) == other - one


@given(days, weeks)
def test_the_weekday_that_was_said_is_that_of_the_moved_date(day: date, by: int) -> None:
    text = shift_date(STYLES["weekday"](day), by).text
    assert text.split()[0] == WEEKDAYS[_read(text).weekday()]


@given(st.dates(date(2001, 1, 1), date(2020, 12, 31)), weeks)
def test_days_without_a_year_keep_their_distance_within_the_year_before_an_interview(
    day: date, by: int
) -> None:
    said_on = day + timedelta(days=100)
    text = f"{MONTHS[day.month - 1]} {number_words.ordinal_in_digits(day.day)}"
    assert [one.on(said_on) for one in read_dates(text) or ()] == [day]
    moved = shift_date(text, by, said_on=said_on)
    expected = day + timedelta(weeks=by)
    assert moved.text == f"{MONTHS[expected.month - 1]} {number_words.ordinal_in_digits(expected.day)}"


@given(st.integers(1901, 2029))
def test_years_are_read_as_they_are_said(year: int) -> None:
    assert number_words.year(number_words.year_in_words(year, "")) == year
    assert number_words.year(number_words.year_in_words(year, "two thousand")) == year


@pytest.mark.parametrize(
    ("text", "weeks", "expected", "treatment"),
    [
        (
            "the third of march nineteen eighty four",
            20,
            "the twenty-first of july nineteen eighty four",
            "shifted",
        ),
        ("March 3rd", 20, "July 21st", "shifted"),
        ("3/4/1984", 20, "21/8/1984", "shifted"),
        ("18/05/2024", 20, "05/10/2024", "shifted"),
        ("Jan. 5th, '84", 20, "May 24th, '84", "shifted"),
        ("the first of may eighty four", -5, "the twenty-seventh of march eighty four", "shifted"),
        ("Friday the third of May", 1, "Friday the tenth of May", "shifted"),
        ("third of January two thousand", -7, "fifteenth of November nineteen ninety nine", "shifted"),
        ("2nd February 1999 to 5th March 2000", 20, "22nd June 1999 to 23rd July 2000", "shifted"),
        ("between 1 January and 1 August 1999", 20, "between 21 May and 19 December 1999", "shifted"),
        ("between 1 January and 1 August 1999", 22, "between 4 June 1999 and 2 January 2000", "shifted"),
        (
            "Between 3 March 1993 and 4 December 1994",
            1,
            "Between 10 March 1993 and 11 December 1994",
            "shifted",
        ),
        (
            "the period July 1994 – September 1996",
            1,
            "the period the summer of 1994 – the autumn of 1996",
            "coarsened",
        ),
        ("June", 20, "autumn", "coarsened"),
        ("early June", 1, "early summer", "coarsened"),
        ("in June 1984", 1, "in the summer of 1984", "coarsened"),
        ("December 1984", 1, "late 1984", "coarsened"),
        ("December 1984", 4, "early 1985", "coarsened"),
        ("the summer of nineteen eighty four", 1, "the summer of nineteen eighty four", "coarsened"),
        ("nineteen eighty four", 20, "the mid eighties", "coarsened"),
        ("1997", 20, "the late 1990s", "coarsened"),
        ("two thousand and two", 20, "the early two thousands", "coarsened"),
        ("twenty fourteen", 20, "the mid twenty tens", "coarsened"),
        ("1990 and 1995", 1, "the early 1990s and the mid 1990s", "coarsened"),
        ("Monday the 5th", 20, "Monday", "coarsened"),
        ("last Christmas", 20, "last Christmas", "kept"),
        ("Monday", 20, "Monday", "kept"),
        ("the eighties", 20, "the eighties", "kept"),
        ("the fifth", 20, "[date]", "unread"),
        ("31/02/1990", 20, "[date]", "unread"),
        ("the year of the blue whale", 20, "[date]", "unread"),
        ("", 20, "[date]", "unread"),
    ],
)
def test_dates_as_they_are_said(text: str, weeks: int, expected: str, treatment: str) -> None:
    moved = shift_date(text, weeks)
    assert (moved.text, moved.treatment) == (expected, Treatment(treatment))


def test_month_and_day_are_read_in_the_order_of_the_study() -> None:
    assert read_dates("3/4/1984") == (SpokenDate(3, 4, 1984),)
    assert read_dates("3/4/1984", day_first=False) == (SpokenDate(4, 3, 1984),)
    assert read_dates("3/14/1984") == (SpokenDate(14, 3, 1984),)


def test_a_year_of_two_digits_is_not_after_the_interview() -> None:
    assert read_dates("3/4/24", said_on=date(2024, 5, 1)) == (SpokenDate(3, 4, 2024),)
    assert read_dates("3/4/84", said_on=date(2024, 5, 1)) == (SpokenDate(3, 4, 1984),)


@pytest.mark.parametrize(
    ("text", "year", "decade"),
    [
        ("the third of march nineteen eighty four", "nineteen eighty four", "the mid eighties"),
        ("3/4/1984", "1984", "the mid 1980s"),
        ("in June 1981", "in 1981", "in the early 1980s"),
        ("March 3rd", "spring", "spring"),
        ("last Christmas", "last Christmas", "last Christmas"),
        ("the fifth", "[date]", "[date]"),
    ],
)
def test_dates_can_be_coarsened_instead(text: str, year: str, decade: str) -> None:
    assert coarsen_date(text, Coarseness.YEAR).text == year
    assert coarsen_date(text, Coarseness.DECADE).text == decade


@given(st.text(max_size=40), weeks)
def test_any_text_gets_something(text: str, by: int) -> None:
    moved = shift_date(text, by)
    assert moved.text
    assert coarsen_date(text, Coarseness.YEAR).text


def test_an_offset_is_never_none() -> None:
    drawn = {draw_offset(Random(seed), 3) for seed in range(100)}
    assert drawn == {-3, -2, -1, 1, 2, 3}
