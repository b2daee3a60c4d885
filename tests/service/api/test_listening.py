"""Listening sessions over HTTP: made, gone through together, written in, taken out as a file."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from fastapi.testclient import TestClient

from service.accounts.permissions import Role
from tests.service.api.conftest import House

SESSIONS = "/api/coding/listening"


def new_id() -> str:
    return str(uuid.uuid4())


@pytest.fixture
def coder(house: House) -> TestClient:
    assert house.as_role(Role.STEWARD).post("/api/interviews/D03-T2/release").status_code == 200
    return house.as_role(Role.CODER)


def made(client: TestClient, **playlist: Any) -> str:
    session = new_id()
    body = {"id": session, "name": "Revision", "held_on": "2026-03-01", "people": ["Ann", "Ben"]}
    answer = client.post(SESSIONS, json=body | {"playlist": {"id": new_id()} | playlist})
    assert answer.status_code == 201, answer.text
    return session


def moments(client: TestClient, session: str) -> list[dict[str, Any]]:
    answer = client.get(f"{SESSIONS}/{session}/moments")
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["listed"]
    return found


def test_a_session_is_made_of_moments_and_whole_interviews_and_gone_through(
    house: House, coder: TestClient
) -> None:
    by_hand = {"interview": "d3_t2", "start_ms": 0, "end_ms": 2000}
    session = made(coder, moments=[by_hand], interviews=["D03-T2"], wanted={"query": '"held my"'})
    found = moments(coder, session)
    assert [one["whole"] for one in found] == [False, False, True]
    assert [one["moment"]["interview"] for one in found] == ["D03-T2"] * 3
    other = house.signed_in("kode")
    before = other.get(f"{SESSIONS}/{session}/now").json()
    moved = coder.put(f"{SESSIONS}/{session}/position", json={"moment": found[1]["id"]})
    assert moved.status_code == 200, moved.text
    now = other.get(f"{SESSIONS}/{session}/now").json()
    assert (now["at"], now["moved_by"]) == (found[1]["id"], "token:of-coder")
    assert now["changes"] != before["changes"]
    assert other.get(f"{SESSIONS}/{session}").json()["heard"] == [found[1]["id"]]
    (listed,) = [one for one in coder.get(SESSIONS).json()["sessions"] if one["id"] == session]
    assert (listed["moments"], listed["heard"], listed["people"]) == (3, 1, ["Ann", "Ben"])
    order = f"{SESSIONS}/{session}/moments/{found[2]['id']}"
    moved_up = coder.post(f"{order}/move", json={"after": None}).json()["listed"]
    assert [one["id"] for one in moved_up] == [found[2]["id"], found[0]["id"], found[1]["id"]]
    assert len(coder.delete(order).json()["listed"]) == 2
    assert len(coder.post(f"{order}/restore").json()["listed"]) == 3
    acts = [one.action for one in house.events() if one.subject == session]
    assert acts == ["listening_session_made"]


def test_what_makes_no_sense_is_refused(coder: TestClient) -> None:
    session = made(coder)
    address = f"{SESSIONS}/{session}/moments"
    for wrong, status in (
        ({"moments": [{"interview": "D03-T2", "start_ms": 5, "end_ms": 5}]}, 422),
        ({"moments": [{"interview": "D03-T2", "start_ms": 0, "end_ms": 90_000_000}]}, 422),
        ({"interviews": ["D99-T9"]}, 404),
        ({"wanted": {"code": new_id()}}, 404),
        ({"wanted": {"role": "nobody's"}}, 422),
        ({"wanted": {"query": "code:("}}, 422),
    ):
        assert coder.post(address, json={"id": new_id()} | wrong).status_code == status, wrong
    assert coder.get(f"{SESSIONS}/{new_id()}").status_code == 404
    assert coder.put(f"{SESSIONS}/{session}/position", json={"moment": new_id()}).status_code == 404


def test_notes_are_written_by_each_and_a_late_change_is_told_what_is_there(
    house: House, coder: TestClient
) -> None:
    session = made(coder, moments=[{"interview": "D03-T2", "start_ms": 0, "end_ms": 2000}])
    moment = moments(coder, session)[0]["id"]
    note = {"id": new_id(), "moment": moment, "at_ms": 1200, "text": "slower here"}
    written = coder.post(f"{SESSIONS}/{session}/notes", json=note)
    assert written.status_code == 201, written.text
    shown = written.json()
    assert (shown["interview"], shown["at_ms"], shown["writer"]) == ("D03-T2", 1200, "token:of-coder")
    address = f"{SESSIONS}/{session}/notes/{note['id']}"
    assert coder.patch(address, json={"version": 1, "text": "much slower"}).json()["version"] == 2
    late = coder.patch(address, json={"version": 1, "text": "late"})
    assert (late.status_code, late.json()["current"]["text"]) == (409, "much slower")
    other = house.signed_in("kode")
    opened = other.get(f"{SESSIONS}/{session}").json()
    assert (opened["notes"], opened["some_notes_hidden"]) == ([], True)
    lead = house.as_role(Role.LEAD)
    assert lead.patch(address, json={"version": 2, "text": "mine"}).status_code == 422
    assert [one["text"] for one in lead.get(f"{SESSIONS}/{session}").json()["notes"]] == ["much slower"]
    assert coder.delete(address, params={"version": 2}).json()["removed"]


def test_a_closed_session_takes_nothing_and_versions_are_kept(house: House, coder: TestClient) -> None:
    session = made(coder)
    address = f"{SESSIONS}/{session}"
    closed = coder.patch(address, json={"version": 1, "state": "closed", "held_on": None}).json()
    assert (closed["state"], closed["held_on"], closed["name"]) == ("closed", None, "Revision")
    late = coder.patch(address, json={"version": 1, "name": "late"})
    assert (late.status_code, late.json()["current"]["name"]) == (409, "Revision")
    refused = coder.post(f"{address}/notes", json={"id": new_id(), "text": "too late"})
    assert refused.status_code == 422
    assert "Open it again" in refused.json()["detail"]
    events = [one for one in house.events() if one.subject == session]
    assert [one.action for one in events] == ["listening_session_made", "listening_session_changed"]
    assert "Revision" not in str(events)


def test_leads_take_a_summary_out(house: House, coder: TestClient) -> None:
    session = made(coder, wanted={"text": "held my"})
    decision = {"id": new_id(), "kind": "decision", "text": "split the code"}
    assert coder.post(f"{SESSIONS}/{session}/notes", json=decision).status_code == 201
    address = f"{SESSIONS}/{session}/summary"
    assert coder.get(address).status_code == 403
    lead = house.as_role(Role.LEAD)
    text = lead.get(address)
    assert text.headers["content-type"].startswith("text/markdown")
    assert "# Revision" in text.text
    assert "split the code (token:of-coder)" in text.text
    page = lead.get(address, params={"format": "html"})
    assert page.headers["content-disposition"].endswith('.html"')
    assert "held my hand" in page.text
    taken = house.events(action="listening_session_exported")
    assert [(one.subject, one.detail) for one in taken] == [
        (house.interview_id, {"session": session, "format": form, "moments": 1})
        for form in ("markdown", "html")
    ]
    empty = made(coder)
    assert lead.get(f"{SESSIONS}/{empty}/summary").status_code == 200
    (*_, last) = house.events(action="listening_session_exported")
    assert (last.subject, last.detail) == (empty, {"format": "markdown", "moments": 0})
