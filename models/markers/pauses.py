"""Silences between speech."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise

from models.intervals import covered_ms, joined
from models.markers.rules import RULES_VERSION
from models.values import Marker, MarkerKind, Span, Turn, Utterance

WITHIN_TURN = "within_turn"
BETWEEN_TURNS = "between_turns"
BEFORE_ANSWER = "before_answer"
AFTER_QUESTION = "after_question"

EDGES_KNOWN_TO_MS = 16
"""A row of the track (models/nuance/speech_edges.py): what is shorter than asked for by less may be as long."""


def find_pauses(
    utterances: Sequence[Utterance],
    speech: Sequence[Span],
    turns: Sequence[Turn],
    pause_ms: int,
    seams_ms: Sequence[int] = (),
) -> Iterator[Marker]:
    """Silences of at least ``pause_ms`` between speech, but for those at seams: how long they were nobody knows.

    Less by :data:`EDGES_KNOWN_TO_MS` is as much. Strength: seconds.
    """
    claimed = joined(Span(turn.start_ms, turn.end_ms) for turn in turns)
    words = sorted(
        ((word.start_ms + word.end_ms, utterance) for utterance in utterances for word in utterance.words),
        key=lambda one: one[0],
    )
    for before, after in pairwise(speech):
        silence = Span(before.end_ms, after.start_ms)
        at_seam = any(silence.start_ms <= at <= silence.end_ms for at in seams_ms)
        if silence.length_ms + EDGES_KNOWN_TO_MS < pause_ms or at_seam:
            continue
        last, following = _around(words, silence)
        if last is None or following is None:
            continue
        same = last.speaker == following.speaker
        doubt = covered_ms(silence, claimed) / silence.length_ms
        yield Marker(
            kind=MarkerKind.PAUSE,
            subtype=_subtype(last, following),
            start_ms=silence.start_ms,
            end_ms=silence.end_ms,
            speaker=last.speaker if same else None,
            strength=round(silence.length_ms / 1000, 3),
            confidence=round(1 - doubt, 3),
            rules=RULES_VERSION,
            utterance=last.id,
            evidence={"silence_ms": float(silence.length_ms)},
        )


def _around(
    words: Sequence[tuple[int, Utterance]], silence: Span
) -> tuple[Utterance | None, Utterance | None]:
    """Who spoke last before the silence, and first after it, by the middle of their words."""
    place = bisect_right(words, silence.start_ms + silence.end_ms, key=lambda one: one[0])
    last = words[place - 1][1] if place else None
    following = words[place][1] if place < len(words) else None
    return last, following


def _subtype(last: Utterance, following: Utterance) -> str:
    """What the silence stands between. A question is what ends in a question mark."""
    same = last.speaker == following.speaker
    asked = last.id != following.id and asks(last)
    if asked:
        return AFTER_QUESTION if same else BEFORE_ANSWER
    return WITHIN_TURN if same else BETWEEN_TURNS


def asks(utterance: Utterance) -> bool:
    """Whether it ends in a question mark."""
    return utterance.words[-1].text.rstrip("\"'»”").endswith(("?", "？"))
