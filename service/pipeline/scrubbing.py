"""What may be said of an unexpected error: its kind and where it was, never its message.

Messages and local values quote what the code was working on: words that were spoken, names of files.
"""

from __future__ import annotations

import errno
import logging
import sys
import threading
import traceback
from pathlib import Path
from types import TracebackType

from models.problems import ProblemCode

_ROOT = Path(__file__).parents[2]
_OURS = ("models", "service")


def scrub(error: BaseException) -> str:
    """The error's type, where it was raised, and the way there through our own code, innermost first."""
    places = []
    for depth, frame in enumerate(reversed(traceback.extract_tb(error.__traceback__))):
        file = Path(frame.filename)
        ours = file.is_relative_to(_ROOT) and file.relative_to(_ROOT).parts[0] in _OURS
        if ours or depth == 0:
            shown = file.relative_to(_ROOT) if ours else Path(*file.parts[-2:])
            places.append(f"{shown}:{frame.lineno}")
    return f"{type(error).__name__} at {' < '.join(places) or 'unknown'}"


def scrub_uncaught(log: logging.Logger) -> None:
    """From now on, errors nobody catches in this process are logged scrubbed."""

    def hook(kind: type[BaseException], error: BaseException, _trace: TracebackType | None) -> None:
        if not issubclass(kind, KeyboardInterrupt):
            log.error("uncaught: %s", scrub(error))

    def thread_hook(arguments: threading.ExceptHookArgs) -> None:
        if arguments.exc_value is not None and not isinstance(arguments.exc_value, SystemExit):
            log.error("uncaught: %s", scrub(arguments.exc_value))

    sys.excepthook = hook
    threading.excepthook = thread_hook


def known_trouble(error: Exception) -> ProblemCode | None:
    """Troubles of the machine that libraries report each in their own way."""
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return ProblemCode.DISK_FULL
    if isinstance(error, MemoryError):
        return ProblemCode.OUT_OF_MEMORY
    # torch and ctranslate2 raise RuntimeError, with these words in it.
    message = str(error).lower() if isinstance(error, RuntimeError) else ""
    if any(words in message for words in ("out of memory", "can't allocate memory", "bad_alloc")):
        return ProblemCode.OUT_OF_MEMORY
    return None
