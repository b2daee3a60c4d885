"""Where the questions of an interview guide were asked, in whatever words and order.

Each sentence of who asks, and each clause of it, is compared by its vector with the two nearest wordings of every
question: one wording alone is too easily met by a single word. It is compared as well with what interviewers say in any
interview ("Can you tell me more?"), and must be nearer to its own question than to any other. What all sentences of the
interview have in common is taken out of the vectors first. What each of these brings is in docs/benchmarks.md.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.values import Utterance, Word

Embed = Callable[[Sequence[str]], NDArray[np.float32]]

RULES_VERSION = "1"
ASKED_FROM = 0.54
"""From this score on a question counts as asked; measured, see docs/benchmarks.md."""

_QUESTION_BONUS = 0.2
# Where hardly any sentence of who asks has a question mark, the marks tell nothing and each sentence gets this instead.
_UNMARKED_BONUS = 0.2
_LEAST_MARKED = 0.05
_RIVAL_WEIGHT = 2.0
_ANYWHERE_WEIGHT = 0.8
_NEAREST_WORDINGS = 2
_MOST_PLACES = 3
_LEAST_WORDS = 2
_LEAST_WORDS_OF_CLAUSE = 3
_LONG_SENTENCE = 15  # words
_WINDOW = 10  # words
_SENTENCE_END = (".", "?", "!", "？", "。")
# Said in any interview, whatever it is about. English, as the bundled model is.
_ANYWHERE = (
    "Is that right?",
    "Can you tell me more about that?",
    "Anything else?",
    "What do you mean by that?",
    "How are you feeling today?",
    "I'm sorry to hear that.",
    "Does that make sense?",
    "Let me summarise what you told me.",
    "Is that clear?",
    "How does that sound?",
    "Can you describe it?",
    "When did that happen?",
    "Where exactly?",
    "Can you hear me?",
    "Thank you for taking the time.",
    "Let us move on to the next part.",
    "Take your time.",
)
_FILLER = re.compile(
    r"\b(?:um+|uh+|er+|eh|erm|mm+|hmm|mhm|mm-hmm|ok|okay|alright|right|fine|so|and|just|well|you know|i mean)\b"
    r"[,.]?\s*",
    re.IGNORECASE,
)
_CLAUSE_END = re.compile(r",\s+")
_REPEATED = re.compile(r"\b(\w+)(?:,? \1\b)+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class GuideQuestion:
    """A question of a guide: its wordings, the first as the guide has it."""

    id: str
    wordings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AskedPlace:
    """Where a question was probably asked: the sentence's times, and how sure it is (a score, mostly 0 to 1)."""

    question: str
    utterance: int
    start_ms: int
    end_ms: int
    score: float


@dataclass(frozen=True, slots=True)
class _Sentence:
    utterance: int
    start_ms: int
    end_ms: int
    text: str
    asks: bool


def find_asked(
    questions: Sequence[GuideQuestion], utterances: Sequence[Utterance], embed: Embed
) -> tuple[AskedPlace, ...]:
    """The places where each of ``questions`` was asked in the ``utterances`` of who asks, the surest of each first.

    At most three for a question. A question without a place scored below :data:`ASKED_FROM` everywhere.
    """
    sentences = _sentences(utterances)
    if not sentences or not questions:
        return ()
    scores = _scores(questions, sentences, embed)
    found: list[AskedPlace] = []
    for column, question in enumerate(questions):
        taken: set[int] = set()
        for row in np.argsort(-scores[:, column], kind="stable"):
            one, score = sentences[int(row)], round(float(scores[row, column]), 3)
            if score < ASKED_FROM or len(taken) == _MOST_PLACES:
                break
            # A sentence and its clauses are one place.
            if one.utterance not in taken:
                taken.add(one.utterance)
                found.append(AskedPlace(question.id, one.utterance, one.start_ms, one.end_ms, score))
    return tuple(found)


def _scores(
    questions: Sequence[GuideQuestion], sentences: Sequence[_Sentence], embed: Embed
) -> NDArray[np.float64]:
    """How likely each sentence asks each question: (sentences, questions)."""
    wordings = [wording for question in questions for wording in question.wordings] + list(_ANYWHERE)
    owners = [column for column, question in enumerate(questions) for _ in question.wordings]
    owners += [len(questions)] * len(_ANYWHERE)
    asked = _without_common(embed(wordings))
    said = _without_common(embed([one.text for one in sentences]))
    by_wording = np.asarray(said @ asked.T)
    columns = [
        _nearest(by_wording[:, [place for place, owner in enumerate(owners) if owner == column]])
        for column in range(len(questions))
    ]
    anywhere = by_wording[:, len(by_wording[0]) - len(_ANYWHERE) :].max(axis=1)
    scores = np.stack([*columns, anywhere * _ANYWHERE_WEIGHT], axis=1)
    # A sentence that is nearer to another question, or to what is said anywhere, asks this one less surely.
    best, place = scores.max(axis=1, keepdims=True), scores.argmax(axis=1)
    rivals = np.where(np.arange(scores.shape[1]) == place[:, None], -np.inf, best)
    scores = scores - _RIVAL_WEIGHT * np.maximum(0.0, rivals - scores)
    marked = np.array([[one.asks] for one in sentences])
    bonus = (
        _QUESTION_BONUS * marked if marked.mean() >= _LEAST_MARKED else np.full(marked.shape, _UNMARKED_BONUS)
    )
    result: NDArray[np.float64] = (scores + bonus)[:, : len(questions)]
    return result


def _nearest(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """The mean of the best scores of a question's wordings, for each sentence."""
    best: NDArray[np.float64] = np.sort(scores, axis=1)[:, ::-1][:, :_NEAREST_WORDINGS].mean(axis=1)
    return best


def _without_common(vectors: NDArray[np.float32]) -> NDArray[np.float64]:
    """The vectors without their mean, of length 1 again. One alone has nothing in common with others."""
    centred = vectors.astype(np.float64)
    if len(vectors) > 1:
        centred = centred - centred.mean(axis=0)
    lengths = np.linalg.norm(centred, axis=1, keepdims=True)
    return centred / np.where(lengths == 0, 1.0, lengths)


def _sentences(utterances: Sequence[Utterance]) -> list[_Sentence]:
    """The sentences of who asks, and their clauses with the sentence's times, without fillers and repeated words."""
    found: list[_Sentence] = []
    for utterance in utterances:
        start = 0
        for place, word in enumerate(utterance.words):
            if word.text.endswith(_SENTENCE_END) or place == len(utterance.words) - 1:
                found += _said(utterance.id, utterance.words[start : place + 1])
                start = place + 1
    return found


def _said(utterance: int, words: Sequence[Word]) -> list[_Sentence]:
    spoken = " ".join(word.text for word in words)
    text = _REPEATED.sub(r"\1", _FILLER.sub("", spoken)).strip(" ,.-")
    # Clauses are cut after the fillers are gone: those stand between commas too.
    clauses = [clause.strip() for clause in _CLAUSE_END.split(text)]
    texts = [text] if len(text.split()) >= _LEAST_WORDS else []
    if len(clauses) > 1:
        texts += [clause for clause in clauses if len(clause.split()) >= _LEAST_WORDS_OF_CLAUSE]
    spaced = text.split()
    if len(spaced) > _LONG_SENTENCE:
        # The recogniser left out the full stops, or somebody goes on and on: parts of it may be the question.
        starts = range(0, len(spaced) - _WINDOW // 2, _WINDOW // 2)
        texts += [" ".join(spaced[start : start + _WINDOW]) for start in starts]
    asks = spoken.endswith(("?", "？"))
    return [_Sentence(utterance, words[0].start_ms, words[-1].end_ms, one, asks) for one in texts]
