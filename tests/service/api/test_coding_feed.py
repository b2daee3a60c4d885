"""The feed over HTTP: leads and their tokens read it, with everybody's codings; coders and stewards don't."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from service.accounts.permissions import Role
from tests.service.api.conftest import House

HERE = "/api/coding/interviews/D03-T2"


@pytest.fixture(scope="module")
def coded(house: House) -> str:
    """A coding of a coder who is not ready, in a released interview."""
    steward, coder = house.as_role(Role.STEWARD), house.as_role(Role.CODER)
    assert steward.post("/api/interviews/D03-T2/release").status_code == 200
    code, coding = str(uuid.uuid4()), str(uuid.uuid4())
    assert coder.post("/api/coding/codes", json={"id": code, "name": "care"}).status_code == 201
    theme = {"name": "closeness", "codes": [code]}
    assert house.as_role(Role.LEAD).put(f"/api/coding/themes/{uuid.uuid4()}", json=theme).status_code == 200
    body = {"id": coding, "place": {"first_word": 1, "last_word": 3}, "code": code}
    assert coder.post(f"{HERE}/codings", json=body).status_code == 201
    return coding


def page(house: House, **asked: Any) -> dict[str, Any]:
    answer = house.as_role(Role.LEAD).get("/api/feed", params=asked)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_leads_read_everything_in_pages_and_nobody_else_reads_anything(house: House, coded: str) -> None:
    whole = page(house)
    assert [one["number"] for one in whole["entries"]] == list(range(1, whole["last"] + 1))
    last = next(one for one in whole["entries"] if one["subject"] == coded)
    assert (last["kind"], last["act"], last["body"]["coder"]) == ("coding", "coding_added", "token:of-coder")
    assert page(house, after=last["number"] - 1, limit=1)["entries"] == [last]
    address = next(one["body"]["address"] for one in whole["entries"] if one["kind"] == "interview")
    assert house.as_role(Role.LEAD).get(f"{address}/markers").status_code == 200
    for role in (Role.CODER, Role.STEWARD, Role.ADMIN):
        assert house.as_role(role).get("/api/feed").status_code == 403
    assert house.new_client().get("/api/feed").status_code == 401
    assert [one.actor for one in house.events() if one.action == "feed_followed"] == ["token:of-lead"]


def test_whoever_followed_another_feed_is_told(house: House, coded: str) -> None:
    whole = page(house)
    assert page(house, after=whole["last"], feed=whole["feed"])["entries"] == []
    for asked in ({"feed": "0" * 16}, {"after": whole["last"] + 1}):
        answer = house.as_role(Role.LEAD).get("/api/feed", params=asked)
        assert answer.status_code == 409
        assert "read from 0" in answer.json()["detail"]
