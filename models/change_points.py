"""Where one speaker follows another without a silence, the moment of the change is heard once more.

The windows of the diarization place such changes up to a second off: enough for the last words of one to become the
first of the other. Short probes on both sides are compared with the two voices, and the change is put where
the probes before it sound most like the one and those after it most like the other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from models.intervals import exclusive_turns, joined, moved_turns
from models.values import Diarization, Span, Turn
from models.voice_check import voice_distance

Vectors = NDArray[np.float32]

# A change with a longer silence is where the silence is.
_SILENCE_MS = 250
_REACH_MS = 2_000
# The shortest probe that tells two voices apart at all, and how densely probes lie; measured, docs/benchmarks.md.
PROBE_MS = 800
STEP_MS = 250
# How much better another moment must be, in cosine distance summed over the probes, for each second it lies away.
LEAST_GAIN = 0.3


@dataclass(frozen=True)
class _Change:
    at_ms: int
    before: str
    after: str
    probes: tuple[Span, ...]


def refine_changes(
    found: Diarization,
    speech: Sequence[Span],
    voices: Mapping[str, Vectors],
    embed: Callable[[Sequence[Span]], Vectors],
) -> Diarization:
    """The diarization with its changes without silence put where the voices change.

    ``voices`` is a vector for each speaker; ``embed`` gives a vector for each span, NaN where there is too little.
    """
    changes = _changes(found.exclusive, speech, voices)
    if not changes:
        return found
    vectors = embed([probe for change in changes for probe in change.probes])
    moved: list[tuple[Turn, str]] = []
    first = 0
    for change in changes:
        own = vectors[first : first + len(change.probes)]
        first += len(change.probes)
        at = _best(change, own, voices)
        if at < change.at_ms:
            moved.append((Turn(at, change.at_ms, change.before), change.after))
        elif at > change.at_ms:
            moved.append((Turn(change.at_ms, at, change.after), change.before))
    if not moved:
        return found
    return replace(
        found,
        turns=moved_turns(found.turns, moved),
        exclusive=exclusive_turns(moved_turns(found.exclusive, moved)),
    )


def _changes(
    exclusive: Sequence[Turn], speech: Sequence[Span], voices: Mapping[str, Vectors]
) -> list[_Change]:
    phrases = joined(speech, _SILENCE_MS)
    changes = []
    for before, after in pairwise(sorted(exclusive, key=lambda turn: turn.start_ms)):
        at = (before.end_ms + after.start_ms) // 2
        phrase = next((one for one in phrases if one.start_ms <= at < one.end_ms), None)
        if (
            before.speaker == after.speaker
            or phrase is None
            or after.start_ms - before.end_ms > _SILENCE_MS
            or not {before.speaker, after.speaker} <= voices.keys()
        ):
            continue
        start = max(before.start_ms, phrase.start_ms, at - _REACH_MS)
        end = min(after.end_ms, phrase.end_ms, at + _REACH_MS)
        probes = tuple(Span(probe, probe + PROBE_MS) for probe in range(start, end - PROBE_MS + 1, STEP_MS))
        if len(probes) > 1:
            changes.append(_Change(at, before.speaker, after.speaker, probes))
    return changes


def _best(change: _Change, vectors: Vectors, voices: Mapping[str, Vectors]) -> int:
    """The moment that divides the probes best; the one that was found, unless another is clearly better."""
    leaning = np.array(
        [
            voice_distance(vector, voices[change.after]) - voice_distance(vector, voices[change.before])
            for vector in vectors
        ]
    )
    leaning = np.nan_to_num(leaning)
    middles = np.array([(probe.start_ms + probe.end_ms) // 2 for probe in change.probes])

    def score(at: int) -> float:
        return float(leaning[middles < at].sum() - leaning[middles >= at].sum())

    # Between probes, and beyond the outer ones the change stays within their reach.
    candidates = [int(middle) + STEP_MS // 2 for middle in middles[:-1]]
    candidates = [int(middles[0]) - STEP_MS // 2, *candidates, int(middles[-1]) + STEP_MS // 2]
    best = max(candidates, key=lambda at: (score(at), -abs(at - change.at_ms)))
    gain = score(best) - score(change.at_ms)
    return best if gain > LEAST_GAIN and abs(best - change.at_ms) > STEP_MS else change.at_ms
