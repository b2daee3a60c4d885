"""Who nobody speaks of any more is forgotten."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import sqlalchemy as sa

from service.identities.assigning import forget_unsaid
from service.vault import tables

_AT_ONCE = 500


def forget(connection: sa.Connection, ids: Sequence[int], scopes: Iterable[str]) -> None:
    """Forget the identities, and in the scopes every form that no interview says any more.

    Changes of identities can't be undone after that: they hold forms of anybody.
    """
    form, identity = tables.identity_form, tables.identity
    connection.execute(sa.delete(tables.identity_change))
    for scope in scopes:
        forget_unsaid(connection, scope)
    for at in range(0, len(ids), _AT_ONCE):
        block = ids[at : at + _AT_ONCE]
        connection.execute(sa.delete(form).where(form.c.identity_id.in_(block)))
        connection.execute(sa.delete(identity).where(identity.c.id.in_(block)))


def forget_unspoken(connection: sa.Connection) -> None:
    """Forget identities that no interview speaks of, with their forms and what was changed of identities.

    Those that a person listed or gave a stand-in stay. The secrets that move dates of withdrawn participants go too.
    """
    identity, form, redaction = tables.identity, tables.identity_form, tables.redaction
    spoken = sa.select(redaction.c.identity_id).where(redaction.c.identity_id.is_not(None))
    listed = sa.select(form.c.identity_id).where(form.c.listed_by.is_not(None))
    unspoken = (
        connection.execute(
            sa.select(identity.c.id).where(
                identity.c.id.not_in(spoken), identity.c.id.not_in(listed), identity.c.set_by.is_(None)
            )
        )
        .scalars()
        .all()
    )
    forget(connection, unspoken, connection.execute(sa.select(form.c.scope).distinct()).scalars().all())
    withdrawn = sa.select(tables.withdrawal.c.study_id).where(tables.withdrawal.c.scope == "participant")
    offset = tables.date_offset
    connection.execute(sa.delete(offset).where(offset.c.participant.in_(withdrawn)))
