"""`lytt find` in the coding store: lines, JSON and a table; as a lead and as a coder; mistakes with their place."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
import sqlalchemy as sa
from typer.testing import CliRunner, Result

from service.cli.errors import Refusal
from service.cli.finding import asks_the_coding_store
from service.cli.main import app
from service.coding import tables
from service.coding.store import open_coding_store
from service.settings import Settings
from tests.service.coding.finding.made import fill


@pytest.fixture
def _store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LYTT_DATA_DIR", str(tmp_path))
    store = open_coding_store(Settings(data_dir=tmp_path))
    fill(store)
    store.close()


def find(*words: str) -> Result:
    return CliRunner().invoke(app, ["find", *words])


@pytest.mark.usefixtures("_store")
def test_moments_are_printed_as_lines_json_and_a_table() -> None:
    lines = find("code:fear and hand*", "--role", "client")
    assert lines.exit_code == 0, lines.output
    printed = lines.stdout.splitlines()
    told = json.loads(find("code:fear and hand*", "--role", "client", "--json").stdout)
    assert told["query"] == 'code:fear and "hand*" and role:client'
    moments = told["moments"]
    assert len(printed) == told["counts"]["moments"] == len(moments) > 1
    assert printed[0].startswith(f"{moments[0]['interview']} [00:00:0")
    assert "(" in printed[0], "its codes are named"
    table = find("code:fear and hand*", "--role", "client", "--csv").stdout
    rows = list(csv.DictReader(io.StringIO(table)))
    assert [(row["interview"], row["start_ms"], row["text"]) for row in rows] == [
        (one["interview"], str(one["start_ms"]), one["text"]) for one in moments
    ]
    assert all("fear" in row["codes"] or "grief" in row["codes"] for row in rows)
    first = find("code:fear and hand*", "--role", "client", "--limit", "1")
    assert (len(first.stdout.splitlines()), "--limit shows more" in first.stderr) == (1, True)


@pytest.mark.usefixtures("_store")
def test_a_table_has_no_formula_in_it(tmp_path: Path) -> None:
    store = open_coding_store(Settings(data_dir=tmp_path))
    with store.engine.begin() as connection:
        connection.execute(sa.update(tables.code).where(tables.code.c.name == "fear").values(name="=fear"))
    store.close()
    rows = list(csv.DictReader(io.StringIO(find('code:"=fear"', "--csv").stdout)))
    assert "'=fear" in [row["codes"] for row in rows]
    assert not [row for row in rows if row["codes"].startswith("=")]


@pytest.mark.usefixtures("_store")
def test_somebody_is_shown_what_they_see() -> None:
    def coders(*options: str) -> set[str]:
        told = json.loads(find("is:coded", "--limit", "1000", "--json", *options).stdout)
        return {coding["coder"] for moment in told["moments"] for coding in moment["codings"]}

    assert coders() == {"ann", "ben", "cat"}
    assert coders("--as", "ann", "--interview", "D05-C2") == {"ann"}


@pytest.mark.usefixtures("_store")
def test_mistakes_are_marked_and_nothing_found_is_told() -> None:
    refused = find("hand and code:feer")
    assert isinstance(refused.exception, Refusal)
    assert str(refused.exception).splitlines()[1:] == [
        "  hand and code:feer",
        "           ^^^^^^^^^",
        "  hand and code:fear",
    ]
    assert isinstance(find("hand and", "--coding").exception, Refusal)
    assert find("nobody said this", "--coding").exit_code == 1


def test_without_a_store_that_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LYTT_DATA_DIR", str(tmp_path))
    refused = find("is:coded")
    assert isinstance(refused.exception, Refusal)
    assert "There is no coding store yet" in str(refused.exception)


def test_words_alone_are_looked_for_in_the_vault() -> None:
    assert not asks_the_coding_store("he held my hand and I let him")
    assert not asks_the_coding_store("what (he) said")
    assert asks_the_coding_store("hand with code:fear")
