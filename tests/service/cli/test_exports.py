"""`lytt export` writes a file whole and notes it; `lytt codebook` prints any version."""

from __future__ import annotations

import io
import json
import uuid
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from service.cli.errors import Refusal
from service.cli.main import app
from service.coding import codebook
from service.coding.codebook import CodeWords
from service.coding.codings import Place, add_coding
from service.coding.writing import writing
from service.vault.events import Wanted, read_events
from tests.service.api.conftest import Running, running_with

CARE = str(uuid.uuid4())


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running_with(tmp_path_factory.mktemp("exports")) as one:
        assert one.client.post("/api/interviews/D03-T2/release").status_code == 200
        with writing(one.state.coding.engine) as connection:
            codebook.add_code(connection, "ann", CARE, CodeWords("care", "Caring"))
            add_coding(connection, "ann", one.interview_id, str(uuid.uuid4()), Place(6, 9), CARE)
            codebook.edit_code(connection, "lea", CARE, 1, CodeWords("caring"))
        yield one


@pytest.fixture
def run(running: Running, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("LYTT_DATA_DIR", str(running.state.settings.data_dir))

    def run(*words: str) -> Result:
        return CliRunner().invoke(app, list(words))

    return run


def test_a_project_is_written_and_noted(running: Running, run, tmp_path: Path) -> None:
    out = tmp_path / "study.qdpx"
    result = run("export", "qdpx", "d3_t2", "--out", str(out), "--sound", "mp3")
    assert result.exit_code == 0, result.output
    assert "written" in result.stdout
    with zipfile.ZipFile(io.BytesIO(out.read_bytes())) as archive:
        assert "sources/D03-T2.mp3" in archive.namelist()
        assert b'name="ann"' in archive.read("project.qde")
    with running.state.vault.engine.connect() as connection:
        (noted, *_) = read_events(connection, Wanted(action="released_exported"))
    assert (noted.subject, noted.detail) == (running.interview_id, {"format": "qdpx"})
    assert sorted(path.name for path in tmp_path.iterdir()) == ["study.qdpx"]
    assert "there already" in str(run("export", "text", "--out", str(out)).exception)
    assert run("export", "text", "--out", str(out), "--force").exit_code == 0
    assert out.read_text().startswith("[00:00:01] ")


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("pdf",), "The format is one of"),
        (("text", "D09-T1"), "no released interview D09-T1"),
        (("text", "--group", "D09"), "no released interview to take out"),
        (("text", "--role", "nobody"), "no such role"),
        (("qdpx", "--sound", "ogg"), "The sound is one of: mp3, wav"),
    ],
)
def test_what_can_not_be_written_is_refused_in_a_sentence(
    run, tmp_path: Path, words: tuple[str, ...], why: str
) -> None:
    result = run("export", *words, "--out", str(tmp_path / "out"))
    assert isinstance(result.exception, Refusal)
    assert why in str(result.exception)
    assert list(tmp_path.iterdir()) == []


def test_the_codebook_is_printed_as_it_is_and_as_it_was(run) -> None:
    assert "  caring" not in run("codebook").stdout
    assert run("codebook").stdout.splitlines()[2:4] == ["caring", "    Caring"]
    assert run("codebook", "--version", "1").stdout.splitlines()[2] == "care"
    read = json.loads(run("codebook", "--format", "json").stdout)
    assert (read["version"], read["codes"][0]["name"]) == (2, "caring")
    assert run("codebook", "--format", "csv").stdout.splitlines()[1].startswith("caring,caring,Caring")
    assert 'name="caring"' in run("codebook", "--format", "qdc").stdout
    assert "never had" in str(run("codebook", "--version", "9").exception)
    assert "one of" in str(run("codebook", "--format", "pdf").exception)
