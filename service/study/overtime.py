"""A participant's interviews over time: how long, how much was said, which markers, how far apart."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import sqlalchemy as sa

from models.values import MarkerKind, Role
from service.study.board import Cell, cells_of, held_interviews
from service.study.protocol import Participant
from service.vault import tables

_MINUTE_MS = 60_000


_NAMED_WHERE_UNUSUAL = (MarkerKind.ACTIVATION, MarkerKind.LATENCY)


@dataclass(frozen=True, slots=True)
class Wave:
    """One expected interview on the line.

    ``speech_ms`` and ``words`` are the participant's, None while nobody is known to be the participant.
    ``per_minute`` is, for each kind of marker, how many there are in a minute of the interview; of kinds that have a
    value everywhere (activation, latency) only those that are unusual.
    """

    cell: Cell
    speech_ms: int | None
    words: int | None
    per_minute: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Line:
    """A participant with all interviews expected of them, in order of waves."""

    participant: Participant
    waves: tuple[Wave, ...]


def line_of(connection: sa.Connection, participant: Participant, coded: AbstractSet[str]) -> Line:
    """The participant's line; ``coded`` are the interviews whose coding is done."""
    place = tables.place
    theirs = (
        sa.select(place.c.interview_id)
        .where(place.c.group_code == participant.group, place.c.role_code == participant.role.code)
        .scalar_subquery()
    )
    held = held_interviews(connection, tables.interview.c.id.in_(theirs))
    at = {name: one for one in held for name in one.places}
    speaker, marker = tables.transcripts.speaker, tables.transcripts.marker
    spoken = {
        row.interview_id: (row.speech_ms, row.words)
        for row in connection.execute(
            sa.select(
                speaker.c.interview_id,
                sa.func.sum(speaker.c.speech_ms).label("speech_ms"),
                sa.func.sum(speaker.c.words).label("words"),
            )
            .where(speaker.c.interview_id.in_(theirs), speaker.c.role == Role.PARTICIPANT)
            .group_by(speaker.c.interview_id)
        )
    }
    counted: dict[str, dict[str, int]] = defaultdict(dict)
    for row in connection.execute(
        sa.select(marker.c.interview_id, marker.c.kind, sa.func.count().label("number"))
        .where(
            marker.c.interview_id.in_(theirs),
            sa.or_(marker.c.kind.not_in(_NAMED_WHERE_UNUSUAL), marker.c.subtype.is_not(None)),
        )
        .group_by(marker.c.interview_id, marker.c.kind)
    ):
        counted[row.interview_id][row.kind] = row.number
    waves = []
    for cell in cells_of(participant, at, coded):
        one = cell.interview
        speech_ms, words = spoken.get(one.id, (None, None)) if one else (None, None)
        minutes = (one.duration_ms or 0) / _MINUTE_MS if one else 0
        rates = (
            {kind: round(n / minutes, 3) for kind, n in counted[one.id].items()} if one and minutes else {}
        )
        waves.append(Wave(cell, speech_ms, words, rates))
    return Line(participant, tuple(waves))
