"""While the vault is locked: one sentence, and nothing else."""

from __future__ import annotations

from http import HTTPStatus
from importlib.metadata import version

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from service.api.problems import problem_response

HEALTH = "/api/health"


class Gate:
    """Open, or closed with the reason."""

    def __init__(self) -> None:
        self.reason: str | None = None


class GateMiddleware:
    """Answers everything that needs the vault while the gate is closed. The page itself still loads."""

    def __init__(self, app: ASGIApp, gate: Gate) -> None:
        self._app = app
        self._gate = gate

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        reason = self._gate.reason
        needs_vault = scope["type"] == "http" and (
            scope["path"].startswith("/api") or scope["path"] == "/metrics"
        )
        if reason is None or not needs_vault:
            await self._app(scope, receive, send)
        elif scope["path"] == HEALTH:
            told = {
                "status": "locked",
                "version": version("lytt"),
                "watched_folder": None,
                "problems": [reason],
                "workers": [],
            }
            await JSONResponse(told)(scope, receive, send)
        else:
            await problem_response(HTTPStatus.SERVICE_UNAVAILABLE, reason)(scope, receive, send)
