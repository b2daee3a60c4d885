"""Agreement over HTTP: who may compare whom, what is told, and decisions that are undone."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from fastapi.testclient import TestClient

from service.accounts.permissions import Role
from tests.service.api.conftest import House

HERE = "/api/coding/interviews/D03-T2"
AGREEMENT = "/api/coding/agreement"
OTHER, TOKEN = "kode", "token:of-coder"
PAIR = {"first": TOKEN, "second": OTHER}


def asked(client: TestClient, address: str, **query: Any) -> Any:
    answer = client.get(address, params={**PAIR, **query})
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.fixture(scope="module")
def coders(house: House) -> dict[str, TestClient]:
    """Two coders who both coded D03-T2, blind to each other so far, and a lead."""
    assert house.as_role(Role.STEWARD).post("/api/interviews/D03-T2/release").status_code == 200
    clients = {
        TOKEN: house.as_role(Role.CODER),
        OTHER: house.signed_in("kode"),
        "lead": house.as_role(Role.LEAD),
    }
    codes = {}
    for name in ("care", "fear"):
        codes[name] = str(uuid.uuid4())
        clients[TOKEN].post("/api/coding/codes", json={"id": codes[name], "name": name})
    for coder, name, first, last in (
        (TOKEN, "care", 1, 3),
        (OTHER, "care", 1, 3),
        (TOKEN, "care", 6, 8),
        (OTHER, "fear", 6, 8),
    ):
        place = {"first_word": first, "last_word": last}
        body = {"id": str(uuid.uuid4()), "place": place, "code": codes[name]}
        assert clients[coder].post(f"{HERE}/codings", json=body).status_code == 201
    return clients


def test_nobody_but_a_lead_compares_before_both_are_ready(
    house: House, coders: dict[str, TestClient]
) -> None:
    for who, compared, listed in ((TOKEN, [], 0), (OTHER, [], 0), ("lead", ["D03-T2"], 1)):
        client = coders[who]
        found = asked(client, AGREEMENT)
        assert found["interviews"] == compared
        assert found["overall"]["kappa"]["why_not"] == ("one_interview" if compared else "no_interview")
        assert asked(client, f"{AGREEMENT}/disagreements")["total"] == listed
        assert (client.get(f"{HERE}/consensus", params=PAIR).status_code == 200) is bool(compared)
    seen = asked(coders[OTHER], f"{AGREEMENT}/interviews")
    assert (seen["coders"], seen["interviews"][0]["coding"]) == ([OTHER], [OTHER])
    assert asked(coders["lead"], f"{AGREEMENT}/interviews")["coders"][:2] == [OTHER, TOKEN]


def test_agreement_and_disagreements_are_told_once_both_are_ready(
    house: House, coders: dict[str, TestClient]
) -> None:
    for who in (TOKEN, OTHER):
        assert coders[who].put(f"{HERE}/coded", json={"coded": True}).status_code == 200
    found = asked(coders[TOKEN], AGREEMENT, unit="word")
    assert (found["first"], found["second"], found["unit_ms"]) == (OTHER, TOKEN, None)
    assert [one["name"] for one in found["codes"]] == ["care", "fear"]
    care = found["codes"][0]
    assert 0 < care["kappa"]["value"] < 1
    assert (care["kappa"]["why_not"], care["used_by"]) == ("one_interview", "both")
    assert found["codes"][1]["used_by"] == "first"
    listed = asked(coders[OTHER], f"{AGREEMENT}/disagreements")
    (one,) = listed["disagreements"]
    assert (one["kind"], one["moment"]["text"], one["decision"]) == ("another_code", "He held my", None)
    assert asked(coders[OTHER], f"{AGREEMENT}/disagreements", kind="edges")["total"] == 0
    assert asked(coders[OTHER], AGREEMENT, interview="D09-T1")["interviews"] == []
    alone = coders[OTHER].get(AGREEMENT, params={"first": OTHER, "second": OTHER})
    assert alone.status_code == 422


def test_a_decision_is_made_once_told_to_whom_is_late_and_undone(
    house: House, coders: dict[str, TestClient]
) -> None:
    (one,) = asked(coders[OTHER], f"{AGREEMENT}/disagreements")["disagreements"]
    address = f"{AGREEMENT}/decisions/{one['id']}"
    body = {**PAIR, "interview": "D03-T2", "version": 0, "keep": "second", "why": "It is care."}
    made = coders[OTHER].put(address, json=body)
    assert (made.status_code, made.json()["who"], made.json()["codings"][0]["first_word"]) == (200, OTHER, 6)
    late = coders[TOKEN].put(address, json={**body, "keep": "neither"})
    assert (late.status_code, late.json()["current"]["keep"]) == (409, "second")
    told = asked(coders["lead"], f"{AGREEMENT}/disagreements", state="decided")
    assert (told["decided"], told["disagreements"][0]["decision"]["why"]) == (1, "It is care.")
    assert asked(coders["lead"], f"{AGREEMENT}/disagreements", state="open")["disagreements"] == []
    held = asked(coders[TOKEN], f"{HERE}/consensus")
    assert (len(held["alike"]), len(held["decisions"]), held["left_open"]) == (1, 1, 0)
    undone = coders[TOKEN].post(f"{address}/undo", json={"version": 1})
    assert (undone.json()["removed"], undone.json()["version"]) == (True, 2)
    history = coders[TOKEN].get(f"{address}/history").json()["changes"]
    assert [(change["who"], change["act"]) for change in history] == [
        (OTHER, "consensus_decided"),
        (TOKEN, "consensus_undone"),
    ]
    logged = [one for one in house.events() if one.action.startswith("consensus_")]
    assert [(one.actor, one.action) for one in logged] == [
        (OTHER, "consensus_decided"),
        (TOKEN, "consensus_undone"),
    ]
    assert "care" not in str([one.detail for one in logged])
    assert (
        coders[OTHER].post(f"{AGREEMENT}/decisions/{'0' * 64}/undo", json={"version": 1}).status_code == 404
    )
