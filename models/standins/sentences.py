"""Words as grammar sees them: plain values, whatever read them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Token:
    """A word, or a part of one. ``word`` is its word's position in the text, ``start`` the character in it.

    ``tag`` is of the Penn Treebank, ``dep`` a dependency of the CLEAR style, as spaCy's English models say them.
    ``head`` is the position of the token it depends on, its own for the root.
    """

    word: int
    start: int
    text: str
    tag: str
    dep: str
    head: int
    sentence: int

    @property
    def lower(self) -> str:
        return self.text.lower().replace("’", "'")
