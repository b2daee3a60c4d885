"""Identities as they are kept: made, read, and the redactions that speak of them brought up to date."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from models.anonymisation.identity import Form
from models.anonymisation.mentions import Label
from models.standins.relations import Relation
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
from service.identities.saying import Words, relations_of, said_in
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


@dataclass(frozen=True, slots=True)
class _Mention:
    """A redaction that speaks of somebody, as it is."""

    id: int
    label: str
    placeholder: str
    words: Words
    identity: int


def refresh(connection: sa.Connection, ids: Collection[int], but_not: str | None = None) -> tuple[str, ...]:
    """Let every redaction that speaks of one of the identities have its label and what stands in its place.

    Each interview in which something changed gets its next revision; returns their ids. ``but_not`` is an interview
    whose revision is counted by who asks.
    """
    redaction = tables.redaction
    identities, styles = identities_of(connection, ids), styles_of(connection)
    by_words = {number for number, one in identities.items() if follows_words(one, styles)}
    forms = forms_of(connection, by_words)
    people = sorted(number for number in by_words if identities[number].label == Label.NAME)
    relations = relations_of(connection, people) if styles.names is Style.ROLES else {}
    changed: list[str] = []
    for interview_id, mentions in _mentions(connection, ids).items():
        following = [one for one in mentions if one.identity in by_words]
        spoken = _spoken(connection, interview_id, following, forms, relations)
        rows = []
        for one in mentions:
            identity = identities[one.identity]
            stands = placeholder_of(identity, styles, spoken.get(one.id, Spoken()))
            if (one.label, one.placeholder) != (identity.label, stands):
                rows.append(
                    {"of": interview_id, "which": one.id, "label": identity.label, "placeholder": stands}
                )
        if not rows:
            continue
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
        changed.append(interview_id)
    return tuple(sorted(changed))


def _mentions(connection: sa.Connection, ids: Collection[int]) -> dict[str, list[_Mention]]:
    """The redactions that speak of the identities, by interview."""
    redaction = tables.redaction
    query = sa.select(
        redaction.c.interview_id,
        redaction.c.id,
        redaction.c.label,
        redaction.c.placeholder,
        redaction.c.word_ids,
        redaction.c.identity_id,
    )
    found: dict[str, list[_Mention]] = {}
    for condition in _conditions(redaction.c.identity_id, ids):
        for row in connection.execute(query.where(condition)).all():
            mention = _Mention(row.id, row.label, row.placeholder, tuple(row.word_ids), row.identity_id)
            found.setdefault(row.interview_id, []).append(mention)
    return found


def forms_of(connection: sa.Connection, ids: Iterable[int]) -> dict[int, list[Form]]:
    """The forms of these identities."""
    table = tables.identity_form
    found: dict[int, list[Form]] = {}
    for condition in _conditions(table.c.identity_id, ids):
        for row in connection.execute(sa.select(table.c.identity_id, table.c.form).where(condition)):
            found.setdefault(row.identity_id, []).append(as_form(row.form))
    return {number: sorted(set(forms)) for number, forms in found.items()}


def _spoken(
    connection: sa.Connection,
    interview_id: str,
    mentions: Sequence[_Mention],
    forms: Mapping[int, list[Form]],
    relations: Mapping[int, Relation],
) -> dict[int, Spoken]:
    """How these mentions of one interview were said, by their ids."""
    if not mentions:
        return {}
    interview = tables.interview
    row = connection.execute(
        sa.select(interview.c.group_code, interview.c.role_code, interview.c.held_on).where(
            interview.c.id == interview_id
        )
    ).one()
    participant = f"{row.group_code}-{row.role_code}" if row.group_code else interview_id
    weeks = weeks_of(connection, participant)
    said = said_in(connection, interview_id, [one.words for one in mentions])
    spoken = {}
    for one in mentions:
        around = said.get(one.words)
        spoken[one.id] = Spoken(
            around.words if around is not None else (),
            tuple(forms.get(one.identity, ())),
            weeks,
            row.held_on,
            around.mentioned if around is not None else None,
            relations.get(one.identity),
        )
    return spoken
