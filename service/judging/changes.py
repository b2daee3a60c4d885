"""Decisions on markers as they were made: each can be undone and done again.

Decisions keep their ids when an interview is processed anew, so undoing goes on across that.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from models.codec import from_json, to_json
from service import undoing
from service.judging.matching import Decision
from service.undoing import ChangeState
from service.vault import tables
from service.vault.recordings import aware, now


@dataclass(frozen=True, slots=True)
class Side:
    """The decision on one side of a change; None where there was none."""

    decision: Decision | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """A decision that was made, changed or taken back."""

    id: int
    at: datetime
    actor: str
    state: ChangeState
    before: Decision | None
    after: Decision | None

    @property
    def decision(self) -> Decision:
        """What it is about: as it was made, or as it was before it was taken back."""
        found = self.after or self.before
        if found is None:
            raise ValueError("a change has a side at least")
        return found


def next_number(connection: sa.Connection, interview_id: str) -> int:
    """The id of the interview's next change. A decision has the id of the change that made it."""
    return undoing.next_number(connection, tables.judgement_change, interview_id)


def record(
    connection: sa.Connection, interview_id: str, actor: str, before: Decision | None, after: Decision | None
) -> Change:
    """Keep the change; what was undone can't be done again any more."""
    table = tables.judgement_change
    undoing.replace_undone(connection, table, interview_id)
    made = Change(next_number(connection, interview_id), now(), actor, ChangeState.DONE, before, after)
    connection.execute(
        sa.insert(table).values(
            interview_id=interview_id,
            id=made.id,
            at=made.at,
            actor=actor,
            state=made.state,
            before=to_json(Side(before)).decode(),
            after=to_json(Side(after)).decode(),
        )
    )
    return made


def latest(connection: sa.Connection, interview_id: str, *, back: bool) -> Change | None:
    """What would be undone next (``back``), or done again; None when there is nothing."""
    row = undoing.latest_row(connection, tables.judgement_change, interview_id, back=back)
    return None if row is None else _change(row._mapping)


def can_step(connection: sa.Connection, interview_id: str) -> tuple[bool, bool]:
    """Whether there is something to undo, and something to do again."""
    return tuple(latest(connection, interview_id, back=back) is not None for back in (True, False))  # type: ignore[return-value]


def set_state(connection: sa.Connection, interview_id: str, change: int, state: ChangeState) -> None:
    """Say that the change is undone, or done again."""
    undoing.set_state(connection, tables.judgement_change, interview_id, change, state)


def history(connection: sa.Connection, interview_id: str) -> tuple[Change, ...]:
    """Every change of decisions on the interview's markers, the newest first."""
    table = tables.judgement_change
    rows = connection.execute(
        sa.select(table).where(table.c.interview_id == interview_id).order_by(table.c.id.desc())
    )
    return tuple(_change(row._mapping) for row in rows)


def _change(row: sa.RowMapping) -> Change:
    return Change(
        row["id"],
        aware(row["at"]),
        row["actor"],
        ChangeState(row["state"]),
        from_json(Side, row["before"].encode()).decision,
        from_json(Side, row["after"].encode()).decision,
    )
