"""Withdrawals over HTTP: shown before, typed, carried out, and told to the end."""

from __future__ import annotations

import time
from pathlib import Path

from tests.service.api.conftest import Running

BASE = "/api/withdrawals"


def finished(running: Running, number: int) -> dict[str, object]:
    until = time.monotonic() + 30
    while True:
        one: dict[str, object] = running.client.get(f"{BASE}/{number}").json()
        if one["erased"]:
            return one
        assert time.monotonic() < until, one
        time.sleep(0.05)


def test_a_plan_changes_nothing_and_says_what_goes(running: Running) -> None:
    plan = running.client.post(f"{BASE}/plan", json={"participant": "d03-t"})
    assert plan.status_code == 200, plan.text
    told = plan.json()
    assert (told["scope"], told["study_id"], told["confirmation"]) == ("participant", "D03-T", "D03-T")
    assert told["interviews"] == ["D03-T2"]
    counted = {one["kind"]: one["number"] for one in told["counts"]}
    assert counted["word"] == sum(len(one.words) for one in running.transcript.utterances)
    assert counted["recording"] == 1
    assert running.client.get("/api/interviews/D03-T2").status_code == 200
    assert running.client.get(BASE).json()["withdrawals"] == []


def test_it_is_typed_carried_out_and_has_a_receipt(running: Running) -> None:
    copy = running.state.settings.watched_folder / "D03-T2.wav"
    copy.parent.mkdir(parents=True, exist_ok=True)
    copy.write_bytes(b"somebody's own copy")
    mistyped = running.client.post(BASE, json={"participant": "D03-T", "confirmation": "D03-C"})
    assert mistyped.status_code == 422
    assert "Type D03-T" in mistyped.json()["detail"]
    assert running.client.get("/api/interviews/D03-T2").status_code == 200

    assert (
        running.client.get("/api/interviews/D03-T2/transcript", params={"format": "vtt"}).status_code == 200
    )
    begun = running.client.post(BASE, json={"participant": "D03-T", "confirmation": "D03-T"})
    assert begun.status_code == 202, begun.text
    number = begun.json()["number"]
    done = finished(running, number)
    assert done["done"] == done["steps"]
    assert [(one["kind"], one["form"]) for one in done["exports"]] == [("transcript_exported", "vtt")]
    assert done["files"] == ["D03-T2.wav"]
    assert done["finished_at"] is None, "the copy in the folder is still there"
    assert running.client.get("/api/interviews/D03-T2").status_code == 404

    gone = running.client.delete(f"{BASE}/{number}/files").json()
    assert gone["files"] == []
    assert gone["finished_at"] is not None
    assert not copy.exists()
    receipt = running.client.get(f"{BASE}/{number}/receipt").json()
    assert running.client.post(f"{BASE}/verify", json={"signed": receipt["signed"]}).status_code == 200
    forged = receipt["signed"].replace('"recording": 1', '"recording": 2')
    assert forged != receipt["signed"]
    assert running.client.post(f"{BASE}/verify", json={"signed": forged}).status_code == 422
    assert (
        running.client.post(BASE, json={"participant": "D03-T", "confirmation": "D03-T"}).status_code == 409
    )


def test_one_use_leaves_the_rest(running: Running) -> None:
    target = {"participant": "D03-T", "use": "voiceprint"}
    assert running.client.post(f"{BASE}/plan", json=target).status_code == 200
    number = running.client.post(BASE, json=target | {"confirmation": "D03-T"}).json()["number"]
    assert finished(running, number)["use"] == "voiceprint"
    assert running.client.get("/api/interviews/D03-T2").status_code == 200


def test_what_there_is_not_is_told(running: Running) -> None:
    assert running.client.post(f"{BASE}/plan", json={}).status_code == 409
    assert running.client.post(f"{BASE}/plan", json={"participant": "D99-T"}).status_code == 409
    assert running.client.post(f"{BASE}/plan", json={"participant": "D03-T", "use": "x"}).status_code == 422
    both = {"interview": "D03-T2", "use": "code"}
    assert running.client.post(f"{BASE}/plan", json=both).status_code == 409
    for path in (f"{BASE}/7", f"{BASE}/7/receipt"):
        assert running.client.get(path).status_code == 404
    assert running.client.delete(f"{BASE}/7/files").status_code == 404


def test_no_path_of_the_machine_is_in_an_answer(running: Running, tmp_path: Path) -> None:
    plan = running.client.post(f"{BASE}/plan", json={"participant": "D03-T"})
    assert str(tmp_path) not in plan.text
