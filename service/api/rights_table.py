"""Who may do what, route by route, as a table: ``python -m service.api.rights_table``. docs/security.md shows it."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

from fastapi import FastAPI
from fastapi.routing import APIRoute, iter_route_contexts

from service.accounts.permissions import IN_WORDS, Action, Actor, Role, may
from service.api.rights import action_of
from service.app import create_app
from service.settings import Settings


@dataclass(frozen=True, slots=True)
class Guarded:
    """One route: its method, its path, and the action it declares, or None."""

    method: str
    path: str
    action: Action | None


def guarded_routes(app: FastAPI) -> tuple[Guarded, ...]:
    """Every route of the application."""
    found = []
    for context in iter_route_contexts(app.routes):
        route = context.original_route
        action = action_of(route) if isinstance(route, APIRoute) else None
        found += [Guarded(method, str(context.path), action) for method in sorted(context.methods or ())]
    return tuple(found)


def rights_table() -> str:
    """Rows of a Markdown table: each action, who may, and its routes."""
    with tempfile.TemporaryDirectory() as nowhere:
        app = create_app(Settings(data_dir=Path(nowhere)), watch=False)
        routes = guarded_routes(app)
    rows = []
    for action in Action:
        mine = sorted({f"`{one.method} {one.path}`" for one in routes if one.action is action})
        who = ["yes" if may(None, action) else ""] + [
            "yes" if may(Actor("somebody", frozenset({role})), action) else "" for role in Role
        ]
        cells = [IN_WORDS[action], *who, "<br>".join(mine)]
        rows.append("| " + " | ".join(cells) + " |")
    head = ["to", "nobody", *Role, "routes"]
    return "\n".join(["| " + " | ".join(head) + " |", "|---" * len(head) + "|", *rows])


if __name__ == "__main__":
    print(rights_table())
