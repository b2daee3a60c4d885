"""Each redaction gets its identity, when it is found and when its interview gets another place.

Every function takes an open connection; the caller owns the transaction.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from models.anonymisation.identity import Form
from models.anonymisation.mentions import Label
from models.values import Redaction
from service.identities.drawing import draw, draw_again_where_real
from service.identities.forms import KnownForm, as_form, as_text, known_forms
from service.identities.identities import make_identity, refresh, styles_of
from service.identities.numbers import hold_identities
from service.identities.outdating import outdate_who_says
from service.identities.rendering import Style
from service.identities.scopes import STUDY, interviews_in, scope_for, scope_of
from service.vault import tables


@dataclass(frozen=True, slots=True)
class _Said:
    """A redaction that speaks of somebody. ``placed``: a person said of whom."""

    id: int
    label: str
    form: Form
    identity: int | None
    placed: bool


@dataclass(frozen=True, slots=True)
class Placed:
    """Of whom a person said that a mention speaks."""

    identity: int
    by: str


def placed_in(connection: sa.Connection, interview_id: str) -> dict[tuple[int, ...], Placed]:
    """What persons said of the interview's mentions, by the words they cover."""
    redaction = tables.redaction
    rows = connection.execute(
        sa.select(redaction.c.word_ids, redaction.c.identity_id, redaction.c.placed_by).where(
            redaction.c.interview_id == interview_id, redaction.c.placed_by.is_not(None)
        )
    )
    return {tuple(row.word_ids): Placed(row.identity_id, row.placed_by) for row in rows}


def assign(
    connection: sa.Connection,
    interview_id: str,
    found: Sequence[Redaction],
    placed: Mapping[tuple[int, ...], Placed],
) -> None:
    """Give the interview's redactions, which ``found`` became, their identities and what stands in their places.

    One of which a person said before of whom it speaks goes on speaking of them. One without bare words of an identity
    stays as it is.
    """
    redaction = tables.redaction
    said = {one.word_ids: as_text(one.identity) for one in found if one.identity}
    if not said:
        return
    hold_identities(connection)
    held = connection.execute(
        sa.select(redaction.c.id, redaction.c.word_ids).where(redaction.c.interview_id == interview_id)
    ).all()
    rows = []
    for row in held:
        words = tuple(row.word_ids)
        if words in said:
            by = placed.get(words)
            identity = {"identity": by.identity if by else None, "by": by.by if by else None}
            rows.append({"which": row.id, "form": said[words], **identity})
    if rows:
        connection.execute(
            sa.update(redaction)
            .where(redaction.c.interview_id == interview_id, redaction.c.id == sa.bindparam("which"))
            .values(
                form=sa.bindparam("form"),
                identity_id=sa.bindparam("identity"),
                placed_by=sa.bindparam("by"),
            ),
            rows,
        )
    settle(connection, interview_id)


def move_to_scope(connection: sa.Connection, interview_id: str, before: str) -> None:
    """The interview's redactions are of the group it is in now; ``before`` was their scope.

    An identity that only this interview speaks of keeps its stand-in.
    """
    scope = scope_of(connection, interview_id)
    if scope == before:
        return
    hold_identities(connection)
    _carry_over(connection, interview_id, before, scope)
    redaction = tables.redaction
    elsewhere = sa.select(tables.identity.c.id).where(tables.identity.c.scope == before)
    connection.execute(
        sa.update(redaction)
        .where(
            redaction.c.interview_id == interview_id,
            redaction.c.placed_by.is_(None),
            redaction.c.form.is_not(None),
            redaction.c.identity_id.in_(elsewhere),
        )
        .values(identity_id=None)
    )
    settle(connection, interview_id)


def settle(connection: sa.Connection, interview_id: str) -> None:
    """Give every redaction of the interview that has a form and no identity its identity, and refresh them all."""
    scope, known = scope_of(connection, interview_id), known_forms(connection)
    new: list[KnownForm] = []
    parted: set[int] = set()
    made: set[int] = set()
    given: dict[int, int] = {}
    said = _said(connection, interview_id)
    # The fullest names first, so that it is known how many Annas there are when "Anna" is met.
    for one in sorted(said, key=lambda one: (-len(one.form), one.id)):
        if one.placed or one.identity is not None:
            continue
        meant = known.meant(scope, one.label, one.form)
        whole = scope_for(one.label, scope)
        identity = meant.identity
        if identity is None:
            identity = make_identity(connection, whole, one.label).id
            made.add(identity)
        held = known.get(whole, one.label, one.form)
        if held is None or held.identity != identity:
            form = KnownForm(whole, one.label, one.form, identity)
            _keep_form(connection, form, replaced=held is not None)
            known.add(form)
            new.append(form)
        if meant.parted is not None:
            parted.add(identity)
            _part(connection, scope, one.form, meant.parted, identity)
        given[one.id] = identity
    redaction = tables.redaction
    if given:
        connection.execute(
            sa.update(redaction)
            .where(redaction.c.interview_id == interview_id, redaction.c.id == sa.bindparam("which"))
            .values(identity_id=sa.bindparam("identity")),
            [{"which": number, "identity": identity} for number, identity in given.items()],
        )
    speaks_of = {one.identity for one in said if one.identity is not None} | set(given.values())
    # Who somebody is may be said for the first time of one who is known.
    with_roles = styles_of(connection).names is Style.ROLES
    draw(connection, speaks_of if with_roles else {form.identity for form in new} & made)
    parted |= draw_again_where_real(connection, [form.form for form in new if form.label == Label.NAME])
    refresh(connection, parted, but_not=interview_id)
    refresh(connection, speaks_of, but_not=interview_id)
    outdate_who_says(connection, scope, interview_id, new)


def _said(connection: sa.Connection, interview_id: str) -> list[_Said]:
    redaction = tables.redaction
    rows = connection.execute(
        sa.select(
            redaction.c.id,
            redaction.c.label,
            redaction.c.form,
            redaction.c.identity_id,
            redaction.c.placed_by,
        )
        .where(redaction.c.interview_id == interview_id, redaction.c.form.is_not(None))
        .order_by(redaction.c.id)
    )
    return [
        _Said(row.id, row.label, as_form(row.form), row.identity_id, row.placed_by is not None)
        for row in rows
    ]


def _keep_form(connection: sa.Connection, form: KnownForm, *, replaced: bool) -> None:
    table = tables.identity_form
    text = as_text(form.form)
    if replaced:
        connection.execute(
            sa.update(table)
            .where(table.c.scope == form.scope, table.c.label == form.label, table.c.form == text)
            .values(identity_id=form.identity)
        )
    else:
        connection.execute(
            sa.insert(table).values(scope=form.scope, label=form.label, form=text, identity_id=form.identity)
        )


def _part(connection: sa.Connection, scope: str, form: Form, whose: int, now_of: int) -> None:
    """What was said with the form alone, and taken for one of two, is nobody's of them."""
    redaction = tables.redaction
    rows = connection.execute(
        sa.select(redaction.c.interview_id, redaction.c.id, redaction.c.form).where(
            redaction.c.identity_id == whose,
            redaction.c.placed_by.is_(None),
            redaction.c.form.is_not(None),
            redaction.c.interview_id.in_(interviews_in(scope)),
        )
    ).all()
    for row in rows:
        if as_form(row.form) == form:
            connection.execute(
                sa.update(redaction)
                .where(redaction.c.interview_id == row.interview_id, redaction.c.id == row.id)
                .values(identity_id=now_of)
            )


def _carry_over(connection: sa.Connection, interview_id: str, before: str, scope: str) -> None:
    """Identities that no other interview speaks of go along, unless somebody there has their form already."""
    table, redaction, identity = tables.identity_form, tables.redaction, tables.identity
    spoken = sa.select(redaction.c.identity_id).where(redaction.c.interview_id == interview_id)
    others = sa.select(redaction.c.identity_id).where(
        redaction.c.interview_id != interview_id, redaction.c.identity_id.is_not(None)
    )
    rows = connection.execute(
        sa.select(table.c.label, table.c.form, table.c.identity_id).where(
            table.c.scope == before, table.c.listed_by.is_(None)
        )
    ).all()
    own = set(
        connection.execute(
            sa.select(identity.c.id).where(
                identity.c.scope == before, identity.c.id.in_(spoken), identity.c.id.not_in(others)
            )
        ).scalars()
    )
    known = known_forms(connection)
    forms_of: dict[int, list[tuple[str, Form]]] = {}
    for row in rows:
        if row.identity_id in own:
            forms_of.setdefault(row.identity_id, []).append((row.label, as_form(row.form)))
    for number, held in forms_of.items():
        if any(known.meant(scope, label, form).identity not in (None, number) for label, form in held):
            own.discard(number)
    for row in rows:
        mine = (table.c.scope == before, table.c.label == row.label, table.c.form == row.form)
        if row.identity_id in own:
            connection.execute(sa.update(table).where(*mine).values(scope=scope))
    connection.execute(sa.update(identity).where(identity.c.id.in_(own)).values(scope=scope))
    forget_unsaid(connection, before)


def forget_unsaid(connection: sa.Connection, scope: str) -> None:
    """Forget the forms of a scope that no interview of it says any more, unless a person put them there."""
    table, redaction = tables.identity_form, tables.redaction
    if scope == STUDY:
        return
    said = {
        (row.identity_id, as_form(row.form))
        for row in connection.execute(
            sa.select(redaction.c.identity_id, redaction.c.form).where(
                redaction.c.form.is_not(None), redaction.c.interview_id.in_(interviews_in(scope))
            )
        )
    }
    for row in connection.execute(
        sa.select(table).where(
            table.c.scope == scope, table.c.listed_by.is_(None), table.c.placed_by.is_(None)
        )
    ).all():
        if (row.identity_id, as_form(row.form)) not in said:
            connection.execute(
                sa.delete(table).where(
                    table.c.scope == scope, table.c.label == row.label, table.c.form == row.form
                )
            )
