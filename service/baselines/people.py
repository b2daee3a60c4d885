"""Whose the voices of interviews are, as far as baselines go by it.

A person confirmed it, or the voice has its role alone in the interview: the participant is whom the interview is filed
under, the interviewer who is said to have asked. Of two voices with one role nobody knows which it is.

A voice is compared over interviews only where the person agreed to voiceprints: what is usual for a voice is no
identity, but it is about the same voice again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

import sqlalchemy as sa

from models.values import Role
from service.study.protocol import Consent, Protocol, participant_id
from service.vault import tables

VoiceKey = tuple[str, str]
"""Interview and label."""


def people_of(connection: sa.Connection) -> Mapping[VoiceKey, str]:
    """The person (a participant's or interviewer's id) of each voice whose person is known."""
    interview, speaker, voice = tables.interview, tables.transcripts.speaker, tables.voice
    people: dict[VoiceKey, str] = {
        (row.interview_id, row.label): row.person
        for row in connection.execute(sa.select(voice.c.interview_id, voice.c.label, voice.c.person))
    }
    taken = {(interview_id, person) for (interview_id, _), person in people.items()}
    rows = connection.execute(
        sa.select(
            speaker.c.interview_id,
            speaker.c.label,
            speaker.c.role,
            interview.c.group_code,
            interview.c.role_code,
            interview.c.interviewer,
        ).join(interview, interview.c.id == speaker.c.interview_id)
    )
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row in rows:
        if (row.interview_id, row.label) in people:
            continue
        person = row.interviewer if row.role == Role.INTERVIEWER else None
        if row.role == Role.PARTICIPANT and row.group_code and row.role_code:
            person = participant_id(row.group_code, row.role_code)
        if person is not None:
            found[row.interview_id, person].append(row.label)
    for (interview_id, person), labels in found.items():
        if len(labels) == 1 and (interview_id, person) not in taken:
            people[interview_id, labels[0]] = person
    return people


def may_compare(protocol: Protocol | None, person: str) -> bool:
    """Whether the person agreed to voiceprints, so that interviews may be compared."""
    if protocol is None:
        return False
    participant = protocol.participants.get(person)
    if participant is not None:
        return Consent.VOICEPRINT in participant.consent
    return any(one.id == person and Consent.VOICEPRINT in one.consent for one in protocol.interviewer)
