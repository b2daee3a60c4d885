"""docs/security.md shows who may what as it is, and names tests that exist."""

from __future__ import annotations

import re

from service.accounts.accesses import NOTED
from service.api.rights_table import rights_table

from .conftest import ROOT, sections, table_rows

PAGE = sections((ROOT / "docs" / "security.md").read_text(encoding="utf-8"))


def test_the_table_of_rights_is_the_one_that_holds() -> None:
    assert rights_table() in PAGE["Who may what"], "run: python -m service.api.rights_table"


def test_every_access_that_is_noted_is_listed() -> None:
    listed = set(re.findall(r"`(\w+)`", PAGE["The event log"]))
    assert set(NOTED.values()) <= listed


def test_every_attack_names_the_tests_that_hold_it_off() -> None:
    rows = table_rows(PAGE["An attacker's checklist"])
    assert len(rows) >= 15
    for row in rows:
        named = re.findall(r"`(tests/[\w/.]+)(?:::(\w+))?`", row[2])
        assert named, row[0]
        for file, test in named:
            text = (ROOT / file).read_text(encoding="utf-8")
            assert not test or f"def {test}(" in text, f"{file}::{test}"
