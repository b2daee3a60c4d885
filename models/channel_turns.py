"""Recordings with one speaker a channel: what each channel's own speaker says, without the other's bleed."""

from __future__ import annotations

import numpy as np

from models.audio.samples import Float32, Samples
from models.intervals import exclusive_turns, joined
from models.speech_detection import WINDOW, spans_of, speech_probabilities
from models.values import Diarization, Progress, Span, Turn

# The wearer of a close microphone is at least 10 dB louder in it than in the other (models.audio.channels);
# a sound 10 dB louder in the other channel is the other's.
_BLEED_RATIO = 10.0
# Pauses up to this within one speaker's stretch don't end a turn (Heldner & Edlund 2010: most pauses within a
# turn are under half a second).
_JOIN_MS = 500


def channel_speaker(channel: int) -> str:
    """The label of a channel's speaker in turns."""
    return f"channel-{channel}"


def read_own(samples: Samples, channel: int, start: int, end: int) -> Float32:
    """Frames ``start`` to ``end`` of a channel, silent where another channel is much louder."""
    first, last = start // WINDOW * WINDOW, min(len(samples.pcm), -(-end // WINDOW) * WINDOW)
    own = samples.read_frames(first, last, channel)
    if not len(own):
        return own
    loudest = np.zeros(-(-len(own) // WINDOW), dtype=np.float32)
    for other in range(samples.channels):
        if other != channel:
            loudest = np.maximum(loudest, _energy(samples.read_frames(first, last, other)))
    bleed = loudest > _BLEED_RATIO * _energy(own)
    own[np.repeat(bleed, WINDOW)[: len(own)]] = 0.0
    return own[start - first : end - first]


def _energy(block: Float32) -> Float32:
    padded = np.pad(block, (0, -len(block) % WINDOW)).reshape(-1, WINDOW)
    energy: Float32 = np.square(padded).mean(axis=1)
    return energy


def channel_speech(samples: Samples, channel: int, within: Span) -> tuple[Span, ...]:
    """Where the channel's own speaker speaks in ``within``."""
    from models.audio.samples import frames_of

    first, end = frames_of(within)
    read = speech_probabilities(lambda a, b: read_own(samples, channel, first + a, first + b), end - first)
    return tuple(
        Span(span.start_ms + within.start_ms, span.end_ms + within.start_ms)
        for span in spans_of(read, within.length_ms)
    )


def diarize_channels(samples: Samples, progress: Progress = lambda _: None) -> Diarization:
    """Turns from what is heard in each channel: ``channel-0``, ``channel-1``."""
    turns: list[Turn] = []
    whole = Span(0, samples.duration_ms)
    for channel in range(samples.channels):
        spans = joined(channel_speech(samples, channel, whole), _JOIN_MS)
        turns += [Turn(span.start_ms, span.end_ms, channel_speaker(channel)) for span in spans]
        progress(samples.duration_ms * (channel + 1) // samples.channels)
    ordered = tuple(sorted(turns, key=lambda turn: (turn.start_ms, turn.end_ms, turn.speaker)))
    return Diarization(ordered, exclusive_turns(ordered))
