"""One fetch at a time in a models folder."""

from __future__ import annotations

import fcntl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def installing(models_dir: Path, waiting: Callable[[], None] | None = None) -> Iterator[None]:
    """Hold the models folder (made when missing) for this process; wait while another one has it.

    ``waiting`` is called once when there is somebody to wait for. The kernel lets go of the lock when its
    holder dies, however it dies.
    """
    models_dir.mkdir(parents=True, exist_ok=True)
    with (models_dir / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if waiting:
                waiting()
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield
