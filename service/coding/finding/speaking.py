"""Whose an utterance or a marker is, as a query says it."""

from __future__ import annotations

import sqlalchemy as sa

from service.coding import tables
from service.coding.finding.fields import SPEAKERS
from service.coding.finding.problem import QueryProblem, nearest
from service.coding.finding.query import Place, value


def is_of(
    connection: sa.Connection, row: sa.Table, speaker: str, place: Place, field: str | None = None
) -> tuple[sa.FromClause, sa.ColumnElement[bool]]:
    """The table of utterances or markers joined with speakers, and the condition that one is ``speaker``'s.

    A speaker is who speaks (``participant``), what the participant is in the study (``client``), or a label of an
    interview (``S1``). ``field`` is the one that stands at ``place``, if the speaker is all there.

    Raises :class:`QueryProblem`.
    """
    voices = tables.transcripts.speaker
    joined = row.join(
        voices, sa.and_(voices.c.interview_id == row.c.interview_id, voices.c.label == row.c.speaker)
    )
    wanted = speaker.casefold()
    if wanted in SPEAKERS:
        return joined, voices.c.role == wanted
    if (code := role_named(connection, wanted)) is not None:
        return joined, sa.and_(
            voices.c.role == "participant", row.c.interview_id.in_(interviews_of_role(code))
        )
    labels = set(connection.execute(sa.select(voices.c.label).distinct()).scalars())
    label = next((one for one in labels if one.casefold() == wanted), None)
    if label is None:
        meant = nearest(speaker, names := (*SPEAKERS, *role_names(connection), *sorted(labels)))
        raise QueryProblem(
            f"Nobody is called so. Who speaks is one of: {', '.join(names[:20])}.",
            place,
            names,
            f"{field}:{value(meant)}" if field and meant else None,
        )
    return row, row.c.speaker == label


def role_names(connection: sa.Connection) -> tuple[str, ...]:
    """What the roles of participants are called."""
    return tuple(connection.execute(sa.select(tables.role.c.name).order_by(tables.role.c.name)).scalars())


def role_named(connection: sa.Connection, wanted: str) -> str | None:
    """The code of the role with this name or code, which some interview has; None where there is none."""
    role, place = tables.role, tables.place
    for code, name in connection.execute(sa.select(role.c.code, role.c.name)):
        if wanted.casefold() in (code.casefold(), name.casefold()):
            return str(code)
    codes = connection.execute(sa.select(place.c.role_code).distinct()).scalars()
    return next((str(code) for code in codes if code.casefold() == wanted.casefold()), None)


def interviews_of_role(code: str) -> sa.Select[tuple[str]]:
    """The ids of the interviews with a role."""
    place = tables.place
    return sa.select(place.c.interview_id).where(place.c.role_code == code)
