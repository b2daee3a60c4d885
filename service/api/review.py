"""The review of an interview: its redactions, the second look, what may remain."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

import sqlalchemy as sa
from fastapi import APIRouter

from models.anonymisation.remaining import Estimate
from service.accounts.permissions import Action
from service.api import review_schemas as shapes
from service.api.interviews import Reference, required
from service.api.problems import Problem, responses
from service.api.rights import Who, allowed
from service.api.state import Service, State
from service.review import showing
from service.review.changes import latest
from service.review.deciding import Reviewer
from service.review.passing_on import bring_up_to_date
from service.review.state import ReviewChanged, ReviewRefused, ReviewState, finish, reopen, review_state
from service.review.words import SpokenWords
from service.transcript.readers import ConnectionReader
from service.vault.interviews import StoredInterview, find_interview

router = APIRouter(prefix="/api/interviews", tags=["review"])
CHANGED = "The redactions were changed meanwhile. Load the review again, then decide."


@router.get("/{reference}/review", operation_id="get_review", dependencies=[allowed(Action.READ_TRANSCRIPTS)])
def get_review(service: Service, reference: Reference) -> shapes.Review:
    """Every redaction in its context, in the order in which to look at them, and what else is to be looked at."""
    return _review(service, required(service, reference))


@router.post(
    "/{reference}/review/decisions",
    operation_id="decide_redactions",
    dependencies=[allowed(Action.REVIEW)],
    responses=responses(HTTPStatus.CONFLICT),
)
def decide(service: Service, who: Who, reference: Reference, body: shapes.Decide) -> shapes.Decided:
    """Accept redactions, say that they identify nobody, or open them again."""
    return _decided(
        service,
        reference,
        lambda reviewer, found: reviewer.decide(
            found.id, body.redactions, body.state, who.name, body.scope, body.reach
        ),
    )


@router.post(
    "/{reference}/review/changes",
    operation_id="change_redaction",
    dependencies=[allowed(Action.REVIEW)],
    responses=responses(HTTPStatus.CONFLICT),
)
def change(service: Service, who: Who, reference: Reference, body: shapes.ChangeRedaction) -> shapes.Decided:
    """Say what a redaction is, or which words it covers."""
    return _decided(
        service,
        reference,
        lambda reviewer, found: reviewer.change(
            found.id, body.redaction, who.name, body.label, body.word_ids, body.scope
        ),
    )


@router.post(
    "/{reference}/review/additions",
    operation_id="add_redaction",
    dependencies=[allowed(Action.REVIEW)],
    responses=responses(HTTPStatus.CONFLICT),
)
def add(service: Service, who: Who, reference: Reference, body: shapes.AddRedaction) -> shapes.Decided:
    """Redact words, here or wherever they are said. Of a released interview coders stop reading them at once."""
    return _decided(
        service,
        reference,
        lambda reviewer, found: reviewer.add(
            found.id, body.word_ids, body.label, who.name, body.scope, body.reach
        ),
    )


@router.post(
    "/{reference}/review/cleared",
    operation_id="clear_words",
    dependencies=[allowed(Action.REVIEW)],
    responses=responses(HTTPStatus.CONFLICT),
)
def clear(service: Service, who: Who, reference: Reference, body: shapes.ClearWords) -> shapes.Decided:
    """Say of words of the second look that they identify nobody."""
    return _decided(
        service,
        reference,
        lambda reviewer, found: reviewer.clear(found.id, body.forms, body.whole_study, who.name),
    )


@router.post(
    "/{reference}/review/undo",
    operation_id="undo_decision",
    dependencies=[allowed(Action.REVIEW)],
    responses=responses(HTTPStatus.CONFLICT),
)
def undo(service: Service, who: Who, reference: Reference) -> shapes.Review:
    """Take back the latest decision, in all interviews that it reached."""
    return _stepped(service, who.name, reference, back=True)


@router.post(
    "/{reference}/review/redo",
    operation_id="redo_decision",
    dependencies=[allowed(Action.REVIEW)],
    responses=responses(HTTPStatus.CONFLICT),
)
def redo(service: Service, who: Who, reference: Reference) -> shapes.Review:
    """Do again what was taken back last."""
    return _stepped(service, who.name, reference, back=False)


@router.put(
    "/{reference}/review/finished",
    operation_id="finish_review",
    dependencies=[allowed(Action.REVIEW)],
    responses=responses(HTTPStatus.CONFLICT),
)
def finish_review(service: Service, who: Who, reference: Reference) -> shapes.Review:
    """Note that everything was looked at. What changed of a released interview meanwhile is passed on."""
    found = required(service, reference)
    try:
        with service.vault.engine.begin() as connection:
            finish(connection, found.id, who.name)
    except ReviewRefused as refused:
        raise Problem(HTTPStatus.CONFLICT, str(refused)) from None
    bring_up_to_date(service.vault, service.coding, (found.id,))
    return _again(service, found.id)


@router.delete(
    "/{reference}/review/finished", operation_id="reopen_review", dependencies=[allowed(Action.REVIEW)]
)
def reopen_review(service: Service, who: Who, reference: Reference) -> shapes.Review:
    """Take back that the review is finished; decisions stay."""
    found = required(service, reference)
    with service.vault.engine.begin() as connection:
        reopen(connection, found.id, who.name)
    return _again(service, found.id)


def _decided(
    service: State, reference: str, act: Callable[[Reviewer, StoredInterview], int]
) -> shapes.Decided:
    found = required(service, reference)
    try:
        count = act(Reviewer(service.vault, service.coding), found)
    except ReviewRefused as refused:
        raise Problem(HTTPStatus.CONFLICT, str(refused)) from None
    except ReviewChanged:
        raise Problem(HTTPStatus.CONFLICT, CHANGED) from None
    return shapes.Decided(count=count, review=_again(service, found.id))


def _stepped(service: State, actor: str, reference: str, *, back: bool) -> shapes.Review:
    found = required(service, reference)
    try:
        Reviewer(service.vault, service.coding).step(found.id, actor, back=back)
    except ReviewRefused as refused:
        raise Problem(HTTPStatus.CONFLICT, str(refused)) from None
    return _again(service, found.id)


def _again(service: State, interview_id: str) -> shapes.Review:
    return _review(service, required(service, interview_id))


def _review(service: State, found: StoredInterview) -> shapes.Review:
    with service.vault.engine.connect() as connection:
        state = review_state(connection, found.id)
        words = SpokenWords(ConnectionReader(connection), found.id)
        now = find_interview(connection, found.id) or found
        undoable = latest(connection, found.id, back=True)
        redoable = latest(connection, found.id, back=False)
        return shapes.Review(
            interview_id=found.id,
            revision=now.revision or 0,
            released_at=now.released_at,
            progress=_progress(state),
            redactions=[_item(one) for one in showing.shown_redactions(state, words)],
            second_look=[_look(one) for one in showing.shown_looks(state.looks, words)],
            remaining=_remaining(connection, found.id, state, words),
            can_undo=undoable.kind if undoable else None,
            can_redo=redoable.kind if redoable else None,
            releases=[
                shapes.ReleaseAct(
                    what="released" if event.action == "released" else "release_taken_back",
                    by=event.actor,
                    at=event.at,
                    revision=_number(event.detail.get("revision")),
                )
                for event in showing.releases(connection, found.id)
            ],
        )


def _number(value: object) -> int | None:
    return value if isinstance(value, int) else None


def _progress(state: ReviewState) -> shapes.ReviewProgress:
    return shapes.ReviewProgress(
        redactions=len(state.redactions),
        decided=state.decided,
        looks=len(state.looks),
        looks_open=state.looks_open,
        looked=state.looked,
        ready=state.ready,
        done=state.done,
        left=state.left,
        finished_by=state.finished_by,
        finished_at=state.finished_at,
    )


def _item(one: showing.Shown) -> shapes.ReviewItem:
    held = one.redaction
    return shapes.ReviewItem(
        id=held.id,
        label=held.label,
        placeholder=held.placeholder,
        start_ms=held.start_ms,
        end_ms=held.end_ms,
        word_ids=list(held.word_ids),
        utterance=one.context.utterance,
        said=one.context.said,
        before=one.context.before,
        after=one.context.after,
        state=held.state,
        decided_by=held.decided_by,
        decided_at=held.decided_at,
        detectors=list(held.detectors),
        found_by=list(one.found_by),
        missed_by=list(one.missed_by),
        confidence=held.confidence,
        risk=one.risk.value,
        why=list(one.risk.why),
        same=one.same,
        same_open=one.same_open,
    )


def _look(one: showing.ShownLook) -> shapes.LookItem:
    return shapes.LookItem(
        form=one.look.form,
        text=one.look.text,
        reasons=list(one.look.reasons),
        count=one.count,
        places=[
            shapes.LookPlace(
                word_id=place.placed.word.id,
                utterance=place.placed.utterance_id,
                start_ms=place.placed.word.start_ms,
                end_ms=place.placed.word.end_ms,
                before=place.context.before,
                after=place.context.after,
            )
            for place in one.places
        ],
        cleared=one.look.cleared,
        whole_study=one.look.whole_study,
    )


def _remaining(
    connection: sa.Connection, interview_id: str, state: ReviewState, words: SpokenWords
) -> shapes.Remaining:
    made = showing.estimates(state.redactions)
    low, high = showing.bounds(made)
    return shapes.Remaining(
        estimates=[_estimate(one) for one in made],
        low=low,
        high=high,
        places=[
            shapes.DoubtfulPlace(
                word_id=place.placed.word.id,
                utterance=place.placed.utterance_id,
                start_ms=place.placed.word.start_ms,
                end_ms=place.placed.word.end_ms,
                said=place.context.said,
                before=place.context.before,
                after=place.context.after,
                confidence=place.placed.word.confidence,
            )
            for place in showing.hardly_understood(connection, interview_id, state.redactions, words)
        ],
    )


def _estimate(one: Estimate) -> shapes.RemainingEstimate:
    low, high = showing.bounds([one])
    return shapes.RemainingEstimate(
        label=one.label,
        found=one.found,
        sources=one.sources,
        remaining=None if one.remaining is None else round(one.remaining, 1),
        low=low,
        high=high,
        why_not=one.why_not,
    )
