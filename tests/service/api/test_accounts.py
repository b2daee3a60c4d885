"""Accounts and tokens over the API: what admins do, and what is refused in words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient

from service.accounts.permissions import Role
from service.vault import tables
from tests.service.api.conftest import PASSWORD, House


@pytest.fixture
def admin(house: House) -> Iterator[TestClient]:
    yield house.as_role(Role.ADMIN)
    with house.state.vault.engine.begin() as connection:
        account = tables.accounts.account
        connection.execute(sa.delete(tables.accounts.session))
        connection.execute(sa.delete(account).where(account.c.name.not_in(["anna", "stig", "kode", "lea"])))


def new(name: str = "petra", **more: object) -> dict[str, object]:
    return {"name": name, "roles": ["coder"], "password": PASSWORD} | more


def test_an_account_is_added_changed_and_removed(house: House, admin: TestClient) -> None:
    made = admin.post("/api/accounts", json=new("Petra", email="Petra@Example.org"))
    assert made.status_code == 201
    assert (made.json()["name"], made.json()["email"], made.json()["roles"]) == (
        "petra",
        "petra@example.org",
        ["coder"],
    )
    assert PASSWORD not in admin.get("/api/accounts").text
    assert "argon2" not in admin.get("/api/accounts").text
    browser = house.signed_in("petra")
    changed = admin.patch("/api/accounts/petra", json={"roles": ["lead", "steward"]})
    assert changed.json()["roles"] == ["steward", "lead"]
    assert browser.get("/api/recordings").status_code == 200
    assert (
        admin.put("/api/accounts/petra/password", json={"password": "given anew by anna"}).status_code == 204
    )
    assert browser.get("/api/recordings").status_code == 401
    assert admin.delete("/api/accounts/petra").status_code == 204
    assert admin.delete("/api/accounts/petra").status_code == 404


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (new("stig"), "already"),
        (new("Kari Nordmann"), "small letters"),
        (new("local"), "event log"),
        (new("token:x"), "small letters"),
        (new(password="short"), "12 to 256"),
        (new(roles=[]), "at least one role"),
        (new(password=None), "needs a password"),
        (new(email="stig@example.org"), "already"),
        (new(email="not an address"), "not an e-mail"),
    ],
)
def test_what_can_not_be_an_account_is_refused_in_words(
    admin: TestClient, body: dict[str, object], said: str
) -> None:
    answer = admin.post("/api/accounts", json=body)
    assert answer.status_code == 409, answer.text
    assert said in answer.json()["detail"]
    assert len(admin.get("/api/accounts").json()["accounts"]) == 4


def test_the_only_admin_stays_one(admin: TestClient) -> None:
    for answer in (
        admin.patch("/api/accounts/anna", json={"roles": ["steward"]}),
        admin.delete("/api/accounts/anna"),
    ):
        assert (answer.status_code, "only admin" in answer.json()["detail"]) == (409, True)
    admin.patch("/api/accounts/lea", json={"roles": ["lead", "admin"]})
    assert admin.patch("/api/accounts/anna", json={"roles": ["steward"]}).status_code == 200
    assert admin.patch("/api/accounts/anna", json={"roles": ["admin"]}).status_code == 200
    assert admin.patch("/api/accounts/lea", json={"roles": ["lead"]}).status_code == 200


def test_a_token_opens_what_its_roles_may_until_it_is_revoked(house: House, admin: TestClient) -> None:
    made = admin.post("/api/tokens", json={"name": "board", "roles": ["coder"], "days": 30})
    assert made.status_code == 201
    secret = made.json()["secret"]
    assert secret.startswith("lytt_")
    assert secret not in admin.get("/api/tokens").text
    for path in house.state.settings.data_dir.glob("vault.sqlite*"):
        assert secret.encode() not in path.read_bytes()
    program = house.new_client(Authorization=f"Bearer {secret}")
    assert program.get("/api/coding/interviews").status_code == 200
    assert program.get("/api/recordings").status_code == 403
    # A token comes from no page, so it need not show what only a page knows.
    assert program.put("/api/coding/interviews/none/coded", json={"coded": True}).status_code == 404
    (shown,) = [one for one in admin.get("/api/tokens").json()["tokens"] if one["name"] == "board"]
    assert shown["used_at"] is not None
    assert shown["expired"] is False
    assert admin.post("/api/tokens", json={"name": "board", "roles": ["coder"]}).status_code == 409
    assert admin.delete("/api/tokens/board").status_code == 204
    assert program.get("/api/coding/interviews").status_code == 401


def test_an_expired_token_opens_nothing(house: House, admin: TestClient) -> None:
    secret = admin.post("/api/tokens", json={"name": "old", "roles": ["coder"], "days": 1}).json()["secret"]
    with house.state.vault.engine.begin() as connection:
        token = tables.accounts.api_token
        connection.execute(
            sa.update(token)
            .where(token.c.name == "old")
            .values(expires_at=datetime.now(UTC) - timedelta(seconds=1))
        )
    assert house.new_client(Authorization=f"Bearer {secret}").get("/api/coding/interviews").status_code == 401
    assert admin.delete("/api/tokens/old").status_code == 204


@pytest.mark.parametrize(
    "header", ["Bearer", "Bearer ", "Bearer lytt_x", "Bearer \xff", "Basic c3RpZzp4", "x"]
)
def test_what_is_no_token_opens_nothing(house: House, header: str) -> None:
    client = house.new_client()
    answer = client.get("/api/coding/interviews", headers={"Authorization": header.encode("latin-1")})  # type: ignore[dict-item]
    assert answer.status_code == 401


def test_changes_of_accounts_are_logged(house: House, admin: TestClient) -> None:
    before = len(house.events())
    admin.post("/api/accounts", json=new("petra"))
    admin.patch("/api/accounts/petra", json={"roles": ["lead"]})
    admin.put("/api/accounts/petra/password", json={"password": "given anew by anna"})
    admin.post("/api/tokens", json={"name": "t", "roles": ["coder", "lead"], "days": 3})
    admin.delete("/api/tokens/t")
    admin.delete("/api/accounts/petra")
    logged = [(one.actor, one.action, one.subject, dict(one.detail)) for one in house.events()[before:]]
    assert [one for one in logged if one[1] != "token_used"] == [
        ("token:of-admin", "account_added", "petra", {"roles": "coder"}),
        ("token:of-admin", "roles_set", "petra", {"roles": "lead"}),
        ("token:of-admin", "password_set", "petra", {}),
        ("token:of-admin", "token_added", "t", {"roles": "coder,lead", "days": 3}),
        ("token:of-admin", "token_revoked", "t", {}),
        ("token:of-admin", "account_removed", "petra", {}),
    ]
