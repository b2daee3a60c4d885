"""Each stretch between pauses is heard once more: does it sound like the speaker it was given to?

Windows in which two people sound alike, or one says a single word, mix them up; a stretch of its own between two
silences rarely holds two people.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from models.intervals import exclusive_turns, joined, within, without
from models.values import Diarization, Span, Turn

# Shorter stretches hold less than two syllables, too little to know a voice by.
SHORTEST_MS = 400
# How much nearer another voice must be (cosine distance) to outweigh the windows' vote; measured, docs/benchmarks.md.
MARGIN = 0.2

Vectors = NDArray[np.float32]


def check_voices(
    found: Diarization,
    speech: Sequence[Span],
    voices: Mapping[str, Vectors],
    embed: Callable[[Sequence[Span]], Vectors],
) -> Diarization:
    """The diarization with clearly wrong stretches given to the speaker they sound like.

    ``speech`` says where the silences are; ``voices`` is a vector for each speaker; ``embed`` gives a vector for
    each span, NaN where there is too little to hear.
    """
    if len(voices) < 2:
        return found
    stretches = [
        Turn(part.start_ms, part.end_ms, turn.speaker)
        for turn in found.exclusive
        for part in within(Span(turn.start_ms, turn.end_ms), speech)
        if part.length_ms >= SHORTEST_MS
    ]
    vectors = embed([Span(one.start_ms, one.end_ms) for one in stretches])
    moved = [
        (stretch, speaker)
        for stretch, vector in zip(stretches, vectors, strict=True)
        if (speaker := _sounds_like(vector, voices, stretch.speaker)) != stretch.speaker
    ]
    if not moved:
        return found
    return Diarization(_moved(found.turns, moved), exclusive_turns(_moved(found.exclusive, moved)))


def _sounds_like(vector: Vectors, voices: Mapping[str, Vectors], given: str) -> str:
    if np.isnan(vector).any() or given not in voices:
        return given
    distances = {speaker: _distance(vector, voice) for speaker, voice in voices.items()}
    nearest = min(distances, key=lambda speaker: distances[speaker])
    return nearest if distances[given] - distances[nearest] > MARGIN else given


def _distance(first: Vectors, second: Vectors) -> float:
    return float(1 - first @ second / (np.linalg.norm(first) * np.linalg.norm(second)))


def _moved(turns: Sequence[Turn], moved: Sequence[tuple[Turn, str]]) -> tuple[Turn, ...]:
    """The turns with each stretch taken from its speaker and given to the other."""
    speakers = {turn.speaker for turn in turns} | {speaker for _, speaker in moved}
    result: list[Turn] = []
    for speaker in speakers:
        own = joined(Span(turn.start_ms, turn.end_ms) for turn in turns if turn.speaker == speaker)
        lost = [Span(one.start_ms, one.end_ms) for one, _ in moved if one.speaker == speaker]
        gained = [Span(one.start_ms, one.end_ms) for one, to in moved if to == speaker]
        result += [
            Turn(span.start_ms, span.end_ms, speaker) for span in joined([*without(own, lost), *gained])
        ]
    return tuple(sorted(result, key=lambda turn: (turn.start_ms, turn.end_ms, turn.speaker)))
