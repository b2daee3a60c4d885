"""Opening a sound file safely, and saying in plain codes why one could not be opened or read."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO

import av
import av.error
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.packet import Packet

from models.audio.files import Readable
from models.problems import ProblemCode, RecordingProblem

# Only containers that carry sound people record. What is left out matters as much: playlists (hls,
# concat, sdp, ...) make the demuxer open addresses the file names, pictures and text decode as media.
FORMATS = (
    "wav,w64,aiff,au,caf,mp3,aac,flac,ogg,matroska,webm,mov,mp4,m4a,3gp,3g2,mj2,asf,amr,avi,mpegts,mpeg,flv"
)

_HEAD_BYTES = 65_536
# First bytes of the containers above: a file that begins so and can't be opened is damaged, not foreign.
_ASF_MAGIC = b"0&\xb2u\x8ef\xcf\x11"
_MAGIC = (
    _ASF_MAGIC,
    b"RIFF",
    b"RF64",
    b"ID3",
    b"fLaC",
    b"OggS",
    b"\x1aE\xdf\xa3",
    b"#!AMR",
    b"FORM",
    b".snd",
    b"caff",
)
_MP4_BRANDS = (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip")
# Sample entries of protected tracks: ISO 23001-7 (enca), FairPlay (drms), Audible (aavd).
_PROTECTED_TAGS = frozenset({"enca", "encv", "drms", "aavd"})
# ASF Content Encryption and Extended Content Encryption objects (ASF specification 1.2, 3.14 and 3.15).
_ASF_PROTECTION = (
    bytes.fromhex("fbb31122 23bdd211 b4b700a0 c955fc6e".replace(" ", "")),
    bytes.fromhex("14e68a29 2226174c b935dae0 7ee9289c".replace(" ", "")),
)
# Olympus DS2 in its encrypted form.
_ENCRYPTED_MAGIC = (b"\x03enc",)

_BY_ERRNO = {
    errno.ENOENT: ProblemCode.FILE_VANISHED,
    errno.ENOTDIR: ProblemCode.FILE_VANISHED,
    errno.ESTALE: ProblemCode.FILE_VANISHED,
    errno.EACCES: ProblemCode.NO_PERMISSION,
    errno.EPERM: ProblemCode.NO_PERMISSION,
    errno.ENOSPC: ProblemCode.DISK_FULL,
    errno.EDQUOT: ProblemCode.DISK_FULL,
    errno.EISDIR: ProblemCode.NOT_AUDIO,
    errno.ENOMEM: ProblemCode.OUT_OF_MEMORY,
}


def problem_of(error: OSError) -> RecordingProblem:
    """The problem an error of the operating system stands for; ``INTERNAL`` when it is none we know."""
    return RecordingProblem(_BY_ERRNO.get(error.errno or 0, ProblemCode.INTERNAL))


@contextmanager
def open_recording(source: Readable) -> Iterator[tuple[InputContainer, AudioStream]]:
    """The opened container and its audio stream, read through a handle so that any file name works.

    The stream is the one marked as default, else the first. Raises RecordingProblem: ``EMPTY_FILE``,
    ``NOT_AUDIO``, ``DAMAGED``, ``ENCRYPTED``, ``FILE_VANISHED``, ``NO_PERMISSION``.
    """
    try:
        with source.open("rb") as handle:
            if handle.seek(0, os.SEEK_END) == 0:
                raise RecordingProblem(ProblemCode.EMPTY_FILE)
            handle.seek(0)
            head = handle.read(_HEAD_BYTES)
            handle.seek(0)
            _refuse_protected(head)
            with _open(handle, head) as container:
                yield container, _audio_stream(container)
    except av.error.FFmpegError:
        raise
    except OSError as error:
        raise problem_of(error) from None


@contextmanager
def _open(handle: BinaryIO, head: bytes) -> Iterator[InputContainer]:
    try:
        container = av.open(handle, mode="r", options={"format_whitelist": FORMATS}, metadata_errors="ignore")
    except (av.error.FFmpegError, ValueError) as error:
        _reraise_system_error(error)
        code = ProblemCode.DAMAGED if looks_like_sound(head) else ProblemCode.NOT_AUDIO
        raise RecordingProblem(code) from None
    with container:
        yield container


def _reraise_system_error(error: Exception) -> None:
    if isinstance(error, OSError) and error.errno in _BY_ERRNO:
        raise problem_of(error) from None


def _audio_stream(container: InputContainer) -> AudioStream:
    if not container.streams.audio:
        raise RecordingProblem(ProblemCode.NOT_AUDIO)
    stream = container.streams.best("audio") or container.streams.audio[0]
    assert isinstance(stream, AudioStream)
    if stream.codec_context.codec_tag.lower() in _PROTECTED_TAGS:
        raise RecordingProblem(ProblemCode.ENCRYPTED)
    return stream


def refuse_encrypted(packet: Packet[Any]) -> None:
    """Raise RecordingProblem ``ENCRYPTED`` for a packet that says it is (ISO 23001-7 keeps the plain codec's tag)."""
    if packet.has_sidedata("encryption_info"):
        raise RecordingProblem(ProblemCode.ENCRYPTED)


def looks_like_sound(head: bytes) -> bool:
    """Whether the first bytes are those of a known container, or only zeros (a copy that never filled)."""
    return head.startswith(_MAGIC) or head[4:8] in _MP4_BRANDS or not any(head)


def _refuse_protected(head: bytes) -> None:
    asf = head.startswith(_ASF_MAGIC) and any(mark in head for mark in _ASF_PROTECTION)
    if asf or head.startswith(_ENCRYPTED_MAGIC):
        raise RecordingProblem(ProblemCode.ENCRYPTED)
