"""Errors as RFC 9457 problem details, in words that never repeat what was sent."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

MEDIA_TYPE = "application/problem+json"
_log = structlog.get_logger()


class FieldProblem(BaseModel):
    """What is wrong with one field of a request."""

    field: str
    message: str


class ProblemDetail(BaseModel):
    """RFC 9457: what happened, and what to do next in ``detail``."""

    type: str = Field(default="about:blank")
    title: str
    status: int
    detail: str
    errors: list[FieldProblem] = Field(default_factory=list)


class Problem(Exception):  # noqa: N818 - the RFC's word
    """Ends a request with a problem detail."""

    def __init__(
        self,
        status: HTTPStatus,
        detail: str,
        headers: dict[str, str] | None = None,
        current: BaseModel | None = None,
        query: BaseModel | None = None,
    ) -> None:
        """``current`` is what is there now, where somebody else changed it meanwhile; ``query`` says where
        a query can't be read."""
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.headers = headers
        self.current = current
        self.query = query


def not_found(what: str) -> Problem:
    return Problem(HTTPStatus.NOT_FOUND, f"There is no such {what}.")


def responses(
    *statuses: HTTPStatus, shape: type[ProblemDetail] = ProblemDetail
) -> dict[int | str, dict[str, Any]]:
    """What a route's documentation says of these errors; ``shape`` where they carry what is there now."""
    schema = {"schema": {"$ref": f"#/components/schemas/{shape.__name__}"}}
    return {
        int(status): {"description": status.phrase, "content": {MEDIA_TYPE: schema}, "model": shape}
        for status in statuses
    }


ALWAYS = responses(
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.UNAUTHORIZED,
    HTTPStatus.FORBIDDEN,
    HTTPStatus.UNPROCESSABLE_ENTITY,
    HTTPStatus.NOT_FOUND,
)


def problem_response(
    status: HTTPStatus,
    detail: str,
    errors: list[FieldProblem] | None = None,
    headers: dict[str, str] | None = None,
    current: BaseModel | None = None,
    query: BaseModel | None = None,
) -> Response:
    body = ProblemDetail(title=status.phrase, status=int(status), detail=detail, errors=errors or [])
    there = {} if current is None else {"current": current.model_dump(mode="json")}
    there |= {} if query is None else {"query": query.model_dump(mode="json")}
    return JSONResponse(
        body.model_dump() | there, status_code=int(status), media_type=MEDIA_TYPE, headers=headers
    )


def install(app: FastAPI) -> None:
    """Turn every error of ``app`` into a problem detail."""

    @app.exception_handler(Problem)
    async def _known(_: Request, problem: Problem) -> Response:
        return problem_response(
            problem.status,
            problem.detail,
            headers=problem.headers,
            current=problem.current,
            query=problem.query,
        )

    @app.exception_handler(HTTPException)
    async def _http(_: Request, error: HTTPException) -> Response:
        status = HTTPStatus(error.status_code)
        headers = dict(error.headers) if error.headers else None
        return problem_response(status, status.description or status.phrase, headers=headers)

    @app.exception_handler(RequestValidationError)
    async def _invalid(_: Request, error: RequestValidationError) -> Response:
        errors = [
            FieldProblem(field=".".join(str(part) for part in item["loc"]), message=str(item["msg"]))
            for item in error.errors()
        ]
        return problem_response(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "The request is not as it should be; `errors` says where.",
            errors,
        )

    @app.exception_handler(Exception)
    async def _unexpected(_: Request, error: Exception) -> Response:
        _log.error("request_failed", error=type(error).__name__)
        return problem_response(
            HTTPStatus.INTERNAL_SERVER_ERROR, "Something went wrong inside Lytt. The log says where."
        )
