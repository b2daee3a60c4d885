"""Search over everything that was said, on the steward's side."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Query

from service.accounts.permissions import Action
from service.api import schemas, shaping
from service.api.problems import Problem, not_found
from service.api.references import Group, RoleName, Wave
from service.api.rights import allowed
from service.api.state import Service, interview_by_reference
from service.transcript.readers import ConnectionReader
from service.transcript.search import search
from service.transcript.selecting import NoSuchRole, Selection
from service.vault.interviews import list_interviews

router = APIRouter(prefix="/api", tags=["search"])


@router.get("/search", operation_id="search", dependencies=[allowed(Action.SEARCH_TRANSCRIPTS)])
def search_interviews(
    service: Service,
    q: Annotated[
        str, Query(min_length=1, max_length=200, description="A phrase; `word*` matches beginnings.")
    ],
    speaker: Annotated[str | None, Query(max_length=32, description="A label (`S1`) or a role.")] = None,
    interview: Annotated[str | None, Query(max_length=64)] = None,
    group: Group = None,
    role: RoleName = None,
    wave: Wave = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> schemas.Moments:
    """Moments whose words hold the phrase, in order of interview and time."""
    only: tuple[str, ...] | None = None
    if interview is not None:
        found_interview = interview_by_reference(service, interview)
        if found_interview is None:
            raise not_found("interview")
        only = (found_interview.id,)
    with service.vault.engine.connect() as connection:
        try:
            found = search(
                ConnectionReader(connection),
                q,
                speaker=speaker,
                interviews=only,
                selection=Selection(group, role, wave),
                limit=limit,
            )
        except NoSuchRole as error:
            raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, str(error)) from None
        titles = {stored.id: (stored.name, stored.title) for stored in list_interviews(connection)}
    return shaping.moments(found, titles)
