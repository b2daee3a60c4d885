"""A stretch of a sound file as sound of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, Literal, Protocol

import av
import av.error
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from numpy.typing import NDArray

from models.audio.atomic import written_whole
from models.audio.container import open_recording, problem_of
from models.audio.files import Readable
from models.audio.listening import OPUS_RATE, OpusWriter
from models.audio.resampling import Conformer
from models.audio.samples import wav_header
from models.problems import ProblemCode, RecordingProblem
from models.values import Span

ClipFormat = Literal["opus", "wav", "flac"]
# Opus needs 80 ms to converge after a seek (RFC 7845, section 4.6); MP3 and AAC less.
_PREROLL_S = 0.5


def clip(source: Readable, span: Span, target: Path, clip_format: ClipFormat = "opus") -> None:
    """Write the sound of ``span`` of ``source`` to ``target``, whole or not at all. Raises as :func:`write_clip`."""
    try:
        with written_whole(target) as handle:
            write_clip(source, span, handle, clip_format)
    except OSError as error:
        raise problem_of(error) from None


def write_clip(source: Readable, span: Span, handle: BinaryIO, clip_format: ClipFormat = "opus") -> None:
    """Write the sound of ``span`` of ``source`` to a handle that can seek, exact to the sample at 48 kHz.

    What lies beyond the end of the sound is left out. Raises RecordingProblem (as
    :func:`models.audio.probe.probe`, ``DISK_FULL``) and ValueError when the span is empty.
    """
    if span.length_ms <= 0 or span.start_ms < 0:
        raise ValueError("a clip needs an end after its start")
    try:
        with open_recording(source) as (container, stream):
            channels: Literal[1, 2] = 2 if stream.codec_context.channels == 2 else 1
            _encode(cut(container, stream, span, channels), channels, handle, clip_format)
    except av.error.FFmpegError:
        raise RecordingProblem(ProblemCode.DAMAGED) from None
    except OSError as error:
        raise problem_of(error) from None


def cut(
    container: av.container.InputContainer,
    stream: AudioStream,
    span: Span,
    channels: Literal[1, 2],
    rate: int = OPUS_RATE,
) -> Iterator[NDArray[np.float32]]:
    """The sound of ``span`` in blocks shaped (frames, channels) at ``rate`` Hz, exact to the sample."""
    first, end = span.start_ms * rate // 1000, span.end_ms * rate // 1000
    conformer = Conformer(rate, channels, "flt")
    start_s = max(0.0, span.start_ms / 1000 - _PREROLL_S)
    time_base = stream.time_base
    assert time_base is not None
    offset = stream.start_time or 0
    if start_s > 0:
        container.seek(offset + int(start_s / time_base), stream=stream)
    position: int | None = None
    for frame in container.decode(stream):
        assert isinstance(frame, AudioFrame)
        if position is None:
            position = round(float(((frame.pts or offset) - offset) * time_base) * rate)
        for ready in conformer.add(frame):
            block = ready.astype(np.float32, copy=False)
            yield block[max(0, first - position) : max(0, end - position)]
            position += len(block)
        if position >= end:
            return
    for ready in conformer.finish():
        block = ready.astype(np.float32, copy=False)
        begin = position or 0
        yield block[max(0, first - begin) : max(0, end - begin)]
        position = begin + len(block)


def _encode(
    blocks: Iterator[NDArray[np.float32]], channels: Literal[1, 2], handle: BinaryIO, clip_format: ClipFormat
) -> None:
    writer = _WRITERS[clip_format](handle, channels)
    for block in blocks:
        if len(block):
            writer.add(block)
    writer.finish()


def as_pcm(block: NDArray[np.float32]) -> NDArray[np.int16]:
    """Samples from -1 to 1 as 16-bit integers, little-endian."""
    return np.rint(np.clip(block, -1, 32767 / 32768) * 32768).astype("<i2")


class _WavWriter:
    def __init__(self, handle: BinaryIO, channels: int) -> None:
        self._handle, self._channels, self._frames = handle, channels, 0
        handle.write(wav_header(0, channels, OPUS_RATE))

    def add(self, block: NDArray[np.float32]) -> None:
        self._handle.write(as_pcm(block).tobytes())
        self._frames += len(block)

    def finish(self) -> None:
        self._handle.seek(0)
        self._handle.write(wav_header(self._frames, self._channels, OPUS_RATE))


class _FlacWriter:
    def __init__(self, handle: BinaryIO, channels: int) -> None:
        self._layout = "mono" if channels == 1 else "stereo"
        self._container = av.open(handle, mode="w", format="flac", options={"fflags": "+bitexact"})
        stream = self._container.add_stream("flac", rate=OPUS_RATE, layout=self._layout)
        assert isinstance(stream, AudioStream)
        self._stream, self._position = stream, 0

    def add(self, block: NDArray[np.float32]) -> None:
        frame = AudioFrame.from_ndarray(as_pcm(block).reshape(1, -1), format="s16", layout=self._layout)
        frame.sample_rate = OPUS_RATE
        frame.pts = self._position
        self._position += len(block)
        self._container.mux(self._stream.encode(frame))

    def finish(self) -> None:
        self._container.mux(self._stream.encode(None))
        self._container.close()


class _Writer(Protocol):
    def add(self, block: NDArray[np.float32]) -> None: ...
    def finish(self) -> None: ...


_WRITERS: dict[ClipFormat, Callable[[BinaryIO, int], _Writer]] = {
    "opus": OpusWriter,
    "wav": _WavWriter,
    "flac": _FlacWriter,
}
