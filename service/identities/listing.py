"""The study's own list: participants, relatives, clinics, towns. What is on it is looked for in every interview."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from models.anonymisation.known import KnownEntity
from service.identities.changes import ChangeKind, Touched, record_change
from service.identities.drawing import draw
from service.identities.forms import KnownForm, as_form, as_text, known_forms
from service.identities.identities import make_identity
from service.identities.numbers import hold_identities
from service.identities.outdating import outdate_all
from service.identities.scopes import STUDY
from service.vault import tables


@dataclass(frozen=True, slots=True)
class Listed:
    """An entry of the list, and the stand-in of who is meant."""

    identity: int
    label: str
    words: tuple[str, ...]
    stand_in: str
    listed_by: str


def listed(connection: sa.Connection) -> tuple[Listed, ...]:
    """The list, by kind and words."""
    form, identity = tables.identity_form, tables.identity
    rows = connection.execute(
        sa.select(form.c.identity_id, form.c.label, form.c.form, form.c.listed_by, identity.c.stand_in)
        .join(identity, identity.c.id == form.c.identity_id)
        .where(form.c.listed_by.is_not(None))
    )
    found = [
        Listed(row.identity_id, row.label, as_form(row.form), row.stand_in, row.listed_by) for row in rows
    ]
    return tuple(sorted(found, key=lambda one: (one.label, one.words)))


def add_to_list(connection: sa.Connection, entities: Iterable[KnownEntity], actor: str) -> int:
    """Put entries on the list; how many were new. Interviews that are done are offered to be looked through again.

    An entry that the study knows already by its form, or by its full name, is that identity.
    """
    hold_identities(connection)
    table, known = tables.identity_form, known_forms(connection)
    # In no order: numbers that follow the alphabet would tell something of the names.
    fresh = list(dict.fromkeys(map(_as_kept, entities)))
    secrets.SystemRandom().shuffle(fresh)
    # But full names first, so that "Kari" is Kari Berg.
    fresh.sort(key=lambda one: -len(one.form))
    new = []
    for one in fresh:
        held = known.get(STUDY, one.label, one.form)
        if held is None or not held.listed:
            new.append((one, held))
    if not new:
        return 0
    there = {known.meant(STUDY, one.label, one.form).identity for one, _ in new}
    there |= {held.identity for _, held in new if held is not None}
    touched = Touched.before(connection, {number for number in there if number is not None})
    for one, held in new:
        number = known.meant(STUDY, one.label, one.form).identity if held is None else held.identity
        if number is None:
            number = make_identity(connection, STUDY, one.label).id
        touched.ids.add(number)
        mine = (table.c.scope == STUDY, table.c.label == one.label, table.c.form == as_text(one.form))
        if held is not None:
            connection.execute(sa.update(table).where(*mine).values(listed_by=actor))
        else:
            connection.execute(
                sa.insert(table).values(
                    scope=STUDY,
                    label=one.label,
                    form=as_text(one.form),
                    identity_id=number,
                    listed_by=actor,
                )
            )
            known.add(KnownForm(STUDY, one.label, one.form, number, listed=True))
    draw(connection, touched.ids - touched.kept.ids)
    record_change(connection, ChangeKind.LISTED, touched, actor, {"entries": len(new)})
    outdate_all(connection)
    return len(new)


def take_off_list(connection: sa.Connection, entities: Sequence[KnownEntity], actor: str) -> int:
    """Take entries off the list; how many were on it. What was found by them stays as it is."""
    hold_identities(connection)
    table, redaction = tables.identity_form, tables.redaction
    rows = []
    for one in dict.fromkeys(map(_as_kept, entities)):
        mine = (table.c.scope == STUDY, table.c.label == one.label, table.c.form == as_text(one.form))
        row = connection.execute(
            sa.select(table.c.identity_id).where(*mine, table.c.listed_by.is_not(None))
        ).first()
        if row is not None:
            rows.append((mine, row.identity_id))
    if not rows:
        return 0
    touched = Touched.before(connection, {number for _, number in rows})
    for mine, number in rows:
        said = connection.execute(
            sa.select(redaction.c.id).where(redaction.c.identity_id == number).limit(1)
        ).first()
        if said is None:
            connection.execute(sa.delete(table).where(*mine))
        else:
            connection.execute(sa.update(table).where(*mine).values(listed_by=None))
    record_change(connection, ChangeKind.UNLISTED, touched, actor, {"entries": len(rows)})
    return len(rows)


def _as_kept(entity: KnownEntity) -> KnownEntity:
    """The entry as it is read again: a sign that stands for a space parts words too."""
    return KnownEntity(as_form(as_text(entity.form)), entity.label)
