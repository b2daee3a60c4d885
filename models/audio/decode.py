"""Sound files of any kind → canonical samples, listening copy and peaks, in one pass over the files."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import av.error
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container import InputContainer

from models.audio.channels import ChannelObserver
from models.audio.container import looks_like_sound, open_recording, problem_of, refuse_encrypted
from models.audio.editing import Block, EditMaker, untouched
from models.audio.files import LISTENING_NAME, PEAKS_NAME, SAMPLES_NAME, Folder, Outlet, Readable
from models.audio.listening import OPUS_RATE, OpusWriter
from models.audio.peaks import PeaksWriter
from models.audio.probe import LONGEST_MS, SHORTEST_MS, describe_stream, promised_ms
from models.audio.resampling import Conformer
from models.audio.samples import SamplesWriter, open_samples
from models.notices import DAMAGED_PARTS, ENDS_EARLY, SEPARATE_CHANNELS
from models.problems import ProblemCode, RecordingProblem
from models.values import SAMPLE_RATE, AudioInfo, DecodedAudio, Progress

# A header may round, and encoders pad: only a clear difference is told. 2 s and 2 %.
_EARLY_MS = 2_000
_EARLY_SHARE = 0.02
# Of the packets of a sound file that can't be decoded: from here on it is not worth having, or worth a notice.
_HOPELESS_SHARE = 0.5
_NOTICE_SHARE = 0.01
# Longest packets in use are about a second (PCM in AVI); a damaged header may claim anything.
_LONGEST_PACKET_S = 2.0
_MIX_BLOCK = SAMPLE_RATE * 60


@dataclass
class _Tally:
    packets: int = 0
    broken: int = 0
    cut_off: bool = False

    @property
    def broken_share(self) -> float:
        return self.broken / self.packets if self.packets else 0.0


@dataclass(frozen=True, slots=True)
class _Source:
    file: Readable
    info: AudioInfo
    promised_ms: int | None


def decode(
    source: Readable,
    out: Path | Outlet,
    progress: Progress = lambda _: None,
    *,
    more: Sequence[Readable] = (),
    edit: EditMaker = untouched,
) -> DecodedAudio:
    """Write ``samples.wav``, ``listening.ogg`` and ``peaks.bin`` into the folder or outlet ``out``; each is there whole
    or not at all.

    ``more`` are the further files of the same interview in their order: each goes on where the one before it ends. The
    same files give the same bytes. ``edit`` changes the sound before anything is written of it. Memory does not grow
    with the length. ``progress`` gets ms of audio decoded.
    Notices: ``ends_early`` when a header promised clearly more than there is, ``damaged_parts`` when parts could not
    be decoded.

    Raises RecordingProblem: what :func:`models.audio.probe.probe` raises, ``TOO_SHORT``, ``TOO_LONG``,
    ``DISK_FULL``, ``FILE_CHANGED``.
    """
    try:
        described = [_describe(file) for file in (source, *more)]
        if sum(one.promised_ms or 0 for one in described) > LONGEST_MS:
            raise RecordingProblem(ProblemCode.TOO_LONG)
        channels: Literal[1, 2] = 2 if all(one.info.channels == 2 for one in described) else 1
        outlet = Folder(out) if isinstance(out, Path) else out
        starts, decoded, separate, notices = _write_all(described, channels, outlet, progress, edit)
    except OSError as error:
        raise problem_of(error) from None
    return DecodedAudio(
        samples=SAMPLES_NAME,
        listening=LISTENING_NAME,
        peaks=PEAKS_NAME,
        duration_ms=decoded,
        channels=described[0].info.channels if len(described) == 1 else channels,
        separate_channels=separate,
        notices=(*notices, SEPARATE_CHANNELS) if separate else notices,
        part_starts_ms=starts,
    )


def _describe(file: Readable) -> _Source:
    with open_recording(file) as (container, stream):
        info = describe_stream(container, stream)
        return _Source(file, info, promised_ms(file, info))


def _frames_of(source: _Source, tally: _Tally) -> Iterator[AudioFrame]:
    """Every frame of the file. One that is somebody's own, and not kept for us, must not change meanwhile."""
    own = source.file if isinstance(source.file, Path) else None
    before = own.stat() if own else None
    with open_recording(source.file) as (container, stream):
        yield from _frames(container, stream, tally)
    if own is not None and before is not None:
        _refuse_changed(own, before)


def _frames(container: InputContainer, stream: AudioStream, tally: _Tally) -> Iterator[AudioFrame]:
    """Every frame that can be decoded. A broken packet becomes silence of its length; a broken file ends early."""
    last: AudioFrame | None = None
    packets = container.demux(stream)
    while True:
        try:
            packet = next(packets, None)
        except av.error.FFmpegError as error:
            if isinstance(error, av.error.MemoryError):
                raise RecordingProblem(ProblemCode.OUT_OF_MEMORY) from None
            tally.cut_off = True
            return
        if packet is None:
            return
        if not tally.packets:
            refuse_encrypted(packet)
        tally.packets += 1
        try:
            frames = packet.decode()
        except av.error.FFmpegError:
            tally.broken += 1
            if last is not None and packet.duration and packet.time_base:
                yield from _silence(last, float(packet.duration * packet.time_base))
            continue
        for frame in frames:
            assert isinstance(frame, AudioFrame)
            yield frame
            last = frame


def _silence(like: AudioFrame, seconds: float) -> Iterator[AudioFrame]:
    """Silence in the format of the frame before, so that what follows keeps its time."""
    samples = round(min(seconds, _LONGEST_PACKET_S) * like.sample_rate)
    if samples:
        # The resampler doesn't mind a change of sample format; 16 bit has its zero at zero.
        silent = AudioFrame(format="s16p", layout=like.layout.name, samples=samples)
        silent.sample_rate = like.sample_rate
        for plane in silent.planes:
            plane.update(bytes(plane.buffer_size))
        yield silent


def _write_all(
    sources: Sequence[_Source], channels: Literal[1, 2], out: Outlet, progress: Progress, edit: EditMaker
) -> tuple[tuple[int, ...], int, bool, tuple[str, ...]]:
    """Where each file begins and all end, in ms; whether the channels hold one speaker each; notices."""
    observer = ChannelObserver()
    starts: list[int] = []
    notices: list[str] = []
    with ExitStack() as stack:
        # Two-channel samples are kept only when the channels are two people; which is known at the end.
        samples = SamplesWriter(stack.enter_context(out.writing(SAMPLES_NAME)), channels)
        peaks = PeaksWriter(stack.enter_context(out.writing(PEAKS_NAME)))
        listening = OpusWriter(stack.enter_context(out.writing(LISTENING_NAME)), channels)

        taken = 0  # frames of 16 kHz; an edit may have written fewer so far
        samples_edit, listening_edit = edit(SAMPLE_RATE, channels), edit(OPUS_RATE, channels)

        def write_samples(pcm: Block) -> None:
            if len(pcm):
                samples.add(pcm)
                peaks.add(pcm)

        def take_samples(block: Block) -> None:
            nonlocal taken
            pcm = block.astype(np.int16, copy=False)
            taken += len(pcm)
            if channels == 2:
                # Of the sound as it was recorded, so that an edited version has the same channels.
                observer.add(pcm)
            write_samples(samples_edit.add(pcm))

        def take_listening(block: Block) -> None:
            listening.add(listening_edit.add(block.astype(np.float32, copy=False)))

        outlets: tuple[tuple[Conformer, Callable[[Block], None]], ...] = (
            (Conformer(SAMPLE_RATE, channels, "s16"), take_samples),
            (Conformer(OPUS_RATE, channels, "flt"), take_listening),
        )
        for source in sources:
            start, tally = _ms(taken), _Tally()
            for frame in _frames_of(source, tally):
                for conformer, take in outlets:
                    for block in conformer.add(frame):
                        take(block)
                if _ms(taken) > LONGEST_MS + 1000:
                    raise RecordingProblem(ProblemCode.TOO_LONG)
                progress(_ms(taken))
            for conformer, take in outlets:
                for block in conformer.finish():
                    take(block)
            notices += _verdict(source, _ms(taken) - start, tally)
            starts.append(start)
        for rest, write in (
            (samples_edit.finish(), write_samples),
            (listening_edit.finish(), listening.add),
        ):
            if rest is not None:
                write(rest)
        samples.finish()
        peaks.finish()
        listening.finish()
    separate = channels == 2 and observer.one_speaker_each
    if channels == 2 and not separate:
        _mix_down(out, observer.weights())
    return tuple(starts), _ms(taken), separate, tuple(dict.fromkeys(notices))


def _ms(frames: int) -> int:
    return frames * 1000 // SAMPLE_RATE


def _mix_down(out: Outlet, weights: tuple[float, float]) -> None:
    """Replace the two-channel samples by one channel."""
    stereo = open_samples(out.written(SAMPLES_NAME)).pcm
    with out.writing(SAMPLES_NAME) as handle:
        writer = SamplesWriter(handle, 1)
        for start in range(0, len(stereo), _MIX_BLOCK):
            mixed = stereo[start : start + _MIX_BLOCK].astype(np.float32) @ np.array(
                weights, dtype=np.float32
            )
            writer.add(np.rint(mixed).astype(np.int16).reshape(-1, 1))
        writer.finish()


def _refuse_changed(source: Path, before: os.stat_result) -> None:
    after = source.stat()
    if (before.st_ino, before.st_dev, before.st_size, before.st_mtime_ns) != (
        after.st_ino,
        after.st_dev,
        after.st_size,
        after.st_mtime_ns,
    ):
        raise RecordingProblem(ProblemCode.FILE_CHANGED)


def _verdict(source: _Source, decoded_ms: int, tally: _Tally) -> list[str]:
    """The notices of one file of which ``decoded_ms`` came out; raises when it is not worth having."""
    if tally.broken_share > _HOPELESS_SHARE:
        raise RecordingProblem(_foreign_or_damaged(source.file))
    promised = source.promised_ms
    if decoded_ms < SHORTEST_MS:
        if tally.cut_off or tally.broken or (promised is not None and promised >= SHORTEST_MS):
            raise RecordingProblem(ProblemCode.DAMAGED)
        raise RecordingProblem(ProblemCode.TOO_SHORT)
    early = promised is not None and promised - decoded_ms > max(_EARLY_MS, _EARLY_SHARE * promised)
    notices = [ENDS_EARLY] if early or tally.cut_off else []
    if tally.broken_share > _NOTICE_SHARE:
        notices.append(DAMAGED_PARTS)
    return notices


def _foreign_or_damaged(source: Readable) -> ProblemCode:
    with source.open("rb") as handle:
        return ProblemCode.DAMAGED if looks_like_sound(handle.read(16)) else ProblemCode.NOT_AUDIO
