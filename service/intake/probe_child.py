"""The process that looks into one dropped file: ``python -m service.intake.probe_child PATH SECONDS``.

Writes an AudioInfo as JSON and ends with 0, or a problem's code and ends with 3. Any other end is a
crash of the decoding library, which is what the process of its own is for. It is confined as decoding is.
"""

from __future__ import annotations

import signal
import sys
from pathlib import Path

from models.audio.confinement import Limits, confine, without_network
from models.audio.probe import probe
from models.codec import to_json
from models.problems import ProblemCode, RecordingProblem

PROBLEM_STATUS = 3
MEMORY_BYTES = 1 << 30


def main(path: str, seconds: int) -> int:
    signal.alarm(seconds)  # ends this process even when the one that started it is gone
    without_network()
    # It reads the file it was handed, and writes none.
    confine(Limits(processor_s=seconds, memory_bytes=MEMORY_BYTES, file_bytes=0))
    try:
        answer, status = to_json(probe(Path(path))), 0
    except RecordingProblem as problem:
        answer, status = problem.code.encode(), PROBLEM_STATUS
    except MemoryError:
        answer, status = ProblemCode.TOO_DEMANDING.encode(), PROBLEM_STATUS
    sys.stdout.buffer.write(answer)
    sys.stdout.buffer.flush()
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2])))
