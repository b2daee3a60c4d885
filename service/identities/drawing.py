"""Which stand-in an identity gets, where no person wrote one."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import replace

import sqlalchemy as sa

from models.anonymisation.identity import Form, bare
from models.anonymisation.mentions import Label
from models.standins.likeness import Taken
from models.standins.names import NamesExhausted, NameStandIn, draw_name, read_name
from models.standins.organisations import organisation_phrase
from models.standins.places import place_phrase, told_apart
from service.identities.forms import as_form
from service.identities.identities import forms_of, identities_of, styles_of
from service.identities.rendering import Identity, Style
from service.identities.saying import relations_of
from service.vault import tables


def draw(connection: sa.Connection, ids: Iterable[int] | None = None, *, again: bool = False) -> None:
    """Give these identities, or all, a stand-in of the style that is in force.

    Those that a person wrote stay, and those of that style, unless they are to be drawn ``again``.

    A drawn name is like no real one of the study and was never given before. Where none is left, the number stands.
    """
    style = styles_of(connection).names
    styled = style is not Style.NUMBERED
    wanted = [one for one in identities_of(connection, ids).values() if one.set_by is None]
    table = tables.identity
    taken = _taken(connection) if style is Style.REALISTIC and wanted else None
    everybody = identities_of(connection) if styled and wanted else {}
    others = {one.stand_in for one in everybody.values()}
    forms = forms_of(connection, [one.id for one in wanted])
    for one in wanted:
        # One of the other style is drawn anew: a name is no role.
        if styled and not one.plain and not again and one.label != Label.NAME:
            continue
        if styled and not one.plain and not again and _is_name(one) == (style is Style.REALISTIC):
            continue
        stand_in = one.numbered
        if style is Style.ROLES and one.label == Label.NAME:
            stand_in = _role(connection, one, everybody.values())
        elif styled:
            stand_in = _drawn(connection, one, forms.get(one.id, []), taken, others)
            others.add(stand_in)
        if stand_in != one.stand_in:
            connection.execute(sa.update(table).where(table.c.id == one.id).values(stand_in=stand_in))
            if one.id in everybody:
                everybody[one.id] = replace(one, stand_in=stand_in)


def draw_again_where_real(connection: sa.Connection, new: Iterable[Form]) -> set[int]:
    """Let no drawn name stay that somebody turned out to have; returns the identities that have others now."""
    real = {word for form in new for word in form}
    if styles_of(connection).names is not Style.REALISTIC or not real:
        return set()
    same = {
        one.id
        for one in identities_of(connection).values()
        if one.label == Label.NAME and not one.plain and not real.isdisjoint(map(bare, one.stand_in.split()))
    }
    draw(connection, same, again=True)
    return same


def _is_name(one: Identity) -> bool:
    """Whether the stand-in is a drawn name rather than a role, which begins with a small letter."""
    return one.stand_in[:1].isupper()


def _role(connection: sa.Connection, one: Identity, everybody: Iterable[Identity]) -> str:
    """Who it is to whom, or the number: where nothing says so, and where another of the scope is called so already."""
    relation = relations_of(connection, [one.id]).get(one.id)
    if relation is None:
        return one.numbered
    phrase = relation.phrase
    theirs = any(
        other.stand_in == phrase and other.scope == one.scope and other.id != one.id for other in everybody
    )
    return one.numbered if theirs else phrase


def _drawn(
    connection: sa.Connection, one: Identity, forms: list[Form], taken: Taken | None, others: set[str]
) -> str:
    fullest = max(forms, key=lambda form: (len(form), form), default=())
    if not fullest:
        return one.numbered
    match one.label:
        case Label.NAME if taken is not None:
            try:
                name = draw_name(read_name(forms), taken, secrets.SystemRandom())
            except NamesExhausted:
                return one.numbered
            _note_used(connection, name)
            taken.add((name.first, name.last))
            return str(name)
        case Label.PLACE:
            return told_apart(place_phrase(fullest), others - {one.stand_in})
        case Label.ORGANISATION:
            return told_apart(organisation_phrase(fullest), others - {one.stand_in})
    return one.numbered


def _taken(connection: sa.Connection) -> Taken:
    form, used = tables.identity_form, tables.used_stand_in
    real = {word for text in connection.execute(sa.select(form.c.form)).scalars() for word in as_form(text)}
    return Taken(real, connection.execute(sa.select(used.c.stand_in)).scalars().all())


def _note_used(connection: sa.Connection, name: NameStandIn) -> None:
    connection.execute(sa.insert(tables.used_stand_in).values(stand_in=str(name)))
