"""Judging markers: what was heard is confirmed, rejected or added by a person."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter
from fastapi import Path as PathParameter

from models.values import MarkerKind
from service.accounts.permissions import Action
from service.api import judging_schemas as shapes
from service.api import shaping
from service.api.interviews import Reference, required
from service.api.problems import Problem, responses
from service.api.rights import Who, allowed
from service.api.state import Service, State
from service.judging import changes
from service.judging.adding import ADDABLE, SUBTYPES, JudgementRefused
from service.judging.changes import can_step
from service.judging.judging import Judge, Listed, Outcome, Place, listed_markers
from service.transcript.reading import StoredMarker
from service.undoing import ChangeState
from service.vault.interviews import StoredInterview

router = APIRouter(prefix="/api/interviews", tags=["markers"])

Number = Annotated[int, PathParameter(ge=1, le=2**31 - 1, description="Id of a judgement.")]
REFUSED = responses(HTTPStatus.CONFLICT)


@router.get(
    "/{reference}/judgements",
    operation_id="list_judged_markers",
    dependencies=[allowed(Action.READ_TRANSCRIPTS)],
)
def list_judged_markers(service: Service, reference: Reference) -> shapes.JudgedMarkers:
    """Every marker with what people said of it, also those that were rejected."""
    found = required(service, reference)
    with service.vault.engine.connect() as connection:
        listed = listed_markers(connection, found.id)
        back, again = can_step(connection, found.id)
    return shapes.JudgedMarkers(
        revision=found.revision or 0,
        can_undo=back,
        can_redo=again,
        markers=[_shape(one) for one in listed],
        addable=[
            shapes.AddableKind(
                kind=kind,
                subtypes=list(SUBTYPES.get(kind, ())),
                sort_needed=kind in SUBTYPES and kind is not MarkerKind.PAUSE,
            )
            for kind in ADDABLE
        ],
    )


@router.get(
    "/{reference}/judgements/changes",
    operation_id="list_marker_changes",
    dependencies=[allowed(Action.READ_TRANSCRIPTS)],
)
def list_marker_changes(service: Service, reference: Reference) -> shapes.MarkerChanges:
    """Every judgement as it was made, changed or taken back, the newest first."""
    found = required(service, reference)
    with service.vault.engine.connect() as connection:
        made = changes.history(connection, found.id)
    return shapes.MarkerChanges(
        changes=[
            shapes.MarkerChange(
                at=one.at,
                by=one.actor,
                kind=one.decision.kind,
                start_ms=one.decision.start_ms,
                end_ms=one.decision.end_ms,
                before=one.before.judgement if one.before else None,
                after=one.after.judgement if one.after else None,
                undone=one.state is not ChangeState.DONE,
            )
            for one in made
        ]
    )


@router.put(
    "/{reference}/judgements",
    operation_id="judge_marker",
    dependencies=[allowed(Action.JUDGE_MARKERS)],
    responses=REFUSED,
)
def judge_marker(
    service: Service, who: Who, reference: Reference, body: shapes.JudgeMarker
) -> shapes.MarkersJudged:
    """Confirm a marker, or reject it: then it is none any more, also when the interview is processed anew."""
    place = Place(body.kind, body.start_ms, body.end_ms, body.speaker)
    return _made(
        service,
        reference,
        lambda judge, found: judge.decide(found.id, place, body.judgement, who.name, body.note),
    )


@router.post(
    "/{reference}/judgements",
    operation_id="add_marker",
    dependencies=[allowed(Action.JUDGE_MARKERS)],
    status_code=HTTPStatus.CREATED,
    responses=REFUSED,
)
def add_marker(
    service: Service, who: Who, reference: Reference, body: shapes.AddMarker
) -> shapes.MarkersJudged:
    """Add a marker that nobody marked."""
    place = Place(body.kind, body.start_ms, body.end_ms, body.speaker)
    return _made(
        service,
        reference,
        lambda judge, found: judge.add(found.id, place, body.subtype, who.name, body.note),
    )


@router.delete(
    "/{reference}/judgements/{number}",
    operation_id="take_judgement_back",
    dependencies=[allowed(Action.JUDGE_MARKERS)],
    responses=REFUSED,
)
def take_judgement_back(
    service: Service, who: Who, reference: Reference, number: Number
) -> shapes.MarkersJudged:
    """Take a judgement back: the marker is as nobody judged it, and one that was added goes."""
    return _made(service, reference, lambda judge, found: judge.clear(found.id, number, who.name))


@router.post(
    "/{reference}/judgements/undo",
    operation_id="undo_judgement",
    dependencies=[allowed(Action.JUDGE_MARKERS)],
    responses=REFUSED,
)
def undo_judgement(service: Service, who: Who, reference: Reference) -> shapes.MarkersJudged:
    """Undo the latest judgement."""
    return _made(service, reference, lambda judge, found: judge.step(found.id, who.name, back=True))


@router.post(
    "/{reference}/judgements/redo",
    operation_id="redo_judgement",
    dependencies=[allowed(Action.JUDGE_MARKERS)],
    responses=REFUSED,
)
def redo_judgement(service: Service, who: Who, reference: Reference) -> shapes.MarkersJudged:
    """Do again what was undone last."""
    return _made(service, reference, lambda judge, found: judge.step(found.id, who.name, back=False))


def _made(
    service: State, reference: str, make: Callable[[Judge, StoredInterview], Outcome]
) -> shapes.MarkersJudged:
    found = required(service, reference)
    try:
        made = make(Judge(service.vault, service.coding), found)
    except JudgementRefused as refused:
        raise Problem(HTTPStatus.CONFLICT, str(refused)) from None
    with service.vault.engine.connect() as connection:
        back, again = can_step(connection, found.id)
    return shapes.MarkersJudged(
        revision=made.revision,
        can_undo=back,
        can_redo=again,
        from_ms=made.span.start_ms,
        to_ms=made.span.end_ms,
        markers=[_shape(one) for one in made.markers],
    )


def _shape(listed: Listed) -> shapes.JudgedMarker:
    shown = shaping.marker(StoredMarker(listed.id or 0, listed.marker))
    said = listed.decision and shapes.SaidOfMarker(
        id=listed.decision.id,
        by=listed.decision.made_by,
        at=listed.decision.made_at,
        note=listed.decision.note,
    )
    return shapes.JudgedMarker(**shown.model_dump(), said=said)
