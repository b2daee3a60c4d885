"""When the last backup was made, as the event log says."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from service.vault import tables
from service.vault.recordings import aware

MADE = "backed_up"


def last_backup(connection: sa.Connection) -> datetime | None:
    """The time of the last one, or None when there is none."""
    event = tables.event
    at = connection.execute(
        sa.select(event.c.at).where(event.c.action == MADE).order_by(event.c.id.desc()).limit(1)
    ).scalar_one_or_none()
    return None if at is None else aware(at)
