"""``lytt entities`` as a command, with the rules of a model folder that holds nothing but what tests put there."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from models.problems import RecordingProblem
from models.registry import Task, locate
from service.cli.entities import BadLine, Line, read_line
from service.settings import Settings

ROOT = Path(__file__).parents[3]


def lytt_entities(*given: str, said: str = "", **settings: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "service.cli.main", "entities", *given],
        input=said,
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=os.environ | settings,
    )


def test_a_line_is_an_object_with_id_and_text():
    assert read_line(b'{"id": "a", "text": "Hi.", "more": 1}') == Line("a", "Hi.")
    assert read_line(b'{"id": 7, "text": ""}') == Line(7, "")


@pytest.mark.parametrize(
    "raw",
    [b"Kwame", b"[1]", b'{"id": "Kwame"}', b'{"id": true, "text": ""}', b'{"id": 1, "text": 2}', b"\xff"],
)
def test_a_bad_line_is_told_without_its_text(raw):
    with pytest.raises(BadLine) as caught:
        read_line(raw)

    assert "Kwame" not in str(caught.value)


def test_a_missing_file_a_wrong_list_and_a_missing_model_are_each_told_in_a_sentence(tmp_path):
    list_file = tmp_path / "list.txt"
    list_file.write_text("Kwame\tHERO\n")

    for given, settings in (
        ((str(tmp_path / "none.jsonl"), "--list", str(list_file)), {}),
        (("-",), {"LYTT_MODELS_DIR": str(tmp_path)}),
    ):
        ran = lytt_entities(*given, **settings)
        assert ran.returncode == 1
        assert len(ran.stderr.splitlines()) == 1
        assert "Kwame" not in ran.stderr


@pytest.fixture
def models() -> None:
    settings = Settings()
    try:
        for name in settings.entity_model.split("+"):
            locate(name, settings.models_folder, Task.ENTITIES)
    except RecordingProblem as problem:
        pytest.skip(str(problem))


@pytest.mark.models
@pytest.mark.usefixtures("models")
def test_lines_give_spans_and_bad_lines_their_numbers(tmp_path):
    file, out, names = tmp_path / "in.jsonl", tmp_path / "out.jsonl", tmp_path / "list.txt"
    rows = [{"id": "a", "text": "I met tveit there."}, {"id": 2, "text": "My name is Anna Hansen."}]
    file.write_text("\n".join([json.dumps(rows[0]), "Anna", "", json.dumps(rows[1])]))
    names.write_text("Tveit\n")

    ran = lytt_entities(str(file), "-o", str(out), "--list", str(names))

    assert ran.returncode == 1
    assert ran.stdout == ""
    assert [line for line in ran.stderr.splitlines() if line] == ["Line 2: not JSON in UTF-8."]
    assert [json.loads(line) for line in out.read_text().splitlines()] == [
        {"id": "a", "spans": [{"start": 6, "end": 11, "label": "NAME"}]},
        {"id": 2, "spans": [{"start": 11, "end": 22, "label": "NAME"}]},
    ]


@pytest.mark.models
@pytest.mark.usefixtures("models")
def test_standard_input_is_searched_and_propagation_can_be_left_out():
    said = "\n".join(
        json.dumps({"id": n, "text": text})
        for n, text in enumerate(["so brandvold came", "my name is kwame brandvold"])
    )

    everywhere, apart = lytt_entities("-", said=said), lytt_entities("-", "--no-propagate", said=said)

    assert (everywhere.returncode, apart.returncode) == (0, 0)
    assert [json.loads(line)["id"] for line in apart.stdout.splitlines()] == [0, 1]
    first = json.loads(everywhere.stdout.splitlines()[0])
    assert first["spans"] == [{"start": 3, "end": 12, "label": "NAME"}]
