"""A worker with the real models that can be made to wait in a stage: ``worker_process.py HOLD_FOLDER NAME``."""

from __future__ import annotations

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

    def hold(stage: str, _part: int) -> None:
        while (folder / stage).exists():
            time.sleep(0.02)

    run_worker(Settings(), sys.argv[2], at_stage=hold)
