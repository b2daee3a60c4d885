"""The built page: its files, and its first file for every address inside it."""

from __future__ import annotations

import secrets
from http import HTTPStatus
from pathlib import Path

from fastapi import FastAPI
from starlette.responses import FileResponse, HTMLResponse, PlainTextResponse, Response

from service.accounts.permissions import Action
from service.api.access import CONTENT_POLICY, content_policy
from service.api.problems import not_found
from service.api.rights import allowed

_FOREVER = {"Cache-Control": "public, max-age=31536000, immutable"}
_FRESH = {"Cache-Control": "no-store"}


INDEX = "index.html"
_NONCE = "__NONCE__"
"""Stands in the page's first file where this answer's own nonce comes."""


def _index(file: Path) -> Response:
    nonce = secrets.token_urlsafe(16)
    text = file.read_text(encoding="utf-8").replace(_NONCE, nonce)
    return HTMLResponse(text, headers=_FRESH | {CONTENT_POLICY: content_policy(nonce)})


def install(app: FastAPI, folder: Path) -> None:
    """Serve ``folder`` at every address that no route answers."""
    root = folder.resolve()

    @app.get("/{path:path}", include_in_schema=False, dependencies=[allowed(Action.OPEN_PAGE)])
    def page(path: str) -> Response:
        if path == "api" or path.startswith("api/"):
            raise not_found("address")
        file = (root / path).resolve()
        if path != INDEX and path and file.is_relative_to(root) and file.is_file():
            return FileResponse(file, headers=_FOREVER if path.startswith("assets/") else _FRESH)
        if (root / INDEX).is_file():
            return _index(root / INDEX)
        return PlainTextResponse(
            "The page has not been built. Run: ./scripts/setup", status_code=HTTPStatus.SERVICE_UNAVAILABLE
        )
