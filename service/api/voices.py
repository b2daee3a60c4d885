"""The voices of an interview: who they may be, and whom a person confirms."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

import sqlalchemy as sa
from fastapi import APIRouter
from fastapi import Path as PathParameter

from service.accounts.permissions import Action
from service.api import study_schemas as schemas
from service.api.interviews import Reference, required
from service.api.problems import Problem, responses
from service.api.rights import Who, allowed
from service.api.state import Service, State
from service.api.study import required_protocol
from service.study.protocol import Protocol
from service.transcript import reading
from service.transcript.readers import ConnectionReader
from service.vault import tables
from service.vault.interviews import StoredInterview
from service.vault.locked import KeyUnusable, SealBroken
from service.voices.hearing import NoSuchVoice, confirm, hear, heard_voices
from service.voices.prints import may_keep

router = APIRouter(prefix="/api/interviews", tags=["voices"])

Label = Annotated[str, PathParameter(max_length=16, description="Label of a voice, such as `S1`.")]


@router.get(
    "/{reference}/voices",
    operation_id="list_voices",
    dependencies=[allowed(Action.SEE_VOICES)],
    responses=responses(HTTPStatus.CONFLICT),
)
def list_voices(service: Service, reference: Reference) -> schemas.Voices:
    """Who each voice may be, with a score and a reason, and whether the recording seems filed wrongly."""
    found = required(service, reference)
    return _voices(service, found, service.study.current().protocol)


@router.put(
    "/{reference}/voices/{label}",
    operation_id="confirm_voice",
    dependencies=[allowed(Action.CONFIRM_VOICES)],
    responses=responses(HTTPStatus.CONFLICT),
)
def confirm_voice(
    service: Service, who: Who, reference: Reference, label: Label, body: schemas.VoicePerson
) -> schemas.Voices:
    """Say whose voice it is, or with null take that back. Roles follow wherever nobody has said otherwise."""
    found = required(service, reference)
    protocol = required_protocol(service)
    try:
        with service.vault.engine.begin() as connection:
            confirm(connection, service.vault.sealer, found.id, label, body.person, protocol, who.name)
    except NoSuchVoice as error:
        raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, str(error)) from None
    except (SealBroken, KeyUnusable) as error:
        raise Problem(HTTPStatus.CONFLICT, str(error)) from None
    return _voices(service, found, protocol)


def _voices(service: State, found: StoredInterview, protocol: Protocol | None) -> schemas.Voices:
    with service.vault.engine.connect() as connection:
        try:
            voices = heard_voices(connection, service.vault.sealer)
        except (SealBroken, KeyUnusable) as error:
            raise Problem(HTTPStatus.CONFLICT, str(error)) from None
        heard = hear(voices, found.id, protocol)
        allowed = may_keep(connection, found.id, protocol)
        confirmed = _confirmed(connection, found.id)
        speakers = reading.speakers(ConnectionReader(connection), found.id)
    speech = {one.label: one.voice.speech_ms for one in voices if one.interview_id == found.id}
    said = {one.label: one for one in heard.suggestions}
    shaped = [
        schemas.VoiceSuggestion(
            label=one.label,
            person=said[one.label].person if one.label in said else confirmed.get(one.label),
            confirmed=one.label in confirmed or (one.label in said and said[one.label].confirmed),
            score=said[one.label].score if one.label in said else None,
            decision=said[one.label].decision.value if one.label in said else "unclear",
            reason=said[one.label].reason if one.label in said else "",
            speech_ms=speech.get(one.label),
        )
        for one in speakers
    ]
    return schemas.Voices(
        voices=shaped,
        mismatches=[schemas.VoiceMismatch.model_validate(one) for one in heard.mismatches],
        people=_people(found, protocol),
        why_not=None if said else _why_not(found, protocol, allowed),
    )


def _confirmed(connection: sa.Connection, interview_id: str) -> dict[str, str]:
    voice = tables.voice
    rows = connection.execute(
        sa.select(voice.c.label, voice.c.person).where(voice.c.interview_id == interview_id)
    )
    return {row.label: row.person for row in rows}


def _people(found: StoredInterview, protocol: Protocol | None) -> list[str]:
    if protocol is None:
        return []
    own = [one.id for one in protocol.participants.values() if one.group == found.group]
    filed = f"{found.group}-{found.role}"
    own.sort(key=lambda one: one != filed)
    return own + [one.id for one in protocol.interviewer]


def _why_not(found: StoredInterview, protocol: Protocol | None, allowed: bool) -> str:
    if protocol is None:
        return "Voices are compared once the study has a protocol. Make one with `lytt study init`."
    if found.name is None:
        return "Voices are compared once the interview has its place in the study."
    if not allowed:
        return "The participant has not consented to voiceprints, so the voices are not compared."
    return "The voices are compared in a moment."
