"""Work that is begun ahead is done once, and what it raises belongs to who asks."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from models.ahead import DiarizationAhead
from models.problems import ProblemCode, RecordingProblem
from models.values import Diarization, Progress, Span, Turn

OF = (Path("samples.wav"), (Span(0, 1_000),), False, 2)
FOUND = Diarization((Turn(0, 1_000, "0"),), (Turn(0, 1_000, "0"),))


def test_it_goes_on_while_nobody_waits_and_tells_how_far():
    begun, go = threading.Event(), threading.Event()

    def work(progress: Progress) -> Diarization:
        progress(400)
        begun.set()
        assert go.wait(10)
        return FOUND

    ahead = DiarizationAhead(work, OF)
    assert begun.wait(10)
    told: list[int] = []

    def hear(reached_ms: int) -> None:
        told.append(reached_ms)
        go.set()

    assert ahead.result(hear) is FOUND
    assert set(told) == {400}


def test_what_it_raises_is_raised_to_who_asks():
    def work(_: Progress) -> Diarization:
        raise RecordingProblem(ProblemCode.MODEL_MISSING)

    with pytest.raises(RecordingProblem) as raised:
        DiarizationAhead(work, OF).result(lambda _: None)
    assert raised.value.code is ProblemCode.MODEL_MISSING
