"""Probing a dropped file in a process of its own: what a stranger recorded must not end the service."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable

from pydantic import ValidationError

from models.audio.apart import small_environment
from models.codec import from_json
from models.problems import ProblemCode, RecordingProblem
from models.values import AudioInfo
from service.intake.probe_child import PROBLEM_STATUS

PROBE_SECONDS = 60
"""A header is read in well under a second; a minute leaves room for a slow network mount."""

_LOOK_S = 0.1


class IntakeStopping(Exception):  # noqa: N818 - reads as what happened
    """The intake is told to stop; nothing is wrong with the file."""


def probe_apart(handle: int, stopping: Callable[[], bool]) -> AudioInfo:
    """What the opened file is, probed in a child process that dies with any crash the file provokes.

    Raises RecordingProblem with the probe's code, ``DAMAGED`` when the child crashed or took longer
    than ``PROBE_SECONDS``; :class:`IntakeStopping` as soon as ``stopping`` says so.
    """
    child = subprocess.Popen(
        [sys.executable, "-P", "-m", "service.intake.probe_child", f"/dev/fd/{handle}", str(PROBE_SECONDS)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        pass_fds=(handle,),
        env=small_environment(),
        start_new_session=True,  # Ctrl+C in the terminal must not look like a damaged file
    )
    try:
        answer = _wait(child, stopping)
    finally:
        child.kill()
        child.communicate()
    if child.returncode == PROBLEM_STATUS:
        raise RecordingProblem(_code(answer))
    if child.returncode != 0:
        raise RecordingProblem(ProblemCode.DAMAGED)
    try:
        return from_json(AudioInfo, answer)
    except ValidationError:
        raise RecordingProblem(ProblemCode.DAMAGED) from None


def _wait(child: subprocess.Popen[bytes], stopping: Callable[[], bool]) -> bytes:
    until = time.monotonic() + PROBE_SECONDS
    while True:
        try:
            return child.communicate(timeout=_LOOK_S)[0]
        except subprocess.TimeoutExpired:
            if stopping():
                raise IntakeStopping from None
            if time.monotonic() > until:
                raise RecordingProblem(ProblemCode.DAMAGED) from None


def _code(answer: bytes) -> ProblemCode:
    try:
        return ProblemCode(answer.decode())
    except ValueError:
        return ProblemCode.DAMAGED
