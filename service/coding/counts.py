"""How often each code was given, and in which interviews, as far as a reader may see."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from service.coding import tables
from service.coding.seeing import seen_where
from service.coding.values import WITHDRAWN, Coder


@dataclass(frozen=True, slots=True)
class InInterview:
    """So many codings in the interview with this name."""

    interview: str
    codings: int


@dataclass(frozen=True, slots=True)
class CodeCount:
    """``code`` is None for stretches without one so far. ``interviews`` are released ones, in order of name.

    ``hidden`` codings are in interviews that are not released now, ``kept`` ones are left of withdrawn ones; both are
    counted for leads only.
    """

    code: str | None
    interviews: tuple[InInterview, ...]
    hidden: int = 0
    kept: int = 0


def count_codes(connection: sa.Connection, reader: Coder) -> tuple[CodeCount, ...]:
    """The counts of every code that ``reader`` sees a coding of; codings that were removed are not counted."""
    coding, interview = tables.coding, tables.interview
    rows = connection.execute(
        sa.select(coding.c.code, interview.c.name, sa.func.count().label("codings"))
        .join(interview, interview.c.id == coding.c.interview_id)
        .where(~coding.c.removed, seen_where(reader, coding.c.interview_id, coding.c.coder))
        .group_by(coding.c.code, interview.c.name)
        .order_by(interview.c.name)
    ).all()
    found: dict[str | None, list[InInterview]] = {}
    for row in rows:
        found.setdefault(row.code, []).append(InInterview(row.name, row.codings))
    hidden, kept = _elsewhere(connection) if reader.leads else ({}, {})
    codes = dict.fromkeys([*found, *hidden, *kept])
    return tuple(
        CodeCount(code, tuple(found.get(code, ())), hidden.get(code, 0), kept.get(code, 0)) for code in codes
    )


def _elsewhere(connection: sa.Connection) -> tuple[dict[str | None, int], dict[str | None, int]]:
    """Codings by code that are in no released interview: of those taken back, and those left of withdrawn ones."""
    coding, interview = tables.coding, tables.interview
    kept = sa.func.sum(sa.case((coding.c.interview_id.startswith(WITHDRAWN), 1), else_=0))
    rows = connection.execute(
        sa.select(coding.c.code, kept.label("kept"), sa.func.count().label("codings"))
        .outerjoin(interview, interview.c.id == coding.c.interview_id)
        .where(~coding.c.removed, interview.c.id.is_(None))
        .group_by(coding.c.code)
    ).all()
    return {row.code: row.codings - row.kept for row in rows}, {row.code: row.kept for row in rows}
