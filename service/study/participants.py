"""Whom an interview is with, what that person agreed to, and what to expect of the recording."""

from __future__ import annotations

import sqlalchemy as sa

from models.values import Expected
from service.settings import Settings
from service.study.protocol import Consent, Participant, Protocol, participant_id
from service.vault.interviews import places_of

AUTO = "auto"


def participant_of(
    connection: sa.Connection, interview_id: str, protocol: Protocol | None
) -> Participant | None:
    """The participant whose interview it is; None while it has no place, or without a protocol."""
    places = places_of(connection, interview_id) if protocol is not None else ()
    if protocol is None or not places:
        return None
    return protocol.participants.get(participant_id(places[0].group, places[0].role))


def refuses(participant: Participant | None, use: Consent) -> bool:
    """Whether this person is known not to have agreed to ``use``. Of nobody known, nothing is."""
    return participant is not None and use not in participant.consent


def expected_of(participant: Participant | None, protocol: Protocol | None, settings: Settings) -> Expected:
    """What the protocol says of language and number of speakers, and the settings where it says nothing."""
    language, speakers = settings.language, settings.speakers
    if protocol is not None:
        said = participant.language if participant is not None else protocol.language
        language = said if said != AUTO else language
        speakers = protocol.speakers
    return Expected(None if language == AUTO else language, speakers if isinstance(speakers, int) else None)
