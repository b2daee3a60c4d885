"""The operator's own dimensional model: what its folder must say, and the values it gives for stretches of speech."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from models.audio.samples import Samples
from models.dimensions.described import read_description
from models.dimensions.estimating import DimensionModel, find_dimensions
from models.problems import ProblemCode, RecordingProblem
from models.values import SAMPLE_RATE, MarkerKind, Utterance, Word
from service.wording import marker_text
from tests.models.dimensions.made_model import write_model


def said(number: int, start_ms: int, end_ms: int) -> Utterance:
    return Utterance(number, "S1", start_ms, end_ms, (Word(number, start_ms, end_ms, "yes", "S1", 0.9, 1.0),))


def recording() -> Samples:
    """Twelve seconds at a tenth of full scale, then four at four tenths."""
    level = np.repeat(np.array([0.1, 0.4]), [12 * SAMPLE_RATE, 4 * SAMPLE_RATE])
    return Samples(np.round(level * 32768).astype("<i2")[:, None])


def test_each_stretch_has_the_models_values_by_its_own_scale(tmp_path: Path) -> None:
    model = DimensionModel(write_model(tmp_path / "m"))
    found = list(find_dimensions(model, recording(), [said(0, 1_000, 11_000), said(1, 12_500, 15_500)]))
    assert [(one.start_ms, one.end_ms, one.utterance) for one in found] == [
        (1_000, 4_333, 0),
        (4_333, 7_666, 0),
        (7_666, 11_000, 0),
        (12_500, 15_500, 1),
    ]
    assert found[0].evidence == pytest.approx({"arousal": 0.2, "valence": 0.9}, abs=0.01)
    assert found[3].evidence == pytest.approx({"arousal": 0.8, "valence": 0.6}, abs=0.01)
    assert {(one.kind, one.rules, one.speaker) for one in found} == {
        (MarkerKind.DIMENSIONS, "loudness 1.2", "S1")
    }
    assert marker_text(found[3]) == "by loudness 1.2: arousal 0.80, valence 0.60 (0 to 1)"


def test_less_than_a_second_has_no_value(tmp_path: Path) -> None:
    model = DimensionModel(write_model(tmp_path / "m"))
    assert list(find_dimensions(model, recording(), [said(0, 1_000, 1_900)])) == []


def test_normalised_samples_have_no_loudness(tmp_path: Path) -> None:
    model = DimensionModel(write_model(tmp_path / "m", normalised="true"))
    quiet, loud = (np.sin(np.arange(SAMPLE_RATE) / 5).astype(np.float32) * level for level in (0.1, 0.4))
    assert model.estimate(quiet) == pytest.approx(model.estimate(loud), abs=0.01)


def test_the_licence_goes_with_what_made_the_values(tmp_path: Path) -> None:
    made = DimensionModel(write_model(tmp_path / "m")).provenance
    assert (made.stage, made.model, made.version) == ("dimensions", "loudness", "1.2")
    assert made.parameters["licence"] == "CC BY-NC-SA 4.0"


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"licence": '""'}, "licence"),
        ({"outputs.anger": '{ output = "logits" }'}, "outputs are some of arousal, dominance, valence"),
        ({"outputs.arousal": '{ output = "logits", low = 1.0, high = 1.0 }'}, "low and high"),
        ({"name": f'"{"n" * 40}"'}, "more than 31 characters"),
        ({"file": '"../model.onnx"'}, "outside the folder"),
        ({"sha256": '"abc"'}, "sha256"),
    ],
)
def test_a_wrong_description_is_refused_in_words(tmp_path: Path, changes: dict[str, str], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        read_description(write_model(tmp_path / "m", **changes))


def test_a_folder_without_a_description_is_said(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"has no model\.toml"):
        read_description(tmp_path)
    with pytest.raises(RecordingProblem) as missing:
        DimensionModel(tmp_path)
    assert missing.value.code is ProblemCode.MODEL_MISSING


@pytest.mark.parametrize("changes", [{"sha256": f'"{"0" * 64}"'}, {"input": '"other"'}])
def test_other_bytes_and_other_inputs_are_not_used(tmp_path: Path, changes: dict[str, str]) -> None:
    with pytest.raises(RecordingProblem) as damaged:
        DimensionModel(write_model(tmp_path / "m", **changes))
    assert damaged.value.code is ProblemCode.MODEL_DAMAGED
