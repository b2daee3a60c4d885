"""How soon answers come: from the end of a question to the first word of somebody else.

A pause before an answer is only marked from a second on; most answers come within a quarter of one, and some begin
before the question has ended (Stivers et al. 2009; Heldner & Edlund 2010).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from models.markers.material import Material
from models.markers.pauses import asks
from models.markers.rules import RULES_VERSION
from models.values import Marker, MarkerKind, Timing, Utterance

EARLY, LATE = "early", "late"

LEAST_ANSWERS = 8
"""Answers of a speaker without which none of them is said to be unusual."""

FAR = 3.0
LEAST_S = 0.4
"""Seconds from usual: differences below 0.2 s are what words' edges stray by."""

_LEAST_SPREAD_S = 0.25
_MAD_TO_SD = 1.4826
# What comes later answers nothing.
_MOST_MS = 30_000


@dataclass(frozen=True, slots=True)
class _Answer:
    question: Utterance
    answer: Utterance
    latency_ms: int


def find_latencies(material: Material) -> Iterator[Marker]:
    """One for each answer, its subtype only where it is unusual for who answers.

    Strength: seconds, negative where the answer begins before the question has ended.
    """
    answers = list(_answers(material.utterances, material.seams_ms))
    for speaker in sorted({one.answer.speaker for one in answers}):
        own = [one for one in answers if one.answer.speaker == speaker]
        seconds = np.array([one.latency_ms / 1000 for one in own])
        usual = float(np.median(seconds))
        spread = max(_LEAST_SPREAD_S, _MAD_TO_SD * float(np.median(np.abs(seconds - usual))))
        for one in own:
            name = _name(one.latency_ms / 1000, usual, spread) if len(own) >= LEAST_ANSWERS else None
            yield _marker(one, name, usual, spread, len(own))


def _name(seconds: float, usual: float, spread: float) -> str | None:
    off = seconds - usual
    if abs(off) < LEAST_S or abs(off) < FAR * spread:
        return None
    return LATE if off > 0 else EARLY


def _answers(utterances: Sequence[Utterance], seams_ms: Sequence[int]) -> Iterator[_Answer]:
    spoken = sorted((one for one in utterances if one.words), key=lambda one: (one.start_ms, one.end_ms))
    for question, answer in pairwise(spoken):
        asked, begun = question.words[-1].end_ms, answer.words[0].start_ms
        across = any(min(asked, begun) <= seam <= max(asked, begun) for seam in seams_ms)
        if (
            question.speaker != answer.speaker
            and asks(question)
            and not across
            and abs(begun - asked) <= _MOST_MS
        ):
            yield _Answer(question, answer, begun - asked)


def _marker(one: _Answer, name: str | None, usual: float, spread: float, answers: int) -> Marker:
    asked, begun = one.question.words[-1], one.answer.words[0]
    evidence = {"latency_ms": float(one.latency_ms), "answers": float(answers)}
    if answers >= LEAST_ANSWERS:
        evidence |= {"usual_ms": round(1000 * usual), "spread_ms": round(1000 * spread)}
    exact = not {asked.timing, begun.timing} & {Timing.RECOGNISER, Timing.SPREAD}
    start = min(asked.end_ms, begun.start_ms)
    return Marker(
        kind=MarkerKind.LATENCY,
        subtype=name,
        start_ms=start,
        end_ms=max(start + 1, asked.end_ms, begun.start_ms),
        speaker=one.answer.speaker,
        strength=round(one.latency_ms / 1000, 3),
        # Whose the words are counts as much as where their edges lie.
        confidence=round(
            (0.9 if exact else 0.5) * min(asked.speaker_confidence, begun.speaker_confidence), 3
        ),
        rules=RULES_VERSION,
        utterance=one.answer.id,
        evidence=evidence,
    )
