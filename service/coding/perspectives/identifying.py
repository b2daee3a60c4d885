"""What in a quote may say who somebody is, as far as the anonymised side can tell: a person confirms each.

Only words, stand-ins and other released interviews are known here, not whom a stand-in stands for.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from models.anonymisation.dates import find_dates
from models.anonymisation.mentions import UNSURE_PLACEHOLDER
from models.anonymisation.spoken_numbers import is_number_word
from service.transcript.folding import fold_tokens


class WarningKind(StrEnum):
    """Why words may identify somebody."""

    UNSURE = "unsure"
    NUMBER = "number"
    DATE = "date"
    ADDRESS = "address"
    CAPITAL = "capital"
    RARE = "rare"
    FEW_GROUPS = "few_groups"


@dataclass(frozen=True, slots=True)
class QuotedWord:
    """A word of a quote. ``redaction`` is the number of the redaction it stands for, None where it was said so."""

    id: int
    text: str
    speaker: str
    utterance: int
    redaction: int | None
    begins_utterance: bool = False


@dataclass(frozen=True, slots=True)
class Warned:
    """Words to look at: what may identify somebody, and which words those are; none where it is the whole quote."""

    kind: WarningKind
    first_word: int | None
    last_word: int | None
    words: str

    @property
    def key(self) -> str:
        """What it is told apart by, as long as the words are the same."""
        return (
            str(self.kind) if self.first_word is None else f"{self.kind}:{self.first_word}-{self.last_word}"
        )


@dataclass(frozen=True, slots=True)
class Stood:
    """How many stand-ins of a kind are in a quote: ``NAME`` and the like, or ``other`` where that can't be told."""

    kind: str
    count: int


ENOUGH_GROUPS = 3
"""From so many released groups on, a word that only one of them says is told."""

_SHORTEST_RARE = 3
"""Letters of a word that is looked for in other groups."""

_PLACEHOLDER = re.compile(r"\[([A-Z]+)(?:-\d+)?\]")
_ADDRESS = re.compile(r"@|\bwww\b|https?:|\.(?:com|org|net|no|de|uk)\b", re.IGNORECASE)
_SENTENCE_END = re.compile(r"[.?!:…][\"'”’)\]]*$")
_FIRST_PERSON = re.compile(r"^I(?:['’](?:m|ve|ll|d))?$")
_NO_NUMBERS = frozenset({"one", "oh"})
"""Number words that are nearly always something else ("no one", "oh")."""


def stand_ins(words: Sequence[QuotedWord]) -> tuple[Stood, ...]:
    """The kinds of stand-ins in a quote with how many of each, in order of kind."""
    counted: dict[str, int] = {}
    for word in words:
        if word.redaction is not None:
            found = _PLACEHOLDER.search(word.text)
            kind = found.group(1) if found else "other"
            counted[kind] = counted.get(kind, 0) + 1
    return tuple(Stood(kind, count) for kind, count in sorted(counted.items()))


def warnings(
    words: Sequence[QuotedWord], language: str, groups: int, said_elsewhere: Callable[[str], bool]
) -> tuple[Warned, ...]:
    """What to look at in a quote, in order of the words.

    ``groups`` is how many groups have released interviews; ``said_elsewhere`` says whether a folded word is said in an
    interview of another group. Rules for dates and numbers in letters are English; German nouns have capitals, so
    capitals tell nothing there.
    """
    found = [_joined(kind, run) for kind, run in _runs(words, language, groups, said_elsewhere)]
    found.sort(key=lambda one: one[0])
    told = [warned for _, warned in found]
    if groups < ENOUGH_GROUPS:
        told.append(Warned(WarningKind.FEW_GROUPS, None, None, ""))
    return tuple(told)


def _joined(kind: WarningKind, run: Sequence[tuple[int, QuotedWord]]) -> tuple[int, Warned]:
    text = " ".join(word.text for _, word in run)
    return run[0][0], Warned(kind, run[0][1].id, run[-1][1].id, text)


def _runs(
    words: Sequence[QuotedWord], language: str, groups: int, said_elsewhere: Callable[[str], bool]
) -> Iterator[tuple[WarningKind, list[tuple[int, QuotedWord]]]]:
    """Words side by side that are warned of for the same reason."""
    dated = _in_dates(words)
    kinds: list[WarningKind | None] = []
    for place, word in enumerate(words):
        kinds.append(_kind(words, place, language, groups, said_elsewhere, dated=place in dated))
        if word.redaction is not None and UNSURE_PLACEHOLDER in word.text:
            kinds[-1] = WarningKind.UNSURE
    run: list[tuple[int, QuotedWord]] = []
    for place, kind in enumerate([*kinds, None]):
        before = kinds[place - 1] if place else None
        if run and kind is not before:
            assert before is not None
            yield before, run
            run = []
        if kind is not None:
            run.append((place, words[place]))


def _kind(
    words: Sequence[QuotedWord],
    place: int,
    language: str,
    groups: int,
    said_elsewhere: Callable[[str], bool],
    *,
    dated: bool,
) -> WarningKind | None:
    word = words[place]
    if word.redaction is not None:
        return None
    if dated:
        return WarningKind.DATE
    tokens = fold_tokens(word.text)
    if any(char.isdigit() for char in word.text) or any(
        is_number_word(token) and token not in _NO_NUMBERS for token in tokens
    ):
        return WarningKind.NUMBER
    if _ADDRESS.search(word.text):
        return WarningKind.ADDRESS
    if not language.startswith("de") and _has_capital(word.text) and not _begins_sentence(words, place):
        return WarningKind.CAPITAL
    if groups >= ENOUGH_GROUPS and any(
        len(token) >= _SHORTEST_RARE and not said_elsewhere(token) for token in tokens
    ):
        return WarningKind.RARE
    return None


def _has_capital(text: str) -> bool:
    letters = text.strip("\"'“”‘’([{.,;:!?…)]}-–")
    return any(char.isupper() for char in letters) and not _FIRST_PERSON.match(letters)


def _begins_sentence(words: Sequence[QuotedWord], place: int) -> bool:
    word = words[place]
    if word.begins_utterance:
        return True
    # What comes before a quote that begins within an utterance is not seen here, so its first word is looked at.
    before = words[place - 1] if place else None
    return (
        before is not None and before.utterance == word.utterance and bool(_SENTENCE_END.search(before.text))
    )


def _in_dates(words: Sequence[QuotedWord]) -> frozenset[int]:
    """The places of words that the rules for dates find, stand-ins aside."""
    starts, text = [], ""
    for word in words:
        starts.append(len(text))
        text += f"{word.text} "
    return frozenset(
        place
        for found in find_dates(text)
        for place, start in enumerate(starts)
        if start < found.end and start + len(words[place].text) > found.start
    )
