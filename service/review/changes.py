"""The decisions of a review as they were made: each can be undone and done again until names are looked for anew.

An act that reaches several interviews is kept as one change in each, so that erasing an interview erases what was
decided in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import uuid4

import sqlalchemy as sa

from models.codec import from_json, to_json
from service import undoing
from service.review.judged import Judged, judged, put
from service.review.looking import clear, unclear
from service.review.standing_in import give_identities
from service.undoing import ChangeState
from service.vault import tables
from service.vault.interviews import redactions_changed
from service.vault.recordings import aware, now


class ChangeKind(StrEnum):
    """What was decided."""

    ACCEPT = "accept"
    REJECT = "reject"
    REOPEN = "reopen"
    CHANGE = "change"
    ADD = "add"
    CLEAR = "clear"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Redactions and cleared words as they were on one side of a change."""

    redactions: tuple[Judged, ...] = ()
    cleared: tuple[str, ...] = ()
    whole_study: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """What an act changes in one interview."""

    interview_id: str
    before: Snapshot
    after: Snapshot


@dataclass(frozen=True, slots=True)
class Change:
    """A change as it was recorded."""

    interview_id: str
    id: int
    act: str
    made_in: str
    at: datetime
    actor: str
    kind: ChangeKind
    state: ChangeState
    before: Snapshot
    after: Snapshot


def record(
    connection: sa.Connection, made_in: str, kind: ChangeKind, parts: Iterable[Part], actor: str
) -> tuple[str, ...]:
    """Make the change in each interview, and keep it; returns the interviews of which coders read something else."""
    table = tables.review_change
    act, touched = uuid4().hex, []
    for part in parts:
        if _apply(connection, part.interview_id, part.before, part.after, actor):
            touched.append(part.interview_id)
        undoing.replace_undone(connection, table, part.interview_id)
        connection.execute(
            sa.insert(table).values(
                interview_id=part.interview_id,
                id=undoing.next_number(connection, table, part.interview_id),
                act=act,
                made_in=made_in,
                at=now(),
                actor=actor,
                kind=kind,
                state=ChangeState.DONE,
                before=to_json(part.before).decode(),
                after=to_json(part.after).decode(),
            )
        )
    return tuple(touched)


def latest(connection: sa.Connection, interview_id: str, *, back: bool) -> Change | None:
    """What would be undone next (``back``), or done again; None when there is nothing."""
    row = undoing.latest_row(connection, tables.review_change, interview_id, back=back)
    return None if row is None else _change(row._mapping)


def step(
    connection: sa.Connection, interview_id: str, actor: str, *, back: bool
) -> tuple[Change, tuple[str, ...]] | None:
    """Undo the latest change, or do the next one again; None when there is none.

    A change that was made in this interview is undone in all that it reached; one that reached it from another, in
    this one only. Redactions that are others by now stay as they are. Returns the change, and the interviews of which
    coders read something else.
    """
    found = latest(connection, interview_id, back=back)
    if found is None:
        return None
    table = tables.review_change
    parts = [found]
    if found.made_in == interview_id:
        rows = connection.execute(
            sa.select(table).where(
                table.c.act == found.act,
                table.c.interview_id != interview_id,
                table.c.state == found.state,
            )
        ).all()
        parts += [_change(row._mapping) for row in rows]
    touched = []
    for part in parts:
        take, give = (part.after, part.before) if back else (part.before, part.after)
        if _apply(connection, part.interview_id, take, give, actor):
            touched.append(part.interview_id)
        undoing.set_state(connection, table, part.interview_id, part.id, undoing.stepped(back=back))
    return found, tuple(touched)


def forget_undo(connection: sa.Connection, interview_id: str) -> None:
    """The redactions are numbered anew: what was decided stays, and can no longer be undone one by one."""
    table = tables.review_change
    connection.execute(
        sa.update(table)
        .where(table.c.interview_id == interview_id, table.c.state != ChangeState.REPLACED)
        .values(state=ChangeState.REPLACED)
    )


def _apply(connection: sa.Connection, interview_id: str, take: Snapshot, give: Snapshot, actor: str) -> bool:
    """Whether coders read something else."""
    gone = set(take.cleared) - set(give.cleared)
    come = set(give.cleared) - set(take.cleared)
    of = None if take.whole_study or give.whole_study else interview_id
    if gone:
        unclear(connection, of, gone)
    if come:
        clear(connection, of, sorted(come), actor)
    if not take.redactions and not give.redactions:
        return False
    current = {one.id: one for one in judged(connection, interview_id)}
    taken = {one.id: one for one in take.redactions}
    given = {one.id: one for one in give.redactions}
    old, new = [], []
    for number in sorted(taken.keys() | given.keys()):
        here = current.get(number)
        if not _is_same(here, taken.get(number)):
            continue
        if here is not None:
            old.append(here)
        if number in given:
            new.append(_restyled(given[number], here))
    put(connection, interview_id, old, new)
    give_identities(connection, interview_id)
    if _read(old) == _read(new):
        return False
    redactions_changed(connection, interview_id)
    return True


def _is_same(here: Judged | None, then: Judged | None) -> bool:
    if here is None or then is None:
        return here is then
    return _restyled(then, here) == here


def _restyled(one: Judged, here: Judged | None) -> Judged:
    """What stands for an identity may have been changed since."""
    if here is None or here.label != one.label:
        return one
    return replace(
        one,
        placeholder=here.placeholder,
        identity_id=here.identity_id,
        meant=here.meant,
        placed_by=here.placed_by,
    )


def _read(redactions: Sequence[Judged]) -> set[tuple[str, tuple[int, ...]]]:
    """What coders read of redactions."""
    return {(one.placeholder, one.word_ids) for one in redactions if one.counts}


def _change(row: sa.RowMapping) -> Change:
    return Change(
        row["interview_id"],
        row["id"],
        row["act"],
        row["made_in"],
        aware(row["at"]),
        row["actor"],
        ChangeKind(row["kind"]),
        ChangeState(row["state"]),
        from_json(Snapshot, row["before"].encode()),
        from_json(Snapshot, row["after"].encode()),
    )
