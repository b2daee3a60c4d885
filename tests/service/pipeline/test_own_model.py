"""An emotion model of the operator's own: setting one works on what it is heard in again, and on nothing else."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from models.problems import ProblemCode
from service.vault.recordings import RecordingState
from tests.models.dimensions.made_model import write_model
from tests.service.pipeline.workshop import Workshop, kill


def test_a_model_that_is_set_later_puts_the_transcript_together_again(
    workshop: Workshop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recording_id = workshop.drop(seconds=10)
    first = workshop.start_worker("one")
    workshop.wait_for(recording_id, RecordingState.DONE)
    before = Counter(workshop.calls())
    kill(first)
    own = write_model(tmp_path / "own")
    monkeypatch.setenv("LYTT_EMOTION_MODEL", str(own))
    second = workshop.start_worker("two")
    workshop.retry(recording_id)
    workshop.wait_for(recording_id, RecordingState.DONE)
    assert Counter(workshop.calls()) == before | Counter({"assemble": 2})
    kill(second)
    (own / "model.onnx").write_bytes(b"other bytes")
    workshop.start_worker("three")
    workshop.retry(recording_id)
    workshop.wait_for(recording_id, RecordingState.FAILED)
    assert workshop.recording(recording_id).problem is ProblemCode.MODEL_DAMAGED
