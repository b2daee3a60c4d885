"""Words about feelings by a word list, as the API gives them. Neutral: it knows neither store."""

from __future__ import annotations

from models.affect_words import affect_words, source
from models.values import Transcript
from service.api.schemas import Schema


class ListedWord(Schema):
    """A spoken word that is on the list; ``valence`` is -4 to 4, as people rated the word by itself."""

    utterance: int
    word: int
    start_ms: int
    end_ms: int
    text: str
    valence: float


class AffectWords(Schema):
    """A layer of its own, read off a word list and never heard. ``on`` says whether the settings want it."""

    on: bool
    source: str | None
    words: list[ListedWord]


OFF = AffectWords(on=False, source=None, words=[])


def listed(transcript: Transcript) -> AffectWords:
    """The layer of a transcript, of the words as they stand in it."""
    found = affect_words(transcript.utterances, transcript.language)
    return AffectWords(on=True, source=source(), words=[ListedWord.model_validate(one) for one in found])
