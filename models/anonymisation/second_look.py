"""What a person should look at although nobody redacted it: words with a capital, listed names, rare words, numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from models.anonymisation.common_words import is_common, is_medical, word_set
from models.anonymisation.frequency import has_frequencies, rarity, zipf
from models.anonymisation.gazetteers import is_listed
from models.anonymisation.identity import bare
from models.values import SecondLook, Utterance

RARE_ZIPF = 3.0
"""Words less frequent than this are looked at: less than once in a million words."""

_ORDINARY_ZIPF = 4.0
"""A listed name more frequent than this that nowhere has a capital is taken for the word."""

_FEWEST_LETTERS = 3
_FEWEST_DIGITS = 2
_SENTENCE_ENDS = (".", "?", "!", "…")
_OTHER_CAPITALS = word_set("monday tuesday wednesday thursday friday saturday sunday mr mrs ms dr tv ok")
"""Written with a capital, and said by everybody."""
_EDGES = re.compile(r"^[\W_]+|[\W_]+$")


class Reason(StrEnum):
    """Why a word is looked at."""

    CAPITAL = "capital"
    LISTED = "listed"
    RARE = "rare"
    NUMBER = "number"


@dataclass
class _Form:
    text: str
    capital: bool = False
    reasons: set[Reason] = field(default_factory=set)
    word_ids: list[int] = field(default_factory=list)


def second_looks(utterances: Iterable[Utterance], language: str) -> tuple[SecondLook, ...]:
    """Words by their bare form, the most frequent first, each with every place where it is said.

    ``capital``: written with one inside a sentence. ``listed``: a frequent first or last name, or a town, that is not
    mostly another word. ``rare``: below :data:`RARE_ZIPF` in the language (ISO 639-1). ``number``: two digits and more.
    Whether a place is redacted is not asked here, so that a decision about one doesn't make the list anew.
    """
    known = has_frequencies(language)
    forms: dict[str, _Form] = {}
    for utterance in utterances:
        starts = True
        for word in utterance.words:
            form = bare(word.text)
            if form:
                one = forms.setdefault(form, _Form(_EDGES.sub("", word.text)))
                one.word_ids.append(word.id)
                if word.text.lstrip("\"'“‘([")[:1].isupper():
                    one.capital = True
                    if not starts:
                        one.reasons.add(Reason.CAPITAL)
            starts = word.text.rstrip("\"'”’)").endswith(_SENTENCE_ENDS)
    looked = []
    for form, one in forms.items():
        reasons = tuple(sorted(_reasons(form, one, language if known else None)))
        if reasons:
            looked.append(SecondLook(one.text, form, reasons, tuple(one.word_ids), rarity([form], language)))
    return tuple(sorted(looked, key=lambda look: (-len(look.word_ids), look.form)))


def _reasons(form: str, one: _Form, language: str | None) -> Iterator[Reason]:
    if sum(letter.isdigit() for letter in form) >= _FEWEST_DIGITS:
        yield Reason.NUMBER
        return
    if is_common(form) or is_medical(form) or form in _OTHER_CAPITALS or not any(map(str.isalpha, form)):
        return
    yield from one.reasons
    if len(form) < _FEWEST_LETTERS:
        return
    if is_listed(form) and (one.capital or zipf(form) < _ORDINARY_ZIPF):
        yield Reason.LISTED
    if language is not None and all(zipf(part, language) < RARE_ZIPF for part in form.split("-") if part):
        yield Reason.RARE
