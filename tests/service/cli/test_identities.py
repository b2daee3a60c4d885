"""``lytt identities``: names come from a file or standard input."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from service.cli.main import app

runner = CliRunner()


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LYTT_DATA_DIR", str(tmp_path / "data"))
    return tmp_path


def test_the_list_is_filled_from_a_file_and_from_standard_input(data: Path) -> None:
    file = data / "names.txt"
    file.write_text("# ours\nKari Berg\nGrimstad\tPLACE\n", encoding="utf-8")
    assert "2 new" in runner.invoke(app, ["identities", "import", str(file)]).output
    assert "1 new" in runner.invoke(app, ["identities", "add"], input="Knut\nKari Berg\n").output
    listed = runner.invoke(app, ["identities", "list"]).output.splitlines()
    assert [line.split("\t")[0::2] for line in listed] == [
        ["NAME", "kari berg"],
        ["NAME", "knut"],
        ["PLACE", "grimstad"],
    ]
    assert "1 taken off" in runner.invoke(app, ["identities", "remove"], input="Knut\n").output
    assert "knut" not in runner.invoke(app, ["identities", "list"]).output


def test_a_kind_that_is_none_is_told_by_its_line_only() -> None:
    refused = runner.invoke(app, ["identities", "add"], input="Kari\nKnut\tPERSON\n")
    assert refused.exit_code != 0
    assert "Knut" not in refused.output
    assert "line 2" in f"{refused.output}{refused.exception}"


def test_a_style_that_is_none_is_refused() -> None:
    assert runner.invoke(app, ["identities", "style", "funny"]).exit_code != 0
    assert "0 interviews" in runner.invoke(app, ["identities", "style", "numbered"]).output
