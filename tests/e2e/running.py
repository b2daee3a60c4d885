"""A Lytt started for real, as a person would: processes, folders, HTTP."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import httpx
import psutil

from service.settings import Settings

LYTT = Path(sys.executable).parent / "lytt"
T = TypeVar("T")


def environment(data_dir: Path, **settings: str) -> dict[str, str]:
    """The environment of a Lytt in ``data_dir`` with the models this checkout has fetched."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("LYTT_")}
    return own | {
        "LYTT_DATA_DIR": str(data_dir),
        "LYTT_MODELS_DIR": str(Settings().models_folder),
        "LYTT_SETTLE_SECONDS": "0.5",
        "LYTT_LANGUAGE": "en",
        **{f"LYTT_{name.upper()}": value for name, value in settings.items()},
    }


def wait_for(what: str, look: Callable[[], T | None], seconds: float = 240) -> T:
    """What ``look`` gives once it gives something. Fails after ``seconds``."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        found = look()
        if found:
            return found
        time.sleep(0.1)
    raise AssertionError(f"did not happen within {seconds:.0f} s: {what}")


class RunningLytt:
    """``lytt serve`` over a data directory, with its own worker unless ``workers`` is 0."""

    def __init__(self, data_dir: Path, *, workers: int = 1, **settings: str) -> None:
        self.workers = workers
        self.data_dir = data_dir
        self.environment = environment(data_dir, **settings)
        self.recordings = data_dir / "recordings"
        self.log = data_dir.parent / f"{data_dir.name}.log"

    def __enter__(self) -> RunningLytt:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [LYTT, "serve", "--port", "0", "--workers", str(self.workers)],
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        assert self.process.stdout is not None
        self.greeting = [self.process.stdout.readline() for _ in range(2)]
        assert self.greeting[0].strip(), f"the server did not start; see {self.log}"
        self.address = self.greeting[0].split()[-1]
        self.client = httpx.Client(base_url=f"{self.address}/api", timeout=30)
        return self

    def __exit__(self, *_: object) -> None:
        self.client.close()
        children = (
            psutil.Process(self.process.pid).children(recursive=True) if self.process.poll() is None else []
        )
        self.process.terminate()
        try:
            self.process.wait(30)
        finally:
            _, left = psutil.wait_procs(children, 20)
            assert [process.cmdline() for process in left] == [], "stopping the server stops its workers"

    def recording(self, title: str) -> dict[str, object] | None:
        listed = self.client.get("/recordings").json()["recordings"]
        return next((item for item in listed if title in (item["name"], item["title"])), None)

    def wait_until_ended(self, title: str) -> dict[str, object]:
        def ended() -> dict[str, object] | None:
            found = self.recording(title)
            return found if found and found["state"] in ("done", "failed", "cancelled") else None

        return wait_for(f"{title} ends", ended)

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """The terminal command, beside the running server."""
        return subprocess.run(
            [LYTT, *arguments], env=self.environment, capture_output=True, text=True, timeout=120
        )
