"""What a route declares: the action it is. Both sides use it, so it knows neither the vault nor the accounts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated, Protocol

from fastapi import Depends, Request
from fastapi.params import Depends as Declared
from fastapi.routing import APIRoute

from service.accounts.permissions import Action, Actor, may, why_not
from service.api.problems import Problem

SIGN_IN_FIRST = "Sign in first."


class NotesAccesses(Protocol):
    """Keeps what is read; the coding side knows no more of it."""

    def note(self, actor: Actor, action: Action, path: Mapping[str, str]) -> None: ...


@dataclass(frozen=True, slots=True)
class Asked:
    """Who sends a request. ``session`` is the hash of the session's token, ``csrf`` what a change must carry."""

    actor: Actor | None = None
    session: str | None = None
    csrf: str | None = None


def asked(request: Request) -> Asked:
    """Who sends this request, as :class:`service.api.access.AccessMiddleware` found."""
    found: Asked = request.scope.get("state", {}).get("asked", Asked())
    return found


@dataclass(frozen=True, slots=True)
class Allowed:
    """A dependency that lets a request pass when its sender may do ``action``, and has it noted."""

    action: Action

    def __call__(self, request: Request) -> None:
        actor = asked(request).actor
        if not may(actor, self.action):
            if actor is None:
                raise Problem(HTTPStatus.UNAUTHORIZED, SIGN_IN_FIRST, {"WWW-Authenticate": "Bearer"})
            raise Problem(HTTPStatus.FORBIDDEN, why_not(actor, self.action))
        if actor is not None:
            accesses: NotesAccesses = request.app.state.accesses
            accesses.note(actor, self.action, request.path_params)


def allowed(action: Action) -> Declared:
    """For a route's ``dependencies``: the action it is."""
    found: Declared = Depends(Allowed(action))
    return found


def action_of(route: object) -> Action | None:
    """The action a route declares, or None."""
    if isinstance(route, APIRoute):
        for dependency in route.dependant.dependencies:
            if isinstance(dependency.call, Allowed):
                return dependency.call.action
    return None


def refuse_undeclared(request: Request) -> None:
    """A dependency of every route: one that declares no action answers nobody."""
    if action_of(request.scope.get("route")) is None:
        raise Problem(HTTPStatus.FORBIDDEN, "This address declares no right, so it is open to nobody.")


def _actor(request: Request) -> Actor:
    actor = asked(request).actor
    if actor is None:
        raise Problem(HTTPStatus.UNAUTHORIZED, SIGN_IN_FIRST, {"WWW-Authenticate": "Bearer"})
    return actor


Who = Annotated[Actor, Depends(_actor)]
"""Who acts: whoever is signed in."""
