"""How far coding is: of each released interview, one's own codings, and who is ready with it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import sqlalchemy as sa

from service.coding import tables
from service.coding.store import ReleasedInterview, list_released


@dataclass(frozen=True, slots=True)
class CodingProgress:
    """``codings`` are one's own, ``unnamed`` those without a code, ``changed`` those whose words are others now.

    ``ready`` are the coders who said so. How much others coded is not told: that is theirs until both are ready.
    """

    interview: ReleasedInterview
    codings: int
    unnamed: int
    changed: int
    ready: tuple[str, ...]


def role_names(connection: sa.Connection) -> dict[str, str]:
    """What the roles of participants are called, by code."""
    role = tables.role
    return {row.code: row.name for row in connection.execute(sa.select(role).order_by(role.c.code))}


def coding_progress(connection: sa.Connection, coder: str) -> tuple[CodingProgress, ...]:
    """Of every released interview, in order of name."""
    coding = tables.coding
    rows = connection.execute(
        sa.select(
            coding.c.interview_id,
            sa.func.count().label("codings"),
            sa.func.sum(sa.case((coding.c.code.is_(None), 1), else_=0)).label("unnamed"),
            sa.func.sum(sa.case((coding.c.words_changed, 1), else_=0)).label("changed"),
        )
        .where(coding.c.coder == coder, ~coding.c.removed)
        .group_by(coding.c.interview_id)
    )
    own = {row.interview_id: (row.codings, row.unnamed, row.changed) for row in rows}
    ready: dict[str, list[str]] = defaultdict(list)
    for interview_id, who in connection.execute(
        sa.select(tables.ready.c.interview_id, tables.ready.c.coder).order_by(tables.ready.c.coder)
    ):
        ready[interview_id].append(who)
    return tuple(
        CodingProgress(one, *own.get(one.id, (0, 0, 0)), tuple(ready[one.id]))
        for one in list_released(connection)
    )
