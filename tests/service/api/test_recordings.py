from __future__ import annotations

import json

import pytest

from models.problems import ProblemCode
from service.vault.recordings import RecordingState, set_state
from tests.service.api.conftest import RECORDING, SECOND, Running


def test_the_list_says_what_each_recording_needs(running: Running) -> None:
    listed = {item["id"]: item for item in running.client.get("/api/recordings").json()["recordings"]}
    done, unfiled = listed[RECORDING], listed[SECOND]
    assert (done["name"], done["state"], done["percent"], done["needs"]) == (
        "D03-T2",
        "done",
        100.0,
        ["release"],
    )
    assert (unfiled["name"], unfiled["title"], unfiled["needs"]) == (None, "somebody", ["name"])


def test_naming_files_a_recording(running: Running) -> None:
    named = running.client.patch(f"/api/recordings/{SECOND}", json={"name": "d4_c1"}).json()
    assert (named["name"], named["needs"]) == ("D04-C1", [])


def test_a_name_that_is_taken_or_no_name_is_refused_in_words(running: Running) -> None:
    taken = running.client.patch(f"/api/recordings/{SECOND}", json={"name": "D03-T2"})
    wrong = running.client.patch(f"/api/recordings/{SECOND}", json={"name": "hello"})
    assert (taken.status_code, wrong.status_code) == (409, 422)
    assert "D03-T2" in taken.json()["detail"]
    assert "such as D03-T2" in wrong.json()["detail"]


def test_a_released_interview_is_not_renamed_under_the_coders(running: Running) -> None:
    running.client.post("/api/interviews/D03-T2/release")
    assert running.client.patch(f"/api/recordings/{RECORDING}", json={"name": "D05-T1"}).status_code == 409


def test_a_failed_recording_says_why_and_can_be_tried_again(running: Running) -> None:
    with running.state.vault.engine.begin() as connection:
        set_state(connection, RECORDING, RecordingState.FAILED, ProblemCode.DISK_FULL)
    failed = running.client.get(f"/api/recordings/{RECORDING}").json()
    assert failed["problem"]["code"] == "disk_full"
    assert failed["needs"] == ["retry"]
    again = running.client.post(f"/api/recordings/{RECORDING}/retry").json()
    assert (again["state"], again["problem"]) == ("queued", None)
    assert running.client.post(f"/api/recordings/{RECORDING}/retry").status_code == 409


def test_a_waiting_recording_can_be_cancelled_once(running: Running) -> None:
    with running.state.vault.engine.begin() as connection:
        running.state.queue.enqueue(connection, SECOND, 1)
    assert running.client.post(f"/api/recordings/{SECOND}/cancel").json()["state"] == "cancelled"
    assert running.client.post(f"/api/recordings/{SECOND}/cancel").status_code == 409
    assert running.client.post("/api/recordings/none/cancel").status_code == 404


def test_changes_arrive_as_events(running: Running) -> None:
    running.client.app.state.stopping.set()  # type: ignore[attr-defined]
    assert running.client.get("/api/events").headers["content-type"].startswith("text/event-stream")
    known = running.client.get("/api/recordings").json()
    assert json.dumps(known)


@pytest.mark.parametrize("name", ["D07-T1.wav", "søster æøå 漢字.wav"])
def test_an_upload_lands_in_the_watched_folder(running: Running, name: str) -> None:
    answer = running.client.post(
        "/api/recordings", files={"file": (name, b"RIFF" + b"\0" * 100, "audio/wav")}
    )
    assert answer.status_code == 202, answer.text
    folder = running.state.settings.watched_folder
    assert (folder / answer.json()["path"]).read_bytes() == b"RIFF" + b"\0" * 100
    assert [path.name for path in folder.iterdir()] == [answer.json()["path"]]


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "..\\..\\x.wav", "/tmp/x.wav", ".hidden.wav", "a\0b.wav"]
)
def test_no_upload_leaves_the_folder(running: Running, name: str) -> None:
    running.client.post("/api/recordings", files={"file": (name, b"x" * 10, "audio/wav")})
    data_dir = running.state.settings.data_dir
    landed = [path for path in data_dir.rglob("*") if path.is_file() and path.read_bytes() == b"x" * 10]
    assert all(path.parent == running.state.settings.watched_folder for path in landed)
