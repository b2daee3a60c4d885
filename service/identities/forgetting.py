"""Who nobody speaks of any more is forgotten."""

from __future__ import annotations

import sqlalchemy as sa

from service.identities.assigning import forget_unsaid
from service.vault import tables


def forget_unspoken(connection: sa.Connection) -> int:
    """Forget identities that no interview speaks of, with their forms and what was changed of identities; how many.

    Those that a person listed or gave a stand-in stay. The secrets that move dates of withdrawn participants go too.
    """
    identity, form, redaction = tables.identity, tables.identity_form, tables.redaction
    spoken = sa.select(redaction.c.identity_id).where(redaction.c.identity_id.is_not(None))
    listed = sa.select(form.c.identity_id).where(form.c.listed_by.is_not(None))
    unspoken = list(
        connection.execute(
            sa.select(identity.c.id).where(
                identity.c.id.not_in(spoken), identity.c.id.not_in(listed), identity.c.set_by.is_(None)
            )
        ).scalars()
    )
    for at in range(0, len(unspoken), 500):
        block = unspoken[at : at + 500]
        connection.execute(sa.delete(form).where(form.c.identity_id.in_(block)))
        connection.execute(sa.delete(identity).where(identity.c.id.in_(block)))
    for scope in list(connection.execute(sa.select(form.c.scope).distinct()).scalars()):
        forget_unsaid(connection, scope)
    connection.execute(sa.delete(tables.identity_change))
    withdrawn = sa.select(tables.withdrawal.c.study_id).where(tables.withdrawal.c.scope == "participant")
    offset = tables.date_offset
    connection.execute(sa.delete(offset).where(offset.c.participant.in_(withdrawn)))
    return len(unspoken)
