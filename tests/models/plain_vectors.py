"""Vectors without a model: words of one meaning are the same word, and a text is the sum of its words."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from models.text_embedding import TextVectors

_MEANINGS = (
    {"job", "work", "occupation", "working"},
    {"live", "lives", "reside", "home"},
    {"children", "kids", "sons", "daughters"},
    {"smoke", "cigarettes", "tobacco"},
    {"sleep", "night", "rest"},
    {"travel", "abroad", "journey"},
)
_SAID_IN_ANY_TALK = {
    "a",
    "and",
    "are",
    "at",
    "do",
    "did",
    "for",
    "in",
    "is",
    "of",
    "on",
    "the",
    "to",
    "you",
    "your",
}
_DIMENSION = 64


def embed(texts: Sequence[str]) -> TextVectors:
    """Stands in for ``TextEmbedder.embed``."""
    words = [_words(text) for text in texts]
    vectors = tuple(np.stack([_vector(number) for number in one]) for one in words)
    sums = [(vector * _weights(one)).sum(axis=0) for one, vector in zip(words, vectors, strict=True)]
    whole = np.stack([one / np.linalg.norm(one) for one in sums]) if sums else np.zeros((0, 1))
    return TextVectors(whole.astype(np.float32), tuple(tuple(one) for one in words), vectors)


def _words(text: str) -> list[int]:
    return [_number(word) for word in re.findall(r"\w+", text.lower())] or [0]


def _number(word: str) -> int:
    for number, meaning in enumerate(_MEANINGS, start=1):
        if word in meaning:
            return number
    return 1000 + int.from_bytes(word.encode()[:6], "big") * (10 if word not in _SAID_IN_ANY_TALK else 1)


def _weights(numbers: Sequence[int]) -> NDArray[np.float64]:
    return np.array([[0.2 if _is_common(number) else 1.0] for number in numbers])


def _is_common(number: int) -> bool:
    return number in {_number(word) for word in _SAID_IN_ANY_TALK}


def _vector(number: int) -> NDArray[np.float32]:
    drawn = np.random.default_rng(number).standard_normal(_DIMENSION)
    return (drawn / np.linalg.norm(drawn)).astype(np.float32)
