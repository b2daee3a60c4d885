from __future__ import annotations

from pathlib import Path

import pytest

from models.problems import ProblemCode, RecordingProblem
from models.registry import Task, locate
from models.registry.installed import inventory
from models.registry.manifest import default_manifest
from models.registry.record import RECORD_FORMAT, Trust, VerifiedRecord, verified_file, write_record


def install(models_dir: Path, folder: str, task: Task | str = Task.RECOGNITION) -> Path:
    """A folder as a fetch leaves it."""
    made = models_dir / folder
    made.mkdir(parents=True)
    (made / "model.bin").write_bytes(b"weights")
    file = verified_file(made, "model.bin", "0" * 64, Trust.FIRST_FETCH)
    write_record(made, VerifiedRecord(RECORD_FORMAT, folder, task, "a test", (file,)))
    return made.resolve()


@pytest.mark.parametrize("name", ["whisper-small", "small", "Systran/faster-whisper-small"])
def test_a_model_is_found_by_name_size_and_hub_id(tmp_path, name):
    folder = install(tmp_path, "whisper-small")

    assert locate(name, tmp_path, "recognition") == folder


def test_a_hub_repository_fetched_by_its_id_is_found_by_it(tmp_path):
    folder = install(tmp_path, "someone--some-model")

    assert locate("someone/some-model", tmp_path, Task.RECOGNITION) == folder
    assert locate("someone/some-model@main", tmp_path, Task.RECOGNITION) == folder


def test_a_local_folder_is_taken_as_it_is(tmp_path):
    folder = tmp_path / "own model"
    folder.mkdir()

    assert locate(str(folder), tmp_path / "models", Task.RECOGNITION) == folder.resolve()


@pytest.mark.parametrize(
    "name", ["whisper-base", "nobody/nothing", "/no/such/folder", "no-such-name", "nobody/.."]
)
def test_what_is_not_installed_is_missing(tmp_path, name):
    with pytest.raises(RecordingProblem) as caught:
        locate(name, tmp_path / "models", Task.RECOGNITION)

    assert caught.value.code is ProblemCode.MODEL_MISSING


def test_a_model_for_another_task_does_not_serve(tmp_path):
    install(tmp_path, "segmentation-3.0", Task.SEGMENTATION)

    with pytest.raises(RecordingProblem):
        locate("segmentation-3.0", tmp_path, Task.RECOGNITION)


def test_a_folder_without_a_record_is_not_an_installed_model(tmp_path):
    (tmp_path / "whisper-base").mkdir()
    (tmp_path / "whisper-base" / "model.bin").write_bytes(b"half a mod")

    with pytest.raises(RecordingProblem) as caught:
        locate("whisper-base", tmp_path, Task.RECOGNITION)

    assert caught.value.code is ProblemCode.MODEL_MISSING


@pytest.mark.parametrize("damage", ["gone", "shorter"])
def test_a_damaged_model_is_said_to_be_damaged(tmp_path, damage):
    folder = install(tmp_path, "whisper-base")
    if damage == "gone":
        (folder / "model.bin").unlink()
    else:
        (folder / "model.bin").write_bytes(b"weig")

    with pytest.raises(RecordingProblem) as caught:
        locate("whisper-base", tmp_path, Task.RECOGNITION)

    assert caught.value.code is ProblemCode.MODEL_DAMAGED


def test_the_inventory_names_what_is_known_and_what_is_there(tmp_path):
    install(tmp_path, "someone--some-model")

    items = {item.name: item for item in inventory(tmp_path)}

    assert items["whisper-base"].default
    assert items["whisper-base"].intact is None
    assert items["a test"].size == len(b"weights")
    assert set(items) == {model.name for model in default_manifest().models} | {"a test"}
