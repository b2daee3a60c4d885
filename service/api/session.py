"""Signing in with the access token, and whether Lytt is well."""

from __future__ import annotations

from http import HTTPStatus
from importlib.metadata import version

import sqlalchemy as sa
from fastapi import APIRouter, Request, Response

from service.api import schemas
from service.api.access import COOKIE, SESSION_SECONDS, Access
from service.api.problems import Problem
from service.api.state import Service
from service.pipeline.workers import list_workers

router = APIRouter(prefix="/api", tags=["session"])


def _access(request: Request) -> Access:
    access: Access = request.app.state.access
    return access


@router.get("/session", operation_id="get_session")
def get_session(request: Request) -> schemas.Session:
    """Whether a token is needed, and whether this browser is signed in."""
    access = _access(request)
    return schemas.Session(required=access.required, signed_in=access.signed_in(request.headers))


@router.post("/session", status_code=HTTPStatus.NO_CONTENT, operation_id="sign_in")
def sign_in(request: Request, body: schemas.SignIn, response: Response) -> None:
    """Sign this browser in."""
    access = _access(request)
    if not access.token_is_right(body.token):
        raise Problem(
            HTTPStatus.UNAUTHORIZED, "That is not the access token. It is in the server's settings."
        )
    response.set_cookie(
        COOKIE,
        access.cookie_value(),
        max_age=SESSION_SECONDS,
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
    )


@router.delete("/session", status_code=HTTPStatus.NO_CONTENT, operation_id="sign_out")
def sign_out(response: Response) -> None:
    """Sign this browser out."""
    response.delete_cookie(COOKIE, httponly=True, samesite="strict")


@router.get("/health", operation_id="get_health")
def health(request: Request, service: Service) -> schemas.Health:
    """Whether both stores answer and a worker is alive. Details only when signed in."""
    problems = list(service.intake.problems())
    for name, engine in (("vault", service.vault.engine), ("coding store", service.coding.engine)):
        try:
            with engine.connect() as connection:
                connection.execute(sa.text("SELECT 1"))
        except sa.exc.SQLAlchemyError:
            problems.append(f"The {name}'s database does not answer.")
    workers = list_workers(service.vault)
    if not any(worker.alive for worker in workers):
        problems.append("No worker is running, so nothing is being transcribed. Start one: lytt worker.")
    seen = _access(request).signed_in(request.headers)
    return schemas.Health(
        status="degraded" if problems else "ok",
        version=version("lytt"),
        watched_folder=str(service.settings.watched_folder) if seen else None,
        problems=problems if seen else [],
        workers=[schemas.Worker(name=worker.name, alive=worker.alive) for worker in workers] if seen else [],
    )
