"""A process that must not outlive another: it reads a pipe whose other end only that other process holds."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable


def at_end_of(descriptor: int, then: Callable[[], None]) -> None:
    """Call ``then`` on a thread when the other end of the pipe is closed, by will or by ``kill -9``."""

    def wait() -> None:
        # A read that fails means the same as the end: nobody is there any more.
        try:
            while os.read(descriptor, 1):
                pass
        except OSError:
            pass
        then()

    threading.Thread(target=wait, name="lifeline", daemon=True).start()


def die_with_owner(descriptor: int) -> None:
    """Leave at once, whatever is running, when the owner of the pipe's other end is gone."""
    at_end_of(descriptor, lambda: os._exit(3))
