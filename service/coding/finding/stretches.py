"""Stretches as the database has them: one row an interview, since so many rows of numbers would take their time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import sqlalchemy as sa

from service.coding.finding.times import Ms
from service.database import is_sqlite

Laid = tuple[str, Ms]
"""An interview and starts and ends of stretches of it, which take turns, in any order."""


def stretches(
    connection: sa.Connection,
    source: sa.FromClause,
    interview_id: sa.ColumnElement[str],
    start_ms: sa.ColumnElement[int],
    end_ms: sa.ColumnElement[int],
    conditions: Iterable[sa.ColumnElement[bool] | sa.TextClause],
) -> list[Laid]:
    """The stretches of rows of ``source`` for which all conditions hold, by interview."""
    pair = sa.cast(start_ms, sa.String).concat(" ").concat(sa.cast(end_ms, sa.String))
    joined = (sa.func.group_concat if is_sqlite(connection) else sa.func.string_agg)(pair, " ")
    rows = connection.execute(
        sa.select(interview_id, joined).select_from(source).where(*conditions).group_by(interview_id)
    )
    return [(str(one), _numbers(text)) for one, text in rows]


def of_rows(rows: Sequence[tuple[str, int, int]]) -> list[Laid]:
    """Stretches that were read one by one."""
    found: dict[str, list[int]] = {}
    for interview_id, start_ms, end_ms in rows:
        found.setdefault(interview_id, []).extend((start_ms, end_ms))
    return [(one, np.array(values, dtype=np.int64)) for one, values in found.items()]


def _numbers(text: str) -> Ms:
    return np.fromstring(text, dtype=np.int64, sep=" ")
