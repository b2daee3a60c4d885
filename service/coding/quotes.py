"""Texts of coders that quote what was said in an interview."""

from __future__ import annotations

import re

from service.transcript.folding import fold_tokens

QUOTED_WORDS = 3
"""A memo of the interview with so many words one after the other as they were said in it quotes."""

QUOTED_ELSEWHERE = 5
"""As many in a name, example or definition of the codebook, or in another memo, which may be of any interview."""

LEFT_OUT = "[withdrawn]"
"""What stands where a quote was taken out of a memo."""

Runs = frozenset[tuple[str, ...]]
_PART = re.compile(r"\S+")


def runs(text: str, length: int) -> Runs:
    """Every ``length`` words of ``text`` that follow each other, as they are compared."""
    words = fold_tokens(text)
    return frozenset(tuple(words[start : start + length]) for start in range(len(words) - length + 1))


def quotes(text: str, said: Runs, length: int) -> bool:
    """Whether ``length`` words of ``text`` one after the other were said so."""
    return not said.isdisjoint(runs(text, length))


def without_quotes(text: str, said: Runs, length: int) -> str:
    """The text with :data:`LEFT_OUT` for each stretch of ``length`` words or more that was said so."""
    words = [(token, part.span()) for part in _PART.finditer(text) for token in fold_tokens(part.group())]
    taken = [False] * len(words)
    for start in range(len(words) - length + 1):
        if tuple(token for token, _ in words[start : start + length]) in said:
            taken[start : start + length] = [True] * length
    kept, end = "", 0
    for place, (_, (first, last)) in enumerate(words):
        if not taken[place]:
            continue
        if place == 0 or not taken[place - 1]:
            kept += text[end:first] + LEFT_OUT
        end = last
    return kept + text[end:]
