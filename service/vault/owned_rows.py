"""Whose row is written: finds out of each statement which interview its sealed values belong to.

A statement that seals values of an interview's table and does not say of which interview is refused, so that it can't
be forgotten. It says so by the row it inserts or the row it changes; where neither tells, by
:func:`service.vault.interview_keys.sealing_for`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql import operators, visitors

from service.database import is_sqlite
from service.sealed import Sealed, SealedData
from service.vault import tables
from service.vault.interview_keys import InterviewKeys, KeyRow, said_interview, seal_under
from service.vault.locked import Erased


class WhoseUnsaid(RuntimeError, sa.exc.DontWrapMixin):  # noqa: N818 - reads as what happened
    """A statement seals an interview's values and does not say of which interview."""


class Withdrawn(Erased, sa.exc.DontWrapMixin):
    """Something would be written of an interview that was withdrawn."""


_OF_MANY = re.compile(r"_m\d+$")


@cache
def owned_tables() -> Mapping[sa.Table, sa.Column[str]]:
    """The tables whose sealed columns are an interview's own, with the column that says whose a row is."""
    found: dict[sa.Table, sa.Column[str]] = {}
    for table in tables.metadata.sorted_tables:
        if not any(isinstance(column.type, Sealed | SealedData) for column in table.columns):
            continue
        if table is tables.interview:
            found[table] = table.c.id
        elif "interview_id" in table.c:
            found[table] = table.c.interview_id
    return found


def seal_rows_by_interview(engine: sa.Engine, keys: InterviewKeys) -> None:
    """From now on, what is sealed of an interview in this engine's database is sealed under the interview's key."""

    @sa.event.listens_for(engine, "before_execute")
    def _say_whose(
        connection: sa.Connection,
        statement: object,
        many: Sequence[Mapping[str, Any]],
        one: Mapping[str, Any],
        _options: object,
    ) -> None:
        if not isinstance(statement, sa.Insert | sa.Update):
            seal_under(None)
            return
        owner = owned_tables().get(statement.table)  # type: ignore[call-overload]
        if owner is None:
            seal_under(None)
            return
        rows = many or ([one] if one else [])
        found: list[str] = []

        def whose() -> str:
            # Asked once, and only when something is sealed: most changes of a row seal nothing.
            if not found:
                interview_id = said_interview() or _interview_of(statement, owner, rows)
                found.append(key_of(connection, keys, interview_id).number)
                seal_under(whose)
            return found[0]

        seal_under(whose)

    @sa.event.listens_for(engine, "after_execute")
    def _said(*_: object) -> None:
        seal_under(None)

    @sa.event.listens_for(engine, "handle_error")
    def _failed(_context: object) -> None:
        seal_under(None)


def key_of(connection: sa.Connection, keys: InterviewKeys, interview_id: str) -> KeyRow:
    """The interview's key, made if it has none yet. It can't be deleted before the transaction ends.

    Raises :class:`Withdrawn` for an interview that was withdrawn.
    """
    table = tables.interview_key
    query = sa.select(table).where(table.c.interview_id == interview_id).with_for_update(read=True)
    row = connection.execute(query).first()
    if row is None:
        withdrawn = sa.select(tables.tombstone.c.subject).where(tables.tombstone.c.subject == interview_id)
        if connection.execute(withdrawn.limit(1)).first() is not None:
            raise Withdrawn
        made = keys.make(interview_id)
        for end in ("commit", "rollback"):
            sa.event.listen(connection, end, lambda _: keys.settled(made.number), once=True)
        dialect = sqlite if is_sqlite(connection) else postgresql
        values = {"interview_id": interview_id, "number": made.number, "wrapped": made.wrapped}
        connection.execute(dialect.insert(table).values(values).on_conflict_do_nothing())
        row = connection.execute(query).one()
    found = KeyRow(row.interview_id, row.number, row.wrapped)
    keys.hold(found)
    return found


def find_key(engine: sa.Engine, number: str) -> KeyRow | None:
    """The key with this number, or None when it was deleted."""
    table = tables.interview_key
    with engine.connect() as connection:
        row = connection.execute(sa.select(table).where(table.c.number == number)).first()
    return None if row is None else KeyRow(row.interview_id, row.number, row.wrapped)


def forget_deleted(engine: sa.Engine, keys: InterviewKeys) -> None:
    """Forget the keys of interviews that were erased, by this process or another."""
    held = keys.held()
    if not held:
        return
    table = tables.interview_key
    with engine.connect() as connection:
        keys.forget_all_but(set(connection.execute(sa.select(table.c.number)).scalars()))


def _interview_of(
    statement: sa.Insert | sa.Update, owner: sa.Column[str], rows: Sequence[Mapping[str, Any]]
) -> str:
    found = set(
        _of_insert(statement, owner, rows)
        if isinstance(statement, sa.Insert)
        else _of_update(statement, owner, rows)
    )
    if len(found) != 1 or None in found:
        raise WhoseUnsaid(f"this change of {owner.table.name} does not say of which interview it is")
    return str(found.pop())


def _of_insert(
    statement: sa.Insert, owner: sa.Column[str], rows: Sequence[Mapping[str, Any]]
) -> Iterable[object]:
    if rows and all(owner.key in row for row in rows):
        return [row[owner.key] for row in rows]
    given = statement.compile().params
    return [value for name, value in given.items() if _OF_MANY.sub("", name) == owner.key]


def _of_update(
    statement: sa.Update, owner: sa.Column[str], rows: Sequence[Mapping[str, Any]]
) -> Iterable[object]:
    if statement.whereclause is None:
        return
    for part in visitors.iterate(statement.whereclause):
        if not isinstance(part, sa.BinaryExpression) or part.operator is not operators.eq:
            continue
        for column, value in ((part.left, part.right), (part.right, part.left)):
            if column is owner and isinstance(value, sa.BindParameter):
                named = [row[value.key] for row in rows if value.key in row]
                yield from named or [value.effective_value]
