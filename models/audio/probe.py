"""What a sound file says of itself, without decoding it."""

from __future__ import annotations

from pathlib import Path

import av.error
from av.audio.stream import AudioStream
from av.container import InputContainer

from models.audio.container import open_recording
from models.problems import ProblemCode, RecordingProblem
from models.values import AudioInfo

SHORTEST_MS = 1_000
LONGEST_MS = 6 * 3_600_000

# Containers whose header states a duration that doesn't depend on the size of the file. In the others
# (mp3 without a Xing header, ADTS, AMR, Ogg) it is computed from what is there and promises nothing.
_PROMISING = frozenset(
    {"wav", "w64", "aiff", "au", "caf", "flac", "matroska", "webm", "mov", "mp4", "asf", "avi"}
)
_XING = (b"Xing", b"Info", b"VBRI")


def probe(source: Path) -> AudioInfo:
    """Container, codec, rate, channels and promised duration of the recording.

    Raises RecordingProblem: ``EMPTY_FILE``, ``NOT_AUDIO``, ``DAMAGED``, ``ENCRYPTED``, ``TOO_LONG``,
    ``FILE_VANISHED``, ``NO_PERMISSION``.
    """
    with open_recording(source) as (container, stream):
        info = describe_stream(container, stream)
    promised = promised_ms(source, info)
    if promised is not None and promised > LONGEST_MS:
        raise RecordingProblem(ProblemCode.TOO_LONG)
    return info


def describe_stream(container: InputContainer, stream: AudioStream) -> AudioInfo:
    """The stream's description. Raises RecordingProblem ``DAMAGED`` when its header is no use."""
    try:
        context = stream.codec_context
        codec, rate, channels = context.name, context.sample_rate, context.channels
    except (av.error.FFmpegError, AttributeError, ValueError):
        raise RecordingProblem(ProblemCode.DAMAGED) from None
    if not rate or not channels:
        raise RecordingProblem(ProblemCode.DAMAGED)
    return AudioInfo(container.format.name, codec, rate, channels, _duration_ms(container, stream))


def _duration_ms(container: InputContainer, stream: AudioStream) -> int | None:
    if stream.duration and stream.duration > 0 and stream.time_base:
        return round(stream.duration * stream.time_base * 1000)
    if container.duration and container.duration > 0:
        return round(container.duration / 1000)
    return None


def promised_ms(source: Path, info: AudioInfo) -> int | None:
    """The duration the header promises, whatever of the file is there; None when it promises none."""
    if info.duration_ms is None:
        return None
    if _PROMISING & set(info.container.split(",")):
        return info.duration_ms
    if info.container == "mp3":
        with source.open("rb") as handle:
            head = handle.read(262_144)
        if any(mark in head for mark in _XING):
            return info.duration_ms
    return None
