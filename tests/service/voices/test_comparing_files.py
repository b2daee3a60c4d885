"""`lytt voices compare` and the files it reads."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from service.cli.errors import Refusal
from service.cli.main import app

RUNNER = CliRunner()


def write(path: Path, *voices: tuple[str, list[float] | None], model: str = "campplus@1") -> Path:
    speakers = [
        {"label": label, "role": "unknown", "seconds": 30.0, "voiceprint": vector, "voiceprint_model": model}
        for label, vector in voices
    ]
    path.write_text(json.dumps({"format": 1, "speakers": speakers, "words": []}))
    return path


def test_each_voice_of_one_is_compared_with_each_of_the_other(tmp_path: Path) -> None:
    one = write(tmp_path / "a.json", ("S1", [1.0, 0.0]), ("S2", [0.0, 1.0]))
    other = write(tmp_path / "b.json", ("S1", [0.6, 0.8]), ("S2", [0.96, 0.28]), ("S3", None))
    shown = RUNNER.invoke(app, ["voices", "compare", str(one), str(other), "--json"])
    assert json.loads(shown.stdout) == [
        {"a": "S1", "b": "S1", "score": 0.6, "decision": "unclear"},
        {"a": "S1", "b": "S2", "score": 0.96, "decision": "same"},
        {"a": "S2", "b": "S1", "score": 0.8, "decision": "same"},
        {"a": "S2", "b": "S2", "score": 0.28, "decision": "different"},
    ]
    lines = RUNNER.invoke(app, ["voices", "compare", str(one), str(other)]).stdout.splitlines()
    assert lines[2].split() == ["S1", "S2", "+0.960", "same"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "can't be read"),
        ("not JSON", "is not the JSON of `lytt process`"),
        ('{"speakers": [{"label": "S1"}]}', "holds no voiceprints"),
        ('{"speakers": [{"label": "S1", "voiceprint": ["x"]}]}', "is not the JSON"),
    ],
)
def test_a_file_without_voiceprints_is_told(content: str | None, said: str, tmp_path: Path) -> None:
    good, bad = write(tmp_path / "good.json", ("S1", [1.0, 0.0])), tmp_path / "bad.json"
    if content is not None:
        bad.write_text(content)
    refused = RUNNER.invoke(app, ["voices", "compare", str(good), str(bad)])
    assert isinstance(refused.exception, Refusal)
    assert said in str(refused.exception)


def test_voices_of_two_models_are_refused(tmp_path: Path) -> None:
    one = write(tmp_path / "a.json", ("S1", [1.0, 0.0]))
    other = write(tmp_path / "b.json", ("S1", [1.0, 0.0]), model="campplus@2")
    refused = RUNNER.invoke(app, ["voices", "compare", str(one), str(other)])
    assert "different models" in str(refused.exception)
