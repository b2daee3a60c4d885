"""A stretch of text as detectors see it: as written, and with the capitals that nobody wrote."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from models.anonymisation.identity import bare

_TOKEN = re.compile(r"\S+")
_ENDS = re.compile(r"[.,;:?!…][\"'”’)\]]*$")


@dataclass(frozen=True, slots=True)
class Token:
    """A word between spaces: where it lies, how it is written and compared, whether a comma or full stop ends it."""

    start: int
    end: int
    text: str
    bare: str

    @property
    def ends(self) -> bool:
        return bool(_ENDS.search(self.text))


@dataclass(frozen=True, slots=True)
class Spoken:
    """Text of one speaker. ``cased`` is as long as ``text``: character n of the one is character n of the other.

    ``uncased`` says that the text was written without capitals, so that their absence says nothing. ``tokens`` are
    the words with a letter or digit.
    """

    text: str
    cased: str
    uncased: bool
    tokens: tuple[Token, ...]

    def capital(self, token: Token) -> bool:
        """Whether the word has a capital, written or restored."""
        return is_capitalised(self.cased[token.start : token.end])


def as_written(text: str, uncased: bool = False) -> Spoken:
    """The text without restored capitals."""
    return Spoken(text, text, uncased, tuple(_tokens(text)))


def _tokens(text: str) -> Iterator[Token]:
    for match in _TOKEN.finditer(text):
        compared = bare(match.group())
        if compared:
            yield Token(match.start(), match.end(), match.group(), compared)


def is_capitalised(word: str) -> bool:
    """Whether the word begins with a capital, after quotation marks and brackets."""
    return word.lstrip("\"'“‘([")[:1].isupper()


def has_capitals(text: str) -> bool:
    """Whether capitals were written: a recogniser without case gives none, or only the word "I"."""
    return any(is_capitalised(word) and not re.match(r"I(?:\b|['’])", word) for word in _TOKEN.findall(text))
