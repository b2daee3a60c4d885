"""Finding over HTTP: counted moments page by page, mistakes with their place, a table for leads, blind coders."""

from __future__ import annotations

import csv
import io
import uuid
from typing import Any

import pytest
from fastapi.testclient import TestClient

from service.accounts.permissions import Role
from tests.service.api.conftest import House

HERE = "/api/coding/interviews/D03-T2"


@pytest.fixture
def released(house: House) -> House:
    """The conversation is released; a coder coded its first three words."""
    assert house.as_role(Role.STEWARD).post("/api/interviews/D03-T2/release").status_code == 200
    coder, code = house.as_role(Role.CODER), str(uuid.uuid4())
    name = f"=care {code}"
    assert coder.post("/api/coding/codes", json={"id": code, "name": name}).status_code == 201
    body = {"id": str(uuid.uuid4()), "place": {"first_word": 1, "last_word": 3}, "code": code}
    assert coder.post(f"{HERE}/codings", json=body).status_code == 201
    return house


def found(client: TestClient, q: str, **more: int) -> dict[str, Any]:
    answer = client.get("/api/coding/find", params={"q": q, **more})
    assert answer.status_code == 200, answer.text
    what: dict[str, Any] = answer.json()
    return what


def test_moments_come_counted_and_page_by_page(released: House) -> None:
    coder = released.as_role(Role.CODER)
    everything = found(coder, 'speaker:participant and "he*" or yes')
    assert [one["text"] for one in everything["moments"]] == [
        "He held my hand. I don't know why, but he held my hand.",
        "Yes.",
    ]
    counts = everything["counts"]
    assert (counts["moments"], everything["next"]) == (2, None)
    assert [(one["of"], one["moments"]) for one in counts["interviews"]] == [("D03-T2", 2)]
    assert [(one["of"], one["total_ms"]) for one in counts["waves"]] == [("2", counts["total_ms"])]
    first = found(coder, "held or yes", limit=1)
    assert first["next"] == 1
    rest = found(coder, "held or yes", after=1)
    assert (rest["moments"], rest["next"]) == (everything["moments"][1:], None)
    assert found(coder, "nobody said this")["moments"] == []


@pytest.mark.parametrize(
    ("q", "start", "end", "instead"),
    [("cod:care", 0, 3, "code"), ("hand and", 8, 8, None), ("hand or group:D04", 8, 17, "group:D03")],
)
def test_a_mistake_is_told_with_its_place(
    released: House, q: str, start: int, end: int, instead: str | None
) -> None:
    answer = released.as_role(Role.CODER).get("/api/coding/find", params={"q": q})
    assert answer.status_code == 422
    told = answer.json()
    assert (told["query"]["start"], told["query"]["end"], told["query"]["instead"]) == (start, end, instead)
    assert told["detail"]


def test_another_coder_finds_nothing_of_it_and_a_lead_does(released: House) -> None:
    coder, other, lead = released.as_role(Role.CODER), released.signed_in("kode"), released.as_role(Role.LEAD)
    mine = found(coder, 'coder:"token:of-coder"')["counts"]["moments"]
    assert mine == 1
    assert found(lead, 'coder:"token:of-coder"')["counts"]["moments"] == 1
    for q in ('coder:"token:of-coder"', "is:coded"):
        theirs = found(other, q)
        assert (theirs["counts"]["moments"], theirs["moments"]) == (0, [])
    whole = found(other, "wave:2")["counts"]["total_ms"]
    assert found(other, "not is:coded")["counts"]["total_ms"] == whole
    assert found(lead, "not is:coded")["counts"]["total_ms"] < whole
    terms = [one.get("/api/coding/find/terms").json()["values"]["coder"] for one in (other, lead)]
    assert terms == [["kode"], ["token:of-coder", "token:of-lead"]]


def test_a_table_is_for_leads_and_noted(released: House) -> None:
    params = {"q": "hand or yes"}
    assert released.as_role(Role.CODER).get("/api/coding/find.csv", params=params).status_code == 403
    answer = released.as_role(Role.LEAD).get("/api/coding/find.csv", params=params)
    assert answer.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [(row["interview"], row["wave"], row["text"]) for row in rows] == [
        ("D03-T2", "2", "He held my hand. I don't know why, but he held my hand."),
        ("D03-T2", "2", "Yes."),
    ]
    noted = released.events(action="released_exported")
    assert [(one.actor, one.subject, one.detail) for one in noted][-1] == (
        "token:of-lead",
        released.interview_id,
        {"moments": 2},
    )
    assert released.as_role(Role.LEAD).get("/api/coding/find.csv", params={"q": "("}).status_code == 422
    coded = released.as_role(Role.LEAD).get("/api/coding/find.csv", params={"q": "is:coded"})
    (row,) = csv.DictReader(io.StringIO(coded.content.decode("utf-8-sig")))
    assert row["codes"].startswith("'=care "), "no formula"


def test_what_can_be_asked_is_listed(released: House) -> None:
    terms = released.as_role(Role.CODER).get("/api/coding/find/terms").json()
    assert {"code", "marker", "like", "wave"} <= {one["name"] for one in terms["fields"]}
    values = terms["values"]
    assert (values["interview"], values["wave"], values["group"]) == (["D03-T2"], ["2"], ["D03"])
    assert "pause/between_turns" in values["marker"]
    assert "lytt models fetch" in terms["meaning"], "no text model is installed here"
    refused = released.as_role(Role.CODER).get("/api/coding/find", params={"q": 'like:"afraid"'})
    assert refused.status_code == 422
    assert "lytt models fetch" in refused.json()["detail"]
