"""What is looked for in an interview by name: the study's own list, and who is spoken of in other interviews."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

import sqlalchemy as sa

from models.anonymisation.identity import Form
from models.anonymisation.known import KnownEntity
from models.anonymisation.mentions import Label
from service.identities.forms import as_form
from service.identities.scopes import STUDY, scope_of
from service.vault import tables
from service.vault.interviews import RedactionState

_LOOKED_FOR = (Label.NAME, Label.PLACE, Label.ORGANISATION)


@dataclass(frozen=True, slots=True)
class Known:
    """What is looked for, in a fixed order. ``digest`` stands for it in the fingerprints of stages."""

    entities: tuple[KnownEntity, ...]

    @property
    def digest(self) -> str:
        told = json.dumps([[str(one.label), *one.form] for one in self.entities])
        return hashlib.sha256(told.encode()).hexdigest()


def known_in(connection: sa.Connection, interview_id: str) -> Known:
    """What is known by name in the interview: everything on the study's own list, and the names, places and
    organisations that other interviews of its group, or of the study, speak of.

    What a person rejected everywhere it was found is not among it, nor what this interview alone speaks of: that is
    found in it or it is not.
    """
    scope = scope_of(connection, interview_id)
    form, redaction = tables.identity_form, tables.redaction
    elsewhere = sa.select(redaction.c.identity_id).where(
        redaction.c.interview_id != interview_id,
        redaction.c.state != RedactionState.REJECTED,
        redaction.c.identity_id.is_not(None),
    )
    listed, placed = form.c.listed_by.is_not(None), form.c.placed_by.is_not(None)
    rows = connection.execute(
        sa.select(form.c.label, form.c.form)
        .where(
            form.c.label.in_(_LOOKED_FOR),
            sa.or_(listed, form.c.scope.in_((STUDY, scope))),
            sa.or_(listed, placed, form.c.identity_id.in_(elsewhere)),
        )
        .distinct()
    )
    found: dict[Form, Label] = {}
    for row in rows:
        form_, label = as_form(row.form), Label(row.label)
        # Of two kinds the narrower: a place that is somebody's name too is looked for as the name.
        if form_ not in found or _LOOKED_FOR.index(label) < _LOOKED_FOR.index(found[form_]):
            found[form_] = label
    return Known(tuple(KnownEntity(one, found[one]) for one in sorted(found)))
