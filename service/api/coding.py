"""The coding side: released interviews, anonymised. These routes never touch the vault."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi import Path as PathParameter

from models.values import MarkerKind
from service.accounts.permissions import Action
from service.api import schemas, shaping
from service.api.problems import Problem, not_found
from service.api.references import Group, RoleName, Wave, study_id
from service.api.rights import Who, allowed
from service.coding.store import CodingStore, ReleasedInterview, find_released, list_released, set_coded
from service.settings import Settings
from service.transcript import reading
from service.transcript.export import EXPORTS, export
from service.transcript.readers import ConnectionReader
from service.transcript.search import search
from service.transcript.selecting import NoSuchRole, Selection, chosen_interviews

router = APIRouter(prefix="/api/coding", tags=["coding"])


@dataclass(frozen=True, slots=True)
class CodingSide:
    """All a route of the coding side can reach."""

    settings: Settings
    coding: CodingStore


def _side(request: Request) -> CodingSide:
    side: CodingSide = request.app.state.coding_side
    return side


Side = Annotated[CodingSide, Depends(_side)]

Name = Annotated[str, PathParameter(max_length=64, description="Study id, in any spelling.")]
From = Annotated[schemas.Ms, Query()]
To = Annotated[schemas.Ms | None, Query()]


@contextmanager
def _read(side: CodingSide, name: str) -> Iterator[tuple[ReleasedInterview, ConnectionReader]]:
    with side.coding.engine.connect() as connection:
        found = find_released(connection, study_id(side.settings, name))
        if found is None:
            raise not_found("released interview")
        yield found, ConnectionReader(connection)


def _shape(found: ReleasedInterview) -> schemas.ReleasedInterview:
    return schemas.ReleasedInterview.model_validate(found)


@router.get("/interviews", operation_id="list_released", dependencies=[allowed(Action.READ_RELEASED)])
def list_released_interviews(
    side: Side, group: Group = None, role: RoleName = None, wave: Wave = None
) -> schemas.ReleasedInterviews:
    """Every interview a coder may read, or those of a group, role or wave."""
    with side.coding.engine.connect() as connection:
        try:
            chosen = chosen_interviews(ConnectionReader(connection), Selection(group, role, wave))
        except NoSuchRole as error:
            raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, str(error)) from None
        wanted = {one.id for one in chosen}
        return schemas.ReleasedInterviews(
            interviews=[_shape(found) for found in list_released(connection) if found.id in wanted]
        )


@router.get("/interviews/{name}", operation_id="get_released", dependencies=[allowed(Action.READ_RELEASED)])
def get_released(side: Side, name: Name) -> schemas.ReleasedInterview:
    """One released interview."""
    with _read(side, name) as (found, _):
        return _shape(found)


@router.put("/interviews/{name}/coded", operation_id="set_coded", dependencies=[allowed(Action.CODE)])
def set_coded_interview(side: Side, who: Who, name: Name, body: schemas.Coded) -> schemas.ReleasedInterview:
    """Say that the interview is coded to the end, or that it is not."""
    with _read(side, name) as (found, _), side.coding.engine.begin() as connection:
        set_coded(connection, found.id, who.name, body.coded)
    return get_released(side, name)


@router.get(
    "/interviews/{name}/utterances",
    operation_id="list_released_utterances",
    dependencies=[allowed(Action.READ_RELEASED)],
)
def list_released_utterances(
    side: Side,
    name: Name,
    from_ms: From = 0,
    to_ms: To = None,
    after: Annotated[int, Query(ge=-1, le=2**31 - 1)] = -1,
    limit: Annotated[int, Query(ge=1, le=2000)] = 500,
) -> schemas.Utterances:
    """Anonymised utterances that overlap a time range."""
    with _read(side, name) as (found, reader):
        page = reading.utterances_between(reader, found.id, from_ms, to_ms, after=after, limit=limit)
    return schemas.Utterances(
        utterances=[shaping.utterance(value) for value in page],
        next=page[-1].id if len(page) == limit else None,
    )


@router.get(
    "/interviews/{name}/at", operation_id="get_released_instant", dependencies=[allowed(Action.READ_RELEASED)]
)
def get_released_instant(side: Side, name: Name, ms: From) -> schemas.Instant:
    """What was being said at a time, anonymised."""
    with _read(side, name) as (found, reader):
        return shaping.instant(reading.at(reader, found.id, ms))


@router.get(
    "/interviews/{name}/markers",
    operation_id="list_released_markers",
    dependencies=[allowed(Action.READ_RELEASED)],
)
def list_released_markers(
    side: Side, name: Name, kind: MarkerKind | None = None, from_ms: From = 0, to_ms: To = None
) -> schemas.Markers:
    """Markers of a released interview."""
    with _read(side, name) as (found, reader):
        stored = reading.markers_between(reader, found.id, from_ms, to_ms, kind)
    return schemas.Markers(markers=[shaping.marker(value) for value in stored])


@router.get(
    "/interviews/{name}/transcript",
    response_class=Response,
    operation_id="export_released",
    dependencies=[allowed(Action.EXPORT_RELEASED)],
    responses=shaping.TRANSCRIPT_ANSWER,
)
def export_released(
    side: Side,
    name: Name,
    format: Annotated[Literal["text", "json", "vtt"], Query()] = "text",
    verbatim: Annotated[
        bool | None, Query(description="Every word; as the settings say if not given.")
    ] = None,
) -> Response:
    """The whole released transcript as a file, anonymised."""
    with _read(side, name) as (found, reader):
        transcript = reading.whole_transcript(reader, found.id)
    if transcript is None:
        raise not_found("released interview")
    kind = {"text": "txt"}.get(format, format)
    return Response(
        export(transcript, format, side.settings.verbatim if verbatim is None else verbatim),
        media_type=EXPORTS[format],
        headers={"Content-Disposition": f'attachment; filename="{found.name}.{kind}"'},
    )


@router.get("/search", operation_id="search_released", dependencies=[allowed(Action.READ_RELEASED)])
def search_released(
    side: Side,
    q: Annotated[str, Query(min_length=1, max_length=200)],
    speaker: Annotated[str | None, Query(max_length=32)] = None,
    group: Group = None,
    role: RoleName = None,
    wave: Wave = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> schemas.Moments:
    """Search the anonymised utterances."""
    with side.coding.engine.connect() as connection:
        try:
            found = search(
                ConnectionReader(connection),
                q,
                speaker=speaker,
                selection=Selection(group, role, wave),
                limit=limit,
            )
        except NoSuchRole as error:
            raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, str(error)) from None
        titles = {released.id: (released.name, released.name) for released in list_released(connection)}
    return shaping.moments(found, titles)
