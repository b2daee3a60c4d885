"""Words that speak of feelings, by a word list: a layer of its own, read and never heard.

The list is VADER's (C. Hutto and E. Gilbert, "VADER: a parsimonious rule-based model for sentiment analysis of social
media text", ICWSM 2014; MIT licence): English words, each rated by ten people from -4 to 4. Only the list is used: of
negation ("not happy"), irony and what a word means here it knows nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import metadata, resources

from models.values import Utterance

LANGUAGE = "en"
"""The list's language (ISO 639-1)."""

_PACKAGE = "vaderSentiment"
# It has emoticons and abbreviations too, which nobody says.
_A_WORD = re.compile(r"[a-z]{2,}(?:['-][a-z]+)*")
_AROUND = re.compile(r"^[\W_]+|[\W_]+$")


@dataclass(frozen=True, slots=True)
class AffectWord:
    """A spoken word that is on the list; ``valence`` is the mean of its ratings, -4 (negative) to 4 (positive)."""

    utterance: int
    word: int
    start_ms: int
    end_ms: int
    text: str
    valence: float


def source() -> str:
    """What the list is and its version, to be shown beside every word of it."""
    return f"VADER's word list {metadata.version(_PACKAGE)} (Hutto and Gilbert 2014, MIT)"


@cache
def word_list() -> Mapping[str, float]:
    """The words of the list with their valence."""
    text = (resources.files(_PACKAGE) / "vader_lexicon.txt").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in text.splitlines() if line)
    return {row[0]: float(row[1]) for row in rows if _A_WORD.fullmatch(row[0])}


def affect_words(utterances: Iterable[Utterance], language: str) -> Iterator[AffectWord]:
    """The words of the utterances that are on the list, in their order; none in another language than the list's.

    What stands for a redacted word is no word that was said.
    """
    if language != LANGUAGE:
        return
    known = word_list()
    for utterance in utterances:
        for word in utterance.words:
            if word.redaction is not None:
                continue
            said = _AROUND.sub("", word.text.replace("’", "'").lower())
            valence = known.get(said)
            if valence is not None:
                yield AffectWord(utterance.id, word.id, word.start_ms, word.end_ms, word.text, valence)
