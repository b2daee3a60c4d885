"""Folding text to what search compares: lower case, no accents, no punctuation."""

from __future__ import annotations

import unicodedata

_APOSTROPHES = "'’ʼ`´"


def fold_tokens(text: str) -> list[str]:
    """The comparable tokens of ``text``: letters and digits only, apostrophes dropped (``don't`` is ``dont``)."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    kept = (
        character if character.isalnum() else " "
        for character in plain
        if not unicodedata.combining(character) and character not in _APOSTROPHES
    )
    return "".join(kept).split()


def fold(text: str) -> str:
    """:func:`fold_tokens` joined by single spaces."""
    return " ".join(fold_tokens(text))
