"""The event log, for admins, and what pages report for it: what was listened to."""

from __future__ import annotations

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Query, Response

from service.accounts.permissions import Action
from service.api import account_schemas as schemas
from service.api.interviews import Reference, required
from service.api.listening import Listened
from service.api.problems import Problem, responses
from service.api.references import study_id
from service.api.rights import Who, allowed
from service.api.state import Service
from service.vault.chain import AnchorDamaged
from service.vault.events import Wanted, read_events, record_event, verify
from service.vault.locked import KeyUnusable, SealBroken

router = APIRouter(prefix="/api", tags=["event log"])


@router.get("/audit", operation_id="list_events", dependencies=[allowed(Action.READ_EVENTS)])
def list_events(
    service: Service,
    actor: Annotated[str | None, Query(max_length=80, description="Only what this one did.")] = None,
    action: Annotated[str | None, Query(max_length=32, description="Only this, such as `released`.")] = None,
    subject: Annotated[
        str | None, Query(max_length=64, description="Only on this: a study id, or an id.")
    ] = None,
    since: Annotated[datetime | None, Query(description="Only from this time on.")] = None,
    before: Annotated[
        int | None, Query(ge=1, le=2**31 - 1, description="Only events before this number.")
    ] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> schemas.LoggedEvents:
    """The event log, the newest first, a page at a time."""
    if since is not None and since.tzinfo is None:
        since = since.replace(tzinfo=UTC)
    about = study_id(service.settings, subject) if subject else None
    with service.vault.engine.connect() as connection:
        try:
            found = read_events(connection, Wanted(actor, action, about, since, before, limit))
        except OverflowError:
            raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, "That is not a time.") from None
    return schemas.LoggedEvents(
        events=[
            schemas.LoggedEvent(
                number=one.number,
                at=one.at,
                actor=one.actor,
                action=one.action,
                subject=one.subject,
                interview=one.interview,
                detail=dict(one.detail),
            )
            for one in found
        ],
        next=found[-1].number if len(found) == limit else None,
    )


@router.get(
    "/audit/whole",
    operation_id="verify_events",
    dependencies=[allowed(Action.READ_EVENTS)],
    responses=responses(HTTPStatus.CONFLICT),
)
def verify_events(service: Service) -> schemas.Whole:
    """Whether the event log is as it was written. Reads all of it."""
    with service.vault.engine.connect() as connection:
        try:
            verdict = verify(connection)
        except (AnchorDamaged, KeyUnusable, SealBroken) as error:
            raise Problem(HTTPStatus.CONFLICT, str(error)) from None
    return schemas.Whole(
        whole=verdict.whole, events=verdict.events, broken=verdict.broken, reason=verdict.reason
    )


@router.post(
    "/interviews/{reference}/listened",
    status_code=HTTPStatus.NO_CONTENT,
    response_class=Response,
    operation_id="report_listened",
    dependencies=[allowed(Action.LISTEN)],
)
def report_listened(service: Service, who: Who, reference: Reference, body: Listened) -> None:
    """What the page played, from when to when, for the event log."""
    found = required(service, reference)
    with service.vault.engine.begin() as connection:
        for from_ms, to_ms in body.played(found.duration_ms or 0):
            record_event(connection, who.name, "listened", found.id, {"from_ms": from_ms, "to_ms": to_ms})
