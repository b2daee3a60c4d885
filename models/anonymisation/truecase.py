"""Capitals for text that a recogniser wrote without: language models lose half of the names for want of them.

A word gets one when a list says that it is a name, a title or a month, when it follows a title, or when hardly anybody
has ever written it. Nothing else is changed, so every character keeps its place.
"""

from __future__ import annotations

from dataclasses import replace

from models.anonymisation.common_words import FIRM_TITLES, is_common, is_medical, word_set
from models.anonymisation.frequency import zipf
from models.anonymisation.gazetteers import find_listed_names, find_listed_places
from models.anonymisation.spoken import Spoken, as_written, has_capitals

_MONTHS_AND_DAYS = word_set(
    """
    january february april june july august september october november december monday tuesday wednesday
    thursday friday saturday sunday
    """
)
_HARDLY_EVER = 1.6
"""Zipf frequency below which an unlisted word is taken for a name."""
_SELDOM = 3.4
"""Zipf frequency below which an unlisted word after a title is taken for a name."""
_FEWEST_LETTERS = 4


def as_spoken(text: str) -> Spoken:
    """The text for the detectors, with capitals restored if it was written without any."""
    uncased = not has_capitals(text)
    written = as_written(text, uncased)
    return replace(written, cased=_with_capitals(written)) if uncased else written


def _with_capitals(spoken: Spoken) -> str:
    listed = [*find_listed_names(spoken), *find_listed_places(spoken)]
    starts = {
        token.start
        for token in spoken.tokens
        if any(found.start <= token.start < found.end for found in listed)
    }
    titled = False
    for token in spoken.tokens:
        word = token.bare
        if (
            word == "i"
            or word.startswith(("i'", "i’"))
            or word in _MONTHS_AND_DAYS
            or word in FIRM_TITLES
            or (titled and zipf(word) < _SELDOM and not is_common(word))
            or _is_unknown(word)
        ):
            starts.add(token.start)
        titled = token.text.rstrip(".") in FIRM_TITLES
    chars = list(spoken.text)
    for start in starts:
        capital = chars[start].upper()
        if len(capital) == 1:
            chars[start] = capital
    return "".join(chars)


def _is_unknown(word: str) -> bool:
    return (
        len(word) >= _FEWEST_LETTERS
        and word.isalpha()
        and zipf(word) < _HARDLY_EVER
        and not is_common(word)
        and not is_medical(word)
    )
