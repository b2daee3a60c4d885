"""Where somebody speaks: Silero VAD over the samples, block by block."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.audio.samples import Float32, Samples
from models.values import SAMPLE_RATE, Progress, Span

MODEL = "silero-vad"
MODEL_VERSION = "6"

# The model judges 512 samples (32 ms) at a time, given the 64 before them.
WINDOW = 512
_CONTEXT = 64
_WINDOWS_PER_BLOCK = 1875  # 60 s

# Silero's own defaults for turning probabilities into spans (snakers4/silero-vad, get_speech_timestamps):
# speech begins above 0.5 and ends below 0.35; gaps under 100 ms are articulation (stop closures reach 100 ms);
# bursts under 250 ms are clicks and knocks... except that answers such as "mhm" last 150-250 ms, so less here.
BEGINS_ABOVE = 0.5
ENDS_BELOW = 0.35
SHORTEST_SILENCE_MS = 100
SHORTEST_SPEECH_MS = 120
PAD_MS = 30

Reader = Callable[[int, int], Float32]


def detect_speech(samples: Samples, progress: Progress = lambda _: None) -> tuple[Span, ...]:
    """The stretches with speech, in order, apart from one another, within the recording."""
    return spans_of(
        speech_probabilities(samples.read_frames, len(samples.pcm), progress), samples.duration_ms
    )


def speech_probabilities(
    read: Reader, frames: int, progress: Progress = lambda _: None
) -> NDArray[np.float32]:
    """The probability of speech in each window of 32 ms; ``read(start, end)`` gives mono 16 kHz frames."""
    blocks = list(_probabilities(read, frames, progress))
    return np.concatenate(blocks) if blocks else np.zeros(0, dtype=np.float32)


def _probabilities(read: Reader, frames: int, progress: Progress) -> Iterator[NDArray[np.float32]]:
    from faster_whisper.vad import get_vad_model

    session: Any = get_vad_model().session
    hidden = np.zeros((1, 1, 128), dtype=np.float32)
    cell = np.zeros((1, 1, 128), dtype=np.float32)
    before = np.zeros(_CONTEXT, dtype=np.float32)
    for start in range(0, frames, WINDOW * _WINDOWS_PER_BLOCK):
        block = read(start, min(frames, start + WINDOW * _WINDOWS_PER_BLOCK))
        block = np.pad(block, (0, -len(block) % WINDOW))
        padded = np.concatenate([before, block])
        windows = np.lib.stride_tricks.sliding_window_view(padded, _CONTEXT + WINDOW)[::WINDOW]
        given = {"input": np.ascontiguousarray(windows), "h": hidden, "c": cell}
        result, hidden, cell = session.run(None, given)
        before = block[-_CONTEXT:]
        yield np.asarray(result, dtype=np.float32).reshape(-1)
        progress(min(frames, start + len(block)) * 1000 // SAMPLE_RATE)


def spans_of(probabilities: NDArray[np.float32], duration_ms: int) -> tuple[Span, ...]:
    """The spans that the probabilities of 32 ms windows mean; see the constants above for the rule."""
    window_ms = WINDOW * 1000 / SAMPLE_RATE
    runs: list[list[float]] = []
    speaking, begin = False, 0
    for index, probability in enumerate(probabilities):
        if not speaking and probability >= BEGINS_ABOVE:
            speaking, begin = True, index
        elif speaking and probability < ENDS_BELOW:
            speaking = False
            runs.append([begin * window_ms, index * window_ms])
    if speaking:
        runs.append([begin * window_ms, len(probabilities) * window_ms])
    joined: list[list[float]] = []
    for run in runs:
        if joined and run[0] - joined[-1][1] < SHORTEST_SILENCE_MS:
            joined[-1][1] = run[1]
        else:
            joined.append(run)
    kept = [run for run in joined if run[1] - run[0] >= SHORTEST_SPEECH_MS]
    return _padded(kept, duration_ms)


def _padded(runs: list[list[float]], duration_ms: int) -> tuple[Span, ...]:
    spans: list[Span] = []
    for index, (begin, end) in enumerate(runs):
        after = runs[index + 1][0] if index + 1 < len(runs) else float("inf")
        start_ms = max(0, round(begin - PAD_MS), spans[-1].end_ms if spans else 0)
        end_ms = min(duration_ms, round(min(end + PAD_MS, (end + after) / 2)))
        if end_ms > start_ms:
            spans.append(Span(start_ms, end_ms))
    return tuple(spans)
