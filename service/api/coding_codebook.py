"""The codebook: coders read it and add codes, leads revise it."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Path, Query

from service.accounts.permissions import Action
from service.api import coding_schemas as shapes
from service.api.coding import CodingSide, Side
from service.api.coding_answers import coder_of, coding_shape, refusals_told
from service.api.coding_moments import ReleasedMoment
from service.api.problems import responses
from service.api.rights import Who, allowed
from service.coding import codebook as book
from service.coding.codings import codings_with
from service.coding.counts import count_codes
from service.coding.exports.codebook_reading import import_codes, read_qdc
from service.coding.moments import Stretch, moments_at
from service.coding.writing import writing

router = APIRouter(prefix="/api/coding", tags=["coding"])

CodeId = Annotated[shapes.Id, Path()]
ThemeId = Annotated[shapes.Id, Path()]
Version = Annotated[int, Path(ge=1, le=2**31 - 1)]
CONFLICT = responses(HTTPStatus.CONFLICT, shape=shapes.CodeConflict)
THEME_CONFLICT = responses(HTTPStatus.CONFLICT, shape=shapes.ThemeConflict)


def _note(side: CodingSide, who: str, version: int) -> None:
    """The codebook has its own history; the log says whose act it was."""
    side.note(who, "codebook_changed", "codebook", {"version": version})


@router.get("/codebook", operation_id="get_codebook", dependencies=[allowed(Action.SEE_CODINGS)])
def get_codebook(
    side: Side, version: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None
) -> shapes.Codebook:
    """The codebook as it is, or as a change left it."""
    with refusals_told("version of the codebook"), side.coding.engine.connect() as connection:
        found = book.current(connection) if version is None else book.at_version(connection, version)
        return shapes.Codebook.model_validate(found)


@router.get(
    "/codebook/changes", operation_id="list_codebook_changes", dependencies=[allowed(Action.SEE_CODINGS)]
)
def list_codebook_changes(
    side: Side,
    after: Annotated[int, Query(ge=0, le=2**31 - 1)] = 0,
    limit: Annotated[int, Query(ge=1, le=2000)] = 500,
) -> shapes.CodebookChanges:
    """Who changed what and when, the oldest first."""
    with side.coding.engine.connect() as connection:
        found = book.changes(connection, after, limit)
    return shapes.CodebookChanges(changes=[shapes.CodebookChange.model_validate(one) for one in found])


@router.get("/codebook/counts", operation_id="count_codebook", dependencies=[allowed(Action.SEE_CODINGS)])
def count_codebook(side: Side, who: Who) -> shapes.CodeCounts:
    """How often each code was given and in which interviews, of the codings that one may see."""
    with side.coding.engine.connect() as connection:
        found = count_codes(connection, coder_of(who))
    return shapes.CodeCounts(counts=[shapes.CodeCount.model_validate(one) for one in found])


@router.post(
    "/codebook/changes/{number}/undo",
    operation_id="undo_codebook_change",
    dependencies=[allowed(Action.REVISE_CODEBOOK)],
)
def undo_codebook_change(side: Side, who: Who, number: Version) -> shapes.CodebookChange:
    """Put back what a change changed, as a new change."""
    with refusals_told("change of the codebook"), writing(side.coding.engine) as connection:
        change = book.undo_change(connection, who.name, number)
    _note(side, who.name, change.number)
    return shapes.CodebookChange.model_validate(change)


@router.post(
    "/codes",
    operation_id="add_code",
    status_code=HTTPStatus.CREATED,
    dependencies=[allowed(Action.CODE)],
    responses=CONFLICT,
)
def add_code(side: Side, who: Who, body: shapes.NewCode) -> shapes.Code:
    """Add a code."""
    words = book.CodeWords(body.name, body.definition, body.colour, body.example)
    with refusals_told("code"), writing(side.coding.engine) as connection:
        code = book.add_code(connection, who.name, body.id, words, body.parent)
    _note(side, who.name, code.version)
    return shapes.Code.model_validate(code)


@router.post(
    "/codes/list",
    operation_id="add_codes",
    status_code=HTTPStatus.CREATED,
    dependencies=[allowed(Action.CODE)],
    responses=CONFLICT,
)
def add_codes(side: Side, who: Who, body: shapes.ListOfCodes) -> shapes.Codes:
    """Add a list of codes as one change of the codebook."""
    listed = [book.Listed(one.id, one.name, one.parent, one.definition) for one in body.codes]
    with refusals_told("code"), writing(side.coding.engine) as connection:
        added = book.add_codes(connection, who.name, listed)
    _note(side, who.name, max(one.version for one in added))
    return shapes.Codes(codes=[shapes.Code.model_validate(one) for one in added])


@router.post(
    "/codes/qdc",
    operation_id="import_codebook",
    status_code=HTTPStatus.CREATED,
    dependencies=[allowed(Action.CODE)],
    responses=CONFLICT,
)
def import_codebook(side: Side, who: Who, body: shapes.BroughtCodebook) -> shapes.Codes:
    """Add the codes of a REFI-QDA codebook that are not there, as one change; answers with those that were added."""
    with refusals_told("code"):
        read = read_qdc(body.qdc)
        with writing(side.coding.engine) as connection:
            added = import_codes(connection, who.name, read)
    if added:
        _note(side, who.name, max(one.version for one in added))
    return shapes.Codes(codes=[shapes.Code.model_validate(one) for one in added])


@router.get(
    "/codes/{code}/codings",
    operation_id="list_codings_of_code",
    dependencies=[allowed(Action.SEE_CODINGS)],
)
def list_codings_of_code(
    side: Side,
    who: Who,
    code: CodeId,
    offset: Annotated[int, Query(ge=0, le=2**31 - 1)] = 0,
    limit: Annotated[int, Query(ge=1, le=2000)] = 500,
) -> shapes.CodedMoments:
    """The codings with a code that one may see, with what is said there, by interview and in order of time."""
    reader = coder_of(who)
    with side.coding.engine.connect() as connection:
        found = codings_with(connection, reader, code, offset=offset, limit=limit)
        stretches = [Stretch(one.interview_id, one.anchor.start_ms, one.anchor.end_ms) for one in found]
        moments = moments_at(connection, reader, stretches)
    return shapes.CodedMoments(
        codings=[
            shapes.CodedMoment(
                coding=coding_shape(one, moment.interview),
                moment=ReleasedMoment.model_validate(moment),
            )
            for one, moment in zip(found, moments, strict=True)
        ],
        next=offset + limit if len(found) == limit else None,
    )


@router.patch(
    "/codes/{code}",
    operation_id="change_code",
    dependencies=[allowed(Action.REVISE_CODEBOOK)],
    responses=CONFLICT,
)
def change_code(side: Side, who: Who, code: CodeId, body: shapes.ChangedCode) -> shapes.Code:
    """Change a code's name, definition, colour or example. Its codings stay."""
    words = book.CodeWords(body.name, body.definition, body.colour, body.example)
    with refusals_told("code"), writing(side.coding.engine) as connection:
        changed = book.edit_code(connection, who.name, code, body.version, words)
    _note(side, who.name, changed.version)
    return shapes.Code.model_validate(changed)


@router.post(
    "/codes/{code}/move",
    operation_id="move_code",
    dependencies=[allowed(Action.REVISE_CODEBOOK)],
    responses=CONFLICT,
)
def move_code(side: Side, who: Who, code: CodeId, body: shapes.MovedCode) -> shapes.Code:
    """Put a code, with those below it, under another or at the top."""
    with refusals_told("code"), writing(side.coding.engine) as connection:
        moved = book.move_code(connection, who.name, code, body.version, body.parent)
    _note(side, who.name, moved.version)
    return shapes.Code.model_validate(moved)


@router.post(
    "/codes/{code}/merge",
    operation_id="merge_code",
    dependencies=[allowed(Action.REVISE_CODEBOOK)],
    responses=CONFLICT,
)
def merge_code(side: Side, who: Who, code: CodeId, body: shapes.MergedCode) -> shapes.Codebook:
    """Let another code have its codings, the codes below it and its themes."""
    with refusals_told("code"), writing(side.coding.engine) as connection:
        book.merge_codes(connection, who.name, code, body.version, body.into)
        after = book.current(connection)
    _note(side, who.name, after.version)
    return shapes.Codebook.model_validate(after)


@router.post(
    "/codes/{code}/split",
    operation_id="split_code",
    dependencies=[allowed(Action.REVISE_CODEBOOK)],
    responses=CONFLICT,
)
def split_code(side: Side, who: Who, code: CodeId, body: shapes.SplitCode) -> shapes.Codebook:
    """Make new codes of a part of its codings; the others stay."""
    parts = [book.Part(part.id, part.name, tuple(part.codings), part.colour) for part in body.parts]
    with refusals_told("code"), writing(side.coding.engine) as connection:
        book.split_code(connection, who.name, code, body.version, parts)
        after = book.current(connection)
    _note(side, who.name, after.version)
    return shapes.Codebook.model_validate(after)


@router.delete(
    "/codes/{code}",
    operation_id="remove_code",
    dependencies=[allowed(Action.REVISE_CODEBOOK)],
    responses=CONFLICT,
)
def remove_code(side: Side, who: Who, code: CodeId, version: shapes.KnownVersion) -> shapes.Code:
    """Take out a code that nothing is coded with."""
    with refusals_told("code"), writing(side.coding.engine) as connection:
        removed = book.remove_code(connection, who.name, code, version)
    _note(side, who.name, removed.version)
    return shapes.Code.model_validate(removed)


@router.put(
    "/themes/{theme}",
    operation_id="put_theme",
    dependencies=[allowed(Action.REVISE_CODEBOOK)],
    responses=THEME_CONFLICT,
)
def put_theme(side: Side, who: Who, theme: ThemeId, body: shapes.WantedTheme) -> shapes.Theme:
    """Add a theme, or say anew what it is and which codes it gathers."""
    with refusals_told("theme"), writing(side.coding.engine) as connection:
        put = book.put_theme(
            connection, who.name, theme, body.version, body.name, body.definition, body.codes
        )
    _note(side, who.name, put.version)
    return shapes.Theme.model_validate(put)


@router.delete(
    "/themes/{theme}",
    operation_id="remove_theme",
    dependencies=[allowed(Action.REVISE_CODEBOOK)],
    responses=THEME_CONFLICT,
)
def remove_theme(side: Side, who: Who, theme: ThemeId, version: shapes.KnownVersion) -> shapes.Theme:
    """Take a theme out; its codes stay."""
    with refusals_told("theme"), writing(side.coding.engine) as connection:
        removed = book.remove_theme(connection, who.name, theme, version)
    _note(side, who.name, removed.version)
    return shapes.Theme.model_validate(removed)
