"""Whose an utterance or a marker is, as a query says it."""

from __future__ import annotations

from collections.abc import Callable

import sqlalchemy as sa

from service.coding import tables
from service.coding.finding.fields import SPEAKERS
from service.coding.finding.problem import QueryProblem, nearest
from service.coding.finding.query import Place, value


def is_of(
    connection: sa.Connection, speaker: str, place: Place, field: str | None = None
) -> Callable[[str, str], bool]:
    """Whether the label of an interview is ``speaker``.

    A speaker is who speaks (``participant``), what the participant is in the study (``client``), or a label of an
    interview (``S1``). ``field`` is the one that stands at ``place``, if the speaker is all there.

    Raises :class:`QueryProblem`.
    """
    voices = tables.transcripts.speaker
    roles = {
        (str(row[0]), str(row[1])): str(row[2])
        for row in connection.execute(sa.select(voices.c.interview_id, voices.c.label, voices.c.role))
    }
    wanted = speaker.casefold()
    if wanted in SPEAKERS:
        return lambda interview_id, label: roles.get((interview_id, label)) == wanted
    if (code := role_named(connection, wanted)) is not None:
        ids = {str(row[0]) for row in connection.execute(interviews_of_role(code))}
        return lambda interview_id, label: (
            interview_id in ids and roles.get((interview_id, label)) == "participant"
        )
    labels = sorted({label for _, label in roles})
    label = next((one for one in labels if one.casefold() == wanted), None)
    if label is None:
        names = (*SPEAKERS, *role_names(connection), *labels)
        meant = nearest(speaker, names)
        raise QueryProblem(
            f"Nobody is called so. Who speaks is one of: {', '.join(names[:20])}.",
            place,
            names,
            f"{field}:{value(meant)}" if field and meant else None,
        )
    return lambda _, named: named == label


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
