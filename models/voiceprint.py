"""A voiceprint: what a voice sounds like in one recording, as a vector that other recordings can be compared to.

It is the mean of CAM++ vectors of the speaker's own speech, taken in stretches of six seconds. Longer stretches
give the same and shorter ones blur two people more (figures in docs/benchmarks.md).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch

from models.audio.samples import Samples
from models.intervals import shared_by_two, within, without
from models.speaker_embedding import FRAMES_PER_SECOND, SpeakerEmbedder, fbank
from models.values import Span, Turn, Voiceprint

STRETCH_MS = 6_000
# Shorter pieces are mostly edges of words, where the other voice may still sound.
_LEAST_PIECE_MS = 300
# So much of a voice tells what more would: the rest costs time alone. Taken evenly from the whole recording.
MOST_SPEECH_MS = 300_000
_LEAST_FRAMES = 30
_BATCH = 32


def own_speech(turns: Sequence[Turn], speech: Sequence[Span], speaker: str) -> tuple[Span, ...]:
    """Where the speaker is heard alone, in pieces of at least 0.3 s; with others where that is all there is."""
    mine = [Span(turn.start_ms, turn.end_ms) for turn in turns if turn.speaker == speaker]
    heard = [piece for span in mine for piece in (within(span, speech) if speech else (span,))]
    alone = [piece for piece in without(heard, shared_by_two(turns)) if piece.length_ms >= _LEAST_PIECE_MS]
    return tuple(alone or heard)


def make_voiceprints(
    samples: Samples,
    turns: Sequence[Turn],
    speech: Sequence[Span],
    speakers: Sequence[str],
    embedder: SpeakerEmbedder,
    model: str,
) -> tuple[Voiceprint, ...]:
    """A voiceprint for each of ``speakers`` with half a second of speech or more; ``model`` names what made it."""
    made = []
    for speaker in speakers:
        spans = own_speech(turns, speech, speaker)
        vector = _vector(samples, _evenly(spans), embedder)
        if vector is not None:
            made.append(Voiceprint(speaker, sum(span.length_ms for span in spans), vector, model))
    return tuple(made)


def _evenly(spans: Sequence[Span]) -> list[Span]:
    """Spans of about :data:`MOST_SPEECH_MS` together, spread over the whole."""
    total = sum(span.length_ms for span in spans)
    if total <= MOST_SPEECH_MS:
        return list(spans)
    chosen: list[Span] = []
    before = taken = 0
    for span in spans:
        before += span.length_ms
        if taken < before * MOST_SPEECH_MS / total:
            part = Span(span.start_ms, min(span.end_ms, span.start_ms + STRETCH_MS))
            chosen.append(part)
            taken += part.length_ms
    return chosen


def _vector(samples: Samples, spans: Sequence[Span], embedder: SpeakerEmbedder) -> tuple[float, ...] | None:
    """The mean vector of length 1, or None when there is too little speech."""
    features = [fbank(torch.from_numpy(samples.read(span))) for span in spans]
    frames = torch.cat(features) if features else torch.zeros(0)
    if len(frames) < _LEAST_FRAMES:
        return None
    count = max(1, round(len(frames) * 1000 / FRAMES_PER_SECOND / STRETCH_MS))
    stretches = torch.tensor_split(frames, count)
    sums = np.zeros(0)
    for first in range(0, count, _BATCH):
        batch = stretches[first : first + _BATCH]
        vectors = embedder.embed(batch).numpy().astype(np.float64)
        vectors *= np.array([[len(one)] for one in batch]) / np.linalg.norm(vectors, axis=1, keepdims=True)
        sums = vectors.sum(axis=0) if not len(sums) else sums + vectors.sum(axis=0)
    return tuple(round(float(value), 6) for value in sums / np.linalg.norm(sums))
