"""What is withdrawn: everything of a participant, one interview, or one use of what a participant gave."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import sqlalchemy as sa

from service.naming import InterviewName, group_code
from service.study.protocol import Consent, Protocol, participant_id
from service.study.withdrawn import INTERVIEW, PARTICIPANT, USE
from service.vault import tables
from service.vault.interviews import find_interview, places_of


class Scope(StrEnum):
    PARTICIPANT = PARTICIPANT
    INTERVIEW = INTERVIEW
    USE = USE


USES = (Consent.QUOTE, Consent.VOICEPRINT, Consent.CODE)
"""The uses that can be withdrawn alone. Without transcription nothing could be kept: that is everything."""


class WithdrawalRefused(Exception):  # noqa: N818 - reads as what happened
    """There is nothing to withdraw like that; ``str()`` says why and what to do."""


@dataclass(frozen=True, slots=True)
class Target:
    """``study_id`` is a participant's (``D03-C``) or an interview's (``D03-C2``), None for one without a place.

    ``places`` are the expected interviews that count as withdrawn; ``interviews`` the ids of those there are.
    """

    scope: Scope
    study_id: str | None
    use: Consent | None
    places: tuple[InterviewName, ...]
    interviews: tuple[str, ...]

    @property
    def confirmation(self) -> str:
        """What a person types to say that they mean it."""
        return self.study_id or self.interviews[0][:8]


def find_target(
    connection: sa.Connection,
    protocol: Protocol | None,
    participant: str | None,
    interview: str | None,
    use: Consent | None,
) -> Target:
    """What somebody means. An ``interview`` is a study id or an internal one. Raises :class:`WithdrawalRefused`."""
    if interview is not None:
        if use is not None:
            raise WithdrawalRefused("A use is withdrawn for the whole participant, not for one interview.")
        return _one_interview(connection, participant, interview)
    known = _participant(connection, protocol, participant or "")
    group, _, role = known.rpartition("-")
    place = tables.place
    rows = connection.execute(
        sa.select(place)
        .where(place.c.group_code == group, place.c.role_code == role)
        .order_by(place.c.wave, place.c.interview_id)
    ).all()
    interviews = tuple(dict.fromkeys(row.interview_id for row in rows))
    if use is not None:
        if use not in USES:
            raise WithdrawalRefused("Only quotes, voiceprint and code can be withdrawn alone.")
        return Target(Scope.USE, known, use, (), interviews)
    places = tuple(InterviewName(group, role, row.wave) for row in rows)
    return Target(Scope.PARTICIPANT, known, None, places, interviews)


def _participant(connection: sa.Connection, protocol: Protocol | None, text: str) -> str:
    group, _, role = text.strip().rpartition("-")
    wanted = participant_id(group_code(group), role.upper())
    place = tables.place
    held = sa.select(place.c.wave).where(
        place.c.group_code == group_code(group), place.c.role_code == role.upper()
    )
    if protocol is not None and wanted in protocol.participants:
        return wanted
    if connection.execute(held.limit(1)).first() is not None:
        return wanted
    raise WithdrawalRefused(
        f"There is no participant {text}. A participant is a group and a role, such as D03-C; see: lytt study show"
    )


def _one_interview(connection: sa.Connection, participant: str | None, reference: str) -> Target:
    found = find_interview(connection, reference)
    if found is None:
        raise WithdrawalRefused(f"There is no interview {reference}. See: lytt status")
    places = places_of(connection, found.id)
    of = {participant_id(place.group, place.role) for place in places}
    if participant is not None and of and of != {participant}:
        raise WithdrawalRefused(f"{found.name} is not an interview of {participant}. Nothing was done.")
    return Target(Scope.INTERVIEW, found.name, None, places, (found.id,))
