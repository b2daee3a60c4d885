"""Where the questions of an interview guide were asked, in whatever words and order.

Each sentence of who asks, and each clause of it, is compared with the wordings of every question: the nearest counts
most, but one wording alone is too easily met by a single word. It is compared as well with what interviewers say in any
interview ("Can you tell me more?"), and must be nearer to its own question than to any other. What each of these brings
is in docs/benchmarks.md.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.guide_sentences import Candidate, candidates
from models.text_embedding import TextVectors
from models.text_likeness import likeness
from models.values import Utterance

Embed = Callable[[Sequence[str]], TextVectors]

RULES_VERSION = "2"
ASKED_FROM = 0.455
"""From this score on a question counts as asked; measured, see docs/benchmarks.md."""

_QUESTION_BONUS = 0.1
# Where hardly any sentence of who asks has a question mark, the marks tell nothing and each gets the bonus.
_LEAST_MARKED = 5  # sentences
_LEAST_SHARE_MARKED = 0.05
_RIVAL_WEIGHT = 3.0
_WORDING_WEIGHTS = (0.6, 0.3, 0.1)
_MOST_PLACES = 3
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


def find_asked(
    questions: Sequence[GuideQuestion],
    utterances: Sequence[Utterance],
    embed: Embed,
    asked_from: float = ASKED_FROM,
) -> tuple[AskedPlace, ...]:
    """The places where each of ``questions`` was asked in the ``utterances`` of who asks, the surest of each first.

    At most three for a question. A question without a place scored below ``asked_from`` everywhere.
    """
    sentences = candidates(utterances)
    if not sentences or not questions:
        return ()
    scores = _scores(questions, sentences, embed)
    found: list[AskedPlace] = []
    for column, question in enumerate(questions):
        taken: set[int] = set()
        for row in np.argsort(-scores[:, column], kind="stable"):
            one, score = sentences[int(row)], round(float(scores[row, column]), 3)
            if score < asked_from or len(taken) == _MOST_PLACES:
                break
            # A sentence and its clauses are one place.
            if one.utterance not in taken:
                taken.add(one.utterance)
                found.append(AskedPlace(question.id, one.utterance, one.start_ms, one.end_ms, score))
    return tuple(found)


def _scores(
    questions: Sequence[GuideQuestion], sentences: Sequence[Candidate], embed: Embed
) -> NDArray[np.float64]:
    """How likely each sentence asks each question: (sentences, questions)."""
    wordings = [wording for question in questions for wording in question.wordings]
    owners = np.array([column for column, question in enumerate(questions) for _ in question.wordings])
    alike = likeness(embed([one.text for one in sentences]), embed([*wordings, *_ANYWHERE]))
    by_wording, anywhere = alike[:, : len(wordings)], alike[:, len(wordings) :].max(axis=1)
    columns = [_of_question(by_wording[:, owners == column]) for column in range(len(questions))]
    scores = np.stack([*columns, anywhere], axis=1)
    # A sentence that is nearer to another question, or to what is said anywhere, asks this one less surely.
    best, place = scores.max(axis=1, keepdims=True), scores.argmax(axis=1)
    rivals = np.where(np.arange(scores.shape[1]) == place[:, None], -np.inf, best)
    scores = scores - _RIVAL_WEIGHT * np.maximum(0.0, rivals - scores)
    result: NDArray[np.float64] = (scores + _bonus(sentences)[:, None])[:, : len(questions)]
    return result


def _bonus(sentences: Sequence[Candidate]) -> NDArray[np.float64]:
    """What a question mark is worth, for each sentence."""
    marked = {(one.utterance, one.start_ms): one.asks for one in sentences}
    count = sum(marked.values())
    told_by_marks = count >= _LEAST_MARKED and count >= _LEAST_SHARE_MARKED * len(marked)
    return np.array([_QUESTION_BONUS if one.asks or not told_by_marks else 0.0 for one in sentences])


def _of_question(by_wording: NDArray[np.float64]) -> NDArray[np.float64]:
    """The mean of the best scores of a question's wordings, for each sentence: the nearest counts most."""
    best = np.sort(by_wording, axis=1)[:, ::-1][:, : len(_WORDING_WEIGHTS)]
    weights = np.array(_WORDING_WEIGHTS[: best.shape[1]])
    mean: NDArray[np.float64] = best @ weights / weights.sum()
    return mean
