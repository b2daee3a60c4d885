"""Who may see whose codings, who is ready, and whether an interview is coded."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import sqlalchemy as sa

from service.coding import tables
from service.coding.values import Coder
from service.coding.writing import add_once


def may_see(connection: sa.Connection, coder: Coder, interview_id: str, whose: str) -> bool:
    """Whether ``coder`` may see what ``whose`` coded in an interview: one's own always; leads all; others' when both
    have said that they are ready."""
    return coder.leads or whose == coder.name or {coder.name, whose} <= ready_coders(connection, interview_id)


def seen_coders(connection: sa.Connection, coder: Coder, interview_id: str) -> frozenset[str] | None:
    """Whose codings of the interview ``coder`` may see, by :func:`may_see`; None for everybody's."""
    if coder.leads:
        return None
    others = ready_coders(connection, interview_id)
    return frozenset(one for one in others | {coder.name} if may_see(connection, coder, interview_id, one))


def seeing(connection: sa.Connection, coder: Coder) -> Callable[[str, str], bool]:
    """:func:`may_see` for many interviews at once: takes an interview and whose coding it is."""
    if coder.leads:
        return lambda interview_id, whose: True
    ready = tables.ready
    said = {
        (str(row[0]), str(row[1]))
        for row in connection.execute(sa.select(ready.c.interview_id, ready.c.coder))
    }
    return lambda interview_id, whose: (
        whose == coder.name or {(interview_id, coder.name), (interview_id, whose)} <= said
    )


def ready_coders(connection: sa.Connection, interview_id: str) -> frozenset[str]:
    """Who has said that they are ready with the interview."""
    ready = tables.ready
    return frozenset(
        connection.execute(sa.select(ready.c.coder).where(ready.c.interview_id == interview_id)).scalars()
    )


def set_ready(connection: sa.Connection, interview_id: str, coder: str, done: bool) -> None:
    """Say that a coder is ready with an interview, or that they are not."""
    ready = tables.ready
    if done:
        add_once(connection, ready, {"interview_id": interview_id, "coder": coder, "at": datetime.now(UTC)})
    else:
        connection.execute(
            sa.delete(ready).where(ready.c.interview_id == interview_id, ready.c.coder == coder)
        )
    keep_coded(connection, interview_id)


def keep_coded(connection: sa.Connection, interview_id: str) -> None:
    """Make the released interview's flag right: coded when somebody is ready, and everybody who coded in it is."""
    coding, ready, coded = tables.coding, tables.ready, tables.coded
    said = connection.execute(
        sa.select(ready.c.coder, ready.c.at)
        .where(ready.c.interview_id == interview_id)
        .order_by(ready.c.at.desc())
    ).all()
    at_work = set(
        connection.execute(
            sa.select(coding.c.coder)
            .distinct()
            .where(coding.c.interview_id == interview_id, ~coding.c.removed)
        ).scalars()
    )
    connection.execute(sa.delete(coded).where(coded.c.interview_id == interview_id))
    if said and at_work <= {row.coder for row in said}:
        here = sa.select(tables.interview.c.id).where(tables.interview.c.id == interview_id)
        if connection.execute(here).first() is not None:
            add_once(
                connection,
                coded,
                {"interview_id": interview_id, "coder": said[0].coder, "at": said[0].at},
            )
