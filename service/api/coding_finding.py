"""Finding moments of released interviews by a query."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Query, Response

from service.accounts.permissions import Action
from service.api.coding import Side
from service.api.coding_answers import coder_of
from service.api.coding_moments import ReleasedMoment, moment_shape
from service.api.problems import MEDIA_TYPE, Problem, ProblemDetail
from service.api.rights import Who, allowed
from service.api.schemas import Schema
from service.coding.csv_writing import CsvWriter
from service.coding.finding.found import find, moments_of
from service.coding.finding.parsing import LONGEST
from service.coding.finding.problem import QueryProblem
from service.coding.finding.table import COLUMNS, rows_of
from service.coding.finding.terms import terms

router = APIRouter(prefix="/api/coding", tags=["coding"])

Text = Annotated[str, Query(max_length=LONGEST, description="A query; its grammar is in docs/finding.md.")]


class QueryMistake(Schema):
    """Where a query can't be read or answered: characters ``start`` to ``end``.

    ``expected`` is what may stand there, ``instead`` what was probably meant.
    """

    start: int
    end: int
    expected: list[str]
    instead: str | None


class QueryRefusal(ProblemDetail):
    """A request that is refused; where its query is at fault, ``query`` says where."""

    query: QueryMistake | None = None


MISTAKES: dict[int | str, dict[str, object]] = {
    HTTPStatus.UNPROCESSABLE_ENTITY: {
        "description": "The query can't be read or answered.",
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/QueryRefusal"}}},
        "model": QueryRefusal,
    }
}


class FoundCount(Schema):
    """How many moments there are of something, and how long they are together."""

    of: str
    moments: int
    total_ms: int


class FoundCounts(Schema):
    """How many moments there are in all, and by interview, group, role and wave where there are any."""

    moments: int
    total_ms: int
    interviews: list[FoundCount]
    groups: list[FoundCount]
    roles: list[FoundCount]
    waves: list[FoundCount]


class FoundMoments(Schema):
    """Moments that a query found, in order of interview and time, and how many there are of them.

    ``next`` is what to send as ``after`` for more, null where there are no
    more; ``waiting`` is how many interviews can't be asked for their meaning yet.
    """

    counts: FoundCounts
    moments: list[ReleasedMoment]
    next: int | None
    waiting: int


class QueryField(Schema):
    """A field of the language: what it finds, and an example."""

    name: str
    finds: str
    example: str


class QueryTerms(Schema):
    """What can stand in a query: fields, and what is there to stand after each. ``meaning`` says why `like:` can't be
    asked, null where it can."""

    fields: list[QueryField]
    values: dict[str, list[str]]
    meaning: str | None


@contextmanager
def mistakes_told() -> Iterator[None]:
    """Turns what is wrong with a query into 422 with its place."""
    try:
        yield
    except QueryProblem as problem:
        raise Problem(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            str(problem),
            query=QueryMistake(
                start=problem.place.start,
                end=problem.place.end,
                expected=list(problem.expected),
                instead=problem.instead,
            ),
        ) from None


@router.get(
    "/find",
    operation_id="find_moments",
    dependencies=[allowed(Action.SEE_CODINGS)],
    responses=MISTAKES,
)
def find_moments(
    side: Side,
    who: Who,
    q: Text,
    after: Annotated[int, Query(ge=0, le=10_000_000, description="How many moments to leave out.")] = 0,
    limit: Annotated[int, Query(ge=0, le=500)] = 50,
) -> FoundMoments:
    """Moments that a query finds, counted. A query that can't be read is answered with 422: ``query`` says where."""
    coder = coder_of(who)
    with mistakes_told(), side.coding.engine.connect() as connection:
        found = find(connection, coder, q, side.settings.name_pattern, side.meanings)
        moments = [moment_shape(one) for one in moments_of(connection, coder, found, after, limit)]
    return FoundMoments(
        counts=FoundCounts.model_validate(found.counts()),
        moments=moments,
        next=after + limit if after + limit < len(found.times) else None,
        waiting=found.waiting,
    )


@router.get(
    "/find.csv",
    response_class=Response,
    operation_id="export_found",
    dependencies=[allowed(Action.EXPORT_RELEASED)],
    responses=MISTAKES | {HTTPStatus.OK: {"content": {"text/csv": {}}, "description": "A row a moment."}},
)
def export_found(side: Side, who: Who, q: Text) -> Response:
    """All moments that a query finds as a table, for leads."""
    coder = coder_of(who)
    written = io.StringIO()
    table = CsvWriter(written)
    table.write(COLUMNS)
    with mistakes_told(), side.coding.engine.connect() as connection:
        found = find(connection, coder, q, side.settings.name_pattern, side.meanings)
        counted: Counter[str] = Counter()
        for interview_id, row in rows_of(connection, coder, found):
            table.write(row)
            counted[interview_id] += 1
    for interview_id, moments in counted.items():
        side.note(who.name, "released_exported", interview_id, {"moments": moments})
    headers = {"Content-Disposition": 'attachment; filename="moments.csv"'}
    # Table programs take it for another alphabet without the mark of UTF-8 at its beginning.
    return Response(b"\xef\xbb\xbf" + written.getvalue().encode(), media_type="text/csv", headers=headers)


@router.get("/find/terms", operation_id="list_query_terms", dependencies=[allowed(Action.SEE_CODINGS)])
def list_query_terms(side: Side, who: Who) -> QueryTerms:
    """The fields of the language and what is there to ask for, to complete a query while it is typed."""
    with side.coding.engine.connect() as connection:
        found = terms(connection, coder_of(who))
    return QueryTerms(
        fields=[QueryField.model_validate(one) for one in found.fields],
        values={name: list(values) for name, values in found.values.items()},
        meaning=side.meanings.model.missing,
    )
