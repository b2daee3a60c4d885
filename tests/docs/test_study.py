"""docs/study.md describes every key of the protocol and every placeholder of a file name."""

from __future__ import annotations

import re

from service.study.file_names import PLACEHOLDERS
from service.study.protocol import ExpectedInterview, Group, Interviewer, Person, Protocol, StudyRole

from .conftest import ROOT, sections, table_rows

PAGE = sections((ROOT / "docs" / "study.md").read_text(encoding="utf-8"))
TABLES = {"role": StudyRole, "role.interview": ExpectedInterview, "interviewer": Interviewer}
TABLES |= {"group": Group, "group.participant": Person}


def test_every_key_is_described_where_it_stands() -> None:
    rows = {row[0].strip("`[]"): row[1] for row in table_rows(PAGE["The file"])}
    arrays = set(TABLES)
    assert set(rows) == (set(Protocol.model_fields) | arrays)
    for table, model in TABLES.items():
        described = set(re.findall(r"`(\w+)`", rows[table]))
        inner = {name.rpartition(".")[2] for name in arrays if name.startswith(f"{table}.")}
        assert set(model.model_fields) - inner <= described, table


def test_every_placeholder_is_described() -> None:
    assert [row[0] for row in table_rows(PAGE["File names"])] == [f"`{{{one}}}`" for one in PLACEHOLDERS]
