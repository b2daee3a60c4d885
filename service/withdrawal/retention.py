"""Retention: until when recordings may be kept, as the protocol says, and what is due.

A participant's own ``keep_until`` counts before the study's; the study's ``keep_days`` count from the day an interview
was held, or came in. The earliest day counts. Nothing is erased by itself unless the setting says so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa

from service.study.protocol import Participant, Protocol, participant_id
from service.vault import tables
from service.vault.interviews import places_of
from service.vault.recordings import aware
from service.vault.store import Vault
from service.withdrawal.erasing import RETENTION, begin
from service.withdrawal.targets import Scope, Target, WithdrawalRefused

ACTOR = "lytt"


@dataclass(frozen=True, slots=True)
class Due:
    """Interviews of one participant that may be kept until a day: all of theirs when ``whole``."""

    participant: str
    until: date
    interviews: tuple[str, ...]
    whole: bool

    def is_over(self, today: date) -> bool:
        return today > self.until


def due(connection: sa.Connection, protocol: Protocol, today: date, warn_days: int) -> tuple[Due, ...]:
    """What may be kept for at most ``warn_days`` more, the most urgent first."""
    place, interview = tables.place, tables.interview
    rows = connection.execute(
        sa.select(
            place.c.group_code, place.c.role_code, interview.c.id, interview.c.held_on, interview.c.created_at
        )
        .join(interview, interview.c.id == place.c.interview_id)
        .order_by(place.c.wave)
    ).all()
    held: dict[str, dict[str, date]] = defaultdict(dict)
    for row in rows:
        day = row.held_on or aware(row.created_at).date()
        held[participant_id(row.group_code, row.role_code)][row.id] = day
    found = []
    for name, interviews in held.items():
        participant = protocol.participants.get(name)
        if participant is not None:
            found += _due_of(participant, protocol, interviews)
    until = today + timedelta(days=warn_days)
    return tuple(
        sorted((one for one in found if one.until <= until), key=lambda one: (one.until, one.participant))
    )


def _due_of(participant: Participant, protocol: Protocol, interviews: Mapping[str, date]) -> list[Due]:
    whole = participant.person.keep_until or protocol.keep_until
    if protocol.keep_days is None:
        return [] if whole is None else [Due(participant.id, whole, tuple(interviews), whole=True)]
    days = timedelta(days=protocol.keep_days)
    found = []
    for interview_id, held_on in interviews.items():
        until = held_on + days if whole is None else min(whole, held_on + days)
        found.append(Due(participant.id, until, (interview_id,), whole=False))
    return found


def warnings(connection: sa.Connection, protocol: Protocol, today: date, warn_days: int) -> tuple[str, ...]:
    """What is due, in words for a steward."""
    return tuple(in_words(one, today) for one in due(connection, protocol, today, warn_days))


def in_words(one: Due, today: date) -> str:
    """What is due and what to do."""
    count = len(one.interviews)
    what = f"{count} interview{'' if count == 1 else 's'} of {one.participant}"
    if one.is_over(today):
        return f"{what} might be kept until {one.until}. Erase with: lytt withdraw --retention"
    left = (one.until - today).days
    when = "today" if left == 0 else f"in {left} day{'' if left == 1 else 's'}"
    return f"{what} may be kept until {one.until}, which is {when}."


def erase_due(vault: Vault, protocol: Protocol, today: date, actor: str = ACTOR) -> tuple[int, ...]:
    """Begin to erase what may no longer be kept; the numbers of the withdrawals, to be carried out."""
    with vault.engine.connect() as connection:
        over = [one for one in due(connection, protocol, today, 0) if one.is_over(today)]
        targets = [
            Target(
                Scope.INTERVIEW,
                next((place.study_id for place in places_of(connection, interview_id)), None),
                None,
                places_of(connection, interview_id),
                (interview_id,),
            )
            for one in over
            for interview_id in one.interviews
        ]
    numbers = []
    for target in targets:
        try:
            numbers.append(begin(vault, target, actor, reason=RETENTION))
        except WithdrawalRefused:
            continue
    return tuple(numbers)
