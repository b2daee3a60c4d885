"""The track of a recording, in one pass over its samples, piece by piece."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from swift_f0 import SwiftF0

from models.audio.samples import Samples
from models.nuance.frames import MARGIN, Frames, measure_frames
from models.nuance.shimmer import SHIMMER_MARGIN, measure_shimmer
from models.nuance.sound_events import CLASSES, PATCH, SoundEvents, log_mel
from models.nuance.track import EVENT_MS, HOP, Track, as_kept
from models.values import SAMPLE_RATE, Progress

LOWEST_HZ, HIGHEST_HZ = 50.0, 700.0
"""Pitch of speaking voices, from creak to falsetto and laughter."""

_BLOCK_FRAMES = 750  # 12 s
_SPECTRA = EVENT_MS // 10
_EVENT_SAMPLES = EVENT_MS * SAMPLE_RATE // 1000
# An event's sound reaches over 0.96 s and the rest of its last window.
_EVENT_REACH = PATCH * 160 + 240

Float32 = NDArray[np.float32]


def _ignore(_reached_ms: int) -> None:
    pass


def measure_track(
    samples: Samples, sounds: SoundEvents | None, threads: int = 1, progress: Progress = _ignore
) -> Track:
    """The track of the mean of the channels. Without ``sounds`` no sounds are scored.

    Memory beyond the track (34 KB a minute) does not grow with the length.
    """
    count = -(-len(samples.pcm) // HOP)
    pitch = np.zeros(count, np.float32)
    voicing = np.zeros(count, np.float32)
    shimmer = np.zeros(count, np.float32)
    frames: list[Frames] = []
    stream = SwiftF0(threads=threads, spin=False).stream(LOWEST_HZ, HIGHEST_HZ)
    events: list[Float32] = []
    heard = 0

    def keep(found_pitch: NDArray[np.float64], found_voicing: NDArray[np.float64]) -> None:
        nonlocal heard
        first, end = heard, min(count, heard + len(found_pitch))
        pitch[first:end] = found_pitch[: end - first]
        voicing[first:end] = found_voicing[: end - first]
        heard = end
        if first < end:
            audio = _padded(samples, first, end, SHIMMER_MARGIN)
            shimmer[first:end] = measure_shimmer(audio, pitch[first:end], voicing[first:end])

    for first in range(0, count, _BLOCK_FRAMES):
        end = min(count, first + _BLOCK_FRAMES)
        frames.append(measure_frames(_padded(samples, first, end, MARGIN), end - first))
        found = stream.push(samples.read_frames(first * HOP, end * HOP), SAMPLE_RATE)
        keep(found.pitch_hz, found.confidence)
        if sounds is not None:
            events.append(sounds.score(np.stack(list(_patches(samples, first * HOP, end * HOP)))))
        progress(min(samples.duration_ms, end * HOP * 1000 // SAMPLE_RATE))
    found = stream.flush()
    keep(found.pitch_hz, found.confidence)
    pitch[voicing == 0] = 0
    return as_kept(
        Track(
            duration_ms=samples.duration_ms,
            pitch=pitch,
            voicing=voicing,
            level=_column([one.level for one in frames]),
            tilt=_column([one.tilt for one in frames]),
            harmonicity=_column([one.harmonicity for one in frames]),
            high=_column([one.high for one in frames]),
            shimmer=shimmer,
            classes=CLASSES if sounds is not None else (),
            events=np.concatenate(events)
            if events
            else np.zeros((0, len(CLASSES) if sounds else 0), np.float32),
        )
    )


def _column(blocks: list[Float32]) -> Float32:
    return np.concatenate(blocks) if blocks else np.zeros(0, np.float32)


def _padded(samples: Samples, first: int, end: int, margin: int) -> Float32:
    """The samples of the frames with their margins; silence beyond the recording."""
    start, stop = first * HOP - margin, (end - 1) * HOP + margin
    audio = samples.read_frames(start, stop)
    return np.pad(audio, (max(0, -start), max(0, stop - len(samples.pcm))))


def _patches(samples: Samples, start: int, end: int) -> Iterator[Float32]:
    """The spectra of each event that begins in the block: 96 of 64 bands."""
    first = -(-start // _EVENT_SAMPLES)
    last = -(-end // _EVENT_SAMPLES)
    audio = samples.read_frames(first * _EVENT_SAMPLES, (last - 1) * _EVENT_SAMPLES + _EVENT_REACH)
    whole = (last - first - 1) * _EVENT_SAMPLES + _EVENT_REACH
    spectra = log_mel(np.pad(audio, (0, whole - len(audio))))
    for number in range(last - first):
        yield spectra[number * _SPECTRA : number * _SPECTRA + PATCH]
