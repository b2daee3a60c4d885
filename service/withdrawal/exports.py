"""What was taken out of Lytt of an interview, according to the event log: people must destroy it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from service.vault import tables
from service.vault.recordings import aware

TAKEN_OUT = (
    "transcript_exported",
    "clip_cut",
    "figure_exported",
    "released_exported",
    "released_clip_cut",
    "listening_session_exported",
    "quote_taken_out",
)
"""The events of taking something of an interview out; their subject is the interview."""


@dataclass(frozen=True, slots=True)
class Export:
    """One file that somebody took out. ``kind`` is the event's action, ``form`` the file's format where it is known."""

    at: datetime
    actor: str
    kind: str
    interview_id: str
    form: str | None


def exports_of(connection: sa.Connection, interviews: Collection[str]) -> tuple[Export, ...]:
    """What was taken out of these interviews, oldest first."""
    event = tables.event
    rows = connection.execute(
        sa.select(event.c.at, event.c.actor, event.c.action, event.c.subject, event.c.detail)
        .where(event.c.action.in_(TAKEN_OUT), event.c.subject.in_(list(interviews)))
        .order_by(event.c.id)
    )
    return tuple(Export(aware(row.at), row.actor, row.action, row.subject, _form(row.detail)) for row in rows)


def _form(detail: dict[str, object]) -> str | None:
    form = detail.get("format") or detail.get("form")
    return None if form is None else str(form)
