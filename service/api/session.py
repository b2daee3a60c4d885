"""Signing in and out, one's own password, and whether Lytt is well."""

from __future__ import annotations

from http import HTTPStatus
from importlib.metadata import version
from typing import Annotated

import sqlalchemy as sa
import structlog
from fastapi import APIRouter, Cookie, Query, Request, Response
from starlette.responses import RedirectResponse

from service.accounts.accounts import find_account, has_accounts, set_password
from service.accounts.oidc import ATTEMPT_SECONDS, Attempt, NotKnownHere, ProviderFailed, account_of
from service.accounts.passwords import PasswordRefused
from service.accounts.permissions import NOBODY, Action, actions_of, may
from service.accounts.sessions import ACCESS_TOKEN_NAME, begin_session, end_session, end_sessions
from service.accounts.signing_in import SignInRefused, check_password
from service.accounts.waiting import TooManyTries, Try, count_try, forgive
from service.api import account_schemas as schemas
from service.api.access import COOKIE, Access, cookie_of
from service.api.problems import Problem, not_found, responses
from service.api.rights import Who, allowed, asked
from service.api.schemas import Health, Worker
from service.api.state import Service
from service.pipeline.workers import list_workers
from service.vault.events import record_event

router = APIRouter(prefix="/api", tags=["session"])

OIDC_COOKIE = "lytt_oidc"
_OIDC = "/api/session/oidc"
_log = structlog.get_logger()


def _access(request: Request) -> Access:
    access: Access = request.app.state.access
    return access


def _address(request: Request) -> str:
    return request.client.host if request.client else ""


def _keep(request: Request, response: Response, token: str) -> None:
    """Give the browser its session: out of reach of scripts, sent to this site only."""
    response.set_cookie(
        COOKIE,
        token,
        max_age=int(_access(request).lifetime.whole.total_seconds()),
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
    )


@router.get("/session", operation_id="get_session", dependencies=[allowed(Action.SIGN_IN)])
def get_session(request: Request, service: Service) -> schemas.Session:
    """Whether one must sign in, who this browser is signed in as, and what they may do."""
    access, sent = _access(request), asked(request)
    with service.vault.engine.connect() as connection:
        required, known = access.login_required(connection), has_accounts(connection)
    actor = sent.actor
    return schemas.Session(
        required=required,
        signed_in=actor is not None,
        name=actor.name if actor else None,
        roles=sorted(actor.roles) if actor else [],
        may=list(actions_of(actor)),
        account=actor is not None and actor.is_account,
        csrf=sent.csrf,
        ways=schemas.Ways(
            password=known,
            token=access.access_token is not None,
            oidc=service.settings.oidc_label if request.app.state.provider is not None else None,
        ),
    )


@router.post(
    "/session",
    status_code=HTTPStatus.NO_CONTENT,
    operation_id="sign_in",
    dependencies=[allowed(Action.SIGN_IN)],
    responses=responses(HTTPStatus.TOO_MANY_REQUESTS),
)
def sign_in(request: Request, service: Service, body: schemas.SignIn, response: Response) -> None:
    """Sign this browser in, with a name and a password or with the access token of the settings."""
    access, engine = _access(request), service.vault.engine
    try:
        if body.token is not None:
            account_id, name = None, ACCESS_TOKEN_NAME
            _check_access_token(access, engine, body.token.get_secret_value(), _address(request))
        else:
            assert body.name is not None
            assert body.password is not None
            account = check_password(engine, body.name, body.password.get_secret_value(), _address(request))
            account_id, name = account.id, account.name
    except TooManyTries as wait:
        raise Problem(HTTPStatus.TOO_MANY_REQUESTS, str(wait), {"Retry-After": str(wait.seconds)}) from None
    except SignInRefused as refused:
        raise Problem(HTTPStatus.UNAUTHORIZED, str(refused)) from None
    with engine.begin() as connection:
        end_session(connection, cookie_of(request.headers))
        token = begin_session(
            connection,
            access.lifetime,
            account_id=account_id,
            access_token=access.access_token if account_id is None else None,
        )
        record_event(connection, name, "signed_in", name)
    _keep(request, response, token)


def _check_access_token(access: Access, engine: sa.Engine, token: str, address: str) -> None:
    tried = Try.of(f"{ACCESS_TOKEN_NAME} from {address}", address)
    with engine.begin() as connection:
        count_try(connection, tried)
    right = access.is_access_token(token)
    with engine.begin() as connection:
        if right:
            forgive(connection, tried)
        else:
            record_event(connection, NOBODY, "sign_in_failed", ACCESS_TOKEN_NAME)
    if not right:
        raise Problem(
            HTTPStatus.UNAUTHORIZED, "That is not the access token. It is in the server's settings."
        )


@router.delete(
    "/session",
    status_code=HTTPStatus.NO_CONTENT,
    operation_id="sign_out",
    dependencies=[allowed(Action.SIGN_IN)],
)
def sign_out(
    request: Request,
    service: Service,
    response: Response,
    everywhere: Annotated[bool, Query(description="End every session of this account.")] = False,
) -> None:
    """Sign this browser out, or every browser of this account."""
    sent = asked(request)
    if sent.session is not None and sent.actor is not None:
        with service.vault.engine.begin() as connection:
            end_session(connection, cookie_of(request.headers))
            if everywhere:
                account = find_account(connection, sent.actor.name)
                end_sessions(connection, account.id if account else None)
            what = "signed_out_everywhere" if everywhere else "signed_out"
            record_event(connection, sent.actor.name, what, sent.actor.name)
    response.delete_cookie(COOKIE, httponly=True, samesite="strict")


@router.put(
    "/session/password",
    status_code=HTTPStatus.NO_CONTENT,
    operation_id="change_password",
    dependencies=[allowed(Action.CHANGE_OWN_PASSWORD)],
    responses=responses(HTTPStatus.CONFLICT, HTTPStatus.TOO_MANY_REQUESTS),
)
def change_password(request: Request, service: Service, who: Who, body: schemas.ChangedPassword) -> None:
    """Change one's own password; every other session of the account ends."""
    if not who.is_account:
        raise Problem(HTTPStatus.CONFLICT, "You are not signed in with an account, so there is no password.")
    engine = service.vault.engine
    try:
        check_password(engine, who.name, body.current.get_secret_value(), _address(request))
    except TooManyTries as wait:
        raise Problem(HTTPStatus.TOO_MANY_REQUESTS, str(wait), {"Retry-After": str(wait.seconds)}) from None
    except SignInRefused:
        raise Problem(HTTPStatus.CONFLICT, "The current password is not right.") from None
    with engine.begin() as connection:
        try:
            set_password(
                connection,
                who.name,
                body.new.get_secret_value(),
                who.name,
                keep_session=asked(request).session,
            )
        except PasswordRefused as refused:
            raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, str(refused)) from None


def _callback(request: Request) -> str:
    return f"{request.url.scheme}://{request.headers.get('host', '')}{_OIDC}/callback"


@router.get(
    "/session/oidc",
    status_code=HTTPStatus.SEE_OTHER,
    response_class=RedirectResponse,
    operation_id="begin_oidc",
    dependencies=[allowed(Action.SIGN_IN)],
    responses=responses(HTTPStatus.BAD_GATEWAY),
)
def begin_oidc(request: Request, service: Service) -> RedirectResponse:
    """Go to the identity provider to sign in."""
    provider = request.app.state.provider
    if provider is None:
        raise not_found("identity provider")
    try:
        address, attempt = provider.begin(_callback(request))
    except ProviderFailed as failed:
        _log.warning("identity_provider_failed", reason=str(failed))
        raise Problem(
            HTTPStatus.BAD_GATEWAY, "The identity provider does not answer as it should. Try again later."
        ) from None
    response = RedirectResponse(address, HTTPStatus.SEE_OTHER)
    # Lax and not Strict: it must come back with the browser from the provider's site.
    response.set_cookie(
        OIDC_COOKIE,
        attempt.sealed(service.vault.sealer),
        max_age=ATTEMPT_SECONDS,
        path=_OIDC,
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
    )
    return response


@router.get(
    "/session/oidc/callback",
    status_code=HTTPStatus.SEE_OTHER,
    response_class=RedirectResponse,
    operation_id="finish_oidc",
    dependencies=[allowed(Action.SIGN_IN)],
)
def finish_oidc(
    request: Request,
    service: Service,
    lytt_oidc: Annotated[str | None, Cookie(include_in_schema=False)] = None,
) -> RedirectResponse:
    """Where the identity provider sends the browser back to; it ends on the page, signed in or told why not."""
    provider = request.app.state.provider
    if provider is None:
        raise not_found("identity provider")
    attempt = Attempt.opened(lytt_oidc or "", service.vault.sealer)
    try:
        if attempt is None:
            raise ProviderFailed("this browser did not ask, or long ago")
        identity = provider.finish(_callback(request), attempt, dict(request.query_params))
        with service.vault.engine.begin() as connection:
            account = account_of(connection, identity)
            token = begin_session(connection, _access(request).lifetime, account_id=account.id)
            record_event(connection, account.name, "signed_in", account.name, {"by": "oidc"})
    except ProviderFailed as failed:
        _log.warning("identity_provider_failed", reason=str(failed))
        return _back(request, "/?sign-in=failed")
    except NotKnownHere:
        with service.vault.engine.begin() as connection:
            record_event(connection, NOBODY, "sign_in_failed", "unknown", {"by": "oidc"})
        return _back(request, "/?sign-in=unknown")
    response = _back(request, "/")
    _keep(request, response, token)
    return response


def _back(request: Request, address: str) -> RedirectResponse:
    response = RedirectResponse(address, HTTPStatus.SEE_OTHER)
    response.delete_cookie(OIDC_COOKIE, path=_OIDC, httponly=True, samesite="lax")
    return response


@router.get("/health", operation_id="get_health", dependencies=[allowed(Action.ASK_HEALTH)])
def health(request: Request, service: Service) -> Health:
    """Whether both stores answer and a worker is alive. Details only for those who may see recordings."""
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
    seen = may(asked(request).actor, Action.SEE_RECORDINGS)
    return Health(
        status="degraded" if problems else "ok",
        version=version("lytt"),
        watched_folder=str(service.settings.watched_folder) if seen else None,
        problems=problems if seen else [],
        workers=[Worker(name=worker.name, alive=worker.alive) for worker in workers] if seen else [],
    )
