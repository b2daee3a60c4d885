"""Which words belong to speaking rather than to the sentence: fillers, repetitions, false starts, cut-off words.

The words are only labelled; the transcript keeps all of them. Clean reading leaves the labelled ones out. The kinds
follow Shriberg (1994, Preliminaries to a theory of speech disfluencies): what is taken back stands before what it is
replaced by, so of a repetition the last time is kept.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from models.values import Disfluency, Utterance, Word

_LISTS = Path(__file__).with_suffix(".toml")
_LONGEST_PHRASE = 4
# A word that breaks off is written with a dash: a hyphen, or the en dash some recognisers write.
_CUT_OFF = ("-", "–", "‐")
_LONGEST_FALSE_START = 4
# Phrases of one language are lists of another's dialects: Norwegian recordings come as either.
_SAME = {"no": "nb", "nn": "nb"}


@dataclass(frozen=True, slots=True)
class _Lists:
    fillers: frozenset[str]
    answers: frozenset[str]
    doubled: frozenset[str]


def label_disfluencies(utterances: Sequence[Utterance], language: str) -> tuple[Utterance, ...]:
    """The utterances with the :class:`Disfluency` of each word; nothing else of them changes.

    A language without lists has repetitions of phrases, false starts and cut-off words only: single words that are
    doubled may be emphasis there.
    """
    lists = _lists().get(_SAME.get(language, language))
    return tuple(
        replace(
            utterance,
            words=tuple(
                replace(word, disfluency=what)
                for word, what in zip(utterance.words, _kinds(utterance.words, lists), strict=True)
            ),
        )
        for utterance in utterances
    )


def clean(utterances: Sequence[Utterance]) -> tuple[Utterance, ...]:
    """The same words for reading, without those that have a disfluency; utterances of nothing else go."""
    kept = (
        replace(utterance, words=tuple(word for word in utterance.words if word.disfluency is None))
        for utterance in utterances
    )
    return tuple(utterance for utterance in kept if utterance.words)


@cache
def _lists() -> dict[str, _Lists]:
    with _LISTS.open("rb") as handle:
        held = tomllib.load(handle)
    return {
        language: _Lists(
            frozenset(lists["fillers"]),
            frozenset(lists["answers"]),
            frozenset(lists["emphatic"]) | frozenset(lists["numbers"]),
        )
        for language, lists in held.items()
    }


def _kinds(words: Sequence[Word], lists: _Lists | None) -> list[Disfluency | None]:
    plain = [_plain(word.text) for word in words]
    found: list[Disfluency | None] = [None] * len(words)
    if lists:
        said = [text for text in plain if text]
        alone = bool(said) and all(text in lists.answers for text in said)
        for place, text in enumerate(plain):
            if text in lists.fillers and not alone:
                found[place] = Disfluency.FILLER
    for place, word in enumerate(words):
        if found[place] is None and is_cut_off(word.text):
            found[place] = Disfluency.CUT_OFF
    _label_false_starts(plain, found)
    _label_repetitions(words, plain, found, lists)
    return found


def is_cut_off(text: str) -> bool:
    """Whether a word breaks off (``wo-``). A dash alone is no word."""
    bare = text.rstrip(",.?!…")
    return bare.endswith(_CUT_OFF) and any(letter.isalpha() for letter in bare)


def _plain(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum() or letter in "'’-").strip("'’-")


def _label_false_starts(plain: Sequence[str], found: list[Disfluency | None]) -> None:
    """What was begun before a cut-off word and begins anew right after it: ``I wen- I went``."""
    for place, what in enumerate(found):
        if what is not Disfluency.CUT_OFF:
            continue
        after = _next_said(found, place + 1)
        if after is None:
            continue
        for start in range(place - 1, max(-1, place - 1 - _LONGEST_FALSE_START), -1):
            if found[start] is not None:
                continue
            if plain[start] == plain[after]:
                for index in range(start, place):
                    if found[index] is None:
                        found[index] = Disfluency.FALSE_START
                break


def _next_said(found: Sequence[Disfluency | None], place: int) -> int | None:
    while place < len(found):
        if found[place] is not Disfluency.FILLER:
            return place
        place += 1
    return None


def _label_repetitions(
    words: Sequence[Word], plain: Sequence[str], found: list[Disfluency | None], lists: _Lists | None
) -> None:
    """Phrases said twice in a row, fillers and false starts between them aside: all but the last time."""
    said = [place for place, what in enumerate(found) if what is None]
    at = 0
    while at < len(said):
        length = _repeated_at(words, plain, said, at, lists)
        for place in said[at : at + length]:
            found[place] = Disfluency.REPETITION
        at += length or 1


def _repeated_at(
    words: Sequence[Word], plain: Sequence[str], said: Sequence[int], at: int, lists: _Lists | None
) -> int:
    for length in range(min(_LONGEST_PHRASE, (len(said) - at) // 2), 0, -1):
        first = [plain[place] for place in said[at : at + length]]
        second = [plain[place] for place in said[at + length : at + 2 * length]]
        if first != second or not all(first):
            continue
        if all(any(letter.isdigit() for letter in text) for text in first):
            continue
        if length == 1 and (lists is None or first[0] in lists.doubled):
            continue
        if length > 1 and len(set(first)) == 1:
            continue
        # A sentence that ends between them is said again on purpose.
        if words[said[at + length - 1]].text.endswith((".", "?", "!")):
            continue
        return length
    return 0
