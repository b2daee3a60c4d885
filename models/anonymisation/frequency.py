"""How frequent words are in English, of which ones are everyday words (``wordfreq``)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cache

import wordfreq


@cache
def _frequencies() -> Mapping[str, float]:
    return wordfreq.get_frequency_dict("en", "best")


def zipf(word: str) -> float:
    """Of a lower-case word, the logarithm of how often it is met in a thousand million; 0 for never met.

    7 is "the", 4 "banana", 3 "gallop", 2 and below are words that few know, misspellings and most surnames.
    """
    frequency = _frequencies().get(word, 0.0)
    return math.log10(frequency) + 9 if frequency > 0 else 0.0
