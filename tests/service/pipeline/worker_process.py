"""A worker whose host is the small one: ``worker_process.py FOLDER NAME`` (settings from the environment)."""

from __future__ import annotations

import logging
import sys
import time
from pathlib import Path

if __name__ == "__main__":
    # Here and not above: the model process imports this file too, and must not import the worker.
    from service.pipeline.lifeline import die_with_owner
    from service.pipeline.worker import run_worker
    from service.settings import Settings

    die_with_owner(sys.stdin.fileno())  # a test run that is killed leaves no worker behind
    folder = Path(sys.argv[1])

    def hold_here(stage: str, _part: int) -> None:
        """The last stage is too short to be killed in otherwise, and runs in the worker itself."""
        while stage == "store" and (folder / "hold" / "store").exists():
            time.sleep(0.02)

    logging.basicConfig(level=logging.INFO, format="%(name)s %(levelname)s %(message)s")
    run_worker(Settings(), sys.argv[2], host="small_host:SmallHost", at_stage=hold_here)
