"""Who is meant: mentions that speak of the same person, place or organisation share a placeholder."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from models.anonymisation.common_words import TITLES
from models.anonymisation.mentions import PRECEDENCE, Label

Form = tuple[str, ...]
"""A mention's words as compared: bare, without case, accents, possessive 's, titles and articles."""

_POSSESSIVE = re.compile(r"['’]s?$")
_ARTICLES = frozenset({"the", "a", "an"})
_NAMED = (Label.NAME, Label.PLACE, Label.ORGANISATION)


@lru_cache(maxsize=1 << 16)
def bare(text: str) -> str:
    """A word as compared: no case, no accents, no punctuation around it, no possessive ending.

    "Anna's," and "ANNA" give "anna", "José" gives "jose".
    """
    folded = unicodedata.normalize("NFKD", text).casefold()
    letters = "".join(char for char in folded if not unicodedata.combining(char))
    stripped = re.sub(r"^[\W_]+|[\W_]+$", "", letters)
    return _POSSESSIVE.sub("", stripped)


def form_of(words: Iterable[str], label: Label) -> Form:
    """The form of a mention. Never empty for a mention with a letter or digit in it."""
    bared = tuple(word for word in map(bare, words) if word)
    if label in (Label.PHONE, Label.ID):
        digits = "".join(re.findall(r"\d", "".join(bared)))
        return (digits,) if digits else bared
    dropped = TITLES if label is Label.NAME else _ARTICLES
    return tuple(word for word in bared if word not in dropped) or bared


def settled_labels(forms: Sequence[tuple[Form, Label]]) -> dict[Form, Label]:
    """One label for each form that is called a name here and a place or an organisation there.

    A form whose every word belongs to some name of several words is a name; else the label given most often,
    and of two given as often the one of higher precedence.
    """
    full_names = [set(form) for form, label in forms if label is Label.NAME and len(form) > 1]
    votes: dict[Form, Counter[Label]] = {}
    for form, label in forms:
        if label in _NAMED:
            votes.setdefault(form, Counter())[label] += 1
    settled: dict[Form, Label] = {}
    for form, counted in votes.items():
        if any(set(form) <= full for full in full_names):
            settled[form] = Label.NAME
        else:
            settled[form] = min(counted, key=lambda label: (-counted[label], PRECEDENCE.index(label)))
    return settled


def same_person(forms: Iterable[Form]) -> dict[Form, Form]:
    """For each form of a name, the fullest form of the same person.

    "Anna" is Anna Hansen when no other fuller name has an Anna in it; where two have, it is a person of its own,
    because giving one person two placeholders misleads less than giving two people one.
    """
    distinct = sorted(set(forms), key=lambda form: (-len(form), form))
    fullest: dict[Form, Form] = {}
    for form in distinct:
        fuller = {fullest[other] for other in fullest if len(other) > len(form) and set(form) <= set(other)}
        fullest[form] = next(iter(fuller)) if len(fuller) == 1 else form
    return fullest


def placeholders(identities: Iterable[tuple[Label, Form]]) -> Mapping[tuple[Label, Form], str]:
    """A placeholder for each identity, numbered within its label from 1 in the order given."""
    made: dict[tuple[Label, Form], str] = {}
    counts: Counter[Label] = Counter()
    for identity in identities:
        if identity not in made:
            counts[identity[0]] += 1
            made[identity] = f"[{identity[0].value}-{counts[identity[0]]}]"
    return made
