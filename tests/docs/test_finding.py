"""docs/finding.md has every field and word of the query language, and its queries can be asked."""

from __future__ import annotations

import re

import pytest

from service.coding.finding.fields import NAMES, STATES
from service.coding.finding.parsing import parse
from service.coding.finding.query import RESERVED

from .conftest import ROOT, sections

PAGE = (ROOT / "docs" / "finding.md").read_text(encoding="utf-8")
GRAMMAR = sections(PAGE)["Grammar"]
TERMS = re.findall(r"`([^`]+)`", "\n".join(re.findall(r"^\| (`.*?) \|", sections(PAGE)["Terms"], re.M)))
AFTER = {"by ann", "by client", "weight >= 50", "changed", "only", ">= 2", ">= 0.5"}
FIRST = re.findall(r"^    (.+)$", PAGE.split("\n## ")[0], re.M)


def test_the_grammar_has_every_field_and_every_word() -> None:
    fields = set(re.findall(r'"(\w+):"', GRAMMAR))
    assert fields == set(NAMES)
    words = set(re.findall(r'"(\w+)"', GRAMMAR))
    assert words >= RESERVED | set(STATES)


def test_every_field_is_described() -> None:
    described = {term.partition(":")[0] for term in TERMS if ":" in term}
    assert described == set(NAMES)


@pytest.mark.parametrize("query", [*FIRST, *(term for term in TERMS if term not in AFTER)])
def test_queries_that_are_shown_can_be_read(query: str) -> None:
    parse(query)
