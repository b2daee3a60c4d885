"""The guide of an interview: where each question was asked, what was left open."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter
from fastapi import Path as PathParameter

from models.problems import RecordingProblem
from service.accounts.permissions import Action
from service.api import study_schemas as schemas
from service.api.interviews import Reference, required
from service.api.problems import Problem, not_found, responses
from service.api.rights import Who, allowed
from service.api.state import Service, State
from service.api.study import required_protocol
from service.guide.coverage import (
    Coverage,
    NoSuchPlace,
    PlaceState,
    coverage_of,
    judge,
    point_to,
    take_away,
)
from service.guide.left_open import open_questions
from service.guide.searching import LanguageNotKnown, is_known, language_of, search_guide

router = APIRouter(prefix="/api", tags=["guide"])

Number = Annotated[int, PathParameter(ge=1, le=2**31 - 1, description="Number of a place in the interview.")]


@router.get(
    "/interviews/{reference}/guide", operation_id="get_guide", dependencies=[allowed(Action.SEE_GUIDE)]
)
def get_guide(service: Service, reference: Reference) -> schemas.GuideCoverage:
    """The guide of the interview, question by question: where each was asked, and how long the answer was."""
    return _coverage(service, required(service, reference).id)


@router.post(
    "/interviews/{reference}/guide/search",
    operation_id="search_guide",
    dependencies=[allowed(Action.JUDGE_GUIDE)],
    responses=responses(HTTPStatus.CONFLICT),
)
def search_guide_again(service: Service, reference: Reference) -> schemas.GuideCoverage:
    """Look again for the questions, in the words as they are now. Takes a few seconds."""
    found = required(service, reference)
    try:
        search_guide(service.vault, service.settings, service.study.current().protocol, found.id)
    except (RecordingProblem, LanguageNotKnown) as problem:
        raise Problem(HTTPStatus.CONFLICT, str(problem)) from None
    return _coverage(service, found.id)


@router.post(
    "/interviews/{reference}/guide/places",
    operation_id="add_asked_place",
    dependencies=[allowed(Action.JUDGE_GUIDE)],
)
def add_place(
    service: Service, who: Who, reference: Reference, body: schemas.NewAskedPlace
) -> schemas.GuideCoverage:
    """Say that a question was asked in an utterance."""
    found = required(service, reference)
    protocol = service.study.current().protocol
    try:
        with service.vault.engine.begin() as connection:
            point_to(
                connection,
                service.settings.data_dir,
                protocol,
                found.id,
                body.question,
                body.utterance,
                who.name,
            )
    except NoSuchPlace as error:
        raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, str(error)) from None
    return _coverage(service, found.id)


@router.patch(
    "/interviews/{reference}/guide/places/{number}",
    operation_id="judge_asked_place",
    dependencies=[allowed(Action.JUDGE_GUIDE)],
)
def judge_place(
    service: Service, who: Who, reference: Reference, number: Number, body: schemas.JudgedPlace
) -> schemas.GuideCoverage:
    """Confirm a place, reject it, or take that back."""
    found = required(service, reference)
    try:
        with service.vault.engine.begin() as connection:
            judge(connection, found.id, number, PlaceState(body.state), who.name)
    except NoSuchPlace as error:
        raise Problem(HTTPStatus.NOT_FOUND, str(error)) from None
    return _coverage(service, found.id)


@router.delete(
    "/interviews/{reference}/guide/places/{number}",
    operation_id="remove_asked_place",
    dependencies=[allowed(Action.JUDGE_GUIDE)],
)
def remove_place(service: Service, who: Who, reference: Reference, number: Number) -> schemas.GuideCoverage:
    """Take away a place that a person pointed to."""
    found = required(service, reference)
    try:
        with service.vault.engine.begin() as connection:
            take_away(connection, found.id, number, who.name)
    except NoSuchPlace as error:
        raise Problem(HTTPStatus.NOT_FOUND, str(error)) from None
    return _coverage(service, found.id)


@router.get(
    "/participants/{participant}/open",
    operation_id="list_open_questions",
    dependencies=[allowed(Action.SEE_GUIDE)],
)
def list_open(
    service: Service,
    participant: Annotated[str, PathParameter(max_length=64, description="Such as `D03-T`.")],
) -> schemas.OpenQuestions:
    """What was left open in the participant's interviews so far: for the next one."""
    protocol = required_protocol(service)
    found = protocol.participants.get(participant.upper())
    if found is None:
        raise not_found("participant")
    with service.vault.engine.connect() as connection:
        left = open_questions(connection, service.settings.data_dir, protocol, found)
    return schemas.OpenQuestions(
        participant=found.id,
        open=[
            schemas.OpenQuestion(
                key=one.asked_for.key,
                text=one.asked_for.question.text,
                wave=one.wave,
                interview=one.interview,
                interview_id=one.interview_id,
            )
            for one in left.left
        ],
        not_searched=list(left.not_searched),
    )


def _coverage(service: State, interview_id: str) -> schemas.GuideCoverage:
    with service.vault.engine.connect() as connection:
        found: Coverage = coverage_of(
            connection, service.settings.data_dir, service.study.current().protocol, interview_id
        )
        known = is_known(service.settings.text_model, language_of(connection, interview_id))
    return schemas.GuideCoverage(
        questions=[
            schemas.GuideQuestion(
                key=one.asked_for.key,
                guide=one.asked_for.guide,
                text=one.asked_for.question.text,
                also=list(one.asked_for.question.also),
                asked=one.asked,
                places=[schemas.AskedPlace.model_validate(place) for place in one.places],
            )
            for one in found.questions
        ],
        problems=[
            schemas.GuideProblem(
                guide=one.guide, findings=[schemas.StudyFinding.model_validate(each) for each in one.findings]
            )
            for one in found.problems
        ],
        searched=found.searched,
        outdated=found.outdated,
        asker_known=found.asker_known,
        language_known=known,
    )
