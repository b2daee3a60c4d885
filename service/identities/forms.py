"""Which identity a form is of: the forms that are known, and the rules of who is meant.

A form is the bare words of a mention (:func:`models.anonymisation.identity.form_of`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa

from models.anonymisation.identity import Form
from models.anonymisation.mentions import Label
from service.identities.scopes import STUDY, scope_for
from service.vault import tables


@dataclass(frozen=True, slots=True)
class KnownForm:
    """A form that is known to be of an identity. ``listed``: on the study's own list; ``placed``: a person said so."""

    scope: str
    label: str
    form: Form
    identity: int
    listed: bool = False
    placed: bool = False

    @property
    def settled(self) -> bool:
        """Whether a person said it, so that no rule takes it away."""
        return self.listed or self.placed


@dataclass(frozen=True, slots=True)
class Meant:
    """Who is meant: an identity, or None for one that nobody knows yet. ``parted`` is an identity from which the form
    has to be taken first, since two now have a name that it could be short for."""

    identity: int | None
    parted: int | None = None


class KnownForms:
    """All forms that are known, by scope and label."""

    def __init__(self, forms: Iterable[KnownForm]) -> None:
        self._by_key = {(one.scope, one.label, one.form): one for one in forms}
        self._names: dict[str, dict[Form, int]] = {}
        for one in self._by_key.values():
            self._remember_name(one)

    def add(self, form: KnownForm) -> None:
        self._by_key[form.scope, form.label, form.form] = form
        self._remember_name(form)

    def _remember_name(self, one: KnownForm) -> None:
        if one.label == Label.NAME:
            self._names.setdefault(one.scope, {})[one.form] = one.identity

    def get(self, scope: str, label: str, form: Form) -> KnownForm | None:
        return self._by_key.get((scope, label, form))

    def meant(self, scope: str, label: str, form: Form) -> Meant:
        """Who is meant by a form that is said in an interview of ``scope``.

        A name that the group knows is that person's; "Anna" is Anna Hansen when the group knows exactly one fuller
        name with Anna in it. What is on the study's own list counts for the whole study, and so does a full name that
        one identity of it has.
        """
        known = self.get(scope_for(label, scope), label, form)
        if label != Label.NAME:
            return Meant(known.identity if known else None)
        fuller = self._fuller(scope, form)
        if known is not None:
            if known.settled or known.identity not in fuller or len(fuller) == 1:
                return Meant(known.identity)
            return Meant(None, parted=known.identity)
        if len(fuller) == 1:
            return Meant(next(iter(fuller)))
        listed = self.get(STUDY, label, form)
        if listed is not None:
            return Meant(listed.identity)
        if fuller:
            return Meant(None)
        if len(form) > 1:
            named = {names[form] for names in self._names.values() if form in names}
            if len(named) == 1:
                return Meant(next(iter(named)))
            if not named:
                return Meant(self._shorter(scope, form))
        return Meant(None)

    def _fuller(self, scope: str, form: Form) -> set[int]:
        """The identities that have a name with all words of this one and more."""
        words = set(form)
        return {
            identity
            for other, identity in self._names.get(scope, {}).items()
            if len(other) > len(form) and words <= set(other)
        }

    def _shorter(self, scope: str, form: Form) -> int | None:
        """The one identity of the scope that is known by parts of this name only: "Anna" before "Anna Hansen"."""
        words, forms = set(form), self._names.get(scope, {})
        of_identity: dict[int, list[Form]] = {}
        for other, identity in forms.items():
            of_identity.setdefault(identity, []).append(other)
        possible = [
            identity for identity, held in of_identity.items() if all(set(other) <= words for other in held)
        ]
        return possible[0] if len(possible) == 1 else None


def as_text(form: Form) -> str:
    """A form as it is kept."""
    return " ".join(" ".join(form).split())


def as_form(text: str) -> Form:
    return tuple(text.split(" "))


def known_forms(connection: sa.Connection) -> KnownForms:
    """Every form that the vault knows."""
    table = tables.identity_form
    return KnownForms(
        KnownForm(
            row.scope,
            row.label,
            as_form(row.form),
            row.identity_id,
            row.listed_by is not None,
            row.placed_by is not None,
        )
        for row in connection.execute(sa.select(table))
    )
