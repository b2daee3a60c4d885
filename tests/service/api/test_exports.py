"""Taking interviews out over HTTP: with real sound, by leads only, noted for each, without a trace on the disk."""

from __future__ import annotations

import io
import uuid
import zipfile
from pathlib import Path

import av
import pytest
from fastapi.testclient import TestClient

from service.accounts.permissions import Role
from tests.service.api.conftest import House

EXPORT = "/api/coding/export"


@pytest.fixture(scope="module")
def lead(house: House) -> TestClient:
    """With one released interview, and a coding by a coder in it."""
    assert house.as_role(Role.STEWARD).post("/api/interviews/D03-T2/release").status_code == 200
    coder = house.as_role(Role.CODER)
    code = {"id": str(uuid.uuid4()), "name": "care"}
    assert coder.post("/api/coding/codes", json=code).status_code == 201
    coding = {"id": str(uuid.uuid4()), "place": {"first_word": 6, "last_word": 9}, "code": code["id"]}
    assert coder.post("/api/coding/interviews/D03-T2/codings", json=coding).status_code == 201
    return house.as_role(Role.LEAD)


def left_on_disk(house: House) -> set[Path]:
    return {path for path in house.state.settings.coding_folder.rglob("*") if "export" in path.name}


@pytest.mark.parametrize(("form", "ending"), [("mp3", ".mp3"), ("wav", ".wav")])
def test_a_project_holds_the_redacted_sound_in_a_format_that_others_read(
    house: House, lead: TestClient, form: str, ending: str
) -> None:
    answer = lead.get(EXPORT, params={"format": "qdpx", "sound": form})
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-disposition"] == 'attachment; filename="D03-T2.qdpx"'
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        names = archive.namelist()
        sound = archive.read(f"sources/D03-T2{ending}")
    assert sorted(names) == sorted([f"sources/D03-T2{ending}", "sources/D03-T2.txt", "project.qde"])
    with av.open(io.BytesIO(sound)) as opened:
        seconds = sum(frame.samples / frame.sample_rate for frame in opened.decode(audio=0))
    assert seconds == pytest.approx(house.transcript.duration_ms / 1000, abs=0.02)
    size = lead.get(f"{EXPORT}/size", params={"format": "qdpx", "sound": form}).json()
    assert size["sound_bytes"] * 0.95 < len(sound) <= size["sound_bytes"]
    assert left_on_disk(house) == set()


def test_the_same_request_gives_the_same_bytes(lead: TestClient) -> None:
    for form in ("qdpx", "html", "docx", "csv", "parquet", "eaf", "textgrid", "qdc"):
        params = {"format": form, "sound": "mp3"}
        assert lead.get(EXPORT, params=params).content == lead.get(EXPORT, params=params).content, form


def test_each_export_is_an_event_of_each_interview(house: House, lead: TestClient) -> None:
    before = len(house.events(action="released_exported"))
    assert lead.get(EXPORT, params={"format": "docx", "interview": "d3_t2"}).status_code == 200
    assert lead.get(EXPORT, params={"format": "qdc"}).status_code == 200
    lead.get(f"{EXPORT}/size", params={"format": "docx"})
    noted = house.events(action="released_exported")[before:]
    assert [(one.actor, one.subject, one.detail) for one in noted] == [
        ("token:of-lead", house.interview_id, {"format": "docx"}),
        ("token:of-lead", "codebook", {"format": "qdc"}),
    ]


def test_interviews_are_chosen_by_name_group_role_and_wave(lead: TestClient) -> None:
    def interviews(**params: object) -> int:
        answer = lead.get(f"{EXPORT}/size", params={"format": "text", **params})
        assert answer.status_code == 200, answer.text
        found: int = answer.json()["interviews"]
        return found

    assert (
        interviews() == interviews(group="D03") == interviews(wave=2) == interviews(interview=["D03-T2"]) == 1
    )
    assert interviews(group="D04") == 0
    nothing = lead.get(EXPORT, params={"format": "text", "group": "D04"})
    assert (nothing.status_code, nothing.json()["detail"]) == (
        422,
        "There is no released interview to take out.",
    )
    assert lead.get(EXPORT, params={"format": "text", "interview": "D09-T1"}).status_code == 404
    assert lead.get(EXPORT, params={"format": "text", "role": "nobody"}).status_code == 422


def test_coders_and_stewards_take_nothing_out(house: House, lead: TestClient) -> None:
    for role in (Role.CODER, Role.STEWARD, Role.ADMIN):
        assert house.as_role(role).get(EXPORT, params={"format": "text"}).status_code == 403
    listed = lead.get(f"{EXPORT}/formats").json()["formats"]
    assert "qdpx" in [one["format"] for one in listed]


def test_what_was_taken_back_is_in_no_export(house: House, lead: TestClient) -> None:
    steward = house.as_role(Role.STEWARD)
    assert steward.delete("/api/interviews/D03-T2/release").status_code in (200, 204)
    try:
        assert lead.get(EXPORT, params={"format": "qdpx"}).status_code == 422
    finally:
        assert steward.post("/api/interviews/D03-T2/release").status_code == 200


def test_a_codebook_goes_out_and_comes_in(house: House, lead: TestClient) -> None:
    content = lead.get(EXPORT, params={"format": "qdc"}).text
    assert lead.post("/api/coding/codes/qdc", json={"qdc": content}).json() == {"codes": []}
    other = content.replace('name="care"', 'name="distance"')
    added = house.as_role(Role.CODER).post("/api/coding/codes/qdc", json={"qdc": other})
    assert added.status_code == 201, added.text
    assert [one["name"] for one in added.json()["codes"]] == ["distance"]
    assert house.events(action="codebook_changed")[-1].detail == {
        "version": added.json()["codes"][0]["version"]
    }
    wrong = lead.post("/api/coding/codes/qdc", json={"qdc": "a list"})
    assert (wrong.status_code, "not a REFI-QDA codebook" in wrong.json()["detail"]) == (422, True)
