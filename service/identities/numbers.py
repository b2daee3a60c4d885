"""Numbers of identities: each is given once and never again, whatever is deleted."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from service.database import is_sqlite
from service.vault import tables

_ALL = ""
"""The counter that everybody who changes identities counts up first, so that they do it one after the other."""


def hold_identities(connection: sa.Connection) -> None:
    """Let nobody else give or change identities until the transaction ends."""
    _count(connection, _ALL)


def next_number(connection: sa.Connection, label: str) -> int:
    """The next number within ``label``, from 1."""
    return _count(connection, label)


def _count(connection: sa.Connection, label: str) -> int:
    table = tables.identity_counter
    insert = sqlite.insert if is_sqlite(connection) else postgresql.insert
    counted = (
        insert(table)
        .values(label=label, last=1)
        .on_conflict_do_update(index_elements=[table.c.label], set_={"last": table.c.last + 1})
        .returning(table.c.last)
    )
    return int(connection.execute(counted).scalar_one())
