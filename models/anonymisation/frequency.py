"""How frequent words are (``wordfreq``)."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from functools import cache

import wordfreq

MOST_FREQUENT = 7.0
"""The Zipf frequency of the most frequent words."""


@cache
def _frequencies(language: str) -> Mapping[str, float]:
    return wordfreq.get_frequency_dict(language, "best")


@cache
def has_frequencies(language: str) -> bool:
    """Whether it is known how frequent words of the language (ISO 639-1) are."""
    try:
        return bool(_frequencies(language))
    except LookupError:
        return False


def zipf(word: str, language: str = "en") -> float:
    """Of a lower-case word, the logarithm of how often it is met in a thousand million; 0 for never met.

    7 is "the", 4 "banana", 3 "gallop", 2 and below are words that few know, misspellings and most surnames.
    """
    frequency = _frequencies(language).get(word, 0.0)
    return math.log10(frequency) + 9 if frequency > 0 else 0.0


def rarity(words: Iterable[str], language: str = "en") -> float:
    """How rare the rarest of the lower-case words is: 0 for the most frequent, 1 for one that nobody writes.

    1 where nothing is known of the language.
    """
    if not has_frequencies(language):
        return 1.0
    rarest = min((zipf(word, language) for word in words), default=0.0)
    return round(1 - min(rarest, MOST_FREQUENT) / MOST_FREQUENT, 2)
