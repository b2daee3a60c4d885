"""Decoding in a process of its own, which is confined: what a stranger recorded must not reach further.

The process has neither models nor settings, is given what to read and its key through a pipe, and answers in JSON,
which is read as data: whoever takes it over by a file can make it write a wrong sound, and no more.
"""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO

from pydantic import ValidationError

from models.audio.apart_child import DONE, PROBLEM, PROGRESS, Request, next_message
from models.audio.confinement import Limits
from models.audio.container import problem_of
from models.audio.files import DECODED_NAMES, Outlet, Readable
from models.audio.probe import LONGEST_MS
from models.codec import from_json
from models.problems import ProblemCode, RecordingProblem
from models.redacted_sound.editing import MaskSound
from models.redacted_sound.voice_change import VoicePart
from models.values import SAMPLE_RATE, DecodedAudio, Progress, Span

MEMORY_BYTES = 2 << 30
"""Of address space. Decoding takes a sixth of that, 344 MiB, whatever the length: it goes block by block."""

_LEAST_S, _BYTES_OF_A_SECOND = 60, 50
"""Seconds of processor time for any file, and the fewest bytes that a second of sound takes: silence in Opus."""

_SPEED, _SPEED_OF_VOICES = 2, 0.5
"""Seconds of sound that must be got through in a second, without and with changed voices; a tenth of what is usual."""

_PASSED_ON = ("PATH", "PYTHONPATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "TMPDIR")
_TOO_MUCH = (signal.SIGXCPU, signal.SIGXFSZ)


def decode_apart(
    source: Readable, out: Path | Outlet, progress: Progress, more: Sequence[Readable] = ()
) -> DecodedAudio:
    """As :func:`models.audio.decode.decode`, in a process of its own.

    Raises RecordingProblem also: ``TOO_DEMANDING`` when it takes more than a recording needs, ``DAMAGED`` when the
    decoding library crashes, ``OUT_OF_MEMORY`` when the system ends it.
    """
    return _run(Request(source, out, tuple(more)), progress)


def redact_sound_apart(
    source: Readable,
    out: Path | Outlet,
    spans: Sequence[Span],
    sound: MaskSound,
    voices: Sequence[VoicePart],
    progress: Progress,
    more: Sequence[Readable] = (),
) -> DecodedAudio:
    """As :func:`models.redacted_sound.rendition.redact_sound`, in a process of its own. Raises as the above."""
    return _run(Request(source, out, tuple(more), True, tuple(spans), sound, tuple(voices)), progress)


def small_environment() -> Mapping[str, str]:
    """What such a process needs of the environment: no setting of Lytt's, and no key."""
    kept = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    # One thread: nothing here is computed in blocks that are worth more, and no thread can be started later.
    return kept | {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1"}


def limits_for(request: Request) -> Limits:
    """What decoding these files may take. Raises RecordingProblem as opening them does."""
    size = sum(_size(file) for file in (request.source, *request.more))
    longest_s = min(LONGEST_MS // 1000, size // _BYTES_OF_A_SECOND)
    speed = _SPEED_OF_VOICES if request.voices else _SPEED
    # Two channels of 16 bit, six hours and some more.
    samples = (LONGEST_MS // 1000 + 60) * SAMPLE_RATE * 2 * 2
    return Limits(_LEAST_S + round(longest_s / speed), MEMORY_BYTES, samples + (samples >> 8))


def _size(file: Readable) -> int:
    try:
        with file.open("rb") as handle:
            return handle.seek(0, os.SEEK_END)
    except OSError as error:
        raise problem_of(error) from None


def _run(request: Request, progress: Progress) -> DecodedAudio:
    limits = limits_for(request)
    child = subprocess.Popen(
        [sys.executable, "-P", "-m", "models.audio.apart_child"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=small_environment(),
        cwd="/",
        start_new_session=True,
    )
    assert child.stdin is not None
    assert child.stdout is not None
    try:
        # One that is gone already says by its end why.
        with suppress(BrokenPipeError):
            child.stdin.write(pickle.dumps((request, limits)))
            child.stdin.flush()
        answer = _answer(child.stdout, progress)
    except BaseException:
        child.kill()
        raise
    finally:
        with suppress(BrokenPipeError):
            child.stdin.close()
        child.stdout.close()
        status = child.wait()
    if answer is not None:
        decoded = answer()
        # The child tells how far it is a few times a second only.
        progress(decoded.duration_ms)
        return decoded
    raise RecordingProblem(_reason(status))


def _answer(messages: IO[bytes], progress: Progress) -> Callable[[], DecodedAudio] | None:
    """What the child found, or None when it ended without having said so."""
    while (message := next_message(messages)) is not None:
        kind, content = message
        if kind == PROGRESS:
            progress(int(content))
        elif kind == DONE:
            return lambda: _checked(content)
        elif kind == PROBLEM:
            return lambda: _raise(content)
    return None


def _checked(content: bytes) -> DecodedAudio:
    try:
        decoded = from_json(DecodedAudio, content)
    except ValidationError:
        raise RecordingProblem(ProblemCode.DAMAGED) from None
    if (decoded.samples, decoded.listening, decoded.peaks) != DECODED_NAMES:
        raise RecordingProblem(ProblemCode.DAMAGED)
    return decoded


def _raise(content: bytes) -> DecodedAudio:
    try:
        code = ProblemCode(content.decode())
    except ValueError:
        code = ProblemCode.DAMAGED
    raise RecordingProblem(code)


def _reason(status: int) -> ProblemCode:
    if -status in _TOO_MUCH:
        return ProblemCode.TOO_DEMANDING
    if -status == signal.SIGKILL:
        return ProblemCode.OUT_OF_MEMORY
    return ProblemCode.DAMAGED
