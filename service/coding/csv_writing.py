"""CSV for people, who open it in a spreadsheet."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from typing import TextIO

Cell = str | int | float | None

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the beginning of a formula, or leaves out before one (OWASP, *CSV Injection*)."""


class CsvWriter:
    """Writes rows to ``target`` (RFC 4180).

    Text that a spreadsheet would take for a formula has ``'`` before it; numbers are written as they are.
    """

    def __init__(self, target: TextIO, line_end: str = "\r\n") -> None:
        self._rows = csv.writer(target, lineterminator=line_end)

    def write(self, row: Iterable[Cell]) -> None:
        """Write a row. None is an empty cell."""
        self._rows.writerow([_no_formula(cell) for cell in row])


def _no_formula(cell: Cell) -> Cell:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell
