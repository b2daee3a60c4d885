"""The description of the API itself."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request

from service.accounts.permissions import Action
from service.api.rights import allowed

router = APIRouter()


@router.get("/api/openapi.json", include_in_schema=False, dependencies=[allowed(Action.READ_DESCRIPTION)])
def openapi(request: Request) -> dict[str, Any]:
    """The OpenAPI document."""
    document: dict[str, Any] = request.app.openapi()
    return document
