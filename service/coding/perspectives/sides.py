"""The moments of a code or theme by group, role and wave. Sides without any moment or interview are there too."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa

from service.coding import tables
from service.coding.gathered import gathered_moments
from service.coding.moments import Moment, moments_at
from service.coding.values import Coder


@dataclass(frozen=True, slots=True)
class RoleHere:
    """A role that released interviews have: its code and what it is called."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Side:
    """What is coded in the interview of a role with a group in a wave.

    ``interview`` is its study id, None where none is released. Codings that share time are one moment; ``coded_ms`` is
    how long the moments last together.
    """

    group: str
    role: str
    wave: int
    interview: str | None
    moments: int
    codings: int
    coded_ms: int


@dataclass(frozen=True, slots=True)
class Perspectives:
    """Every combination of a group, role and wave that released interviews have."""

    roles: tuple[RoleHere, ...]
    groups: tuple[str, ...]
    waves: tuple[int, ...]
    sides: tuple[Side, ...]


@dataclass(frozen=True, slots=True)
class SideMoment:
    """A moment of the side of a role in a wave."""

    role: str
    wave: int
    moment: Moment


def perspectives(connection: sa.Connection, reader: Coder, codes: Collection[str]) -> Perspectives:
    """How much ``reader`` may see of these codes on each side. An interview that covers two places is in both."""
    place, interview, role = tables.place, tables.interview, tables.role
    rows = connection.execute(
        sa.select(place, interview.c.name).join(interview, interview.c.id == place.c.interview_id)
    ).all()
    names = {row.code: str(row.name) for row in connection.execute(sa.select(role))}
    counted: dict[str, tuple[int, int, int]] = {}
    for one in gathered_moments(connection, reader, codes):
        moments, codings, coded_ms = counted.get(one.stretch.interview_id, (0, 0, 0))
        length_ms = one.stretch.end_ms - one.stretch.start_ms
        counted[one.stretch.interview_id] = (moments + 1, codings + one.codings, coded_ms + length_ms)
    held = {(row.group_code, row.role_code, row.wave): row for row in rows}
    groups = tuple(sorted({row.group_code for row in rows}))
    roles = tuple(sorted({row.role_code for row in rows}))
    waves = tuple(sorted({row.wave for row in rows}))
    sides = []
    for group in groups:
        for code in roles:
            for wave in waves:
                there = held.get((group, code, wave))
                found = counted.get(there.interview_id, (0, 0, 0)) if there is not None else (0, 0, 0)
                sides.append(Side(group, code, wave, there.name if there is not None else None, *found))
    return Perspectives(
        tuple(RoleHere(code, names.get(code, code)) for code in roles), groups, waves, tuple(sides)
    )


def moments_of_group(
    connection: sa.Connection, reader: Coder, codes: Collection[str], group: str
) -> tuple[SideMoment, ...]:
    """The moments of a group that ``reader`` may see, in order of wave, role and time."""
    place = tables.place
    rows = connection.execute(
        sa.select(place).where(place.c.group_code == group).order_by(place.c.wave, place.c.role_code)
    ).all()
    gathered = gathered_moments(connection, reader, codes, interviews={row.interview_id for row in rows})
    found = moments_at(connection, reader, [one.stretch for one in gathered])
    return tuple(
        SideMoment(row.role_code, row.wave, one)
        for row in rows
        for one in found
        if one.interview_id == row.interview_id
    )
