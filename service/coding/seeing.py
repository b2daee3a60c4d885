"""Who may see whose codings, who is ready, and whether an interview is coded."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import sqlalchemy as sa

from service.coding import tables
from service.coding.feed.noting import Act, Kind, Noted, note
from service.coding.values import Coder, Refused, in_utc
from service.coding.writing import add_once, hold_words


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


def seen_where(
    coder: Coder, interview_id: sa.ColumnElement[str], whose: sa.ColumnElement[str]
) -> sa.ColumnElement[bool]:
    """:func:`may_see` as a condition on rows of any interviews, by the columns of the interview and of the coder."""
    if coder.leads:
        return sa.true()
    mine, theirs = tables.ready.alias(), tables.ready.alias()
    said = sa.exists().where(mine.c.interview_id == interview_id, mine.c.coder == coder.name)
    also = sa.exists().where(theirs.c.interview_id == interview_id, theirs.c.coder == whose)
    return sa.or_(whose == coder.name, sa.and_(said, also))


def refuse_ready(connection: sa.Connection, interview_id: str, coder: str) -> None:
    """Raises Refused where a coder who said that they are ready would change their codings: by then they may have
    seen others'."""
    if coder in ready_coders(connection, interview_id):
        raise Refused(
            "You said that you are ready with this interview, so your codings stay as they are. Take that back first: "
            "then others' codings are hidden from you again."
        )


def ready_coders(connection: sa.Connection, interview_id: str) -> frozenset[str]:
    """Who has said that they are ready with the interview."""
    ready = tables.ready
    return frozenset(
        connection.execute(sa.select(ready.c.coder).where(ready.c.interview_id == interview_id)).scalars()
    )


def set_ready(connection: sa.Connection, interview_id: str, coder: str, done: bool) -> None:
    """Say that a coder is ready with an interview, or that they are not.

    From the first time that two are, it is kept that they may have seen each other's codings: that is not taken back.
    Nobody else says so of the interview, or codes it, until the transaction ends: two who are ready at the same moment
    would not know of each other.
    """
    ready = tables.ready
    hold_words(connection, interview_id, to_change=True)
    if done:
        values = {"interview_id": interview_id, "coder": coder, "at": datetime.now(UTC)}
        add_once(connection, ready, values)
    _keep_seen(connection, interview_id)
    if not done:
        connection.execute(
            sa.delete(ready).where(ready.c.interview_id == interview_id, ready.c.coder == coder)
        )
    note(connection, Noted(Kind.INTERVIEW, interview_id, Act.READY))
    keep_coded(connection, interview_id)


def _keep_seen(connection: sa.Connection, interview_id: str) -> None:
    said, now = ready_coders(connection, interview_id), datetime.now(UTC)
    for one in said if len(said) > 1 else ():
        add_once(connection, tables.seen_others, {"interview_id": interview_id, "coder": one, "at": now})


def seen_others(connection: sa.Connection, interview_id: str) -> dict[str, datetime]:
    """The coders who may have seen others' codings of the interview, and since when. Leads may at any time."""
    seen = tables.seen_others
    rows = connection.execute(
        sa.select(seen).where(seen.c.interview_id == interview_id).order_by(seen.c.coder)
    )
    return {row.coder: in_utc(row.at) for row in rows}


def changed_after_seeing(connection: sa.Connection, interview_id: str) -> frozenset[str]:
    """The ids of the codings that their coders made, changed or removed after they may have seen others' of the
    interview; that their words were accepted, or the codebook revised, changes none."""
    change, seen = tables.coding_change, tables.seen_others
    rows = connection.execute(
        sa.select(change.c.coding_id)
        .join(seen, sa.and_(seen.c.interview_id == change.c.interview_id, seen.c.coder == change.c.who))
        .where(
            change.c.interview_id == interview_id,
            change.c.codebook_change.is_(None),
            change.c.act != "words_accepted",
            change.c.at > seen.c.at,
        )
    )
    return frozenset(rows.scalars())


def told_coded(coder: Coder, coded: bool) -> bool | None:
    """Whether an interview is coded, as ``coder`` is told it: leads only, None for others.

    It changes when somebody who is not ready makes a first coding, also where whoever asks is ready.
    """
    return coded if coder.leads else None


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
    was = connection.execute(sa.delete(coded).where(coded.c.interview_id == interview_id)).rowcount
    now = 0
    if said and at_work <= {row.coder for row in said}:
        here = sa.select(tables.interview.c.id).where(tables.interview.c.id == interview_id)
        if connection.execute(here).first() is not None:
            add_once(
                connection,
                coded,
                {"interview_id": interview_id, "coder": said[0].coder, "at": said[0].at},
            )
            now = 1
    if was != now:
        note(connection, Noted(Kind.INTERVIEW, interview_id, Act.READY))
