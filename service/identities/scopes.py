"""For whom an identity counts: the whole study, a group, or an interview that belongs to no group yet."""

from __future__ import annotations

import sqlalchemy as sa

from models.anonymisation.mentions import Label
from service.vault import tables

STUDY = ""
"""The scope of what counts for the whole study: its own list, places, organisations."""

_OF_THE_STUDY = frozenset({Label.PLACE, Label.ORGANISATION})


def scope_of(connection: sa.Connection, interview_id: str) -> str:
    """The interview's group code; its own id while it has no place."""
    group = connection.execute(
        sa.select(tables.interview.c.group_code).where(tables.interview.c.id == interview_id)
    ).scalar_one_or_none()
    return str(group) if group else interview_id


def scope_for(label: str, scope: str) -> str:
    """The scope in which a mention of this label counts, in an interview of ``scope``."""
    return STUDY if label in _OF_THE_STUDY else scope


def interviews_in(scope: str) -> sa.Select[tuple[str]]:
    """The ids of the interviews of a scope."""
    interview = tables.interview
    query = sa.select(interview.c.id)
    if scope == STUDY:
        return query
    return query.where(
        sa.or_(
            interview.c.group_code == scope,
            sa.and_(interview.c.group_code.is_(None), interview.c.id == scope),
        )
    )
