"""The built page: its files, and its first file for every address inside it."""

from __future__ import annotations

from http import HTTPStatus
from pathlib import Path

from fastapi import FastAPI
from starlette.responses import FileResponse, PlainTextResponse, Response

from service.accounts.permissions import Action
from service.api.problems import not_found
from service.api.rights import allowed

_FOREVER = {"Cache-Control": "public, max-age=31536000, immutable"}
_FRESH = {"Cache-Control": "no-cache"}


def install(app: FastAPI, folder: Path) -> None:
    """Serve ``folder`` at every address that no route answers."""
    root = folder.resolve()

    @app.get("/{path:path}", include_in_schema=False, dependencies=[allowed(Action.OPEN_PAGE)])
    def page(path: str) -> Response:
        if path == "api" or path.startswith("api/"):
            raise not_found("address")
        file = (root / path).resolve()
        if path and file.is_relative_to(root) and file.is_file():
            return FileResponse(file, headers=_FOREVER if path.startswith("assets/") else _FRESH)
        if (root / "index.html").is_file():
            return FileResponse(root / "index.html", headers=_FRESH)
        return PlainTextResponse(
            "The page has not been built. Run: ./scripts/setup", status_code=HTTPStatus.SERVICE_UNAVAILABLE
        )
