"""Ages are told in bands."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.standins import number_words
from models.standins.ages import OLDEST, AgeStyle, band_age


@pytest.mark.parametrize(
    ("text", "before", "spoken", "brackets"),
    [
        ("forty seven", "I'm", "in my late forties", "[40-49]"),
        ("47", "and then he's", "in his late forties", "[40-49]"),
        ("forty-seven years old", "She was", "in her late forties", "[40-49] years old"),
        ("twenty", "you're", "in your early twenties", "[20-29]"),
        ("fifty five", "the man next door is", "in their mid fifties", "[50-59]"),
        ("ninety , three", "", "ninety or older", "[90+]"),
        ("twenty six year old", "and I'm", "in my mid twenties", "[20-29] year old"),
        ("aged 47", "", "aged 40 to 49", "aged [40-49]"),
        ("forty year old", "a", "forty to forty-nine year old", "[40-49] year old"),
        ("17-year-old", "a", "16 to 19-year-old", "[16-19]-year-old"),
        ("six months old", "", "under three", "[0-2]"),
        ("four", "he's", "of preschool age", "[3-5]"),
        ("seven", "I was", "of primary school age", "[6-11]"),
        ("fourteen", "I was", "in my early teens", "[12-15]"),
        ("92", "she's", "ninety or older", "[90+]"),
        ("a hundred and two", "she's", "ninety or older", "[90+]"),
        ("in my forties", "", "in my forties", "in my forties"),
        ("in his late nineties", "", "ninety or older", "[90+]"),
        ("old enough", "", "[age]", "[age]"),
    ],
)
def test_an_age_becomes_a_band_that_fits_its_place(
    text: str, before: str, spoken: str, brackets: str
) -> None:
    assert band_age(text, before=before.split()) == spoken
    assert band_age(text, AgeStyle.BRACKETS, before.split()) == brackets


@given(st.integers(1, 120), st.booleans())
def test_every_age_is_inside_its_band_and_none_above_89_is_told(age: int, in_digits: bool) -> None:
    text = str(age) if in_digits else number_words.in_words(age, True).replace("one hundred", "a hundred")
    band = band_age(text, AgeStyle.BRACKETS)
    if age > OLDEST:
        assert band == "[90+]"
        assert band_age(text) == "ninety or older"
        return
    found = re.fullmatch(r"\[(\d+)-(\d+)\]", band)
    assert found is not None
    assert int(found[1]) <= age <= int(found[2])
    assert int(found[2]) - int(found[1]) >= 2
