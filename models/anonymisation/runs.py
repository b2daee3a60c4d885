"""The words after a cue ("my name is", "I work for") that can be what it announces."""

from __future__ import annotations

from bisect import bisect_left

from models.anonymisation.common_words import TITLES, is_common, is_medical, word_set
from models.anonymisation.frequency import zipf
from models.anonymisation.gazetteers import is_first_name, is_last_name
from models.anonymisation.spoken import Spoken, Token

_FILLERS = word_set("uh um er erm ah eh hm hmm actually just like called well you know")
_JOINERS = word_set("of and & for the at on de la van von der den du al bin saint st")
_KNOWN_BETTER = 4.3
"""Zipf frequency from which a word without a capital is an everyday word, unless a list says that it is a name."""


def run_after(
    spoken: Spoken,
    start: int,
    *,
    longest: int = 3,
    joined: bool = False,
    frequent: float = _KNOWN_BETTER,
) -> tuple[int, int] | None:
    """The characters of up to ``longest`` words from ``start`` on that can be a name; None when the first can't.

    Fillers before it are passed over. With ``joined``, words like "of" may stand between its words. In text without
    case a word can be one when it is less frequent than ``frequent`` or listed.
    """
    words = spoken.tokens
    at = bisect_left(words, start, key=lambda token: token.start)
    while at < len(words) and words[at].bare in _FILLERS:
        at += 1
    taken: list[Token] = []
    held: list[Token] = []
    while at < len(words) and len(taken) < longest:
        word = words[at]
        if can_be_name(spoken, word, frequent):
            taken += [*held, word]
            held = []
        elif joined and taken and not held and word.bare in _JOINERS and not spoken.uncased:
            held = [word]
        else:
            break
        if word.ends:
            break
        at += 1
    return (taken[0].start, _end(taken[-1])) if taken else None


def _end(word: Token) -> int:
    """Where the word ends without the punctuation after it."""
    return word.start + len(word.text.rstrip(".,;:?!…\"'”’)]"))


def can_be_name(spoken: Spoken, word: Token, frequent: float = _KNOWN_BETTER) -> bool:
    """Whether the word can be part of a name where something announces one."""
    compared = word.bare
    if is_common(compared) or compared in TITLES or is_medical(compared) or not compared[0].isalpha():
        return False
    if not spoken.uncased:
        return spoken.capital(word)
    return (
        zipf(compared) < frequent or spoken.capital(word) or is_first_name(compared) or is_last_name(compared)
    )
