"""Who somebody is to the one who speaks of them: "my sister" for who is called that.

The relation is read from the words around all mentions of an identity, by rules: "my sister Anna", "Anna, my sister",
"Anna is my sister", "Dr Hansen".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from models.anonymisation.common_words import word_set
from models.standins.ages import bare_word

_RELATIONS = word_set(
    """
    mother father mum mom mam mummy mommy dad daddy sister brother son daughter wife husband partner girlfriend
    boyfriend fiance fiancee fiancé fiancée cousin uncle aunt auntie niece nephew grandmother grandfather grandma
    grandad grandpa nan gran granny granddaughter grandson stepfather stepmother stepson stepdaughter stepsister
    stepbrother twin baby child kid eldest youngest friend mate neighbour neighbor colleague boss manager supervisor
    teacher tutor coach carer therapist counsellor counselor psychologist psychiatrist doctor gp midwife nurse dentist
    physio physiotherapist consultant surgeon lawyer solicitor landlord landlady roommate flatmate housemate ex
    ex-husband ex-wife ex-boyfriend ex-girlfriend dog cat
    """
)
_SAME = {
    "mum": "mother",
    "mom": "mother",
    "mam": "mother",
    "mummy": "mother",
    "mommy": "mother",
    "dad": "father",
    "daddy": "father",
    "auntie": "aunt",
    "grandma": "grandmother",
    "nan": "grandmother",
    "gran": "grandmother",
    "granny": "grandmother",
    "grandad": "grandfather",
    "grandpa": "grandfather",
    "mate": "friend",
    "neighbor": "neighbour",
    "counselor": "counsellor",
    "fiance": "fiancé",
    "fiancee": "fiancée",
    "kid": "child",
}
_TITLED = {
    "dr": "the doctor",
    "doctor": "the doctor",
    "prof": "the professor",
    "professor": "the professor",
    "nurse": "the nurse",
    "judge": "the judge",
    "reverend": "the priest",
    "father": "the priest",
    "rabbi": "the rabbi",
    "imam": "the imam",
    "sergeant": "the officer",
    "constable": "the officer",
}
_KIN_TITLES = {
    "auntie": "aunt",
    "aunt": "aunt",
    "uncle": "uncle",
    "granny": "grandmother",
    "grandma": "grandmother",
}
_MINE = {"my": "my", "our": "my", "your": "your", "his": "his", "her": "her", "their": "their", "the": "the"}
_FEW_BETWEEN = word_set(
    """
    older younger little big best good old new close only first second dear late step half ex uh um er called named is
    was who's name
    """
)
_COPULAS = word_set("is was are were 's")


@dataclass(frozen=True, slots=True)
class Mentioned:
    """A mention with the words around it, as they are written, within its utterance. ``speaker`` is who says it."""

    before: tuple[str, ...]
    after: tuple[str, ...]
    speaker: str = ""


@dataclass(frozen=True, slots=True)
class Relation:
    """What somebody is. ``owner`` is the speaker whose sister it is; empty for "the doctor", who is nobody's."""

    noun: str
    owner: str = ""

    @property
    def phrase(self) -> str:
        """ "my sister", or "the doctor" """
        return self.noun if self.noun.startswith("the ") else f"my {self.noun}"


def find_relation(mentions: Iterable[Mentioned]) -> Relation | None:
    """The relation told most often by the mentions of one identity, or None when none tells any.

    Of two told as often the one told first counts. "your sister" tells that it is somebody else's, and whose only when
    two speak.
    """
    told: Counter[Relation] = Counter()
    every = list(mentions)
    speakers = list(dict.fromkeys(one.speaker for one in every if one.speaker))
    for mention in every:
        found = _told(mention)
        if found is None:
            continue
        whose, noun = found
        if whose == "the" or noun.startswith("the "):
            told[Relation(noun if noun.startswith("the ") else f"the {noun}")] += 1
        elif whose == "my":
            told[Relation(noun, mention.speaker)] += 1
        elif whose == "your":
            others = [speaker for speaker in speakers if speaker != mention.speaker]
            if len(others) == 1:
                told[Relation(noun, others[0])] += 1
    if not told:
        return None
    own = {relation: number for relation, number in told.items() if relation.owner}
    return max(own or told, key=lambda relation: (own or told)[relation])


def said_as(relation: Relation, mention: Mentioned, person: str = "[name]") -> str:
    """What stands for the mention: "my sister" where its owner speaks, "your sister" where another does.

    Where the relation is said right before ("my sister Anna"), ``person`` is what is left of the name.
    """
    last = [bare_word(word) for word in mention.before[-2:]]
    noun = relation.noun.removeprefix("the ")
    if last and _SAME.get(last[-1], last[-1]) == noun:
        return person
    if relation.noun.startswith("the "):
        return relation.noun if not last or last[-1] not in _TITLED else person
    return f"my {noun}" if mention.speaker == relation.owner else f"your {noun}"


def _told(mention: Mentioned) -> tuple[str, str] | None:
    """Whose and what the mention says the person is."""
    before = [bare_word(word) for word in mention.before]
    after = [bare_word(word) for word in mention.after]
    found = _before(before) or _after(mention, after)
    if found is not None:
        return found
    if before and before[-1] in _KIN_TITLES:
        return "my", _KIN_TITLES[before[-1]]
    if before and before[-1] in _TITLED:
        return "the", _TITLED[before[-1]]
    return None


def _before(words: Sequence[str]) -> tuple[str, str] | None:
    """ "my sister", "my older sister who's called", "my sister's name is" before the mention"""
    at = len(words) - 1
    passed = 0
    while at >= 0 and passed < 4 and words[at] in _FEW_BETWEEN:
        at, passed = at - 1, passed + 1
    if at < 1:
        return None
    noun = words[at].removesuffix("'s").removesuffix("’s")
    if noun not in _RELATIONS:
        return None
    for back in range(at - 1, max(-1, at - 4), -1):
        if words[back] in _MINE:
            return _MINE[words[back]], _SAME.get(noun, noun)
        if words[back] not in _FEW_BETWEEN:
            return None
    return None


def _after(mention: Mentioned, words: Sequence[str]) -> tuple[str, str] | None:
    """ ", my sister", "is my sister" after the mention"""
    at = 0
    if words and words[0] in _COPULAS:
        at = 1
    if at + 1 >= len(words) or words[at] not in _MINE:
        return None
    for place in range(at + 1, min(at + 4, len(words))):
        if words[place] in _RELATIONS:
            return _MINE[words[at]], _SAME.get(words[place], words[place])
        if words[place] not in _FEW_BETWEEN:
            return None
    return None
