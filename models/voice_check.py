"""Each stretch between pauses is heard once more: does it sound like the speaker it was given to?

Windows in which two people sound alike, or one says a single word, mix them up; a stretch of its own between two
silences rarely holds two people.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from models.intervals import exclusive_turns, moved_turns, within
from models.values import Diarization, Span, Turn, VoiceMargin

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
    moved: list[tuple[Turn, str]] = []
    margins: list[VoiceMargin] = []
    apart = _least_distance(voices)
    for stretch, vector in zip(stretches, vectors, strict=True):
        speaker = _sounds_like(vector, voices, stretch.speaker)
        if speaker != stretch.speaker:
            moved.append((stretch, speaker))
        margin = _margin(vector, voices, speaker, apart)
        if margin is not None:
            margins.append(VoiceMargin(stretch.start_ms, stretch.end_ms, margin))
    margins.sort(key=lambda one: one.start_ms)
    if not moved:
        return replace(found, margins=tuple(margins))
    return Diarization(
        moved_turns(found.turns, moved),
        exclusive_turns(moved_turns(found.exclusive, moved)),
        tuple(margins),
    )


def _least_distance(voices: Mapping[str, Vectors]) -> float:
    pairs = combinations(voices.values(), 2)
    return max(0.1, min(voice_distance(first, second) for first, second in pairs))


def _margin(vector: Vectors, voices: Mapping[str, Vectors], speaker: str, apart: float) -> float | None:
    """How much nearer the stretch is to its speaker than to the next, as a share of how far those two are apart."""
    if np.isnan(vector).any() or speaker not in voices:
        return None
    own = voice_distance(vector, voices[speaker])
    other = min(voice_distance(vector, voice) for name, voice in voices.items() if name != speaker)
    return round(min(1.0, max(0.0, (other - own) / apart)), 3)


def _sounds_like(vector: Vectors, voices: Mapping[str, Vectors], given: str) -> str:
    if np.isnan(vector).any() or given not in voices:
        return given
    distances = {speaker: voice_distance(vector, voice) for speaker, voice in voices.items()}
    nearest = min(distances, key=lambda speaker: distances[speaker])
    return nearest if distances[given] - distances[nearest] > MARGIN else given


def voice_distance(first: Vectors, second: Vectors) -> float:
    """The cosine distance of two vectors, 0 to 2; NaN when one has NaN."""
    return float(1 - first @ second / (np.linalg.norm(first) * np.linalg.norm(second)))
