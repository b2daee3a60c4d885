"""Identities as they are kept: made, read, and the redactions that speak of them brought up to date."""

from __future__ import annotations

from collections.abc import Collection, Iterable

import sqlalchemy as sa

from service.identities.numbers import next_number
from service.identities.rendering import Dates, Identity, Style, Styles, placeholder_of
from service.vault import tables
from service.vault.interviews import redactions_changed
from service.vault.recordings import now

_ONE = 1
_AT_ONCE = 500


def styles_of(connection: sa.Connection) -> Styles:
    """The style of the study's stand-ins."""
    row = connection.execute(sa.select(tables.pseudonym_style)).first()
    return Styles() if row is None else Styles(Style(row.style), Dates(row.dates))


def keep_styles(connection: sa.Connection, styles: Styles) -> None:
    """Stand-ins that are made from now on are of this style."""
    table = tables.pseudonym_style
    connection.execute(sa.delete(table))
    connection.execute(sa.insert(table).values(id=_ONE, style=styles.names, dates=styles.dates))


def make_identity(connection: sa.Connection, scope: str, label: str) -> Identity:
    """An identity that nobody knew, under the next number."""
    number = next_number(connection, label)
    table = tables.identity
    made_id = connection.execute(
        sa.insert(table)
        .values(scope=scope, label=label, number=number, stand_in=f"[{label}-{number}]", made_at=now())
        .returning(table.c.id)
    ).scalar_one()
    return Identity(made_id, scope, label, number, f"[{label}-{number}]")


def identities_of(connection: sa.Connection, ids: Iterable[int] | None = None) -> dict[int, Identity]:
    """The identities with these ids, or all, by id."""
    table = tables.identity
    found: dict[int, Identity] = {}
    for condition in _conditions(table.c.id, ids):
        for row in connection.execute(sa.select(table).where(condition)):
            found[row.id] = Identity(row.id, row.scope, row.label, row.number, row.stand_in, row.set_by)
    return found


def _conditions(column: sa.Column[int], ids: Iterable[int] | None) -> list[sa.ColumnElement[bool]]:
    if ids is None:
        return [sa.true()]
    wanted = sorted(set(ids))
    return [column.in_(wanted[at : at + _AT_ONCE]) for at in range(0, len(wanted), _AT_ONCE)]


def refresh(connection: sa.Connection, ids: Collection[int], but_not: str | None = None) -> tuple[str, ...]:
    """Let every redaction that speaks of one of the identities have its label and what stands in its place.

    Each interview in which something changed gets its next revision; returns their ids. ``but_not`` is an interview
    whose revision is counted by who asks.
    """
    redaction = tables.redaction
    identities, styles = identities_of(connection, ids), styles_of(connection)
    changed: dict[str, list[dict[str, object]]] = {}
    for condition in _conditions(redaction.c.identity_id, ids):
        query = sa.select(
            redaction.c.interview_id,
            redaction.c.id,
            redaction.c.label,
            redaction.c.placeholder,
            redaction.c.word_ids,
            redaction.c.identity_id,
        )
        for row in connection.execute(query.where(condition)).all():
            identity = identities[row.identity_id]
            stands = placeholder_of(identity, styles, ())
            if (row.label, row.placeholder) != (identity.label, stands):
                changed.setdefault(row.interview_id, []).append(
                    {"of": row.interview_id, "which": row.id, "label": identity.label, "placeholder": stands}
                )
    for interview_id, rows in changed.items():
        connection.execute(
            sa.update(redaction)
            .where(
                redaction.c.interview_id == sa.bindparam("of"),
                redaction.c.id == sa.bindparam("which"),
            )
            .values(label=sa.bindparam("label"), placeholder=sa.bindparam("placeholder")),
            rows,
        )
        if interview_id != but_not:
            redactions_changed(connection, interview_id)
    return tuple(sorted(changed))
