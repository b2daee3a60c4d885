"""Coding over HTTP: one request opens an interview, what is sent twice is there once, 409 says what is there."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from fastapi.testclient import TestClient

from service.accounts.permissions import Role
from tests.service.api.conftest import House

HERE = "/api/coding/interviews/D03-T2"


@pytest.fixture
def code(house: House) -> str:
    steward = house.as_role(Role.STEWARD)
    assert steward.post("/api/interviews/D03-T2/release").status_code == 200
    code_id = str(uuid.uuid4())
    made = house.as_role(Role.CODER).post(
        "/api/coding/codes", json={"id": code_id, "name": f"care {code_id}"}
    )
    assert made.status_code == 201, made.text
    return code_id


def opened(client: TestClient) -> dict[str, Any]:
    answer = client.get(f"{HERE}/coding")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def mark(client: TestClient, code: str | None, coding_id: str) -> dict[str, Any]:
    body = {"id": coding_id, "place": {"first_word": 1, "last_word": 3}, "code": code}
    answer = client.post(f"{HERE}/codings", json=body)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_a_coding_is_made_once_and_a_late_change_is_told_what_is_there(house: House, code: str) -> None:
    coder, coding_id = house.as_role(Role.CODER), str(uuid.uuid4())
    assert mark(coder, code, coding_id) == mark(coder, code, coding_id)
    found = opened(coder)
    assert (found["me"], found["interview"]["name"]) == ("token:of-coder", "D03-T2")
    assert [one["id"] for one in found["codings"]].count(coding_id) == 1
    assert code in [one["id"] for one in found["codebook"]["codes"]]
    address, change = f"/api/coding/codings/{coding_id}", {"version": 1, "code": None, "weight": 20}
    assert coder.patch(address, json=change).json()["version"] == 2
    late = coder.patch(address, json=change | {"weight": 90})
    assert (late.status_code, late.json()["current"]["weight"]) == (409, 20)
    acts = [one["act"] for one in coder.get(f"{address}/history").json()["changes"]]
    assert acts == ["coding_added", "coding_changed"]


def test_another_coder_sees_nothing_of_it_and_a_lead_does(house: House, code: str) -> None:
    coding_id = str(uuid.uuid4())
    mark(house.as_role(Role.CODER), code, coding_id)
    other = house.signed_in("kode")
    assert coding_id not in [one["id"] for one in opened(other)["codings"]]
    assert other.get(f"/api/coding/codings/{coding_id}/history").status_code == 404
    assert coding_id in [one["id"] for one in opened(house.as_role(Role.LEAD))["codings"]]


def test_coders_add_codes_and_leads_revise_them(house: House, code: str) -> None:
    address = f"/api/coding/codes/{code}"
    coder, lead = house.as_role(Role.CODER), house.as_role(Role.LEAD)
    version = next(one["version"] for one in opened(coder)["codebook"]["codes"] if one["id"] == code)
    renamed = {"version": version, "name": f"caring {code}"}
    assert coder.patch(address, json=renamed).status_code == 403
    changed = lead.patch(address, json=renamed).json()
    assert changed["name"] == f"caring {code}"
    before = coder.get("/api/coding/codebook", params={"version": version}).json()
    assert next(one["name"] for one in before["codes"] if one["id"] == code) == f"care {code}"
    undone = lead.post(f"/api/coding/codebook/changes/{changed['version']}/undo")
    assert undone.json()["after"]["codes"][0]["name"] == f"care {code}"
    logged = [one for one in house.events() if one.action == "codebook_changed"]
    assert [one.actor for one in logged[-2:]] == ["token:of-lead", "token:of-lead"]


def test_a_memo_is_named_by_study_id_and_codings_come_back_with_the_release(house: House, code: str) -> None:
    coder, coding_id, memo_id = house.as_role(Role.CODER), str(uuid.uuid4()), str(uuid.uuid4())
    mark(coder, code, coding_id)
    memo = {"id": memo_id, "about": "interview", "subject": "d3_t2", "text": "to listen to again"}
    assert coder.post("/api/coding/memos", json=memo).json()["subject"] == "D03-T2"
    steward = house.as_role(Role.STEWARD)
    steward.delete("/api/interviews/D03-T2/release")
    assert coder.get(f"{HERE}/coding").status_code == 404
    assert coding_id not in [one["id"] for one in coder.get("/api/coding/codings").json()["codings"]]
    assert steward.post("/api/interviews/D03-T2/release").status_code == 200
    found = opened(coder)
    assert coding_id in [one["id"] for one in found["codings"]]
    assert memo_id in [one["id"] for one in found["memos"]]


def test_a_moment_is_what_is_said_and_coded_at_a_stretch(house: House, code: str) -> None:
    coder, coding_id = house.as_role(Role.CODER), str(uuid.uuid4())
    end = mark(coder, code, coding_id)["anchor"]["end_ms"]
    found = coder.get(f"{HERE}/moment", params={"from_ms": 0, "to_ms": end}).json()
    assert (found["interview"], found["role"], found["first_word"]) == ("D03-T2", "T", 1)
    assert coding_id in [one["id"] for one in found["codings"]]
    for wrong in ({"from_ms": end, "to_ms": end}, {"from_ms": 0, "to_ms": 90_000_000}):
        assert coder.get(f"{HERE}/moment", params=wrong).status_code == 422


def test_progress_counts_ones_own_and_says_who_is_ready(house: House, code: str) -> None:
    coder, lead = house.as_role(Role.CODER), house.as_role(Role.LEAD)

    def here(client: TestClient) -> dict[str, Any]:
        told = client.get("/api/coding/progress").json()
        return next(one for one in told["interviews"] if one["interview"]["name"] == "D03-T2")

    before, others = here(coder), here(lead)
    mark(coder, code, str(uuid.uuid4()))
    mark(coder, None, str(uuid.uuid4()))
    after = here(coder)
    assert (after["codings"], after["unnamed"]) == (before["codings"] + 2, before["unnamed"] + 1)
    assert here(lead)["codings"] == others["codings"]
    coder.put(f"{HERE}/coded", json={"coded": True})
    assert here(lead)["ready"] == ["token:of-coder"]
    coder.put(f"{HERE}/coded", json={"coded": False})
    assert here(lead)["ready"] == []


def test_that_an_interview_is_coded_is_told_to_leads_alone(house: House, code: str) -> None:
    coder, other, lead = house.as_role(Role.CODER), house.signed_in("kode"), house.as_role(Role.LEAD)

    def told(client: TestClient) -> list[bool | None]:
        (listed,) = client.get("/api/coding/interviews").json()["interviews"]
        (of_all,) = client.get("/api/coding/progress").json()["interviews"]
        return [
            one["coded"]
            for one in (client.get(HERE).json(), listed, of_all["interview"], opened(client)["interview"])
        ]

    for one in (coder, lead):
        one.put(f"{HERE}/coded", json={"coded": False})
    assert coder.put(f"{HERE}/coded", json={"coded": True}).json()["coded"] is None
    assert told(lead) == [True] * 4
    before = told(coder)
    mark(other, code, str(uuid.uuid4()))
    assert told(lead) == [False] * 4
    assert told(coder) == before == [None] * 4
