"""Recordings: the list, live; uploading, naming, retrying, cancelling."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator
from functools import partial
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Request
from fastapi import Path as PathParameter
from fastapi.sse import EventSourceResponse, ServerSentEvent
from starlette.concurrency import run_in_threadpool

from service.accounts.permissions import Action, Actor, may
from service.api import schemas, shaping
from service.api.access import Access
from service.api.problems import Problem, not_found, responses
from service.api.recording_shapes import recording as shape
from service.api.rights import Who, allowed
from service.api.state import Service, State
from service.api.study import place_name
from service.intake.files import list_files
from service.intake.multipart import receive_multipart
from service.intake.upload import UploadRefused
from service.study.filing import FilingRefused, file_interview
from service.vault import recordings as vault_recordings
from service.vault.events import record_event
from service.vault.recordings import RecordingState
from service.vault.sound_attempts import makes_only_sound
from service.vault.tombstones import withdrawn_bytes

router = APIRouter(prefix="/api", tags=["recordings"])
RecordingId = Annotated[str, PathParameter(max_length=64)]
_CHANGES_PER_SECOND = 2
_ASKED_AGAIN_EVERY_S = 5


class RecordingFeed:
    """The list as it stands, read at most twice a second however many pages watch it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._read_at = 0.0
        self._known = schemas.Recordings(recordings=[], files=[])

    def current(self, service: State) -> schemas.Recordings:
        with self._lock:
            if time.monotonic() - self._read_at >= 1 / _CHANGES_PER_SECOND:
                self._known = read_recordings(service)
                self._read_at = time.monotonic()
            return self._known


def read_recordings(service: State) -> schemas.Recordings:
    with service.vault.engine.connect() as connection:
        return schemas.Recordings(
            recordings=[shape(stored) for stored in vault_recordings.list_recordings(connection)],
            files=[
                schemas.WaitingFile(
                    path=file.path,
                    state=file.state,
                    problem=shaping.problem(file.problem),
                    message=file.message,
                    seen_at=file.seen_at,
                )
                for file in list_files(connection)
            ],
        )


def _one(service: State, recording_id: str) -> schemas.Recording:
    with service.vault.engine.connect() as connection:
        stored = vault_recordings.get_recording(connection, recording_id)
    if stored is None:
        raise not_found("recording")
    return shape(stored)


@router.get("/recordings", operation_id="list_recordings", dependencies=[allowed(Action.SEE_RECORDINGS)])
def list_recordings(service: Service) -> schemas.Recordings:
    """Every recording, newest first, and the files of the watched folder that were not taken in."""
    return read_recordings(service)


@router.get(
    "/events",
    response_class=EventSourceResponse,
    operation_id="watch_recordings",
    dependencies=[allowed(Action.SEE_RECORDINGS)],
)
async def watch_recordings(request: Request, service: Service) -> AsyncIterator[ServerSentEvent]:
    """Server-sent events: `recordings`, with the list, at once and at every change."""
    feed: RecordingFeed = request.app.state.feed
    access: Access = request.app.state.access
    sent: schemas.Recordings | None = None
    asked_at = time.monotonic()
    while not request.app.state.stopping.is_set():
        if time.monotonic() - asked_at >= _ASKED_AGAIN_EVERY_S:
            # A session that has ended, or lost its role, hears nothing more.
            asked = await run_in_threadpool(access.asked, request.headers, "/api/events")
            if not may(asked.actor, Action.SEE_RECORDINGS):
                return
            asked_at = time.monotonic()
        known = await run_in_threadpool(feed.current, service)
        if known != sent:
            sent = known
            yield ServerSentEvent(event="recordings", raw_data=known.model_dump_json())
        await asyncio.sleep(1 / _CHANGES_PER_SECOND)


@router.get(
    "/recordings/{recording_id}", operation_id="get_recording", dependencies=[allowed(Action.SEE_RECORDINGS)]
)
def get_recording(service: Service, recording_id: RecordingId) -> schemas.Recording:
    """One recording."""
    return _one(service, recording_id)


@router.post(
    "/recordings",
    status_code=HTTPStatus.ACCEPTED,
    operation_id="upload_recording",
    dependencies=[allowed(Action.HANDLE_RECORDINGS)],
    responses=responses(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        HTTPStatus.INSUFFICIENT_STORAGE,
        HTTPStatus.SERVICE_UNAVAILABLE,
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        HTTPStatus.CONFLICT,
    ),
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                "multipart/form-data": {
                    "schema": {
                        "type": "object",
                        "required": ["file"],
                        "properties": {"file": {"type": "string", "format": "binary"}},
                    }
                }
            },
        }
    },
)
async def upload_recording(request: Request, service: Service, who: Who) -> schemas.Uploaded:
    """Put a file into the watched folder, where it is taken in like any other."""
    try:
        path = await receive_multipart(service.settings, request, partial(_is_withdrawn, service))
    except UploadRefused as refused:
        raise Problem(refused.status, str(refused)) from None
    await run_in_threadpool(_note_upload, service, who)
    service.intake.wake()
    return schemas.Uploaded(
        path=path.name, message="The file is in the watched folder; it is taken in within seconds."
    )


def _is_withdrawn(service: State, sha256: str) -> bool:
    with service.vault.engine.connect() as connection:
        return withdrawn_bytes(connection, sha256) is not None


def _note_upload(service: State, who: Actor) -> None:
    # Which recording it becomes, intake notes once its bytes are known.
    with service.vault.engine.begin() as connection:
        record_event(connection, who.name, "uploaded", "folder")


@router.patch(
    "/recordings/{recording_id}",
    operation_id="name_recording",
    dependencies=[allowed(Action.HANDLE_RECORDINGS)],
    responses=responses(HTTPStatus.CONFLICT),
)
def name_recording(
    service: Service, who: Who, recording_id: RecordingId, body: schemas.NewName
) -> schemas.Recording:
    """File the recording's interview under a study id such as `D03-T2`."""
    protocol = service.study.current().protocol
    name = place_name(service, body.name, protocol)
    with service.vault.engine.begin() as connection:
        stored = vault_recordings.get_recording(connection, recording_id)
        if stored is None:
            raise not_found("recording")
        try:
            file_interview(connection, stored.interview_id, name, protocol, who.name)
        except FilingRefused as refused:
            raise Problem(HTTPStatus.CONFLICT, str(refused)) from None
    return _one(service, recording_id)


@router.post(
    "/recordings/{recording_id}/retry",
    operation_id="retry_recording",
    dependencies=[allowed(Action.HANDLE_RECORDINGS)],
    responses=responses(HTTPStatus.CONFLICT),
)
def retry_recording(service: Service, who: Who, recording_id: RecordingId) -> schemas.Recording:
    """Put a failed or cancelled recording back in the queue; finished stages are not repeated."""
    with service.vault.engine.begin() as connection:
        stored = vault_recordings.get_recording(connection, recording_id)
        if stored is None:
            raise not_found("recording")
        if stored.state not in (RecordingState.FAILED, RecordingState.CANCELLED):
            raise Problem(HTTPStatus.CONFLICT, "Only a failed or cancelled recording can be tried again.")
        service.queue.enqueue(
            connection,
            recording_id,
            vault_recordings.start_attempt(connection, recording_id, as_before=True),
        )
        record_event(connection, who.name, "retried", recording_id)
    return _one(service, recording_id)


@router.post(
    "/recordings/{recording_id}/cancel",
    operation_id="cancel_recording",
    dependencies=[allowed(Action.HANDLE_RECORDINGS)],
    responses=responses(HTTPStatus.CONFLICT),
)
def cancel_recording(service: Service, who: Who, recording_id: RecordingId) -> schemas.Recording:
    """Stop the work on a recording. What was finished is kept for a retry."""
    with service.vault.engine.begin() as connection:
        stored = vault_recordings.get_recording(connection, recording_id)
        if stored is None:
            raise not_found("recording")
        if stored.state not in (RecordingState.QUEUED, RecordingState.PROCESSING):
            raise Problem(HTTPStatus.CONFLICT, "Only a waiting or running recording can be cancelled.")
        # Without its redacted sound an interview is still one that is done.
        only_sound = makes_only_sound(connection, recording_id, stored.attempt)
        ended = RecordingState.DONE if only_sound else RecordingState.CANCELLED
        vault_recordings.set_state(connection, recording_id, ended)
        record_event(connection, who.name, "cancelled", recording_id)
    service.queue.cancel(recording_id, stored.attempt)
    return _one(service, recording_id)
