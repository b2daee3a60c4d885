"""The track of a recording: frame features and scores of sounds, and the file that holds them.

docs/markers.md ("The track") describes the file. It is written whole, is the same for the same sound, and is known by
its SHA-256 to whoever keeps it. It says how somebody speaks, so it belongs in the vault.
"""

from __future__ import annotations

import json
import struct
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.problems import ProblemCode, RecordingProblem
from models.values import SAMPLE_RATE

TRACK_FORMAT = 2
"""1 has neither ``high`` nor ``shimmer``, and is still read."""

HOP = 256
"""Samples from one frame to the next: 16 ms, that of swift-f0."""

FRAME_MS = HOP * 1000 / SAMPLE_RATE
EVENT_MS = 480
"""From one score of sounds to the next; each is of :data:`EVENT_WINDOW_MS`."""

EVENT_WINDOW_MS = 960
EVENT_STEP, EVENT_ZERO = 0.7565, 190
"""A step of a score, and the byte of score 0: those of the 8-bit network, so that nothing is lost."""

FLOOR_DB = -96.0
"""One step of 16 bit."""

NOTHING_DB = -100.0
"""Of a row in which nothing was measured: the least that the file can hold."""

VOICED = 0.5
"""Least voicing of a voiced frame: swift-f0 is calibrated to it."""

MAGIC = b"LYTTNUAN"
_HEAD = struct.Struct("<8sII")
_STEP = 0.5
_SHIMMER_STEP = 0.05

Float32 = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Track:
    """Rows of 16 ms, the middle of row ``n`` at ``n * FRAME_MS``, and rows of ``EVENT_MS`` for each class of sound.

    ``pitch`` in Hz (0 where there is none), ``voicing`` from 0 to 1, ``level`` in dB of full scale, ``tilt`` in dB
    (energy of 50 to 1,000 Hz against 1,000 to 5,000 Hz: the alpha ratio of eGeMAPS), ``harmonicity`` in dB (harmonics
    against noise), ``high`` in dB of full scale (what lies above 2 kHz, as voiceless sounds do), ``shimmer`` in dB (0
    where there is none). ``events`` are logits, a column for each of ``classes``; no columns where sounds were not
    scored. A track of format 1 has :data:`NOTHING_DB` for ``high`` everywhere, and no shimmer.
    """

    duration_ms: int
    pitch: Float32
    voicing: Float32
    level: Float32
    tilt: Float32
    harmonicity: Float32
    high: Float32
    shimmer: Float32
    classes: tuple[str, ...]
    events: Float32

    def rows(self, start_ms: float, end_ms: float) -> slice:
        """The frames whose middle lies in the stretch."""
        first = max(0, int(np.ceil(start_ms / FRAME_MS)))
        return slice(first, max(first, min(len(self.level), int(np.ceil(end_ms / FRAME_MS)))))


def encode(track: Track) -> bytes:
    """The file of a track."""
    header = json.dumps(
        {
            "duration_ms": track.duration_ms,
            "frames": len(track.level),
            "events": len(track.events),
            "classes": list(track.classes),
            "event_step": EVENT_STEP,
            "event_zero": EVENT_ZERO,
        },
        separators=(",", ":"),
    ).encode()
    columns = (
        np.clip(np.rint(track.pitch * 10), 0, 65_535).astype("<u2"),
        np.clip(np.rint(track.voicing * 255), 0, 255).astype("u1"),
        _stepped(track.level),
        _stepped(track.tilt),
        _stepped(track.harmonicity),
        _stepped(track.high),
        _of_shimmer(track.shimmer),
        np.clip(np.rint(track.events / EVENT_STEP + EVENT_ZERO), 0, 255).astype("u1"),
    )
    return b"".join(
        (_HEAD.pack(MAGIC, TRACK_FORMAT, len(header)), header, *(one.tobytes() for one in columns))
    )


def decode(data: bytes) -> Track:
    """The track in a file. Raises RecordingProblem ``DAMAGED`` when it is none, or one of another version."""
    try:
        magic, version, length = _HEAD.unpack_from(data)
        if magic != MAGIC or version not in (1, TRACK_FORMAT):
            raise ValueError
        row_bytes = 6 if version == 1 else 8
        header = json.loads(data[_HEAD.size : _HEAD.size + length])
        frames, events, classes = int(header["frames"]), int(header["events"]), tuple(header["classes"])
        step, zero = np.float32(header["event_step"]), np.float32(header["event_zero"])
        at = _HEAD.size + length
        if len(data) != at + frames * row_bytes + events * len(classes):
            raise ValueError
    except (ValueError, KeyError, TypeError, struct.error):
        raise RecordingProblem(ProblemCode.DAMAGED) from None
    pitch = np.frombuffer(data, "<u2", frames, at).astype(np.float32) / np.float32(10)
    columns = [np.frombuffer(data, "u1", frames, at + frames * number) for number in range(2, row_bytes)]
    at += frames * row_bytes
    stepped = np.frombuffer(data, "u1", events * len(classes), at).astype(np.float32)
    return Track(
        duration_ms=int(header["duration_ms"]),
        pitch=pitch,
        voicing=columns[0].astype(np.float32) / np.float32(255),
        level=_measured(columns[1]),
        tilt=_measured(columns[2]),
        harmonicity=_measured(columns[3]),
        high=_measured(columns[4]) if version > 1 else np.full(frames, NOTHING_DB, np.float32),
        shimmer=columns[5].astype(np.float32) * np.float32(_SHIMMER_STEP)
        if version > 1
        else np.zeros(frames, np.float32),
        classes=classes,
        events=(step * (stepped - zero)).reshape(events, len(classes)),
    )


def as_kept(track: Track) -> Track:
    """The track as its file holds it: markers are found in this one, so that they are the same from the file."""
    return decode(encode(track))


def _stepped(values: Float32) -> NDArray[np.uint8]:
    """Bytes of half a dB, from -100."""
    stepped: NDArray[np.uint8] = np.clip(np.rint((values - NOTHING_DB) / _STEP), 0, 255).astype(np.uint8)
    return stepped


def _of_shimmer(values: Float32) -> NDArray[np.uint8]:
    """Bytes of a twentieth of a dB; what was measured is never 0, which says that nothing was."""
    steps = np.clip(np.rint(values / _SHIMMER_STEP), 1, 255)
    kept: NDArray[np.uint8] = np.where(values > 0, steps, 0).astype(np.uint8)
    return kept


def _measured(column: NDArray[np.uint8]) -> Float32:
    read: Float32 = column.astype(np.float32) * np.float32(_STEP) + np.float32(NOTHING_DB)
    return read
