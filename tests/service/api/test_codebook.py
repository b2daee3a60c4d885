"""The codebook and memos over HTTP, as their pages use them."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from fastapi.testclient import TestClient

from service.accounts.permissions import Role
from tests.service.api.conftest import House

HERE = "/api/coding/interviews/D03-T2"


def new_id() -> str:
    return str(uuid.uuid4())


@pytest.fixture
def care(house: House) -> str:
    assert house.as_role(Role.STEWARD).post("/api/interviews/D03-T2/release").status_code == 200
    return add(house.as_role(Role.CODER), [{"name": "care"}])[0]


def add(client: TestClient, codes: list[dict[str, str]]) -> list[str]:
    """Adds these as a list, with another name each time that a test asks."""
    ids = [new_id() for _ in codes]
    body = [
        {**code, "id": code_id, "name": f"{code['name']} {code_id}"}
        for code, code_id in zip(codes, ids, strict=True)
    ]
    answer = client.post("/api/coding/codes/list", json={"codes": body})
    assert answer.status_code == 201, answer.text
    return [one["id"] for one in answer.json()["codes"]]


def mark(client: TestClient, code: str) -> str:
    coding_id = new_id()
    body = {"id": coding_id, "place": {"first_word": 1, "last_word": 3}, "code": code}
    answer = client.post(f"{HERE}/codings", json=body)
    assert answer.status_code == 201, answer.text
    return coding_id


def counted(client: TestClient, code: str) -> int:
    counts = client.get("/api/coding/codebook/counts").json()["counts"]
    return sum(here["codings"] for one in counts if one["code"] == code for here in one["interviews"])


def codings(client: TestClient, code: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.get(f"/api/coding/codes/{code}/codings").json()["codings"]
    return found


def test_codings_of_a_code_are_counted_and_read_by_those_who_may_see_them(house: House, care: str) -> None:
    coder, lead, other = house.as_role(Role.CODER), house.as_role(Role.LEAD), house.signed_in("kode")
    coding_id = mark(coder, care)
    assert [counted(one, care) for one in (coder, lead, other)] == [1, 1, 0]
    [found] = codings(lead, care)
    assert (found["coding"]["id"], found["moment"]["interview"]) == (coding_id, "D03-T2")
    assert found["moment"]["text"]
    assert codings(other, care) == []
    page = lead.get(f"/api/coding/codes/{care}/codings", params={"limit": 1}).json()
    assert page["next"] == 1
    assert lead.get(f"/api/coding/codes/{care}/codings", params={"offset": 1}).json()["codings"] == []


def test_a_list_comes_in_as_one_change_that_a_lead_undoes(house: House, care: str) -> None:
    coder, lead = house.as_role(Role.CODER), house.as_role(Role.LEAD)
    below = add(coder, [{"name": "tea", "parent": care}, {"name": "warmth"}])
    number = coder.get("/api/coding/codebook").json()["version"]
    [change] = coder.get("/api/coding/codebook/changes", params={"after": number - 1}).json()["changes"]
    assert (change["act"], [one["id"] for one in change["after"]["codes"]]) == ("codes_added", below)
    assert coder.post(f"/api/coding/codebook/changes/{number}/undo").status_code == 403
    assert lead.post(f"/api/coding/codebook/changes/{number}/undo").status_code == 200
    states = {one["id"]: one["state"] for one in coder.get("/api/coding/codebook").json()["codes"]}
    assert [states[one] for one in (care, *below)] == ["used", "removed", "removed"]


def test_what_a_late_change_is_told_is_described(house: House, care: str) -> None:
    lead = house.as_role(Role.LEAD)
    late = lead.patch(f"/api/coding/codes/{care}", json={"version": 0, "definition": "late"})
    assert (late.status_code, late.json()["current"]["id"]) == (409, care)
    described = house.client.app.openapi()  # type: ignore[attr-defined]
    for path, method, shape, current in (
        ("/api/coding/codes/{code}", "patch", "CodeConflict", "Code"),
        ("/api/coding/codes/{code}/move", "post", "CodeConflict", "Code"),
        ("/api/coding/themes/{theme}", "put", "ThemeConflict", "Theme"),
        ("/api/coding/codings/{coding}", "patch", "CodingConflict", "Coding"),
        ("/api/coding/memos/{memo}", "delete", "MemoConflict", "Memo"),
    ):
        content = described["paths"][path][method]["responses"]["409"]["content"]
        named = {one["schema"]["$ref"].rpartition("/")[2] for one in content.values()}
        assert named == {shape}
        held = described["components"]["schemas"][shape]["properties"]["current"]
        assert held["$ref"].endswith(f"/{current}")


def test_all_memos_are_listed_and_what_they_said(house: House, care: str) -> None:
    coder, other = house.as_role(Role.CODER), house.signed_in("kode")
    coding_id, word = mark(coder, care), new_id()
    written = {}
    for about, subject in (("code", care), ("interview", "D03-T2"), ("coding", coding_id), ("study", "")):
        memo = {"id": new_id(), "about": about, "subject": subject, "text": f"on the {about}, {word}"}
        assert coder.post("/api/coding/memos", json=memo).status_code == 201
        written[about] = memo["id"]
    found = coder.get("/api/coding/memos/all", params={"q": word}).json()
    assert found["total"] == 4
    listed = {one["memo"]["about"]: one for one in found["memos"]}
    assert listed["code"]["named"] == f"care {care}"
    assert (listed["interview"]["memo"]["subject"], listed["interview"]["interview"]) == ("D03-T2", "D03-T2")
    assert listed["coding"]["start_ms"] < listed["coding"]["end_ms"]
    hidden = other.get("/api/coding/memos/all", params={"q": word}).json()
    assert {one["memo"]["about"] for one in hidden["memos"]} == {"code", "study"}
    first = coder.get("/api/coding/memos/all", params={"q": word, "limit": 1}).json()
    assert (len(first["memos"]), first["total"]) == (1, 4)
    edited = {"version": 1, "text": "anew"}
    assert coder.patch(f"/api/coding/memos/{written['interview']}", json=edited).status_code == 200
    history = coder.get(f"/api/coding/memos/{written['interview']}/history").json()["versions"]
    assert [one["text"] for one in history] == [f"on the interview, {word}", "anew"]
    assert other.get(f"/api/coding/memos/{written['interview']}/history").status_code == 404


def test_whoever_is_ready_is_told_why_nothing_is_coded(house: House, care: str) -> None:
    coder = house.as_role(Role.CODER)
    assert coder.put(f"{HERE}/coded", json={"coded": True}).status_code == 200
    try:
        body = {"id": new_id(), "place": {"first_word": 1, "last_word": 3}, "code": care}
        refused = coder.post(f"{HERE}/codings", json=body)
        assert refused.status_code == 422
        assert "ready" in refused.json()["detail"]
    finally:
        coder.put(f"{HERE}/coded", json={"coded": False})
    assert mark(coder, care)


def test_that_others_were_seen_is_told_with_the_codings(house: House, care: str) -> None:
    coder, other = house.as_role(Role.CODER), house.signed_in("kode")
    mine = mark(coder, care)
    for ready in (True, False):
        for one in (coder, other):
            one.put(f"{HERE}/coded", json={"coded": ready})
    later = mark(coder, care)
    told = coder.get(f"{HERE}/coding").json()
    assert {one["coder"] for one in told["seen_others"]} == {"token:of-coder", "kode"}
    assert later in told["after_seeing"]
    assert mine not in told["after_seeing"]
    assert later not in other.get(f"{HERE}/coding").json()["after_seeing"]
