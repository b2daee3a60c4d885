"""Identities as they are kept: made, read, and the redactions that speak of them brought up to date."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace

import sqlalchemy as sa

from models.anonymisation.identity import Form
from models.anonymisation.mentions import Label
from service.identities.forms import as_form
from service.identities.numbers import next_number
from service.identities.offsets import weeks_of
from service.identities.rendering import (
    Dates,
    Identity,
    Spoken,
    Style,
    Styles,
    follows_words,
    placeholder_of,
)
from service.identities.saying import relations_of, said_in
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
    by_words = [number for number, one in identities.items() if follows_words(one, styles)]
    forms = forms_of(connection, by_words)
    people = [number for number in by_words if identities[number].label == Label.NAME]
    relations = relations_of(connection, people) if styles.names is Style.ROLES else {}
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
            spoken = Spoken()
            if follows_words(identity, styles):
                spoken = _spoken(
                    connection, row.interview_id, row.word_ids, tuple(forms.get(identity.id, ()))
                )
                if identity.id in relations:
                    words = tuple(row.word_ids)
                    around = said_in(connection, row.interview_id, [words]).get(words)
                    mentioned = around.mentioned if around is not None else None
                    spoken = replace(spoken, mentioned=mentioned, relation=relations[identity.id])
            stands = placeholder_of(identity, styles, spoken)
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


def forms_of(connection: sa.Connection, ids: Iterable[int]) -> dict[int, list[Form]]:
    """The forms of these identities."""
    table = tables.identity_form
    found: dict[int, list[Form]] = {}
    for condition in _conditions(table.c.identity_id, ids):
        for row in connection.execute(sa.select(table.c.identity_id, table.c.form).where(condition)):
            found.setdefault(row.identity_id, []).append(as_form(row.form))
    return {number: sorted(set(forms)) for number, forms in found.items()}


def _spoken(
    connection: sa.Connection, interview_id: str, word_ids: list[int], forms: tuple[Form, ...]
) -> Spoken:
    """How a mention was said, by the transcript."""
    word, interview = tables.transcripts.word, tables.interview
    texts = connection.execute(
        sa.select(word.c.text)
        .where(word.c.interview_id == interview_id, word.c.id.in_(word_ids))
        .order_by(word.c.start_ms, word.c.id)
    ).scalars()
    row = connection.execute(
        sa.select(interview.c.group_code, interview.c.role_code, interview.c.held_on).where(
            interview.c.id == interview_id
        )
    ).one()
    participant = f"{row.group_code}-{row.role_code}" if row.group_code else interview_id
    return Spoken(tuple(texts), forms, weeks_of(connection, participant), row.held_on)
