"""Memos of the coding side."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

import sqlalchemy as sa
from fastapi import APIRouter, Path, Query

from service.accounts.permissions import Action
from service.api import coding_schemas as shapes
from service.api.coding import CodingSide, Side, read_released
from service.api.coding_answers import coder_of, memo_shape, refusals_told
from service.api.problems import responses
from service.api.rights import Who, allowed
from service.coding import memos
from service.coding.store import released_name
from service.coding.values import About, Memo
from service.coding.writing import writing

router = APIRouter(prefix="/api/coding/memos", tags=["coding"])

MemoId = Annotated[shapes.Id, Path()]
CONFLICT = responses(HTTPStatus.CONFLICT, shape=shapes.MemoConflict)


@router.get("", operation_id="list_memos", dependencies=[allowed(Action.SEE_CODINGS)])
def list_memos(
    side: Side, who: Who, about: About, subject: Annotated[str, Query(max_length=64)] = ""
) -> shapes.Memos:
    """The memos about something that one may see."""
    meant = _subject(side, about, subject)
    with refusals_told("subject of a memo"), side.coding.engine.connect() as connection:
        found = memos.memos_about(connection, coder_of(who), about, meant)
        return shapes.Memos(memos=[_shape(connection, one) for one in found])


@router.get("/all", operation_id="list_all_memos", dependencies=[allowed(Action.SEE_CODINGS)])
def list_all_memos(
    side: Side,
    who: Who,
    q: Annotated[str, Query(max_length=200, description="Words of the memos.")] = "",
    about: About | None = None,
    writer: Annotated[str | None, Query(max_length=80)] = None,
    limit: Annotated[int, Query(ge=1, le=2000)] = 200,
) -> shapes.ListedMemos:
    """Every memo that one may see, what was changed last first."""
    with side.coding.engine.connect() as connection:
        found = memos.all_memos(connection, coder_of(who), text=q, about=about, writer=writer)
    return shapes.ListedMemos(
        memos=[
            shapes.ListedMemo(
                memo=memo_shape(one.memo, one.interview or ""),
                named=one.named,
                interview=one.interview,
                start_ms=one.start_ms,
                end_ms=one.end_ms,
            )
            for one in found[:limit]
        ],
        total=len(found),
    )


@router.get("/{memo}/history", operation_id="get_memo_history", dependencies=[allowed(Action.SEE_CODINGS)])
def get_memo_history(side: Side, who: Who, memo: MemoId) -> shapes.MemoHistory:
    """What a memo said, version by version."""
    with refusals_told("memo"), side.coding.engine.connect() as connection:
        found = memos.memo_history(connection, coder_of(who), memo)
    return shapes.MemoHistory(versions=[shapes.MemoVersion.model_validate(one) for one in found])


@router.post(
    "",
    operation_id="add_memo",
    status_code=HTTPStatus.CREATED,
    dependencies=[allowed(Action.CODE)],
    responses=CONFLICT,
)
def add_memo(side: Side, who: Who, body: shapes.NewMemo) -> shapes.Memo:
    """Write a memo."""
    meant = _subject(side, body.about, body.subject)
    with refusals_told("subject of a memo"), writing(side.coding.engine) as connection:
        added = memos.add_memo(connection, coder_of(who), body.id, body.about, meant, body.text)
        return _shape(connection, added)


@router.patch("/{memo}", operation_id="change_memo", dependencies=[allowed(Action.CODE)], responses=CONFLICT)
def change_memo(side: Side, who: Who, memo: MemoId, body: shapes.ChangedMemo) -> shapes.Memo:
    """Write one's memo anew."""
    with refusals_told("memo"), writing(side.coding.engine) as connection:
        return _shape(connection, memos.edit_memo(connection, coder_of(who), memo, body.version, body.text))


@router.delete("/{memo}", operation_id="remove_memo", dependencies=[allowed(Action.CODE)], responses=CONFLICT)
def remove_memo(side: Side, who: Who, memo: MemoId, version: shapes.KnownVersion) -> shapes.Memo:
    """Take one's memo away."""
    with refusals_told("memo"), writing(side.coding.engine) as connection:
        return _shape(connection, memos.remove_memo(connection, coder_of(who), memo, version))


def _subject(side: CodingSide, about: About, subject: str) -> str:
    """An interview is named by its study id outside."""
    if about is not About.INTERVIEW:
        return subject
    with read_released(side, subject) as (found, _):
        return found.id


def _shape(connection: sa.Connection, one: Memo) -> shapes.Memo:
    name = released_name(connection, one.subject) if one.about is About.INTERVIEW else ""
    return memo_shape(one, name)
