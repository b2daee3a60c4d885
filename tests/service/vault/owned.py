"""Whether every sealed value of an interview lies under the interview's own key, whatever wrote it."""

from __future__ import annotations

from collections import Counter

import sqlalchemy as sa

from service.sealed import SealedData
from service.vault import tables
from service.vault.fields import number_of_data, number_of_text
from service.vault.owned_rows import owned_tables


def values_under_own_keys(connection: sa.Connection) -> Counter[str]:
    """How many values of each sealed column there are; fails for one that is not under its interview's key."""
    keys = {row.interview_id: row.number for row in connection.execute(sa.select(tables.interview_key))}
    counted: Counter[str] = Counter()
    for table, owner in owned_tables().items():
        for column in table.columns:
            data = isinstance(column.type, SealedData)
            name = getattr(column.type, "column", None)
            if not data and type(column.type).__name__ != "Sealed":
                continue
            stored = sa.type_coerce(column, sa.LargeBinary() if data else sa.Text())
            for whose, value in connection.execute(sa.select(owner, stored).where(column.is_not(None))):
                number = number_of_data(value) if data else number_of_text(value)
                assert number == keys[whose], f"a value of {name} is not under its interview's key"
                counted[str(name)] += 1
    return counted
