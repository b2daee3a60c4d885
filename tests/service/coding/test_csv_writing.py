"""Tables for people: no cell is taken for a formula, in any table of the coding side."""

from __future__ import annotations

import csv
import io
import re

import pytest

from service.coding.csv_writing import Cell, CsvWriter
from tests.test_sides import modules


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+47", "'+47"),
        ("-2", "'-2"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        (-2, "-2"),
        (-0.5, "-0.5"),
        ("a=b", "a=b"),
        ("", ""),
        (None, ""),
    ],
)
def test_text_is_no_formula_and_numbers_stay(cell: Cell, written: str) -> None:
    target = io.StringIO(newline="")
    CsvWriter(target).write(["first", cell])
    assert next(csv.reader(io.StringIO(target.getvalue(), newline=""))) == ["first", written]


def test_no_table_is_written_in_another_way() -> None:
    using = [
        name
        for name, path in modules().items()
        if name.startswith("service.")
        and re.search(r"^\s*(import|from) csv\b", path.read_text(), re.MULTILINE)
    ]
    assert using == ["service.coding.csv_writing"]
