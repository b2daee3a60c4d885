"""Made material for markers."""

from __future__ import annotations

from collections.abc import Sequence

from models.intervals import joined
from models.loudness import Levels
from models.markers.material import Material
from models.nuance.track import Track
from models.values import Span, Turn, Utterance, Word


def utterance(number: int, speaker: str, start_ms: int, end_ms: int, *texts: str) -> Utterance:
    """Words of equal length."""
    texts = texts or ("word",)
    step = (end_ms - start_ms) // len(texts)
    words = tuple(
        Word(
            number * 100 + place,
            start_ms + place * step,
            start_ms + (place + 1) * step,
            text,
            speaker,
            0.9,
            1.0,
        )
        for place, text in enumerate(texts)
    )
    return Utterance(number, speaker, start_ms, words[-1].end_ms, words)


def material(
    track: Track | None, utterances: Sequence[Utterance] = (), turns: Sequence[Turn] = ()
) -> Material:
    speech = joined(Span(one.start_ms, one.end_ms) for one in utterances)
    return Material(utterances, speech, turns, Levels(()), 1_000, (), track)


def talker(count: int, length_ms: int = 2_000, gap_ms: int = 1_000, speaker: str = "S1") -> list[Utterance]:
    """One speaker's utterances of four words, one after the other."""
    return [
        utterance(
            number,
            speaker,
            number * (length_ms + gap_ms),
            number * (length_ms + gap_ms) + length_ms,
            *["seven letters"] * 4,
        )
        for number in range(count)
    ]
