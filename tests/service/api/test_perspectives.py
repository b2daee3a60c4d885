"""Two perspectives over HTTP, and the quotes that leads pick, confirm and take out."""

from __future__ import annotations

import uuid

import pytest

from service.accounts.permissions import Role
from tests.service.api.conftest import House

PAGE = "/api/coding/perspectives"


@pytest.fixture
def code(house: House) -> str:
    """A code that a coder gave to the first words."""
    assert house.as_role(Role.STEWARD).post("/api/interviews/D03-T2/release").status_code == 200
    coder, code_id = house.as_role(Role.CODER), str(uuid.uuid4())
    assert coder.post("/api/coding/codes", json={"id": code_id, "name": f"care {code_id}"}).status_code == 201
    body = {"id": str(uuid.uuid4()), "place": {"first_word": 1, "last_word": 3}, "code": code_id}
    assert coder.post("/api/coding/interviews/D03-T2/codings", json=body).status_code == 201
    return code_id


def test_sides_are_counted_and_played_by_whoever_may_see_the_codings(house: House, code: str) -> None:
    coder, other = house.as_role(Role.CODER), house.signed_in("kode")
    found = coder.get(PAGE, params={"code": code}).json()
    (side,) = found["sides"]
    assert (side["interview"], side["moments"], side["codings"]) == ("D03-T2", 1, 1)
    assert other.get(PAGE, params={"code": code}).json()["sides"][0]["moments"] == 0
    asked = {"code": code, "group": "D03"}
    (moment,) = coder.get(f"{PAGE}/moments", params=asked).json()["moments"]
    assert (moment["role"], moment["wave"]) == ("T", 2)
    assert moment["moment"]["end_ms"] - moment["moment"]["start_ms"] == side["coded_ms"]
    assert other.get(f"{PAGE}/moments", params=asked).json()["moments"] == []
    for wrong, status in (({}, 422), ({"code": code, "theme": code}, 422), ({"theme": code}, 404)):
        assert coder.get(PAGE, params=wrong).status_code == status


def test_a_quote_is_confirmed_one_by_one_before_it_is_taken_out(house: House, code: str) -> None:
    coder, lead, quote = house.as_role(Role.CODER), house.as_role(Role.LEAD), str(uuid.uuid4())
    body = {"id": quote, "about": "code", "subject": code, "role": "T", "interview": "d3_t2"}
    body_at = body | {"start_ms": 0, "end_ms": 3000}
    assert coder.post(f"{PAGE}/quotes", json=body_at).status_code == 403
    picked = lead.post(f"{PAGE}/quotes", json=body_at)
    assert picked.status_code == 201, picked.text
    shown = picked.json()
    assert not shown["clear"]
    assert {"kind": "NAME", "count": 1} in shown["stand_ins"]
    address = f"{PAGE}/quotes/{quote}"
    refused = lead.get(f"{address}/citation")
    assert refused.status_code == 422
    assert "one by one" in refused.json()["detail"]
    assert lead.get(f"{PAGE}/quotes.md", params={"code": code}).text == ""
    for check in shown["checks"]:
        told = {"key": check["key"], "words_digest": shown["words_digest"]}
        answer = lead.post(f"{address}/confirmations", json=told)
        assert answer.status_code == 200, answer.text
    assert answer.json()["clear"]
    cited = lead.get(f"{address}/citation").json()["text"]
    assert cited.endswith("D03-T2, wave 2, 0:00:00)")
    assert cited in lead.get(f"{PAGE}/quotes.md", params={"code": code}).text
    taken_back = lead.delete(f"{address}/confirmations", params={"key": shown["checks"][0]["key"]})
    assert not taken_back.json()["clear"]
    assert lead.delete(address).status_code == 200
    assert lead.get(f"{PAGE}/quotes", params={"code": code}).json()["quotes"] == []
    assert lead.post(f"{address}/restore").status_code == 200
    acts = [one.action for one in house.events() if one.action.startswith("quote")]
    assert {"quote_picked", "quote_confirmed", "quote_taken_out", "quote_put_away"} <= set(acts)


def test_what_cannot_be_quoted_is_refused(house: House, code: str) -> None:
    lead = house.as_role(Role.LEAD)
    body = {"about": "code", "subject": code, "role": "T", "interview": "D03-T2", "start_ms": 0}
    for wrong, status in (
        ({"end_ms": 0}, 422),
        ({"end_ms": 90_000_000}, 422),
        ({"end_ms": 1000, "interview": "D99-T9"}, 404),
        ({"end_ms": 1000, "subject": str(uuid.uuid4())}, 404),
    ):
        told = body | {"id": str(uuid.uuid4())} | wrong
        assert lead.post(f"{PAGE}/quotes", json=told).status_code == status, wrong
