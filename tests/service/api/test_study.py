"""The study's routes: protocol, board, places, participants, selections."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from service.review.release import release
from service.study.files import template
from service.vault import tables
from service.vault.interviews import find_interview
from service.vault.recordings import now

from .conftest import RECORDING, SECOND, Running


@pytest.fixture
def study(running: Running) -> Running:
    running.state.study.file.write_text(template("dyads"))
    return running


def board(running: Running, query: str = "") -> dict[str, Any]:
    answer = running.client.get(f"/api/board{query}")
    assert answer.status_code == 200, answer.text
    return answer.json()


def cell(running: Running, name: str) -> dict[str, Any]:
    return next(one for row in board(running)["rows"] for one in row["cells"] if one and one["name"] == name)


def test_without_a_protocol_the_board_says_how_to_make_one(running: Running) -> None:
    assert running.client.get("/api/study").json()["title"] is None
    answer = running.client.get("/api/board")
    assert answer.status_code == 404
    assert "lytt study init" in answer.json()["detail"]


def test_a_broken_protocol_is_told_with_its_lines(study: Running) -> None:
    assert study.client.get("/api/study").json()["title"] == "Therapies over time"
    study.state.study.file.write_text("title = 1\n")
    told = study.client.get("/api/study").json()
    assert told["title"] == "Therapies over time", "what was in force stays in force"
    assert {"line": 1, "key": "title", "message": "This must be text, in quotes."} in told["findings"]


def test_an_edit_that_applies_is_another_version(study: Running) -> None:
    first = study.client.get("/api/study").json()["version"]
    assert study.client.get("/api/study").json()["version"] == first
    left = template("dyads").replace(
        '[[group]]\nid = "D03"\n',
        '[[group]]\nid = "D03"\n[[group.participant]]\nrole = "C"\nleft_on = 2024-05-01\n',
    )
    study.state.study.file.write_text(left)
    second = study.client.get("/api/study").json()["version"]
    assert second not in (None, first)
    study.state.study.file.write_text("title = ")
    assert study.client.get("/api/study").json()["version"] == second, "a broken file changes nothing"


def test_the_board_has_a_row_a_group_and_a_column_an_expected_interview(study: Running) -> None:
    shown = board(study)
    assert [(one["role"], one["wave"], one["kind"]) for one in shown["columns"]] == [
        ("T", 1, "background"),
        ("T", 2, "process"),
        ("T", 3, "process"),
        ("T", 4, "background"),
        ("C", 1, "background"),
        ("C", 2, "process"),
    ]
    assert [row["group"] for row in shown["rows"]] == [f"D{n:02d}" for n in range(1, 12)]
    assert shown["counts"]["needs_review"] == 1
    assert shown["counts"]["missing"] == 1, "wave 1 of D03-T: wave 2 was recorded"
    assert shown["counts"]["expected"] == 64
    assert cell(study, "D03-T2")["interview_id"] == study.interview_id
    assert [one["title"] for one in shown["tray"]] == ["somebody"]


@pytest.mark.parametrize(
    ("query", "rows", "columns"),
    [
        ("?group=d03", 1, 6),
        ("?role=client", 11, 2),
        ("?role=C&wave=2", 11, 1),
        ("?wave=4", 11, 1),
        ("?state=needs_review", 1, 6),
        ("?state=needs_review&role=client", 0, 2),
    ],
)
def test_the_board_can_be_narrowed(study: Running, query: str, rows: int, columns: int) -> None:
    shown = board(study, query)
    assert (len(shown["rows"]), len(shown["columns"])) == (rows, columns)
    assert sum(shown["counts"].values()) == 66, "counts are of the whole study"


def test_a_role_that_is_not_there_is_told(study: Running) -> None:
    answer = study.client.get("/api/board?role=gardener")
    assert answer.status_code == 422


def test_states_follow_the_work(study: Running) -> None:
    def state_after(**values: object) -> str:
        with study.state.vault.engine.begin() as connection:
            connection.execute(
                sa.update(tables.recording)
                .where(tables.recording.c.interview_id == study.interview_id)
                .values(**values)
            )
        return str(cell(study, "D03-T2")["state"])

    assert state_after(state="queued") == "recorded"
    assert state_after(state="processing") == "processing"
    with study.state.vault.engine.begin() as connection:
        recording_id = connection.execute(
            sa.select(tables.recording.c.id).where(tables.recording.c.interview_id == study.interview_id)
        ).scalar_one()
        connection.execute(
            sa.insert(tables.progress).values(
                recording_id=recording_id,
                stage="transcribe",
                percent=40.0,
                eta_s=9,
                worker="w",
                started_at=now(),
                updated_at=now(),
            )
        )
    at_work = cell(study, "D03-T2")["recordings"][0]
    assert (at_work["stage"], at_work["percent"], at_work["eta_s"]) == ("transcribe", 40.0, 9)
    assert state_after(state="failed") == "failed"
    assert state_after(state="done") == "needs_review"
    assert study.client.post("/api/interviews/D03-T2/release").status_code == 200
    assert cell(study, "D03-T2")["state"] == "released"
    kinds = [study.client.get(f"/api/coding/find?q=kind:{kind}").json() for kind in ("process", "background")]
    assert [found["counts"]["moments"] for found in kinds] == [1, 0], "coders can ask for what it is for"
    assert study.client.put("/api/coding/interviews/D03-T2/coded", json={"coded": True}).json()["coded"]
    assert cell(study, "D03-T2")["state"] == "coded"
    again = study.client.post("/api/interviews/D03-T2/release")
    assert again.status_code == 200
    assert cell(study, "D03-T2")["state"] == "coded", "a new revision leaves what coders said of it"
    study.client.put("/api/coding/interviews/D03-T2/coded", json={"coded": False})
    assert cell(study, "D03-T2")["state"] == "released"


def test_who_left_or_withdrew_stays_visible(study: Running) -> None:
    study.state.study.file.write_text(
        template("dyads").replace(
            '[[group]]\nid = "D03"\n',
            '[[group]]\nid = "D03"\n[[group.participant]]\nrole = "C"\nleft_on = 2024-05-01\n'
            '[[group.participant]]\nrole = "T"\nwithdrawn_on = 2024-06-01\n',
        )
    )
    row = board(study, "?group=D03")["rows"][0]
    assert [one["state"] for one in row["cells"]] == ["withdrawn"] * 4 + ["left"] * 2
    assert {one["id"]: (one["left_on"], one["withdrawn_on"]) for one in row["participants"]} == {
        "D03-T": (None, "2024-06-01"),
        "D03-C": ("2024-05-01", None),
    }


def test_an_interview_is_placed_moved_and_taken_out(study: Running) -> None:
    waiting = board(study)["tray"][0]["interview_id"]
    address = f"/api/interviews/{waiting}/place"
    taken = study.client.put(address, json={"name": "d03-t2"})
    assert taken.status_code == 409
    assert "already called D03-T2" in taken.json()["detail"]
    unknown = study.client.put(address, json={"name": "D03-T7"})
    assert unknown.status_code == 409
    assert "expects no wave 7 of a therapist" in unknown.json()["detail"]
    assert study.client.put(address, json={"name": "what?"}).status_code == 422
    placed = study.client.put(address, json={"name": "D03 client 1"})
    assert placed.json()["covers"] == ["D03-C1"]
    assert board(study)["tray"] == []
    merged = study.client.put(address, json={"name": "D03-C2", "also": True})
    assert merged.json()["covers"] == ["D03-C1", "D03-C2"]
    assert cell(study, "D03-C2")["interview_id"] == cell(study, "D03-C1")["interview_id"] == waiting
    assert study.client.get("/api/interviews/D03-C2/place").json()["interview_id"] == waiting
    assert study.client.delete(address).json()["covers"] == []
    assert cell(study, "D03-C1")["state"] == "expected"


def test_a_released_interview_is_not_moved(study: Running) -> None:
    study.client.post("/api/interviews/D03-T2/release")
    for answer in (
        study.client.put("/api/interviews/D03-T2/place", json={"name": "D03-T3"}),
        study.client.delete("/api/interviews/D03-T2/place"),
    ):
        assert answer.status_code == 409
        assert "Take the release back" in answer.json()["detail"]


def test_days_and_distances(study: Running) -> None:
    waiting = board(study)["tray"][0]["interview_id"]
    study.client.put(f"/api/interviews/{waiting}/place", json={"name": "D03-T1"})
    facts = {"D03-T1": "2023-01-10", "D03-T2": "2023-03-11"}
    for name, day in facts.items():
        answer = study.client.patch(f"/api/interviews/{name}/facts", json={"held_on": day})
        assert (answer.json()["held_on"], answer.json()["held_on_source"]) == (day, "person")
    assert cell(study, "D03-T2")["days_since_previous"] == 60
    study.client.patch("/api/interviews/D03-T2/facts", json={"held_on": "2022-12-31"})
    assert [one["code"] for one in cell(study, "D03-T2")["warnings"]] == ["wave_order"]
    future = (now().date() + timedelta(days=2)).isoformat()
    refused = study.client.patch("/api/interviews/D03-T2/facts", json={"held_on": future})
    assert refused.status_code == 409
    assert "still to come" in refused.json()["detail"]
    cleared = study.client.patch("/api/interviews/D03-T2/facts", json={"held_on": None})
    assert cleared.json()["held_on"] is None


def test_who_asked_must_be_in_the_protocol(study: Running) -> None:
    right = study.client.patch("/api/interviews/D03-T2/facts", json={"interviewer": "I2"})
    assert right.json()["interviewer"] == "I2"
    wrong = study.client.patch("/api/interviews/D03-T2/facts", json={"interviewer": "I9"})
    assert wrong.status_code == 409
    assert "I1, I2, I3, I4" in wrong.json()["detail"]
    study.state.study.file.write_text(template("dyads").replace('id = "I2"', 'id = "I7"'))
    assert "I2 is said to have asked" in study.client.get("/api/study").json()["findings"][0]["message"]


def test_a_participants_line_shows_every_wave(study: Running) -> None:
    study.client.patch("/api/interviews/D03-T2/facts", json={"held_on": "2023-03-11"})
    line = study.client.get("/api/participants/d03-t").json()
    assert (line["role_name"], line["others"]) == ("therapist", ["D03-C"])
    assert [one["state"] for one in line["waves"]] == ["missing", "needs_review", "expected", "expected"]
    second = line["waves"][1]
    told = study.transcript
    participant = next(one for one in told.speakers if one.label == "S2")
    assert (second["speech_ms"], second["words"]) == (participant.speech_ms, participant.words)
    pauses = sum(one.kind == "pause" for one in told.markers)
    assert second["markers"] == [
        {"kind": "pause", "per_minute": round(pauses / (told.duration_ms / 60_000), 3)}
    ]
    assert second["held_on"] == "2023-03-11"
    assert study.client.get("/api/participants/D99-T").status_code == 404

    marker = tables.transcripts.marker
    with study.state.vault.engine.begin() as connection:
        held = connection.execute(sa.select(marker).where(marker.c.kind == "pause")).first()
        assert held is not None
        for number, subtype in ((9001, None), (9002, "high")):
            value = dict(held._mapping) | {"id": number, "kind": "activation", "subtype": subtype}
            connection.execute(sa.insert(marker).values(value))
    again = study.client.get("/api/participants/d03-t").json()["waves"][1]
    assert [one["per_minute"] for one in again["markers"] if one["kind"] == "activation"] == [
        round(1 / (told.duration_ms / 60_000), 3)
    ], "a value that is usual is nothing that was heard"


def test_everything_is_asked_for_by_group_role_and_wave(study: Running) -> None:
    study.client.get("/api/study")
    study.client.post("/api/interviews/D03-T2/release")
    for side in ("", "/coding"):
        for query, found in (
            ("group=D03", 1),
            ("group=d3&role=therapist&wave=2", 1),
            ("role=T", 1),
            ("role=client", 0),
            ("wave=1", 0),
        ):
            listed = study.client.get(f"/api{side}/interviews?{query}").json()["interviews"]
            assert len(listed) == found, (side, query)
            moments = study.client.get(f"/api{side}/search?q=held&{query}").json()
            assert moments["total"] == found, (side, query)
        wrong = study.client.get(f"/api{side}/search?q=held&role=interviewer")
        assert wrong.status_code == 422
        assert "says who speaks" in wrong.json()["detail"]


def test_a_merged_interview_crosses_with_all_it_covers(study: Running) -> None:
    study.client.put("/api/interviews/D03-T2/place", json={"name": "D03-T3", "also": True})
    with study.state.vault.engine.begin() as connection:
        connection.execute(
            sa.update(tables.interview)
            .where(tables.interview.c.id == study.interview_id)
            .values(held_on=date(2023, 3, 11))
        )
        found = find_interview(connection, study.interview_id)
    assert found is not None
    release(study.state.vault, study.state.coding, found, "steward")
    assert study.client.get("/api/coding/interviews/D03-T3").json()["name"] == "D03-T2"
    assert len(study.client.get("/api/coding/interviews?wave=3").json()["interviews"]) == 1
    study.client.delete("/api/interviews/D03-T2/release")
    assert study.client.get("/api/coding/interviews?wave=3").json()["interviews"] == []


def test_the_second_recording_waits(study: Running) -> None:
    assert [one["recordings"][0]["id"] for one in board(study)["tray"]] == [SECOND]


def test_a_second_file_joins_the_interview_that_has_the_place_and_leaves_it_again(study: Running) -> None:
    other = recording_of(study, SECOND)
    joined = study.client.put(f"/api/interviews/{other}/place", json={"name": "D03-T2", "part": True})
    assert joined.status_code == 200, joined.text
    assert joined.json()["interview_id"] == study.interview_id
    files = joined.json()["recordings"]
    assert [(one["id"], one["state"]) for one in files] == [(RECORDING, "queued"), (SECOND, "joined")]
    assert board(study)["tray"] == []
    assert cell(study, "D03-T2")["state"] == "recorded"

    turned = study.client.put("/api/interviews/D03-T2/files", json={"recordings": [SECOND, RECORDING]})
    assert [one["id"] for one in turned.json()["recordings"]] == [SECOND, RECORDING]
    refused = study.client.put("/api/interviews/D03-T2/files", json={"recordings": [SECOND]})
    assert refused.status_code == 409

    alone = study.client.delete(f"/api/interviews/D03-T2/files/{SECOND}")
    assert (alone.json()["name"], len(alone.json()["recordings"])) == (None, 1)
    assert [one["title"] for one in board(study)["tray"]] == ["somebody"]
    assert study.client.delete(f"/api/interviews/D03-T2/files/{SECOND}").status_code == 404
    assert study.client.delete(f"/api/interviews/D03-T2/files/{RECORDING}").status_code == 409


def test_a_released_interview_takes_no_further_file(study: Running) -> None:
    released = study.client.post("/api/interviews/D03-T2/release")
    assert released.status_code == 200, released.text
    other = recording_of(study, SECOND)
    refused = study.client.put(f"/api/interviews/{other}/place", json={"name": "D03-T2", "part": True})
    assert refused.status_code == 409
    assert "released" in refused.json()["detail"]


def recording_of(study: Running, recording_id: str) -> str:
    return str(study.client.get(f"/api/recordings/{recording_id}").json()["interview_id"])


def test_an_interview_of_somebody_who_did_not_consent_to_coding_is_not_released(study: Running) -> None:
    protocol = template("dyads").replace(
        'consent = ["transcribe", "code", "quote"]', 'consent = ["transcribe"]'
    )
    assert protocol != template("dyads")
    study.state.study.file.write_text(protocol)
    assert study.client.get("/api/study").json()["findings"] == []
    refused = study.client.post("/api/interviews/D03-T2/release")
    assert refused.status_code == 409
    assert "did not consent to coding" in refused.json()["detail"]
