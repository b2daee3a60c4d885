"""docs/exports.md names every format, every option, and every column as the data dictionary has it."""

from __future__ import annotations

import re

from service.coding.exports.columns import dictionary
from service.coding.exports.formats import Choice, Format

from .conftest import ROOT, sections, table_rows

PAGE = sections((ROOT / "docs" / "exports.md").read_text(encoding="utf-8"))


def test_every_format_and_option_is_described_and_no_others() -> None:
    named = [re.findall(r"`(\w+)`", row[0]) for row in table_rows(PAGE["Formats"])]
    assert {name for names in named for name in names} == {*Format, *Choice}


def test_the_data_dictionary_is_the_one_that_goes_along() -> None:
    told = [(row[0], row[1].strip("`"), *row[2:]) for row in table_rows(PAGE["Tables"])]
    assert told == [(table, column, kind, unit, means) for table, column, kind, unit, means in dictionary()]
