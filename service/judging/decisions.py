"""Decisions on markers as the vault keeps them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import sqlalchemy as sa
from pydantic import TypeAdapter

from models.values import Judgement, Marker, MarkerKind
from service.judging.matching import Decision
from service.vault import tables
from service.vault.recordings import aware

_MARKERS = TypeAdapter(tuple[Marker, ...])


def decisions_of(connection: sa.Connection, interview_id: str) -> tuple[Decision, ...]:
    """Every decision on the interview's markers that counts, in the order in which they were made first."""
    table = tables.judgement
    rows = connection.execute(
        sa.select(table).where(table.c.interview_id == interview_id).order_by(table.c.id)
    )
    return tuple(
        Decision(
            row.id,
            Judgement(row.judgement),
            MarkerKind(row.kind),
            row.subtype,
            row.start_ms,
            row.end_ms,
            row.speaker,
            row.made_by,
            aware(row.made_at),
            row.note,
            _MARKERS.validate_python(row.found),
            row.dormant,
        )
        for row in rows
    )


def write_decisions(
    connection: sa.Connection, interview_id: str, held: Iterable[Decision], wanted: Sequence[Decision]
) -> None:
    """Make the decisions ``held`` those that are ``wanted``; only what differs is written."""
    table = tables.judgement
    known, put = {one.id: one for one in held}, {one.id: one for one in wanted}
    for number in known.keys() | put.keys():
        if known.get(number) == put.get(number):
            continue
        connection.execute(sa.delete(table).where(table.c.interview_id == interview_id, table.c.id == number))
        if number in put:
            connection.execute(sa.insert(table).values(_row(interview_id, put[number])))


def _row(interview_id: str, one: Decision) -> dict[str, object]:
    return {
        "interview_id": interview_id,
        "id": one.id,
        "judgement": str(one.judgement),
        "kind": str(one.kind),
        "subtype": one.subtype,
        "start_ms": one.start_ms,
        "end_ms": one.end_ms,
        "speaker": one.speaker,
        "made_by": one.made_by,
        "made_at": one.made_at,
        "note": one.note,
        "found": _MARKERS.dump_python(one.found, mode="json"),
        "dormant": one.dormant,
    }
