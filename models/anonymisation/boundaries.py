"""Mentions made whole: most of what a detector leaves uncovered lies at the edges of what it found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from models.anonymisation.common_words import TITLES, is_common, word_set
from models.anonymisation.gazetteers import is_first_name, is_last_name
from models.anonymisation.identity import bare
from models.anonymisation.mentions import Label, Mention, together
from models.anonymisation.spoken_numbers import is_number_word, is_ordinal_word

NAMED = (Label.NAME, Label.PLACE, Label.ORGANISATION)

_WEEKDAYS = word_set("monday tuesday wednesday thursday friday saturday sunday")
_STREETS = word_set(
    """
    street road avenue lane drive close crescent court terrace gardens boulevard grove square way place hill
    mews row st rd ave
    """
)
_SPEECH = word_set("uh um er erm")
_INSIDE = {
    Label.NAME: _SPEECH,
    Label.PLACE: _SPEECH | {"of", "the"},
    Label.ORGANISATION: _SPEECH | {"of", "and", "the", "for"},
    Label.DATE: _SPEECH | {"of", "the", "and", "in"},
    Label.PHONE: _SPEECH | {"and", "then", "double", "triple", "oh"},
    Label.ID: _SPEECH | {"and", "then", "double", "triple", "oh", "dash", "slash"},
    Label.EMAIL: _SPEECH | {"dot", "at", "underscore", "dash"},
}
"""Words that may stand between two parts of one mention."""
_WIDEST_GAP = 2


def trimmed(mention: Mention, texts: Sequence[str]) -> Mention | None:
    """The mention without everyday words at its ends, if its kind has none there; None if nothing is left."""
    first, last = mention.first, mention.last
    if mention.label in NAMED:
        while first <= last and _is_outside_name(texts[first], mention.label):
            first += 1
        while last >= first and _is_outside_name(texts[last], mention.label):
            last -= 1
    return replace(mention, first=first, last=last) if first <= last else None


def whole(mention: Mention, texts: Sequence[str], begins: frozenset[int], uncased: bool) -> Mention:
    """The mention with the words around it that belong to it, within its passage.

    ``begins`` are the positions at which passages begin.
    """
    first, last = mention.first, mention.last
    if mention.label in NAMED:
        first, last = _whole_name(first, last, texts, begins, mention.label, uncased)
    if mention.label is Label.PLACE and bare(texts[last]) in _STREETS:
        first = _with_numbers_before(first, texts, begins)
    if mention.label is Label.DATE:
        first, last = _whole_date(first, last, texts, begins)
    if mention.label is Label.AGE:
        last = _with_years_old(last, texts, begins)
    return replace(mention, first=first, last=last)


def joined(mentions: Sequence[Mention], texts: Sequence[str], begins: frozenset[int]) -> list[Mention]:
    """Merged mentions in order, two parts of one with little between them made one."""
    result: list[Mention] = []
    for mention in mentions:
        if result and _is_one(result[-1], mention, texts, begins):
            result[-1] = replace(result[-1], last=mention.last, detectors=together(result[-1], mention))
        else:
            result.append(mention)
    return result


def _is_one(left: Mention, right: Mention, texts: Sequence[str], begins: frozenset[int]) -> bool:
    between = range(left.last + 1, right.first)
    if left.label is not right.label or left.label not in _INSIDE or not 0 < len(between) <= _WIDEST_GAP:
        return False
    if any(place in begins for place in range(left.last + 1, right.first + 1)):
        return False
    inside = _INSIDE[left.label]
    return all(bare(texts[place]) in inside or not bare(texts[place]) for place in between)


def _whole_name(
    first: int, last: int, texts: Sequence[str], begins: frozenset[int], label: Label, uncased: bool
) -> tuple[int, int]:
    while last + 1 < len(texts) and last + 1 not in begins and texts[last][-1:].isalnum():
        after = texts[last + 1]
        if uncased:
            belongs = label is Label.NAME and is_last_name(bare(after)) and last - first < 2
        else:
            belongs = _can_be_name(after)
        if not belongs:
            break
        last += 1
    while first > 0 and first not in begins and texts[first - 1][-1:].isalnum():
        before = texts[first - 1]
        if uncased:
            belongs = label is Label.NAME and is_first_name(bare(before)) and last - first < 2
        else:
            inside = first > 1 and first - 1 not in begins and texts[first - 2][-1:].isalnum()
            belongs = inside and _can_be_name(before)
        if not belongs:
            break
        first -= 1
    return first, last


def _with_numbers_before(first: int, texts: Sequence[str], begins: frozenset[int]) -> int:
    while first > 0 and first not in begins:
        before = bare(texts[first - 1])
        if not (is_number_word(before) or before[:1].isdigit() or before in ("number", "flat", "apartment")):
            break
        first -= 1
    return first


def _whole_date(first: int, last: int, texts: Sequence[str], begins: frozenset[int]) -> tuple[int, int]:
    def before(steps: int) -> str:
        place = first - steps
        return (
            bare(texts[place])
            if place >= 0 and not any(p in begins for p in range(place + 1, first + 1))
            else ""
        )

    starts_with_day = is_ordinal_word(bare(texts[first])) or bare(texts[first])[:1].isdigit()
    if starts_with_day and before(1) == "the":
        first -= 1
    if before(1) in _WEEKDAYS:
        first -= 1
    return first, last


def _with_years_old(last: int, texts: Sequence[str], begins: frozenset[int]) -> int:
    for words in (("years", "old"), ("year", "old"), ("years", "of", "age"), ("and", "a", "half")):
        following = range(last + 1, min(last + 1 + len(words), len(texts)))
        if not begins.intersection(following) and tuple(bare(texts[place]) for place in following) == words:
            return last + len(words)
    return last


def _can_be_name(text: str) -> bool:
    return text[:1].isupper() and len(bare(text)) > 1 and not _is_outside_name(text, Label.NAME)


def _is_outside_name(text: str, label: Label) -> bool:
    word = bare(text)
    if label is Label.PLACE and (is_number_word(word) or word in _STREETS or word in ("flat", "number")):
        return False
    return not word or is_common(word) or word in TITLES
