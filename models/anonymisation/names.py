"""Rules for names that speech itself announces: introductions, titles, what somebody is called."""

from __future__ import annotations

import re
from collections.abc import Iterator

from models.anonymisation.common_words import is_common
from models.anonymisation.mentions import Found, Label

_FILLERS = r"(?:[\s,]+(?:uh|um|er|erm|actually|just))*[\s,]+"
_CAPITALISED = r"[^\W\d_a-z][\w'’-]*[^\W_]"
_FULL_NAME = rf"{_CAPITALISED}(?:\s+{_CAPITALISED}){{0,2}}"

_TITLE_WORDS = """
mr mrs ms miss mister dr doctor prof professor sir madam dame lord lady auntie aunt uncle nurse father sister brother
granny grandma grandpa judge
"""
TITLES = frozenset(_TITLE_WORDS.split())
"""Words that stand before a name and are not part of it: they stay in the text, and do not tell two people apart."""
_FIRM_TITLES = r"(?i:mr|mrs|ms|miss|mister|dr|doctor|prof|professor|auntie|aunt|uncle|nurse|judge)"

_TITLED = re.compile(rf"\b{_FIRM_TITLES}\.?\s+(?P<name>{_CAPITALISED}(?:\s+{_CAPITALISED})?)")
_INTRODUCED = re.compile(
    rf"\b(?i:names?\s+(?:is|are|was)|name['’]s|(?<!thing\s)(?<!it['’]s\s)(?<!is\s)called|named|call\s+(?:me|him|her)|known\s+as|speaking\s+(?:to|with)){_FILLERS}"
    rf"(?P<name>{_FULL_NAME})(?:{_FILLERS}and\s+(?P<other>{_FULL_NAME}))?"
)
_INTRODUCED_UNCASED = re.compile(
    rf"\b(?:my|his|her)\s+(?:name['’]?s|name\s+is|name\s+was){_FILLERS}(?P<name>[^\W\d_]{{2,}}(?:\s+[^\W\d_]{{3,}})?)"
)

_CAPITALS = re.compile(rf"(?<=[a-z,]\s)(?P<name>{_CAPITALISED}\s+{_CAPITALISED}(?:\s+{_CAPITALISED})?)")


def find_announced_names(text: str) -> Iterator[Found]:
    """Names after a title, and names that are introduced; titles are left out."""
    for pattern, confidence, rule in ((_TITLED, 0.9, "title"), (_INTRODUCED, 0.85, "introduction")):
        for match in pattern.finditer(text):
            for group in ("name", "other"):
                if group in pattern.groupindex and match.group(group):
                    yield from _without_common_words(
                        text, match.start(group), match.end(group), confidence, rule
                    )
    if text == text.lower():
        for match in _INTRODUCED_UNCASED.finditer(text):
            yield from _without_common_words(
                text, match.start("name"), match.end("name"), 0.7, "introduction"
            )


def find_capitalised_names(text: str) -> Iterator[Found]:
    """Two or three capitalised words in a row inside a sentence: a name of some kind, though not certainly a person's.

    Of use where no other detector found anything, for the language model misses names it has never seen.
    """
    for match in _CAPITALS.finditer(text):
        for found in _without_common_words(text, match.start("name"), match.end("name"), 0.5, "capitals"):
            if " " in text[found.start : found.end]:
                yield found


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
