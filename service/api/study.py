"""The study: its protocol, the board, and the places of interviews."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Query, Response
from fastapi import Path as PathParameter

from service.accounts.permissions import Action
from service.api import study_schemas as schemas
from service.api import study_shapes as shapes
from service.api.problems import Problem, not_found, responses
from service.api.references import Group, RoleName, Wave
from service.api.rights import Who, allowed
from service.api.state import Service, State, interview_by_reference
from service.coding.store import coded_interviews
from service.guide.coverage import asked_counts
from service.guide.guides import keys_of_guides
from service.naming import InterviewName, parse_reference
from service.study.board import CellState, held_interviews, read_board
from service.study.filing import (
    FilingRefused,
    Rules,
    file_interview,
    interview_at,
    merge_place,
    set_date,
    set_interviewer,
    unfile,
)
from service.study.overtime import line_of
from service.study.parts import join, reorder, split_off
from service.study.protocol import Protocol
from service.vault import tables
from service.vault.interviews import StoredInterview
from service.vault.recordings import recordings_of

router = APIRouter(prefix="/api", tags=["study"])

Reference = Annotated[
    str, PathParameter(max_length=64, description="Study id (any spelling) or internal id of an interview.")
]


@router.get("/study", operation_id="get_study", dependencies=[allowed(Action.SEE_STUDY)])
def get_study(service: Service) -> schemas.Study:
    """The protocol in force, and why the file is not it where it is not."""
    held = service.study.current()
    return shapes.study(held, str(service.study.file))


@router.get(
    "/board",
    operation_id="get_board",
    response_model=schemas.Board,
    dependencies=[allowed(Action.SEE_STUDY)],
)
def get_board(
    service: Service,
    group: Group = None,
    role: RoleName = None,
    wave: Wave = None,
    state: Annotated[
        CellState | None, Query(description="Only groups with an interview in this state.")
    ] = None,
) -> Response:
    """Groups by expected interviews, how far each has come, and the recordings without a place."""
    protocol = required_protocol(service)
    code = protocol.role_code(role) if role is not None else None
    if role is not None and code is None:
        raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, "The protocol has no such role.")
    with service.coding.engine.connect() as connection:
        coded = coded_interviews(connection)
    with service.vault.engine.connect() as connection:
        board = read_board(connection, protocol, coded)
        asked = asked_counts(connection, protocol)
        guides = shapes.Guides(keys_of_guides(service.settings.data_dir, protocol), asked)
    shown = shapes.board(board, protocol, shapes.Chosen(group, code, wave, state), guides)
    # Of a study of 500 participants, checking once more what was just made takes as long as making it.
    return Response(shown.model_dump_json(), media_type="application/json")


@router.put(
    "/interviews/{reference}/place",
    operation_id="place_interview",
    dependencies=[allowed(Action.PLACE_INTERVIEWS)],
    responses=responses(HTTPStatus.CONFLICT),
)
def place_interview(
    service: Service, who: Who, reference: Reference, body: schemas.NewPlace
) -> schemas.InterviewPlace:
    """Give the interview a place in the study, let it cover one more, or make it a part of the one that is there."""
    found = _required(service, reference)
    protocol = service.study.current().protocol
    name = place_name(service, body.name, protocol)
    kept = found.id
    with service.vault.engine.begin() as connection:
        try:
            holder = interview_at(connection, name) if body.part else None
            if holder is not None:
                join(connection, service.queue, found.id, holder, who.name)
                kept = holder
            elif body.also:
                merge_place(connection, found.id, name, protocol, who.name)
            else:
                file_interview(connection, found.id, name, protocol, who.name)
        except FilingRefused as refused:
            raise Problem(HTTPStatus.CONFLICT, str(refused)) from None
    service.intake.wake()
    return _place(service, kept)


@router.put(
    "/interviews/{reference}/files",
    operation_id="order_files",
    dependencies=[allowed(Action.PLACE_INTERVIEWS)],
    responses=responses(HTTPStatus.CONFLICT),
)
def order_files(
    service: Service, who: Who, reference: Reference, body: schemas.FileOrder
) -> schemas.InterviewPlace:
    """Put the files of the interview in the order they were recorded; it is worked on again."""
    found = _required(service, reference)
    with service.vault.engine.begin() as connection:
        try:
            reorder(connection, service.queue, found.id, body.recordings, who.name)
        except FilingRefused as refused:
            raise Problem(HTTPStatus.CONFLICT, str(refused)) from None
    return _place(service, found.id)


@router.delete(
    "/interviews/{reference}/files/{recording_id}",
    operation_id="split_off_file",
    dependencies=[allowed(Action.PLACE_INTERVIEWS)],
    responses=responses(HTTPStatus.CONFLICT),
)
def split_off_file(
    service: Service,
    who: Who,
    reference: Reference,
    recording_id: Annotated[str, PathParameter(max_length=64, description="A file of the interview.")],
) -> schemas.InterviewPlace:
    """Make a file an interview of its own again, which waits in the tray; returns where that one stands."""
    found = _required(service, reference)
    with service.vault.engine.begin() as connection:
        if recording_id not in {one.id for one in recordings_of(connection, found.id)}:
            raise not_found("recording")
        try:
            made = split_off(connection, service.queue, recording_id, who.name)
        except FilingRefused as refused:
            raise Problem(HTTPStatus.CONFLICT, str(refused)) from None
    return _place(service, made)


@router.delete(
    "/interviews/{reference}/place",
    operation_id="unplace_interview",
    dependencies=[allowed(Action.PLACE_INTERVIEWS)],
    responses=responses(HTTPStatus.CONFLICT),
)
def unplace_interview(service: Service, who: Who, reference: Reference) -> schemas.InterviewPlace:
    """Take the interview out of its place: it waits in the tray."""
    found = _required(service, reference)
    with service.vault.engine.begin() as connection:
        try:
            unfile(connection, found.id, who.name)
        except FilingRefused as refused:
            raise Problem(HTTPStatus.CONFLICT, str(refused)) from None
    return _place(service, found.id)


@router.get(
    "/interviews/{reference}/place", operation_id="get_place", dependencies=[allowed(Action.SEE_STUDY)]
)
def get_place(service: Service, reference: Reference) -> schemas.InterviewPlace:
    """Where the interview stands in the study: also while its recording is still at work."""
    return _place(service, _required(service, reference).id)


@router.patch(
    "/interviews/{reference}/facts",
    operation_id="set_facts",
    dependencies=[allowed(Action.PLACE_INTERVIEWS)],
    responses=responses(HTTPStatus.CONFLICT),
)
def set_facts(
    service: Service, who: Who, reference: Reference, body: schemas.InterviewFacts
) -> schemas.InterviewPlace:
    """Say when the interview was held, and who asked."""
    found = _required(service, reference)
    protocol = service.study.current().protocol
    with service.vault.engine.begin() as connection:
        try:
            if "held_on" in body.model_fields_set:
                set_date(connection, found.id, body.held_on, who.name)
            if "interviewer" in body.model_fields_set:
                set_interviewer(connection, found.id, body.interviewer, protocol, who.name)
        except FilingRefused as refused:
            raise Problem(HTTPStatus.CONFLICT, str(refused)) from None
    return _place(service, found.id)


@router.get(
    "/participants/{participant}", operation_id="get_participant", dependencies=[allowed(Action.SEE_STUDY)]
)
def get_participant(
    service: Service,
    participant: Annotated[str, PathParameter(max_length=64, description="Such as `D03-T`.")],
) -> schemas.ParticipantLine:
    """A participant's interviews over time: how long, how much speech, markers a minute."""
    protocol = required_protocol(service)
    found = protocol.participants.get(participant) or protocol.participants.get(participant.upper())
    if found is None:
        raise not_found("participant")
    with service.coding.engine.connect() as connection:
        coded = coded_interviews(connection)
    with service.vault.engine.connect() as connection:
        return shapes.line(line_of(connection, found, coded), protocol)


def required_protocol(service: State) -> Protocol:
    """The protocol in force; ends the request when there is none."""
    protocol = service.study.current().protocol
    if protocol is None:
        raise Problem(
            HTTPStatus.NOT_FOUND, "This study has no protocol yet. Make one with `lytt study init`."
        )
    return protocol


def place_name(service: State, text: str, protocol: Protocol | None) -> InterviewName:
    """The expected interview somebody means; ends the request when it is none."""
    read = Rules(protocol, service.settings.name_pattern).read(text)
    name = read.interview if read else parse_reference(text, service.settings.name_pattern)
    if name is None:
        raise Problem(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "That is not a study id. It names the group, the role and the wave, such as D03-T2.",
        )
    return name


def _required(service: State, reference: str) -> StoredInterview:
    found = interview_by_reference(service, reference)
    if found is None:
        raise not_found("interview")
    return found


def _place(service: State, interview_id: str) -> schemas.InterviewPlace:
    with service.vault.engine.connect() as connection:
        held = held_interviews(connection, tables.interview.c.id == interview_id)
    if not held:
        raise not_found("interview")
    return shapes.place(held[0])
