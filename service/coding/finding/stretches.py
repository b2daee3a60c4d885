"""Stretches as the database has them: one row an interview, since so many rows of numbers would take their time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import numpy as np
import sqlalchemy as sa

from service.coding.finding.times import Ms
from service.database import is_sqlite

_APART = 2**32
"""Start and end are written as one number, which takes the database half the time."""

Laid = tuple[str, Ms]
"""An interview and starts and ends of stretches of it, which take turns, in any order."""


def stretches(
    connection: sa.Connection,
    source: sa.FromClause,
    rows: sa.FromClause,
    conditions: Iterable[sa.ColumnElement[bool] | sa.TextClause],
) -> list[Laid]:
    """The stretches of the ``rows`` of ``source`` for which all conditions hold, by interview."""
    said = sa.select(rows.c.interview_id, _joined(connection, rows)).select_from(source).where(*conditions)
    found = connection.execute(said.group_by(rows.c.interview_id))
    return [(str(one), _numbers(text)) for one, text in found]


def stretches_of(
    connection: sa.Connection,
    rows: sa.Table,
    whose: sa.Column[str],
    is_meant: Callable[[str, str], bool],
    conditions: Iterable[sa.ColumnElement[bool]] = (),
) -> list[Laid]:
    """The stretches of rows for which all conditions hold, of those whose they are in an interview if ``is_meant``.

    Rows of nobody are left out.
    """
    said = sa.select(rows.c.interview_id, whose, _joined(connection, rows)).where(*conditions)
    found = connection.execute(said.group_by(rows.c.interview_id, whose))
    return [
        (str(one), _numbers(text))
        for one, named, text in found
        if named is not None and is_meant(str(one), str(named))
    ]


def _joined(connection: sa.Connection, rows: sa.FromClause) -> sa.ColumnElement[str]:
    pair = sa.cast(rows.c.start_ms, sa.BigInteger) * _APART + rows.c.end_ms
    text = sa.cast(pair, sa.String)
    joined: sa.ColumnElement[str] = (
        sa.func.group_concat(text, " ") if is_sqlite(connection) else sa.func.string_agg(text, " ")
    )
    return joined


def of_rows(rows: Sequence[tuple[str, int, int]]) -> list[Laid]:
    """Stretches that were read one by one."""
    found: dict[str, list[int]] = {}
    for interview_id, start_ms, end_ms in rows:
        found.setdefault(interview_id, []).extend((start_ms, end_ms))
    return [(one, np.array(values, dtype=np.int64)) for one, values in found.items()]


def _numbers(text: str) -> Ms:
    return np.stack(np.divmod(np.fromstring(text, dtype=np.int64, sep=" "), _APART), axis=1).ravel()
