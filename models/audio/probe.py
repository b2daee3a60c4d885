"""What a sound file says of itself, without decoding it."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from itertools import islice

import av.error
from av.audio.stream import AudioStream
from av.container import InputContainer

from models.audio.container import open_recording, refuse_encrypted
from models.audio.files import Readable
from models.problems import ProblemCode, RecordingProblem
from models.values import AudioInfo

SHORTEST_MS = 1_000
LONGEST_MS = 6 * 3_600_000

# Containers whose header states a duration that doesn't depend on the size of the file. In the others
# (mp3 without a Xing header, ADTS, AMR, Ogg, ASF) it is computed from what is there and promises nothing.
_PROMISING = frozenset({"w64", "aiff", "au", "caf", "flac", "matroska", "webm", "mov", "mp4", "avi"})
# QuickTime counts from 1904 and many clocks start in 1970: an earlier day than this was never set.
_FIRST_YEAR = 1995
_XING = (b"Xing", b"Info", b"VBRI")
_HEADER_BYTES = 262_144
_UNKNOWN_SIZE = 0xFFFF_0000


def probe(source: Readable) -> AudioInfo:
    """Container, codec, rate, channels and promised duration of the recording.

    Raises RecordingProblem: ``EMPTY_FILE``, ``NOT_AUDIO``, ``DAMAGED``, ``ENCRYPTED``, ``TOO_LONG``,
    ``FILE_VANISHED``, ``NO_PERMISSION``.
    """
    with open_recording(source) as (container, stream):
        info = describe_stream(container, stream)
        with suppress(av.error.FFmpegError):  # what can't be read is for the decoder to judge
            for packet in islice(container.demux(stream), 1):
                refuse_encrypted(packet)
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
    return AudioInfo(
        container.format.name,
        codec,
        rate,
        channels,
        _duration_ms(container, stream),
        _recorded_on({**stream.metadata, **container.metadata}),
    )


def _recorded_on(metadata: Mapping[str, str]) -> date | None:
    """The day of the recorder's clock, from the tags that phones and recorders write."""
    for tag in ("com.apple.quicktime.creationdate", "creation_time", "date"):
        with suppress(ValueError):
            day = date.fromisoformat(metadata.get(tag, "")[:10])
            if day.year >= _FIRST_YEAR:
                return day
    return None


def _duration_ms(container: InputContainer, stream: AudioStream) -> int | None:
    if stream.duration and stream.duration > 0 and stream.time_base:
        return round(stream.duration * stream.time_base * 1000)
    if container.duration and container.duration > 0:
        return round(container.duration / 1000)
    return None


def promised_ms(source: Readable, info: AudioInfo) -> int | None:
    """The duration the header promises, whatever of the file is there; None when it promises none."""
    if info.duration_ms is None:
        return None
    if _PROMISING & set(info.container.split(",")):
        return info.duration_ms
    if info.container in ("mp3", "wav"):
        with source.open("rb") as handle:
            head = handle.read(_HEADER_BYTES)
        if info.container == "wav":
            return _wav_promise(head)
        if any(mark in head for mark in _XING):
            return info.duration_ms
    return None


def _wav_promise(head: bytes) -> int | None:
    """What the ``fmt`` and ``data`` chunks say; the demuxer goes by the size of the file."""
    at, bytes_per_second = 12, 0
    while at + 8 <= len(head):
        name, size = head[at : at + 4], int.from_bytes(head[at + 4 : at + 8], "little")
        if name == b"fmt " and size >= 16:
            bytes_per_second = int.from_bytes(head[at + 16 : at + 20], "little")
        if name == b"data":
            # Recorders that don't know the end yet write none, or the largest number.
            unknown = size == 0 or size >= _UNKNOWN_SIZE or not bytes_per_second
            return None if unknown else size * 1000 // bytes_per_second
        at += 8 + size + size % 2
    return None
