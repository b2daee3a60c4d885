"""What was withdrawn, and rows without it: for restoring, and for old snapshots in which it still lies."""

from __future__ import annotations

from collections.abc import Collection, Iterable

import sqlalchemy as sa

from service.backup.owners import kept_tables
from service.backup.rows import Row, Rows, read_rows
from service.backup.values import VAULT, Withdrawn

TOMBSTONES = ("withdrawal", "tombstone")
"""The tables that say what was withdrawn, parents first."""

_VOICEPRINT = "voiceprint"


def withdrawn_in(tombstones: Iterable[Rows], *, finished: bool) -> Withdrawn:
    """What rows of the tables :data:`TOMBSTONES` say: all of it, or only what was erased to the end."""
    held = list(tombstones)
    found, counted = Withdrawn(), set()
    for rows in held:
        if rows.table != "withdrawal":
            continue
        at = {name: rows.place(name) for name in ("id", "use", "interviews", "identities", "finished_at")}
        for row in rows.rows:
            if finished and row[at["finished_at"]] is None:
                continue
            counted.add(row[at["id"]])
            named = tuple(str(each) for each in _listed(row[at["interviews"]]))
            if row[at["use"]] is None:
                numbers = tuple(int(each) for each in _listed(row[at["identities"]]))
                found |= Withdrawn(named, numbers)
            elif row[at["use"]] == _VOICEPRINT:
                found |= Withdrawn(voiceprints=named)
    for rows in held:
        if rows.table == "tombstone":
            # A subject is an interview, or a recording of one: no interview has a recording's id.
            subject, of = rows.place("subject"), rows.place("withdrawal_id")
            found |= Withdrawn(tuple(str(row[subject]) for row in rows.rows if row[of] in counted))
    return found


def _listed(value: object) -> list[str | int]:
    return list(value) if isinstance(value, list) else []


def has_tombstones(connection: sa.Connection) -> bool:
    """Whether the database is one that knows withdrawals."""
    return bool(sa.inspect(connection).has_table("tombstone"))


def without(
    rows: Rows, withdrawn: Withdrawn, *, gone_files: Collection[str], still_meant: Collection[int]
) -> Rows:
    """The rows of a shared table that may stay.

    ``gone_files`` are artefacts that were withdrawn interviews' alone, ``still_meant`` the identities that the other
    interviews speak of.
    """
    identities = set(withdrawn.identities) - set(still_meant)
    match rows.table:
        case "artefact":
            return _leaving_out(rows, "file", set(gone_files))
        case "identity":
            return _leaving_out(rows, "id", identities)
        case "identity_form":
            return _leaving_out(rows, "identity_id", identities)
    return rows


def _leaving_out(rows: Rows, column: str, values: Collection[object]) -> Rows:
    place = rows.place(column)
    kept: tuple[Row, ...] = tuple(row for row in rows.rows if row[place] not in values)
    return rows if len(kept) == len(rows.rows) else Rows(rows.table, rows.columns, kept)


def tombstones_of(connection: sa.Connection) -> tuple[Rows, ...]:
    """The rows of the tables :data:`TOMBSTONES`; none where the database has no such tables yet."""
    if not has_tombstones(connection):
        return ()
    return tuple(
        rows
        for table in kept_tables(VAULT)
        if table.name in TOMBSTONES
        for _, rows in read_rows(connection, table, None)
    )


def withdrawn_now(engine: sa.Engine) -> Withdrawn:
    """What the vault knows as withdrawn."""
    with engine.connect() as connection:
        return withdrawn_in(tombstones_of(connection), finished=False)
