"""Rules for names that speech itself announces: introductions, titles, relatives, whom somebody speaks to."""

from __future__ import annotations

import re
from collections.abc import Iterator

from models.anonymisation.common_words import (
    FIRM_TITLES,
    TITLES,
    doubles_as_word,
    is_common,
    is_medical,
    word_set,
)
from models.anonymisation.frequency import zipf
from models.anonymisation.gazetteers import first_names, is_first_name
from models.anonymisation.mentions import Found, Label
from models.anonymisation.runs import run_after
from models.anonymisation.spoken import Spoken

_CAPITALISED = r"[^\W\d_a-z][\w'’-]*[^\W_]"

_TITLED = re.compile(rf"\b(?:{'|'.join(sorted(FIRM_TITLES))})\.?\s+", re.IGNORECASE)
_INTRODUCED = re.compile(
    r"\b(?:(?:name|names|name['’ ]?s)\s+(?:is|are|was|were)|name['’ ]?s|named|"
    r"(?<!thing\s)(?<!it['’]s\s)(?<!is\s)(?<!was\s)called|call\s+(?:me|him|her)|known\s+as|speaking\s+(?:to|with)|goes\s+by)[\s,]+",
    re.IGNORECASE,
)
_I_AM = re.compile(
    r"(?:\b(?:I['’ ]?m|I\s+am|this\s+is|it['’ ]?s|here\s+is|she['’ ]?s|he['’ ]?s)|^(?:yes|yeah|uh|um|sure|so)\b)[\s,]+",
    re.IGNORECASE,
)
_KIN = (
    r"(?:mother|father|mum|mom|mam|dad|sister|brother|son|daughter|wife|husband|partner|girlfriend|boyfriend|fianc[ée]e?|"
    r"cousin|uncle|aunt|auntie|niece|nephew|grandmother|grandfather|grandma|grandad|nan|gran|granddaughter|grandson|"
    r"stepfather|stepmother|stepson|stepdaughter|twin|twins|kids|children|eldest|youngest|oldest|friend|mate|neighbour|"
    r"neighbor|colleague|boss|manager|therapist|counsellor|counselor|psychologist|psychiatrist|midwife|teacher|carer|"
    r"baby|ex|dog|cat)"
)
_RELATED = re.compile(
    rf"\b(?:my|his|her|our|their|your)\s+(?:\w+[\s-]+)?{_KIN}(?:\s+(?:is|are|was)\s+called)?[\s,]+",
    re.IGNORECASE,
)
_ADDRESSED = re.compile(
    r"\b(?:hi|hello|hey|dear|thanks|thank\s+you|morning|afternoon|evening|ok|okay|alright|welcome|sorry|bye|goodbye|"
    r"nice\s+to\s+(?:see|meet)\s+you(?:\s+here)?|said\s+to|told|asked|met|called)[\s,.]+",
    re.IGNORECASE,
)
_AND = re.compile(r"[\s,]+and\s+", re.IGNORECASE)

_ANNOUNCING = (
    (_TITLED, 2, 0.9, "title"),
    (_INTRODUCED, 3, 0.85, "introduction"),
)
_NEEDS_A_LISTED_NAME = ((_I_AM, 3), (_RELATED, 2), (_ADDRESSED, 2))

_CAPITALS = re.compile(rf"(?<=[a-z,]\s)(?P<name>{_CAPITALISED}\s+{_CAPITALISED}(?:\s+{_CAPITALISED})?)")


def find_announced_names(spoken: Spoken) -> Iterator[Found]:
    """Names after a title, that are introduced, of relatives, or of whom is spoken to; titles are left out."""
    for pattern, longest, confidence, rule in _ANNOUNCING:
        for match in pattern.finditer(spoken.text):
            run = _name_after(spoken, match.end(), longest, _certain(match))
            while run:
                yield Found(*run, Label.NAME, confidence, f"rules: {rule}")
                joined = _AND.match(spoken.text, run[1])
                run = _name_after(spoken, joined.end(), longest, _SELDOM) if joined else None
    for pattern, longest in _NEEDS_A_LISTED_NAME:
        for match in pattern.finditer(spoken.text):
            run = run_after(spoken, match.end(), longest=longest, frequent=_SELDOM)
            if run and _begins_with_listed_name(spoken, run[0]):
                yield Found(*run, Label.NAME, 0.7, "rules: announced")


def _certain(match: re.Match[str]) -> float:
    """How frequent a word may be to be a name after this cue: after "my name is" and "I'm Doctor" nearly any."""
    before = match.string[max(0, match.start() - 12) : match.start()]
    return _ANY_WORD if _OWN_NAME.search(match.group()) or _SAYS_WHO.search(before) else _SELDOM


_OWN_NAME = re.compile(r"^name", re.IGNORECASE)
_SAYS_WHO = re.compile(r"(?:name['’ ]?s|name\s+is|\bI['’ ]?m|\bI\s+am)[\s,]+$", re.IGNORECASE)
_ANY_WORD = 5.2


def _name_after(spoken: Spoken, start: int, longest: int, frequent: float) -> tuple[int, int] | None:
    """A name, also one that is an everyday word, where nothing but a name is to be expected."""
    run = run_after(spoken, start, longest=longest, frequent=frequent)
    if run is None and spoken.uncased:
        word = next((token for token in spoken.tokens if token.start >= start), None)
        if word and word.bare in first_names() and not is_common(word.bare):
            return word.start, word.end
    return run


_SELDOM = 3.4
"""Zipf frequency from which an unlisted word without a capital is no name, even when a name was announced."""


def _begins_with_listed_name(spoken: Spoken, start: int) -> bool:
    word = next(token for token in spoken.tokens if token.start == start)
    if spoken.uncased:
        return is_first_name(word.bare)
    return word.bare in first_names() and not is_common(word.bare)


def find_capitalised_names(spoken: Spoken) -> Iterator[Found]:
    """Two or three capitalised words in a row inside a sentence: a name of some kind, though not certainly a person's.

    Of use where no other detector found anything, for the language model misses names it has never seen.
    """
    if spoken.uncased:
        return
    for match in _CAPITALS.finditer(spoken.text):
        for found in _without_common_words(
            spoken.text, match.start("name"), match.end("name"), 0.5, "capitals"
        ):
            if " " in spoken.text[found.start : found.end]:
                yield found


_VOCATIVE_BEFORE = word_set(
    """
    ok okay alright right um uh so and well yes yeah no hi hello hey morning afternoon evening you sorry great
    fine now then thanks bye
    """
)
_VOCATIVE_AFTER = word_set(
    """
    can could do did are is how what when where who why so i i'm i've you you're we we're tell have any just and
    um uh sometimes really moving let thank thanks sorry have has would
    """
)


def is_spoken_to(before: str | None, after: str | None) -> bool:
    """Whether somebody is called by a word between these two bare words; None is the beginning or the end."""
    return (before is None or before in _VOCATIVE_BEFORE) and (after is None or after in _VOCATIVE_AFTER)


_UNKNOWN = 1.0
"""Zipf frequency below which a word in text without case is taken for a name wherever it stands."""
_UNKNOWN_ADDRESSED = 2.6
"""The same where somebody is called by name."""
_FEWEST_LETTERS = 4


def find_unknown_words(spoken: Spoken) -> Iterator[Found]:
    """In text without case, words that hardly anybody writes: what no list has is most often a name.

    Those in a dictionary are taken back by :mod:`models.anonymisation.doubt`.
    """
    if not spoken.uncased:
        return
    for place, token in enumerate(spoken.tokens):
        word = token.bare
        if len(word) < _FEWEST_LETTERS or not word.isalpha() or is_common(word) or is_medical(word):
            continue
        frequency = zipf(word)
        if frequency >= _UNKNOWN_ADDRESSED:
            continue
        before = spoken.tokens[place - 1].bare if place else None
        after = spoken.tokens[place + 1].bare if place + 1 < len(spoken.tokens) else None
        if frequency < _UNKNOWN or (before and after and is_spoken_to(before, after)):
            yield Found(token.start, token.end, Label.NAME, 0.4, "lists: unknown word")


def _without_common_words(text: str, start: int, end: int, confidence: float, rule: str) -> Iterator[Found]:
    """The leading words of the stretch up to the first that is an everyday word ("Anna But" -> "Anna")."""
    last = start
    for word in re.finditer(r"\S+", text[start:end]):
        bare = word.group().strip(".,;:?!").lower()
        if is_common(bare) or bare in TITLES:
            break
        last = start + word.end()
    if last > start:
        yield Found(start, last, Label.NAME, confidence, f"rules: {rule}")


def can_be_spoken_to(word: str) -> bool:
    """Whether the bare word is a first name that is an everyday word too."""
    return word in first_names() and doubles_as_word(word) and not is_common(word)
