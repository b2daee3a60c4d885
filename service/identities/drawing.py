"""Which stand-in an identity gets, where no person wrote one."""

from __future__ import annotations

import sqlalchemy as sa

from service.identities.identities import identities_of
from service.vault import tables


def draw_all(connection: sa.Connection) -> None:
    """Give every identity whose stand-in no person wrote one of the style that is in force."""
    table = tables.identity
    for one in identities_of(connection).values():
        if one.set_by is None:
            connection.execute(sa.update(table).where(table.c.id == one.id).values(stand_in=one.numbered))
