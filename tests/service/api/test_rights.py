"""Each role at each route: who gets in is what the table in docs/security.md says."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from fastapi import FastAPI

from service.accounts.permissions import EVERYONE, SIGNED_IN, VAULT, Action, Actor, Role, may
from service.api.rights_table import Guarded, guarded_routes
from tests.service.api.conftest import House, Running

REFUSED = (401, 403)
EVERYBODYS = {
    "/{path:path}",
    "/api/session",
    "/api/session/oidc",
    "/api/session/oidc/callback",
    "/api/health",
}
CODED = dict.fromkeys(
    ("coding", "code", "memo", "decision", "session", "moment", "note", "quote"),
    "00000003-0000-0000-0000-000000000000",
)
"""Where there is no coding, code, memo, session or quote."""
READ_BY_STEWARDS = re.compile(
    r"/api/coding/(search|interviews(/\{name}(/(at|audio|utterances|markers|outline|speakers|sound|peaks|track|clip|"
    r"listened|notation|affect-words))?)?)"
)
"""What is read and heard of released interviews; all else of the coding side is made by coders and leads."""
ANY_ACCOUNTS = {"/api/openapi.json", "/api/session/password"}


def routes(house: Running) -> tuple[Guarded, ...]:
    app: FastAPI = house.client.app  # type: ignore[assignment]
    return guarded_routes(app)


def may_reach(role: Role | None, route: Guarded) -> bool:
    """Who may reach a route, said by its address: nothing here is taken from the table of actions."""
    path = route.path
    if path in EVERYBODYS:
        return True
    if role is None:
        return False
    if path in ANY_ACCOUNTS:
        return True
    if path == "/api/feed":
        return role is Role.LEAD
    if path.startswith("/api/coding"):
        if path.endswith(("/transcript", "/plot.svg", "/find.csv")) or path.startswith("/api/coding/export"):
            return role is Role.LEAD
        if path.startswith("/api/coding/perspectives/quotes") or path.endswith("/summary"):
            return role is Role.LEAD
        if re.match(r"/api/coding/(codes/\{code}(?!/codings)|themes/|codebook/changes/)", path):
            return role is Role.LEAD
        if route.method != "PUT" and READ_BY_STEWARDS.fullmatch(path):
            return role is not Role.ADMIN
        return role in (Role.CODER, Role.LEAD)
    if path.startswith(("/api/accounts", "/api/tokens", "/api/audit")):
        return role is Role.ADMIN
    if path == "/metrics":
        return role in (Role.ADMIN, Role.STEWARD)
    return role is Role.STEWARD


def address(route: Guarded) -> str:
    """An address of the route at which there is nothing, so that what is allowed changes nothing."""
    return (
        re.sub(r"\{number\}", "1", re.sub(r"\{path:path\}", "x", route.path))
        .replace("{", "no-")
        .replace("}", "")
    )


def test_every_route_declares_an_action(house: House) -> None:
    assert [route for route in routes(house) if route.action is None] == []
    assert len(routes(house)) > 70


@pytest.mark.parametrize("role", [None, *Role])
def test_each_role_reaches_what_is_its_own_and_nothing_else(house: House, role: Role | None) -> None:
    client = house.new_client() if role is None else house.as_role(role)
    wrong = []
    for route in routes(house):
        expected = may_reach(role, route)
        if expected and route.path in ("/api/events",):
            continue  # never ends; that it is declared like the list is held below
        status = client.request(route.method, address(route)).status_code
        if expected != (status not in REFUSED):
            wrong.append((route.method, route.path, status))
    assert wrong == []
    actions = {(route.method, route.path): route.action for route in routes(house)}
    assert actions["GET", "/api/events"] is actions["GET", "/api/recordings"]


@pytest.mark.parametrize("role", [None, *Role])
def test_the_one_check_agrees(house: House, role: Role | None) -> None:
    actor = None if role is None else Actor("somebody", frozenset({role}))
    for route in routes(house):
        assert route.action is not None
        assert may(actor, route.action) == may_reach(role, route), route


def test_every_action_is_somebodys_and_some_routes(house: House) -> None:
    declared = {route.action for route in routes(house)}
    assert set(Action) == declared
    for action in Action:
        assert action in EVERYONE | SIGNED_IN or any(
            may(Actor("x", frozenset({role})), action) for role in Role
        )


def test_roles_add_up(house: House) -> None:
    both = Actor("somebody", frozenset({Role.CODER, Role.ADMIN}))
    assert may(both, Action.READ_RELEASED)
    assert may(both, Action.MANAGE_ACCOUNTS)
    assert not any(may(both, action) for action in VAULT)


def test_a_password_is_changed_by_its_owner_only() -> None:
    kari = Actor("kari", frozenset({Role.CODER}))
    assert may(kari, Action.CHANGE_OWN_PASSWORD, "kari")
    assert not may(kari, Action.CHANGE_OWN_PASSWORD, "ola")


@pytest.mark.parametrize("role", [None, *Role])
def test_a_route_that_declares_nothing_answers_nobody(house: House, role: Role | None) -> None:
    app: FastAPI = house.client.app  # type: ignore[assignment]
    before = list(app.router.routes)
    app.get("/api/forgotten")(lambda: "the vault")
    app.router.routes.insert(0, app.router.routes.pop())
    try:
        client = house.new_client() if role is None else house.as_role(role)
        answer = client.get("/api/forgotten")
        assert answer.status_code == (401 if role is None else 403)
        assert "the vault" not in answer.text
    finally:
        app.router.routes[:] = before


def test_a_refusal_says_who_may(house: House) -> None:
    answer = house.as_role(Role.CODER).get("/api/interviews/D03-T2")
    assert answer.status_code == 403
    assert answer.json()["detail"].startswith(
        "You are signed in as coder. To read what was said before it is released is for stewards only."
    )


@pytest.fixture
def released(house: House) -> Iterator[None]:
    steward = house.as_role(Role.STEWARD)
    assert steward.post("/api/interviews/D03-T2/release").status_code == 200
    yield
    steward.delete("/api/interviews/D03-T2/release")


@pytest.mark.parametrize("role", [Role.CODER, Role.LEAD, Role.ADMIN])
def test_a_crawler_of_another_role_finds_no_name(house: House, role: Role, released: None) -> None:
    """Whatever address they try, with the real study id and ids in it: the redacted word never comes."""
    steward, crawler = house.as_role(Role.STEWARD), house.as_role(role)
    assert "Kari" in steward.get("/api/interviews/D03-T2/utterances").text
    label = {"label": "S1", "participant": "D03-T", "number": "1", "path:path": "x"} | CODED
    recording = steward.get("/api/recordings").json()["recordings"][0]["id"]
    got = []
    for reference in ("D03-T2", house.interview_id):
        filled = label | {"reference": reference, "name": reference, "recording_id": recording}
        for route in routes(house):
            if route.method not in ("GET", "HEAD") or (route.path == "/api/events" and role is Role.STEWARD):
                continue
            path = re.sub(r"\{([\w:]+)\}", lambda found, filled=filled: filled[found[1]], route.path)
            answer = crawler.request(
                route.method, path, params={"q": "Kari", "ms": 1200, "from_ms": 0, "to_ms": 900}
            )
            if answer.status_code == 200:
                got.append(route.path)
            assert b"Kari" not in answer.content, path
            assert (
                house.interview_id.encode() not in answer.content
                or route.path.startswith(("/api/coding", "/api/feed"))
                or (role is Role.ADMIN and route.path == "/api/audit")
            ), path
    assert not any(path.startswith(("/api/interviews", "/api/recordings", "/api/search")) for path in got)
    if role is not Role.ADMIN:
        assert "/api/coding/interviews/{name}/utterances" in got
