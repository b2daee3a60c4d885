"""Changes of an interview that can be undone and done again: corrections, decisions of the review, judgements.

Each kind keeps its changes in a table of its own with the columns ``interview_id``, ``id`` and ``state``.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import sqlalchemy as sa


class ChangeState(StrEnum):
    """``done`` counts; ``undone`` can be done again until another change is made; ``replaced`` then was."""

    DONE = "done"
    UNDONE = "undone"
    REPLACED = "replaced"


def stepped(*, back: bool) -> ChangeState:
    """What a change is after it was undone (``back``), or done again."""
    return ChangeState.UNDONE if back else ChangeState.DONE


def latest_row(
    connection: sa.Connection, table: sa.Table, interview_id: str, *, back: bool
) -> sa.Row[Any] | None:
    """The change that would be undone next (``back``), or done again; None when there is nothing."""
    state = stepped(back=not back)
    return connection.execute(
        sa.select(table)
        .where(table.c.interview_id == interview_id, table.c.state == state)
        .order_by(table.c.id.desc() if back else table.c.id)
        .limit(1)
    ).first()


def next_number(connection: sa.Connection, table: sa.Table, interview_id: str) -> int:
    """The id of the interview's next change."""
    last = connection.execute(
        sa.select(sa.func.max(table.c.id)).where(table.c.interview_id == interview_id)
    ).scalar_one()
    return (last or 0) + 1


def replace_undone(connection: sa.Connection, table: sa.Table, interview_id: str) -> None:
    """Another change is made: what was undone can't be done again any more."""
    connection.execute(
        sa.update(table)
        .where(table.c.interview_id == interview_id, table.c.state == ChangeState.UNDONE)
        .values(state=ChangeState.REPLACED)
    )


def set_state(
    connection: sa.Connection, table: sa.Table, interview_id: str, change: int, state: ChangeState
) -> None:
    """Say that the change is undone, or done again."""
    connection.execute(
        sa.update(table).where(table.c.interview_id == interview_id, table.c.id == change).values(state=state)
    )
