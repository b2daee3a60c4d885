"""Interviews that two coders marked, made from what each gave to each unit."""

from __future__ import annotations

from collections.abc import Sequence

from service.coding.agreement.spans import grid
from service.coding.agreement.values import Compared, Mark

UNIT_MS = 1000


def compared(
    first: Sequence[Mark], second: Sequence[Mark], duration_ms: int, unit_ms: int = UNIT_MS, name: str = "i"
) -> Compared:
    return Compared(name, duration_ms, grid(duration_ms, unit_ms), tuple(first), tuple(second))


def of_units(first: Sequence[str], second: Sequence[str], name: str = "i") -> Compared:
    """One value for each unit of a second; "" is a gap."""
    return compared(_marks(first), _marks(second), len(first) * UNIT_MS, name=name)


def of_table(rows: Sequence[Sequence[int]]) -> Compared:
    """How often the first coder gave the row's value and the second the column's."""
    first = [str(row) for row, counts in enumerate(rows) for count in counts for _ in range(count)]
    second = [str(column) for counts in rows for column, count in enumerate(counts) for _ in range(count)]
    return of_units(first, second)


def _marks(values: Sequence[str]) -> list[Mark]:
    return [
        Mark(value, place * UNIT_MS, (place + 1) * UNIT_MS) for place, value in enumerate(values) if value
    ]
