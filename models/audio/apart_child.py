"""The process that decodes: ``python -m models.audio.apart_child``, its work on standard input.

It answers with messages on standard output: how far it is, and in the end what came out or a problem's code.
"""

from __future__ import annotations

import errno
import os
import pickle
import signal
import struct
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO, BinaryIO

from models.audio.confinement import Limits, confine, without_network
from models.audio.decode import decode
from models.audio.files import Outlet, Readable
from models.codec import to_json
from models.problems import ProblemCode, RecordingProblem
from models.redacted_sound.editing import MaskSound
from models.redacted_sound.rendition import redact_sound
from models.redacted_sound.voice_change import VoicePart
from models.values import DecodedAudio, Progress, Span

PROGRESS, DONE, PROBLEM = b"p", b"d", b"x"
PROGRESS_S = 0.1

_HEAD = struct.Struct(">cI")
_LONGEST = 1 << 20


@dataclass(frozen=True, slots=True)
class Request:
    """What to decode into what; with ``redacted``, without the spans. Goes through a pipe, since it holds keys."""

    source: Readable
    out: Path | Outlet
    more: tuple[Readable, ...] = ()
    redacted: bool = False
    spans: tuple[Span, ...] = ()
    sound: MaskSound = MaskSound.SILENCE
    voices: tuple[VoicePart, ...] = ()


def next_message(stream: IO[bytes]) -> tuple[bytes, bytes] | None:
    """The next message's kind and content; None at the end, and when it is no message."""
    head = stream.read(_HEAD.size)
    if len(head) < _HEAD.size:
        return None
    kind, size = _HEAD.unpack(head)
    if size > _LONGEST:
        return None
    content = stream.read(size)
    return (kind, content) if len(content) == size else None


def main() -> int:
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb", buffering=0)
    request, limits = _work()
    without_network()
    _end_with_the_other_side()
    confine(limits)
    try:
        kind, content = DONE, to_json(run(request, _reporter(answers)))
    except RecordingProblem as problem:
        kind, content = PROBLEM, _code(problem).encode()
    except (MemoryError, OSError) as error:
        if isinstance(error, OSError) and error.errno != errno.EFBIG:
            raise
        kind, content = PROBLEM, ProblemCode.TOO_DEMANDING.encode()
    answers.write(_HEAD.pack(kind, len(content)) + content)
    return 0


def run(request: Request, progress: Progress) -> DecodedAudio:
    """Do what is asked, in this process."""
    if not request.redacted:
        return decode(request.source, request.out, progress, more=request.more)
    return redact_sound(
        request.source, request.out, request.spans, request.sound, request.voices, progress, request.more
    )


def _work() -> tuple[Request, Limits]:
    work: tuple[Request, Limits] = pickle.load(sys.stdin.buffer)
    return work


def _code(problem: RecordingProblem) -> ProblemCode:
    # Here memory runs out at a limit that no recording needs, not because other programs have it.
    return ProblemCode.TOO_DEMANDING if problem.code is ProblemCode.OUT_OF_MEMORY else problem.code


def _end_with_the_other_side() -> None:
    """Leave at once when whoever wants the answer is gone: its end of standard input closes."""

    def wait() -> None:
        while sys.stdin.buffer.read(1):
            pass
        os._exit(3)

    # Python's own handler, at Ctrl+C, would wait for this thread.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    threading.Thread(target=wait, name="lifeline", daemon=True).start()


def _reporter(answers: BinaryIO) -> Progress:
    last = 0.0

    def report(reached_ms: int) -> None:
        nonlocal last
        if time.monotonic() - last >= PROGRESS_S:
            last = time.monotonic()
            told = str(int(reached_ms)).encode()
            answers.write(_HEAD.pack(PROGRESS, len(told)) + told)

    return report


if __name__ == "__main__":
    # Under its own name, so that values are of the same classes on both sides.
    from models.audio import apart_child

    status = apart_child.main()
    # Nothing is left to be done, and a thread waits for the pipe.
    os._exit(status)
