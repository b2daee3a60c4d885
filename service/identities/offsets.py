"""By how much a participant's dates are moved: drawn once, a secret of the vault. With its row it is forgotten."""

from __future__ import annotations

import secrets

import sqlalchemy as sa

from models.standins.dates import draw_offset
from service.vault import tables

_WEEK = 7


def weeks_of(connection: sa.Connection, participant: str) -> int:
    """The weeks by which dates of this participant's interviews are moved, forward or back; never 0."""
    table = tables.date_offset
    days = connection.execute(
        sa.select(table.c.days).where(table.c.participant == participant)
    ).scalar_one_or_none()
    if days is not None:
        return int(days) // _WEEK
    weeks = draw_offset(secrets.SystemRandom())
    connection.execute(sa.insert(table).values(participant=participant, days=str(weeks * _WEEK)))
    return weeks
