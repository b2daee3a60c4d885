"""Codings of released interviews."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

import sqlalchemy as sa
from fastapi import APIRouter, Path, Query

from service.accounts.permissions import Action
from service.api import coding_schemas as shapes
from service.api import schemas
from service.api.coding import From, Name, Side, read_released
from service.api.coding_answers import coder_of, coding_shape, memo_shape, refusals_told, released_shape
from service.api.coding_moments import ReleasedMoment, moment_shape
from service.api.problems import Problem, responses
from service.api.rights import Who, allowed
from service.coding import codebook, codings
from service.coding.memos import memos_in
from service.coding.moments import Stretch, moments_at
from service.coding.progress import coding_progress, role_names
from service.coding.seeing import changed_after_seeing, ready_coders, seen_others
from service.coding.store import released_name
from service.coding.values import Coding
from service.coding.writing import writing

router = APIRouter(prefix="/api/coding", tags=["coding"])

CodingId = Annotated[shapes.Id, Path()]
CONFLICT = responses(HTTPStatus.CONFLICT, shape=shapes.CodingConflict)


@router.get(
    "/interviews/{name}/coding",
    operation_id="get_coding_of_interview",
    dependencies=[allowed(Action.SEE_CODINGS)],
)
def get_coding_of_interview(side: Side, who: Who, name: Name) -> shapes.CodingOfInterview:
    """The codebook, the codings and memos that one may see, and who is ready: in one request."""
    coder = coder_of(who)
    with read_released(side, name) as (found, _), side.coding.engine.connect() as connection:
        held = codings.codings_in(connection, coder, found.id)
        suggested = codings.suggested_anchors(connection, found.id, held)
        return shapes.CodingOfInterview(
            interview=released_shape(found, coder),
            me=coder.name,
            codebook=shapes.Codebook.model_validate(codebook.current(connection)),
            codings=[coding_shape(one, found.name, suggested.get(one.id)) for one in held],
            memos=[memo_shape(one, found.name) for one in memos_in(connection, coder, found.id)],
            ready=sorted(ready_coders(connection, found.id)),
            seen_others=[
                shapes.SeenOthers(coder=coder, at=at)
                for coder, at in seen_others(connection, found.id).items()
            ],
            after_seeing=sorted({one.id for one in held} & changed_after_seeing(connection, found.id)),
        )


@router.get(
    "/interviews/{name}/moment",
    operation_id="get_moment",
    dependencies=[allowed(Action.SEE_CODINGS)],
)
def get_moment(
    side: Side, who: Who, name: Name, from_ms: From, to_ms: Annotated[schemas.Ms, Query()]
) -> ReleasedMoment:
    """What is said at a stretch, by whom, and the codings there that one may see."""
    with read_released(side, name) as (found, _), side.coding.engine.connect() as connection:
        if not from_ms < to_ms <= found.duration_ms:
            raise Problem(
                HTTPStatus.UNPROCESSABLE_ENTITY, "A moment ends after it starts, within the interview."
            )
        stretch = Stretch(found.id, from_ms, to_ms)
        return moment_shape(moments_at(connection, coder_of(who), [stretch])[0])


@router.post(
    "/interviews/{name}/codings",
    operation_id="add_coding",
    status_code=HTTPStatus.CREATED,
    dependencies=[allowed(Action.CODE)],
    responses=CONFLICT,
)
def add_coding(side: Side, who: Who, name: Name, body: shapes.NewCoding) -> shapes.Coding:
    """Mark words, with a code or without one so far."""
    with read_released(side, name) as (found, _):
        pass
    with refusals_told("coding of yours", found.name), writing(side.coding.engine) as connection:
        added = codings.add_coding(
            connection, who.name, found.id, body.id, _place(body.place), body.code, body.weight
        )
    return coding_shape(added, found.name)


@router.get("/progress", operation_id="get_coding_progress", dependencies=[allowed(Action.SEE_CODINGS)])
def get_coding_progress(side: Side, who: Who) -> shapes.AllCodingProgress:
    """How far one is with each released interview, and who is ready with it."""
    with side.coding.engine.connect() as connection:
        return shapes.AllCodingProgress(
            me=who.name,
            interviews=[
                shapes.CodingProgress(
                    interview=released_shape(one.interview, coder_of(who)),
                    codings=one.codings,
                    unnamed=one.unnamed,
                    changed=one.changed,
                    ready=list(one.ready),
                )
                for one in coding_progress(connection, who.name)
            ],
            roles=[
                shapes.RoleOfParticipants(code=code, name=name)
                for code, name in role_names(connection).items()
            ],
        )


@router.get("/codings", operation_id="list_own_codings", dependencies=[allowed(Action.SEE_CODINGS)])
def list_own_codings(
    side: Side,
    who: Who,
    code: Annotated[shapes.Id | None, Query()] = None,
    words_changed: bool | None = None,
    after: Annotated[str, Query(max_length=36)] = "",
    limit: Annotated[int, Query(ge=1, le=2000)] = 500,
) -> shapes.Codings:
    """One's own codings in all released interviews."""
    with side.coding.engine.connect() as connection:
        found = codings.own_codings(
            connection, who.name, code=code, words_changed=words_changed, after=after, limit=limit
        )
    return shapes.Codings(
        codings=[coding_shape(one, interview) for one, interview in found],
        next=found[-1][0].id if len(found) == limit else None,
    )


@router.get(
    "/codings/{coding}/history",
    operation_id="get_coding_history",
    dependencies=[allowed(Action.SEE_CODINGS)],
)
def get_coding_history(side: Side, who: Who, coding: CodingId) -> shapes.CodingHistory:
    """Everything that was done to a coding, the oldest first."""
    with refusals_told("coding"), side.coding.engine.connect() as connection:
        changes = codings.history(connection, coder_of(who), coding)
        name = released_name(connection, changes[-1].after.interview_id)
    return shapes.CodingHistory(
        changes=[
            shapes.CodingChange(
                at=one.at,
                who=one.who,
                act=one.act,
                codebook_change=one.codebook_change,
                after=coding_shape(one.after, name),
            )
            for one in changes
        ]
    )


@router.patch(
    "/codings/{coding}",
    operation_id="change_coding",
    dependencies=[allowed(Action.CODE)],
    responses=CONFLICT,
)
def change_coding(side: Side, who: Who, coding: CodingId, body: shapes.ChangedCoding) -> shapes.Coding:
    """Give one's coding a code, a weight, other edges."""
    place = None if body.place is None else _place(body.place)
    with refusals_told("coding"), writing(side.coding.engine) as connection:
        changed = codings.change_coding(
            connection, coder_of(who), coding, body.version, code=body.code, weight=body.weight, place=place
        )
        return _shape(connection, changed)


@router.delete(
    "/codings/{coding}",
    operation_id="remove_coding",
    dependencies=[allowed(Action.CODE)],
    responses=CONFLICT,
)
def remove_coding(side: Side, who: Who, coding: CodingId, version: shapes.KnownVersion) -> shapes.Coding:
    """Take one's coding away; it can be restored."""
    with refusals_told("coding"), writing(side.coding.engine) as connection:
        return _shape(connection, codings.remove_coding(connection, coder_of(who), coding, version))


@router.post(
    "/codings/{coding}/restore",
    operation_id="restore_coding",
    dependencies=[allowed(Action.CODE)],
    responses=CONFLICT,
)
def restore_coding(side: Side, who: Who, coding: CodingId, body: shapes.OfVersion) -> shapes.Coding:
    """Put one's removed coding back."""
    with refusals_told("coding"), writing(side.coding.engine) as connection:
        return _shape(connection, codings.restore_coding(connection, coder_of(who), coding, body.version))


@router.post(
    "/codings/{coding}/accept",
    operation_id="accept_words",
    dependencies=[allowed(Action.CODE)],
    responses=CONFLICT,
)
def accept_words(side: Side, who: Who, coding: CodingId, body: shapes.OfVersion) -> shapes.Coding:
    """Say that one's coding stands for the words that are there now."""
    with refusals_told("coding"), writing(side.coding.engine) as connection:
        return _shape(connection, codings.accept_words(connection, coder_of(who), coding, body.version))


def _place(body: shapes.Place) -> codings.Place:
    return codings.Place(body.first_word, body.last_word, body.start_ms, body.end_ms)


def _shape(connection: sa.Connection, one: Coding) -> shapes.Coding:
    return coding_shape(one, released_name(connection, one.interview_id))
