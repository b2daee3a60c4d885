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

TRACK_FORMAT = 1
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

VOICED = 0.5
"""Least voicing of a voiced frame: swift-f0 is calibrated to it."""

MAGIC = b"LYTTNUAN"
_HEAD = struct.Struct("<8sII")
_STEP = 0.5
_FLOOR = -100.0

Float32 = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Track:
    """Rows of 16 ms, the middle of row ``n`` at ``n * FRAME_MS``, and rows of ``EVENT_MS`` for each class of sound.

    ``pitch`` in Hz (0 where there is none), ``voicing`` from 0 to 1, ``level`` in dB of full scale, ``tilt`` in dB
    (energy of 50 to 1,000 Hz against 1,000 to 5,000 Hz: the alpha ratio of eGeMAPS), ``harmonicity`` in dB (harmonics
    against noise). ``events`` are logits, a column for each of ``classes``; no columns where sounds were not scored.
    """

    duration_ms: int
    pitch: Float32
    voicing: Float32
    level: Float32
    tilt: Float32
    harmonicity: Float32
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
        np.clip(np.rint(track.events / EVENT_STEP + EVENT_ZERO), 0, 255).astype("u1"),
    )
    return b"".join(
        (_HEAD.pack(MAGIC, TRACK_FORMAT, len(header)), header, *(one.tobytes() for one in columns))
    )


def decode(data: bytes) -> Track:
    """The track in a file. Raises RecordingProblem ``DAMAGED`` when it is none, or one of another version."""
    try:
        magic, version, length = _HEAD.unpack_from(data)
        if magic != MAGIC or version != TRACK_FORMAT:
            raise ValueError
        header = json.loads(data[_HEAD.size : _HEAD.size + length])
        frames, events, classes = int(header["frames"]), int(header["events"]), tuple(header["classes"])
        step, zero = np.float32(header["event_step"]), np.float32(header["event_zero"])
        at = _HEAD.size + length
        if len(data) != at + frames * 6 + events * len(classes):
            raise ValueError
    except (ValueError, KeyError, TypeError, struct.error):
        raise RecordingProblem(ProblemCode.DAMAGED) from None
    pitch = np.frombuffer(data, "<u2", frames, at).astype(np.float32) / np.float32(10)
    at += frames * 2
    voicing = np.frombuffer(data, "u1", frames, at).astype(np.float32) / np.float32(255)
    level, tilt, harmonicity = (_measured(data, frames, at + frames * number) for number in (1, 2, 3))
    stepped = np.frombuffer(data, "u1", events * len(classes), at + frames * 4).astype(np.float32)
    scores = (step * (stepped - zero)).reshape(events, len(classes))
    return Track(int(header["duration_ms"]), pitch, voicing, level, tilt, harmonicity, classes, scores)


def as_kept(track: Track) -> Track:
    """The track as its file holds it: markers are found in this one, so that they are the same from the file."""
    return decode(encode(track))


def _stepped(values: Float32) -> NDArray[np.uint8]:
    """Bytes of half a dB, from -100."""
    stepped: NDArray[np.uint8] = np.clip(np.rint((values - _FLOOR) / _STEP), 0, 255).astype(np.uint8)
    return stepped


def _measured(data: bytes, count: int, at: int) -> Float32:
    read: Float32 = np.frombuffer(data, "u1", count, at).astype(np.float32) * np.float32(_STEP) + np.float32(
        _FLOOR
    )
    return read
