"""`lytt agreement`: a table, JSON and CSV of what two coders agree on."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from service.cli.errors import Refusal
from service.cli.main import app
from service.settings import Settings
from tests.service.coding.test_codings import code, mark, store_at


@pytest.fixture(autouse=True)
def coded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LYTT_DATA_DIR", str(tmp_path))
    store = store_at(Settings(data_dir=tmp_path).coding_database)
    care, formula = code(store, "care"), code(store, "=1+1")
    mark(store, "ann", care, 1, 3)
    mark(store, "ben", care, 2, 4)
    mark(store, "ben", formula, 6, 8)
    store.close()


def asked(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["agreement", *arguments])


def test_the_table_says_how_much_each_code_is_agreed_on() -> None:
    told = asked("ben", "ann").output.splitlines()
    assert told[0] == "ann and ben"
    assert told[1].startswith("1 interview, ")
    lines = {line.split("  ")[0].strip(): line for line in told[3:]}
    assert "0." in lines["care"]
    assert lines["=1+1"].endswith("only ben")
    assert told[-1] == "-: an interval needs two interviews at least"


def test_json_and_csv_hold_the_same() -> None:
    whole = json.loads(asked("ann", "ben", "--unit", "word", "--json").output)
    rows = list(csv.DictReader(io.StringIO(asked("ann", "ben", "--unit", "word", "--csv").output)))
    assert [row["name"] for row in rows] == ["overall", "'=1+1", "care"]
    assert float(rows[2]["kappa"]) == pytest.approx(whole["codes"][1]["kappa"]["value"])
    assert (rows[2]["kappa_low"], rows[2]["kappa_why_not"]) == ("", "one_interview")
    assert whole["unit_ms"] is None


def test_what_cannot_be_compared_is_said_in_a_sentence() -> None:
    for arguments, says in (
        (("ann", "cleo"), "ann, ben"),
        (("ann", "ann"), "two different coders"),
        (("ann", "ben", "--unit", "5"), "from 100 to 60000"),
        (("ann", "ben", "--interview", "D09-T1"), "no such interview"),
        (("ann", "ben", "--role", "nobody"), "no such role"),
    ):
        refused = asked(*arguments).exception
        assert isinstance(refused, Refusal)
        assert says in str(refused)
