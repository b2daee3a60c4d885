"""Phrases of a query: what their words match, how an index is asked for them, and words that are spelt alike."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from service.transcript.folding import fold, fold_tokens

MOST_ALIKE = 60
"""Of the words that are spelt alike, so many of the nearest are looked for."""


class Match(StrEnum):
    """What a word of a phrase matches: itself, what begins so, or what is spelt alike."""

    EXACT = ""
    BEGINNING = "*"
    ALIKE = "~"


@dataclass(frozen=True, slots=True)
class Token:
    """A folded word of a phrase."""

    text: str
    match: Match = Match.EXACT


@dataclass(frozen=True, slots=True)
class Choice:
    """What may stand at a place of a phrase: any of these words; ``beginning``: any word that begins so."""

    words: tuple[str, ...]
    beginning: bool = False


def tokens_of(phrase: str) -> tuple[Token, ...]:
    """The folded words of a phrase; ``*`` and ``~`` count at the end of a word."""
    found: list[Token] = []
    for piece in phrase.split():
        folded = fold_tokens(piece)
        last = Match(piece[-1]) if piece[-1] in "*~" else Match.EXACT
        found += [Token(one) for one in folded[:-1]]
        found += [Token(folded[-1], last)] if folded else []
    return tuple(found)


def choices(tokens: Sequence[Token], known: Callable[[], Collection[str]]) -> tuple[Choice, ...]:
    """What may stand at each place; ``known`` are the words among which those spelt alike are sought.

    A place where none may stand has no words, and the phrase is nowhere.
    """
    return tuple(
        Choice(alike(one.text, known()))
        if one.match is Match.ALIKE
        else Choice((one.text,), one.match is Match.BEGINNING)
        for one in tokens
    )


def pattern(phrase: Sequence[Choice]) -> re.Pattern[str]:
    """Finds a phrase in folded words with a space before the first and after the last."""
    words = (f"(?:{'|'.join(map(re.escape, one.words))}){'[^ ]*' if one.beginning else ''}" for one in phrase)
    return re.compile(f" {' '.join(words)} ")


def fts5(phrase: Sequence[Choice]) -> tuple[str, bool]:
    """The phrase as SQLite's FTS5 is asked for it, and whether its answer is right as it is.

    Where it isn't, it has all utterances with these words, in any order: a phrase of FTS5 has one word at each place,
    and a beginning at the last only.
    """
    if len(phrase) == 1:
        return _any_word(phrase[0]), True
    if all(len(one.words) == 1 for one in phrase) and not any(one.beginning for one in phrase[:-1]):
        words = " ".join(one.words[0] for one in phrase)
        return f'"{words}"{" *" if phrase[-1].beginning else ""}', True
    return " AND ".join(f"({_any_word(one)})" for one in phrase), False


def _any_word(one: Choice) -> str:
    return " OR ".join(f'"{word}"{" *" if one.beginning else ""}' for word in one.words)


def tsquery(phrase: Sequence[Choice]) -> str:
    """The phrase as PostgreSQL's ``to_tsquery`` is asked for it."""
    return " <-> ".join(
        "({})".format(" | ".join(f"'{word}'{':*' if one.beginning else ''}" for word in one.words))
        for one in phrase
    )


def quick_fold(text: str) -> str:
    """:func:`service.transcript.folding.fold`, quicker where there is nothing but ASCII."""
    if not text.isascii():
        return fold(text)
    return " ".join(_NO_WORD.sub(" ", text.casefold().replace("'", "").replace("`", "")).split())


_NO_WORD = re.compile(r"[^a-z0-9]+")


def alike(word: str, known: Collection[str]) -> tuple[str, ...]:
    """The words of ``known`` that are spelt like ``word``, the nearest first.

    Letters changed, left out, added, or exchanged with the next count one each (Damerau 1964, each place once): at most
    one in words of up to five letters, two in longer ones; in words of two letters none.
    """
    most = 0 if len(word) < 3 else 1 if len(word) <= 5 else 2
    near = [one for one in known if abs(len(one) - len(word)) <= most]
    if not near:
        return ()
    apart = _distances(word, near)
    order = sorted((int(apart[place]), near[place]) for place in np.flatnonzero(apart <= most))
    return tuple(one for _, one in order[:MOST_ALIKE])


def _distances(word: str, others: Sequence[str]) -> NDArray[np.int16]:
    """How far each of ``others`` is from ``word``."""
    longest = max(map(len, others))
    lengths = np.array([len(one) for one in others])
    letters = np.array(others, dtype=f"<U{longest}").view(np.uint32).reshape(len(others), longest).T.copy()
    # Rows of the usual table, for all words at once: (letters of the other + 1, words).
    before: NDArray[np.int16] | None = None
    row = np.repeat(np.arange(longest + 1, dtype=np.int16)[:, None], len(others), axis=1)
    for place, letter in enumerate(map(ord, word)):
        following = np.empty_like(row)
        following[0] = place + 1
        for column in range(longest):
            changed = row[column] + (letters[column] != letter)
            best = np.minimum(np.minimum(row[column + 1], following[column]) + 1, changed)
            if before is not None and column:
                exchanged = (letters[column - 1] == letter) & (letters[column] == ord(word[place - 1]))
                best = np.where(exchanged, np.minimum(best, before[column - 1] + 1), best)
            following[column + 1] = best
        before, row = row, following
    result: NDArray[np.int16] = row[lengths, np.arange(len(others))]
    return result
