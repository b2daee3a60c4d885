"""What is usual for a participant, and how their interviews differ."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Request
from fastapi import Path as PathParameter

from service.accounts.accesses import Accesses
from service.accounts.permissions import Action
from service.api import study_schemas as schemas
from service.api.problems import Problem, not_found, responses
from service.api.rights import Who, allowed
from service.api.state import Service
from service.api.study import required_protocol
from service.baselines.telling import PersonBaseline, SpokenInterview, person_baseline
from service.vault.locked import KeyUnusable, SealBroken

router = APIRouter(prefix="/api/participants", tags=["study"])


@router.get(
    "/{participant}/baseline",
    operation_id="get_baseline",
    dependencies=[allowed(Action.SEE_VOICES)],
    responses=responses(HTTPStatus.CONFLICT),
)
def get_baseline(
    request: Request,
    service: Service,
    who: Who,
    participant: Annotated[str, PathParameter(max_length=64, description="Such as `D03-T`.")],
) -> schemas.ParticipantBaseline:
    """What is usual for a participant over their interviews, on how much speech it rests, and how each differs."""
    protocol = required_protocol(service)
    found = protocol.participants.get(participant) or protocol.participants.get(participant.upper())
    if found is None:
        raise not_found("participant")
    try:
        with service.vault.engine.connect() as connection:
            told = person_baseline(connection, found.id, protocol)
    except (SealBroken, KeyUnusable) as error:
        raise Problem(HTTPStatus.CONFLICT, str(error)) from None
    accesses: Accesses = request.app.state.accesses
    accesses.note_seen(who, "baseline_seen", found.id)
    return shape(told)


def shape(told: PersonBaseline) -> schemas.ParticipantBaseline:
    held = told.baseline
    return schemas.ParticipantBaseline(
        person=told.person,
        compared=told.compared,
        why_not=told.why_not,
        enough=held is not None and held.is_known,
        interviews=held.interviews if held else 0,
        stretches=held.utterances if held else 0,
        speech_ms=held.speech_ms if held else 0,
        usual=[
            schemas.UsualFeature(
                feature=str(feature), median=round(one.median, 2), spread=round(one.spread, 2)
            )
            for feature, one in told.usual.items()
        ],
        waves=[_interview(one) for one in told.interviews],
    )


def _interview(one: SpokenInterview) -> schemas.SpokenInterview:
    return schemas.SpokenInterview(
        interview_id=one.interview_id,
        name=one.name,
        waves=list(one.waves),
        stretches=one.stretches,
        speech_ms=one.speech_ms,
        comparable=one.comparable,
        shifts=[
            schemas.SpokenShift(
                feature=str(feature),
                here=round(shift.here, 2),
                elsewhere=round(shift.elsewhere, 2),
                strength=shift.strength,
                clear=shift.clear,
            )
            for feature, shift in one.shifts.items()
        ],
        said=list(one.said),
    )
