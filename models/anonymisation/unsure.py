"""Words that may not be what was said: a name that the recogniser does not know it writes as other words.

No detector of names finds those, since the words are no names. What gives them away is that the recogniser hardly
believes them, or that nobody writes them. What follows "my number is" and the like is one too, whatever is written
there. Figures: docs/benchmarks.md, Redacted sound.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

from models.anonymisation.frequency import has_frequencies, zipf
from models.anonymisation.identity import bare
from models.values import Utterance, Word

UNSURE_BELOW = 0.6
"""Confidence below which a word that is not among the everyday ones counts as unsure. Chosen on names that speech
synthesisers said and the recordings of docs/benchmarks.md: at 0.5 a sixth more of the names stay audible."""

# The commonest four hundred words or so are heard rightly more often than they are believed.
_EVERYDAY_ZIPF = 5.0
# Shares of the limit: everyday words too are unsure when they are believed as little as this,
_HARDLY = 0.42
# neighbours of an unsure word that are believed less than this are a part of what was said there,
_NEIGHBOUR = 0.92
# and words that nobody writes are believed too much, since their pieces are likely ones.
_UNWRITTEN = 1.33
_UNWRITTEN_ZIPF = 2.5
_FURTHEST = 2
_TOUCHING_MS = 200
_ANNOUNCES = frozenset({"address", "birth", "birthday", "number"})
_IS = frozenset({"is", "was", "it's", "it’s"})
_LONGEST_ANNOUNCED = 12
_GOES_ON = frozenset(
    {"and", "but", "so", "if", "that", "because", "when", "which", "who", "i'm", "we", "you", "he", "she"}
)
_SENTENCE_ENDS = (".", "?", "!", "…")


def find_unsure(
    utterances: Iterable[Utterance], taken: Collection[int], language: str, below: float = UNSURE_BELOW
) -> Iterator[tuple[Word, ...]]:
    """Runs of unsure words, each of one utterance, in order. Words with the ids ``taken`` are known to be identities.

    Without knowledge of how frequent the language's words are (ISO 639-1) only those count that are hardly believed.
    None where ``below`` is 0.
    """
    if below <= 0:
        return
    known = has_frequencies(language)
    for utterance in utterances:
        words = utterance.words
        unsure = [
            word.id not in taken and _is_unsure(word, language if known else None, below) for word in words
        ]
        for place in [place for place, found in enumerate(unsure) if found]:
            for other in _neighbours(words, place, below * _NEIGHBOUR):
                unsure[other] = words[other].id not in taken
        for place in _announced(words):
            unsure[place] = words[place].id not in taken
        yield from _runs(words, unsure)


def _is_unsure(word: Word, language: str | None, below: float) -> bool:
    if word.confidence < below * _HARDLY:
        return True
    form = bare(word.text)
    if language is None or not form:
        return False
    frequency = zipf(form, language)
    if form.isalpha() and frequency < _UNWRITTEN_ZIPF:
        return word.confidence < below * _UNWRITTEN
    return word.confidence < below and frequency < _EVERYDAY_ZIPF


def _neighbours(words: Sequence[Word], place: int, below: float) -> Iterator[int]:
    """Words beside one, up to two on each side, that touch and are believed less than ``below``."""
    for step in (-1, 1):
        for other in range(place + step, place + (_FURTHEST + 1) * step, step):
            if not 0 <= other < len(words) or words[other].confidence >= below:
                break
            early, late = sorted((other, other - step))
            if words[late].start_ms - words[early].end_ms >= _TOUCHING_MS:
                break
            yield other


def _announced(words: Sequence[Word]) -> Iterator[int]:
    """What follows "my number is", up to the end of the sentence or to where it goes on with something else."""
    forms = [word.text.lower().strip(".,;:?!") for word in words]
    for place in range(len(words) - 1):
        if forms[place] in _ANNOUNCES and forms[place + 1] in _IS:
            for other in range(place + 2, min(len(words), place + 2 + _LONGEST_ANNOUNCED)):
                if forms[other] in _GOES_ON:
                    break
                yield other
                if words[other].text.rstrip("\"'”’)").endswith(_SENTENCE_ENDS):
                    break


def _runs(words: Sequence[Word], unsure: Sequence[bool]) -> Iterator[tuple[Word, ...]]:
    run: list[Word] = []
    for word, found in zip(words, unsure, strict=True):
        if found:
            run.append(word)
        elif run:
            yield tuple(run)
            run = []
    if run:
        yield tuple(run)
