"""Decisions about disagreements as values, and their rows. Who may see and decide is in :mod:`.consensus`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from service.coding import tables
from service.coding.agreement.disagreements import Kind
from service.coding.agreement.values import Mark, Pair
from service.coding.values import in_utc
from service.coding.writing import add_once


class Keep(StrEnum):
    """What is kept of what two coders marked."""

    FIRST = "first"
    SECOND = "second"
    BOTH = "both"
    NEITHER = "neither"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class ConsensusCoding:
    """A stretch with the code that was agreed on. The words are those said in it; none where nothing is."""

    code: str
    start_ms: int
    end_ms: int
    first_word: int | None
    last_word: int | None


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided about a disagreement, by whom, when and why. ``id`` is the key of the disagreement.

    ``removed``: it was taken back, and the disagreement is open again.
    """

    id: str
    interview_id: str
    pair: Pair
    kind: Kind
    start_ms: int
    end_ms: int
    first: tuple[Mark, ...]
    second: tuple[Mark, ...]
    keep: Keep
    codings: tuple[ConsensusCoding, ...]
    why: str
    who: str
    version: int
    made_at: datetime
    changed_at: datetime
    removed: bool


@dataclass(frozen=True, slots=True)
class DecisionChange:
    """Who made a decision what it was at this version."""

    version: int
    at: datetime
    who: str
    act: str
    keep: Keep
    codings: tuple[ConsensusCoding, ...]
    why: str
    removed: bool


class DecisionOvertaken(Exception):  # noqa: N818 - what it is, not that it is an error
    """Somebody decided meanwhile. ``now`` is what is there."""

    def __init__(self, now: Decision) -> None:
        super().__init__("Somebody decided about it meanwhile: `current` is what is there now.")
        self.now = now


def find_decision(connection: sa.Connection, key: str) -> Decision | None:
    """The decision with this id, whoever asks."""
    row = connection.execute(sa.select(tables.consensus).where(tables.consensus.c.id == key)).first()
    return _decision(row) if row is not None else None


def add_decision(connection: sa.Connection, new: Decision) -> Decision:
    """Keep the first decision about a disagreement. Raises DecisionOvertaken where there is one."""
    if not add_once(connection, tables.consensus, _row(new)):
        raise DecisionOvertaken(find_decision(connection, new.id) or new)
    _log(connection, new, "consensus_decided")
    return new


def change_decision(
    connection: sa.Connection, there: Decision, changed: Decision, known_version: int, act: str
) -> Decision:
    """Keep its next version. Raises DecisionOvertaken where ``known_version`` is not the one that is there."""
    table = tables.consensus
    if there.version != known_version:
        raise DecisionOvertaken(there)
    new = replace(changed, version=there.version + 1, changed_at=datetime.now(UTC))
    written = connection.execute(
        sa.update(table).where(table.c.id == there.id, table.c.version == there.version).values(**_row(new))
    )
    if written.rowcount != 1:
        raise DecisionOvertaken(find_decision(connection, there.id) or there)
    _log(connection, new, act)
    return new


def _log(connection: sa.Connection, new: Decision, act: str) -> None:
    connection.execute(
        sa.insert(tables.consensus_change).values(
            consensus_id=new.id,
            version=new.version,
            interview_id=new.interview_id,
            at=new.changed_at,
            who=new.who,
            act=act,
            keep=new.keep,
            codings=[_coding_row(one) for one in new.codings],
            why=new.why,
            removed=new.removed,
        )
    )


def decisions_about(connection: sa.Connection, pair: Pair, interview_id: str) -> tuple[Decision, ...]:
    """Every decision about two coders in an interview, in order of time, whoever asks."""
    table = tables.consensus
    rows = connection.execute(
        sa.select(table)
        .where(
            table.c.interview_id == interview_id,
            table.c.first == pair.first,
            table.c.second == pair.second,
        )
        .order_by(table.c.start_ms, table.c.id)
    )
    return tuple(_decision(row) for row in rows)


def is_agreed_on(connection: sa.Connection, code: str) -> bool:
    """Whether a decision that stands keeps a coding with this code."""
    table = tables.consensus
    kept = connection.execute(sa.select(table.c.codings).where(~table.c.removed)).scalars()
    return any(one[0] == code for codings in kept for one in codings)


def changes_of(connection: sa.Connection, key: str, version: int | None = None) -> tuple[DecisionChange, ...]:
    """Every version of a decision, the oldest first, or this one."""
    table = tables.consensus_change
    statement = sa.select(table).where(table.c.consensus_id == key).order_by(table.c.version)
    if version is not None:
        statement = statement.where(table.c.version == version)
    return tuple(
        DecisionChange(
            row.version,
            in_utc(row.at),
            row.who,
            row.act,
            Keep(row.keep),
            tuple(ConsensusCoding(*one) for one in row.codings),
            row.why,
            row.removed,
        )
        for row in connection.execute(statement)
    )


def _row(one: Decision) -> dict[str, Any]:
    return {
        "id": one.id,
        "interview_id": one.interview_id,
        "first": one.pair.first,
        "second": one.pair.second,
        "kind": one.kind,
        "start_ms": one.start_ms,
        "end_ms": one.end_ms,
        "first_marks": [[mark.code, mark.start_ms, mark.end_ms] for mark in one.first],
        "second_marks": [[mark.code, mark.start_ms, mark.end_ms] for mark in one.second],
        "keep": one.keep,
        "codings": [_coding_row(coding) for coding in one.codings],
        "why": one.why,
        "who": one.who,
        "version": one.version,
        "made_at": one.made_at,
        "changed_at": one.changed_at,
        "removed": one.removed,
    }


def _coding_row(one: ConsensusCoding) -> list[str | int | None]:
    return [one.code, one.start_ms, one.end_ms, one.first_word, one.last_word]


def _decision(row: Any) -> Decision:
    return Decision(
        row.id,
        row.interview_id,
        Pair(row.first, row.second),
        Kind(row.kind),
        row.start_ms,
        row.end_ms,
        tuple(Mark(*one) for one in row.first_marks),
        tuple(Mark(*one) for one in row.second_marks),
        Keep(row.keep),
        tuple(ConsensusCoding(*one) for one in row.codings),
        row.why,
        row.who,
        row.version,
        in_utc(row.made_at),
        in_utc(row.changed_at),
        row.removed,
    )
