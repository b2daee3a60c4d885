"""What a person corrects of identities: how they are called, who is who, and of whom a mention speaks.

Every function takes an open connection; the caller owns the transaction, and passes released interviews on afterwards
(:func:`service.review.passing_on.bring_up_to_date`). Each raises :class:`ChangeRefused` when it can't be done, and can
be undone by the number it returns.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from models.anonymisation.identity import bare
from models.anonymisation.mentions import Label
from service.identities.changes import Changed, ChangeKind, ChangeRefused, Touched, record_change
from service.identities.drawing import draw
from service.identities.forms import as_form
from service.identities.identities import identities_of, make_identity
from service.identities.numbers import hold_identities, next_number
from service.identities.rendering import Identity
from service.identities.scopes import STUDY, scope_of
from service.vault import tables

LONGEST_STAND_IN = 64
_NUMBERED = re.compile(r"\[[A-Z]+-\d+\]")


@dataclass(frozen=True, slots=True)
class FormReference:
    """A form of an identity: where it counts, what it was found as, and its bare words with spaces between."""

    scope: str
    label: str
    form: str


def rename(connection: sa.Connection, number: int, stand_in: str | None, actor: str) -> Changed:
    """Let ``stand_in`` stand for the identity from now on, however it is spoken of; None lets Lytt choose again."""
    identity = _held(connection, number)
    if stand_in is not None:
        stand_in = " ".join(stand_in.split())
        _refuse_stand_in(connection, identity, stand_in)
    touched = Touched.before(connection, {number})
    table = tables.identity
    connection.execute(
        sa.update(table)
        .where(table.c.id == number)
        .values(stand_in=stand_in or identity.numbered, set_by=actor if stand_in else None)
    )
    if stand_in is None:
        draw(connection, {number})
    return record_change(connection, ChangeKind.RENAMED, touched, actor, {"identity": number})


def merge(connection: sa.Connection, into: int, others: Collection[int], actor: str) -> Changed:
    """Let ``others`` be ``into``: the same person, place or whatever it is, under one stand-in."""
    others = set(others) - {into}
    if not others:
        raise ChangeRefused("Choose two identities or more to merge.")
    target = _held(connection, into)
    scopes = {_held(connection, number).scope for number in others} | {target.scope}
    touched = Touched.before(connection, {into, *others})
    form, redaction, table = tables.identity_form, tables.redaction, tables.identity
    connection.execute(
        sa.update(form).where(form.c.identity_id.in_(others)).values(identity_id=into, placed_by=actor)
    )
    connection.execute(
        sa.update(redaction).where(redaction.c.identity_id.in_(others)).values(identity_id=into)
    )
    if len(scopes) > 1:
        connection.execute(sa.update(table).where(table.c.id == into).values(scope=STUDY))
    numbers = {"identity": into, "merged": len(others)}
    return record_change(connection, ChangeKind.MERGED, touched, actor, numbers)


def split(
    connection: sa.Connection, number: int, chosen: Sequence[FormReference], actor: str
) -> tuple[Changed, int]:
    """Let the chosen forms be somebody else: a new identity, whose id is returned too."""
    identity = _held(connection, number)
    form, redaction = tables.identity_form, tables.redaction
    held = {
        FormReference(row.scope, row.label, row.form)
        for row in connection.execute(
            sa.select(form.c.scope, form.c.label, form.c.form).where(form.c.identity_id == number)
        )
    }
    wanted = set(chosen)
    if not wanted or not wanted <= held:
        raise ChangeRefused("Choose forms of the identity to split off.")
    if wanted == held:
        raise ChangeRefused("Leave at least one form with the identity: else there is nothing to split.")
    touched = Touched.before(connection, {number})
    scopes = {one.scope for one in wanted}
    made = make_identity(connection, scopes.pop() if len(scopes) == 1 else STUDY, identity.label)
    touched.ids.add(made.id)
    for one in wanted:
        connection.execute(
            sa.update(form)
            .where(form.c.scope == one.scope, form.c.label == one.label, form.c.form == one.form)
            .values(identity_id=made.id, placed_by=actor)
        )
    scope_by_interview: dict[str, str] = {}
    by_form = {(one.scope, one.form) for one in wanted}
    for row in connection.execute(
        sa.select(redaction.c.interview_id, redaction.c.id, redaction.c.form).where(
            redaction.c.identity_id == number,
            redaction.c.form.is_not(None),
            redaction.c.placed_by.is_(None),
        )
    ).all():
        scope = scope_by_interview.get(row.interview_id)
        if scope is None:
            scope = scope_by_interview[row.interview_id] = scope_of(connection, row.interview_id)
        if (scope, row.form) in by_form or (STUDY, row.form) in by_form:
            connection.execute(
                sa.update(redaction)
                .where(redaction.c.interview_id == row.interview_id, redaction.c.id == row.id)
                .values(identity_id=made.id)
            )
    draw(connection, {made.id})
    done = record_change(connection, ChangeKind.SPLIT, touched, actor, {"identity": number, "made": made.id})
    return done, made.id


def move(
    connection: sa.Connection, interview_id: str, mention: int, to: int | None, actor: str
) -> tuple[Changed, int]:
    """Let one mention speak of another identity, or of a new one; returns its id too."""
    hold_identities(connection)
    redaction = tables.redaction
    here = (redaction.c.interview_id == interview_id, redaction.c.id == mention)
    row = connection.execute(sa.select(redaction.c.identity_id, redaction.c.label).where(*here)).first()
    if row is None or row.identity_id is None:
        raise ChangeRefused("There is no such mention.")
    if row.identity_id == to:
        raise ChangeRefused("The mention speaks of that identity already.")
    if to is not None:
        _held(connection, to)
    ids = {row.identity_id} | ({to} if to is not None else set())
    touched = Touched.before(connection, ids)
    if to is None:
        to = make_identity(connection, scope_of(connection, interview_id), row.label).id
        touched.ids.add(to)
    connection.execute(sa.update(redaction).where(*here).values(identity_id=to, placed_by=actor))
    return record_change(connection, ChangeKind.MOVED, touched, actor, {"identity": to}), to


def relabel(connection: sa.Connection, number: int, label: Label, actor: str) -> Changed:
    """Say what the identity is. It gets a number among those."""
    identity = _held(connection, number)
    if identity.label == label:
        raise ChangeRefused("It is that already.")
    touched = Touched.before(connection, {number})
    table = tables.identity
    given = next_number(connection, label)
    values: dict[str, object] = {"label": str(label), "number": given}
    if identity.set_by is None:
        values["stand_in"] = f"[{label}-{given}]"
    connection.execute(sa.update(table).where(table.c.id == number).values(values))
    draw(connection, {number})
    return record_change(connection, ChangeKind.LABELLED, touched, actor, {"identity": number})


def _held(connection: sa.Connection, number: int) -> Identity:
    hold_identities(connection)
    found = identities_of(connection, [number]).get(number)
    if found is None:
        raise ChangeRefused("There is no such identity.")
    return found


def _refuse_stand_in(connection: sa.Connection, identity: Identity, stand_in: str) -> None:
    if not stand_in or not any(map(str.isalnum, stand_in)):
        raise ChangeRefused("Give a stand-in with at least one letter or digit.")
    if len(stand_in) > LONGEST_STAND_IN:
        raise ChangeRefused(f"A stand-in has at most {LONGEST_STAND_IN} characters.")
    if not stand_in.isprintable():
        raise ChangeRefused("A stand-in is one line of text.")
    if _NUMBERED.fullmatch(stand_in) and stand_in != identity.numbered:
        raise ChangeRefused("A number in brackets is given by Lytt. Choose another stand-in.")
    if says_something_real(connection, stand_in):
        raise ChangeRefused("That is a real name of this study. Choose a stand-in that nobody in it has.")
    folded = stand_in.casefold()
    for other in identities_of(connection).values():
        if other.id != identity.id and other.stand_in.casefold() == folded:
            raise ChangeRefused("That is the stand-in of another identity already. Choose another one.")


def says_something_real(connection: sa.Connection, stand_in: str) -> bool:
    """Whether the stand-in has a word of a real name in it, or is a real place or organisation of the study."""
    words = [word for word in map(bare, stand_in.split()) if word]
    form = tables.identity_form
    for row in connection.execute(sa.select(form.c.label, form.c.form)):
        real = as_form(row.form)
        if tuple(words) == real or (row.label == Label.NAME and not set(words).isdisjoint(real)):
            return True
    return False
