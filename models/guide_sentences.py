"""What somebody said, cut into what may be a question: sentences, their clauses, parts of those that never end."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from models.values import Utterance, Word

_LEAST_WORDS = 2
_LEAST_WORDS_OF_CLAUSE = 3
_LONG_SENTENCE = 15  # words
_WINDOW = 10  # words
_SENTENCE_END = (".", "?", "!", "？", "。")
_QUESTION_END = ("?", "？")
_HESITATION = re.compile(
    r"(?:^|(?<=\s))(?:um+|uh+|uh-huh|er+|eh|erm|mm+|hmm|mhm|mm-hmm)[,.]?(?=\s|$)", re.IGNORECASE
)
_OPENING = re.compile(
    r"^(?:(?:ok|okay|alright|all right|right|fine|so|and|but|just|well|now|great|good|yeah|yes|no|sure|you know|i mean"
    r"|excellent|perfect)\b[,.?!]*\s*)+",
    re.IGNORECASE,
)
"""Said before a question, not in it: "fit and well" keeps its words."""
_CLAUSE_END = re.compile(r",\s+")
_REPEATED = re.compile(r"\b(\w+)(?:,? \1\b)+", re.IGNORECASE)
_SPACED_COMMA = re.compile(r"(?:\s*,)+")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence, or a part of one with the sentence's times, that may be a question."""

    utterance: int
    start_ms: int
    end_ms: int
    text: str
    asks: bool


def candidates(utterances: Sequence[Utterance]) -> list[Candidate]:
    """The sentences of who asks and their parts, without fillers and repeated words, in the order of time."""
    found: list[Candidate] = []
    for utterance in utterances:
        start = 0
        for place, word in enumerate(utterance.words):
            if word.text.endswith(_SENTENCE_END) or place == len(utterance.words) - 1:
                found += _of_sentence(utterance.id, utterance.words[start : place + 1])
                start = place + 1
    return found


def _of_sentence(utterance: int, words: Sequence[Word]) -> list[Candidate]:
    spoken = " ".join(word.text for word in words)
    text = _without_fillers(spoken)
    spaced = text.split()
    texts = [text] if len(spaced) >= _LEAST_WORDS else []
    # Clauses are cut after the fillers are gone: those stand between commas too.
    clauses = [_without_fillers(clause) for clause in _CLAUSE_END.split(text)]
    if len(clauses) > 1:
        texts += [clause for clause in clauses if len(clause.split()) >= _LEAST_WORDS_OF_CLAUSE]
    if len(spaced) > _LONG_SENTENCE:
        # The recogniser left out the full stops, or somebody goes on and on: parts of it may be the question.
        starts = range(0, len(spaced) - _WINDOW // 2, _WINDOW // 2)
        texts += [" ".join(spaced[start : start + _WINDOW]) for start in starts]
    asks = spoken.endswith(_QUESTION_END)
    return [
        Candidate(utterance, words[0].start_ms, words[-1].end_ms, one, asks) for one in dict.fromkeys(texts)
    ]


def _without_fillers(spoken: str) -> str:
    text = _SPACED_COMMA.sub(",", " ".join(_HESITATION.sub("", spoken).split())).strip(" ,.-")
    return _REPEATED.sub(r"\1", _OPENING.sub("", text) or text).strip(" ,.-")
