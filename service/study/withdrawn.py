"""What participants took back, as it was recorded, over what study.toml says: it holds until the file says so too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from service.naming import InterviewName
from service.study.protocol import Consent, Group, Participant, Person, Protocol, participant_id
from service.vault import tables
from service.vault.recordings import aware

PARTICIPANT, INTERVIEW, USE = "participant", "interview", "use"
RETENTION = "retention"


@dataclass(frozen=True, slots=True)
class Recorded:
    """One withdrawal: of everything of a participant, of one interview (its ``places``), or of a ``use``.

    ``by_retention`` when nobody took anything back, but the time to keep it was over.
    """

    scope: str
    participant: str | None
    use: Consent | None
    places: tuple[InterviewName, ...]
    on: date
    by_retention: bool = False


def recorded_withdrawals(connection: sa.Connection) -> tuple[Recorded, ...]:
    """Every withdrawal that was begun, oldest first."""
    table = tables.withdrawal
    rows = connection.execute(
        sa.select(
            table.c.scope, table.c.study_id, table.c.use, table.c.places, table.c.begun_at, table.c.reason
        ).order_by(table.c.id)
    )
    return tuple(
        Recorded(
            row.scope,
            row.study_id if row.scope != INTERVIEW else None,
            Consent(row.use) if row.use else None,
            tuple(InterviewName(*place) for place in row.places),
            aware(row.begun_at).date(),
            row.reason == RETENTION,
        )
        for row in rows
    )


def is_place_withdrawn(connection: sa.Connection, name: InterviewName) -> bool:
    """Whether the expected interview was withdrawn, by itself or with everything of its participant."""
    return any(
        name in one.places
        if one.scope == INTERVIEW
        else one.scope == PARTICIPANT and one.participant == participant_id(name.group, name.role)
        for one in recorded_withdrawals(connection)
    )


_Known = tuple[Protocol, tuple[Recorded, ...], Protocol]
_known: list[_Known] = []
_MOST_KNOWN = 4


def with_withdrawals(protocol: Protocol, recorded: tuple[Recorded, ...]) -> Protocol:
    """The protocol with what was withdrawn: nothing is expected of whom, and nothing is consented to that was."""
    if not recorded:
        return protocol
    for before, withdrawn, after in _known:
        if before is protocol and withdrawn == recorded:
            return after
    groups = tuple(_group(protocol, group, recorded) for group in protocol.group)
    fields = {name: getattr(protocol, name) for name in type(protocol).model_fields}
    after = Protocol.model_construct(**(fields | {"group": groups}))
    # Of a study of 500 participants, making it once more would take as long as reading the board.
    _known[:] = [*_known[-_MOST_KNOWN + 1 :], (protocol, recorded, after)]
    return after


def reminders(protocol: Protocol, recorded: Sequence[Recorded]) -> tuple[str, ...]:
    """Where study.toml does not say yet what was withdrawn, in words."""
    found = []
    for one in recorded:
        if one.by_retention:
            continue
        participant = protocol.participants.get(one.participant or "")
        if one.scope == PARTICIPANT and participant is not None:
            if participant.person.withdrawn_on is None:
                found.append(
                    f"{participant.id} withdrew on {one.on}, and study.toml does not say so yet. "
                    f"Add `withdrawn_on = {one.on}` there; until then what is recorded here holds."
                )
        elif one.use is not None and participant is not None and one.use in participant.consent:
            found.append(
                f"{participant.id} no longer agrees to {one.use}, and study.toml still says so. "
                f"Take `{one.use}` out of `consent` there; until then what is recorded here holds."
            )
        elif one.scope == INTERVIEW:
            for place in one.places:
                holder = protocol.participants.get(participant_id(place.group, place.role))
                if holder is not None and not _says_withdrawn(holder, place.wave):
                    found.append(
                        f"{place.study_id} was withdrawn, and study.toml does not say so yet. Add {place.wave} to "
                        f"`withdrawn_waves` of {holder.id} there; until then what is recorded here holds."
                    )
    return tuple(dict.fromkeys(found))


def _says_withdrawn(participant: Participant, wave: int) -> bool:
    return participant.person.withdrawn_on is not None or wave in participant.person.withdrawn_waves


def _group(protocol: Protocol, group: Group, recorded: Sequence[Recorded]) -> Group:
    people = {person.role: person for person in group.participant}
    changed = False
    for code in group.roles if group.roles is not None else tuple(protocol.roles):
        person = people.get(code) or Person(role=code)
        after = _person(protocol, participant_id(group.id, code), person, recorded)
        if after is not person:
            people[code], changed = after, True
    return group.model_copy(update={"participant": tuple(people.values())}) if changed else group


def _person(protocol: Protocol, participant: str, person: Person, recorded: Sequence[Recorded]) -> Person:
    changes: dict[str, object] = {}
    given = protocol.consent if person.consent is None else person.consent
    waves = set(person.withdrawn_waves)
    for one in recorded:
        if one.scope == PARTICIPANT and one.participant == participant and person.withdrawn_on is None:
            changes.setdefault("withdrawn_on", one.on)
        elif one.scope == USE and one.participant == participant and one.use in given:
            given = tuple(use for use in given if use is not one.use)
            changes["consent"] = given
        elif one.scope == INTERVIEW:
            waves |= {
                place.wave for place in one.places if participant_id(place.group, place.role) == participant
            }
    if waves != set(person.withdrawn_waves):
        changes["withdrawn_waves"] = tuple(sorted(waves))
    return person.model_copy(update=changes) if changes else person
