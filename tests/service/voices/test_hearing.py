"""Voiceprints in the vault: made where consent allows, sealed, confirmed, and gone when they must go."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from models.values import Transcript, Voiceprint
from service.review.keeping import keep_transcript
from service.review.release import ReleaseRefused, release
from service.study.files import template
from service.vault import tables
from service.vault.interviews import find_interview
from service.vault.recordings import RecordingState, set_state
from service.voices import prints
from service.voices.hearing import confirm, heard_voices
from tests.service.api.conftest import RECORDING, SECOND, Running, running
from tests.service.conftest import make_transcript

__all__ = ["running"]
ALLOWED = template("dyads").replace('consent = ["transcribe",', 'consent = ["voiceprint",')
ALL_ALLOWED = ALLOWED.replace('id = "I1"', 'id = "I1"\nconsent = ["voiceprint"]')
THERAPIST, ASKER = (1.0, 0.0, 0.0), (0.0, 1.0, 0.0)
OTHER = (0.0, 0.0, 1.0)


@pytest.fixture
def study(running: Running) -> Running:
    """D03-T2 is done and its voices are heard; a second recording waits in the tray."""
    assert template("dyads") != ALLOWED
    running.state.study.file.write_text(ALLOWED)
    running.state.study.current()
    hear(running, running.interview_id, S1=ASKER, S2=THERAPIST)
    return running


def hear(running: Running, interview_id: str, **vectors: tuple[float, ...]) -> None:
    made = [Voiceprint(label, 60_000, vector, "m@1") for label, vector in vectors.items()]
    with running.state.vault.engine.begin() as connection:
        prints.store(connection, running.state.vault.sealer, interview_id, made)


def second(running: Running, transcript: Transcript, name: str = "D05-T1") -> str:
    """The waiting recording, done and filed."""
    with running.state.vault.engine.begin() as connection:
        interview_id = connection.execute(
            sa.select(tables.recording.c.interview_id).where(tables.recording.c.id == SECOND)
        ).scalar_one()
        keep_transcript(connection, interview_id, transcript, ())
        set_state(connection, SECOND, RecordingState.DONE)
    assert running.client.put(f"/api/interviews/{interview_id}/place", json={"name": name}).status_code == 200
    return str(interview_id)


def count(running: Running) -> int:
    with running.state.vault.engine.connect() as connection:
        return connection.execute(sa.select(sa.func.count()).select_from(tables.voiceprint)).scalar_one()


def roles(running: Running, interview: str) -> dict[str, str]:
    told = running.client.get(f"/api/interviews/{interview}").json()["speakers"]
    return {one["label"]: one["role"] for one in told}


def test_confirming_one_recording_fills_in_the_roles_of_others(study: Running) -> None:
    study.state.study.file.write_text(ALL_ALLOWED)
    other = second(study, study.transcript)
    hear(study, other, S1=OTHER, S2=ASKER)
    assert roles(study, other) == {"S1": "interviewer", "S2": "participant"}, "guessed by who says more"
    answer = study.client.put("/api/interviews/D03-T2/voices/S1", json={"person": "I1"})
    assert answer.status_code == 200, answer.text
    assert [(one["label"], one["person"], one["confirmed"]) for one in answer.json()["voices"]] == [
        ("S1", "I1", True),
        ("S2", None, False),
    ]
    assert roles(study, other) == {"S1": "participant", "S2": "interviewer"}
    assert study.client.get("/api/interviews/D03-T2/place").json()["interviewer"] == "I1"


def test_who_asked_follows_the_voice_that_is_confirmed(study: Running) -> None:
    for person, asked in (("I1", "I1"), ("I2", "I2"), (None, None), ("I3", "I3")):
        study.client.put("/api/interviews/D03-T2/voices/S1", json={"person": person})
        assert study.client.get("/api/interviews/D03-T2/place").json()["interviewer"] == asked
    study.client.patch("/api/interviews/D03-T2/facts", json={"interviewer": "I4"})
    study.client.put("/api/interviews/D03-T2/voices/S1", json={"person": None})
    told = study.client.get("/api/interviews/D03-T2/place").json()
    assert told["interviewer"] == "I4", "what a person said of it stays"


def test_an_interviewer_who_did_not_consent_leaves_no_voiceprint(study: Running) -> None:
    study.client.put("/api/interviews/D03-T2/voices/S1", json={"person": "I1"})
    assert count(study) == 1
    study.state.study.file.write_text(ALL_ALLOWED)
    hear(study, study.interview_id, S1=ASKER, S2=THERAPIST)
    study.client.put("/api/interviews/D03-T2/voices/S1", json={"person": "I1"})
    assert count(study) == 2


def test_a_confirmation_is_taken_back_and_the_role_is_a_suggestion_again(study: Running) -> None:
    talkative = make_transcript(
        ("S1", "How did it begin?"), ("S2", "He held my hand, and it helped me a lot.")
    )
    with study.state.vault.engine.begin() as connection:
        keep_transcript(connection, study.interview_id, talkative, ())
    study.client.put("/api/interviews/D03-T2/voices/S2", json={"person": "I1"})
    assert roles(study, "D03-T2")["S2"] == "interviewer"
    told = study.client.put("/api/interviews/D03-T2/voices/S2", json={"person": None}).json()
    assert [one["confirmed"] for one in told["voices"]] == [False, False]
    assert roles(study, "D03-T2")["S2"] == "participant", (
        "who says clearly more is suggested to be the participant"
    )
    speakers = study.client.get("/api/interviews/D03-T2").json()["speakers"]
    assert all(one["suggested"] for one in speakers)


@pytest.mark.parametrize(("label", "person"), [("S9", "I1"), ("S1", "D99-T"), ("S1", "Kari")])
def test_only_voices_and_people_that_are_there_can_be_confirmed(
    study: Running, label: str, person: str
) -> None:
    answer = study.client.put(f"/api/interviews/D03-T2/voices/{label}", json={"person": person})
    assert answer.status_code == 422
    assert "Kari" not in answer.text


def test_a_mismatch_keeps_the_interview_from_being_released(study: Running) -> None:
    study.client.put("/api/interviews/D03-T2/voices/S2", json={"person": "D03-T"})
    other = second(study, study.transcript)
    hear(study, other, S1=ASKER, S2=THERAPIST)
    told = study.client.get(f"/api/interviews/{other}/voices").json()
    assert [one["message"] for one in told["mismatches"]] == [
        "S2 sounds like D03-T, and the recording is filed as D05-T."
    ]
    refused = study.client.post(f"/api/interviews/{other}/release")
    assert refused.status_code == 409
    with study.state.vault.engine.connect() as connection:
        found = find_interview(connection, study.interview_id)
    assert found is not None
    release(study.state.vault, study.state.coding, found, "steward")
    study.client.put(f"/api/interviews/{other}/voices/S2", json={"person": "D05-T"})
    assert study.client.get(f"/api/interviews/{other}/voices").json()["mismatches"] == []


def test_a_mismatch_that_is_confirmed_stays_until_the_recording_is_moved(study: Running) -> None:
    study.client.put("/api/interviews/D03-T2/voices/S2", json={"person": "D03-T"})
    other = second(study, study.transcript)
    hear(study, other, S1=ASKER, S2=THERAPIST)
    told = study.client.put(f"/api/interviews/{other}/voices/S2", json={"person": "D03-T"}).json()
    assert [one["message"] for one in told["mismatches"]] == [
        "S2 is D03-T, and the recording is filed as D05-T."
    ]
    assert study.client.post(f"/api/interviews/{other}/release").status_code == 409
    moved = study.client.put(f"/api/interviews/{other}/place", json={"name": "D03-T3"})
    assert moved.status_code == 200
    assert study.client.get(f"/api/interviews/{other}/voices").json()["mismatches"] == []


def test_the_release_says_what_to_do_about_a_mismatch(study: Running) -> None:
    study.client.put("/api/interviews/D03-T2/voices/S2", json={"person": "D03-T"})
    other = second(study, study.transcript)
    hear(study, other, S1=ASKER, S2=THERAPIST)
    with study.state.vault.engine.begin() as connection:
        searched = sa.update(tables.interview).values(names_outdated=False)
        connection.execute(searched)
        found = find_interview(connection, other)
    assert found is not None
    with pytest.raises(ReleaseRefused):
        release(study.state.vault, study.state.coding, found, "steward")


def test_consent_taken_back_in_the_protocol_erases_at_once(study: Running) -> None:
    assert count(study) == 2
    study.state.study.file.write_text(template("dyads"))
    study.client.get("/api/study")
    assert count(study) == 0
    told = study.client.get("/api/interviews/D03-T2/voices").json()
    assert (
        told["why_not"] == "The participant has not consented to voiceprints, so the voices are not compared."
    )
    with study.state.vault.engine.connect() as connection:
        assert prints.to_make(connection, study.state.study.current().protocol) == []
    study.state.study.file.write_text(ALLOWED)
    with study.state.vault.engine.connect() as connection:
        waiting = prints.to_make(connection, study.state.study.current().protocol)
    assert waiting == [RECORDING], "given again, the voices are to be heard again"


def test_an_interview_without_its_place_has_no_voiceprints(study: Running) -> None:
    study.client.delete("/api/interviews/D03-T2/place")
    assert count(study) == 0
    told = study.client.get(f"/api/interviews/{study.interview_id}/voices").json()
    assert "place" in told["why_not"]


def spoil(connection: sa.Connection, sealed: bytes) -> None:
    """Put something else in the place of every voiceprint."""
    table = tables.voiceprint
    for interview_id in connection.execute(sa.select(table.c.interview_id).distinct()).scalars().all():
        connection.execute(sa.update(table).where(table.c.interview_id == interview_id).values(sealed=sealed))


def test_voiceprints_lie_sealed(study: Running, tmp_path: Path) -> None:
    with study.state.vault.engine.connect() as connection:
        sealed = connection.execute(sa.select(tables.voiceprint.c.sealed)).scalars().all()
        assert all(b"vector" not in one for one in sealed)
        assert len(heard_voices(connection, study.state.vault.sealer)) == 2
        spoil(connection, b"from another vault")
        connection.commit()
    answer = study.client.get("/api/interviews/D03-T2/voices")
    assert answer.status_code == 409
    assert "key file" in answer.json()["detail"]


def test_nobody_is_confirmed_twice_in_one_interview(study: Running) -> None:
    protocol = study.state.study.current().protocol
    assert protocol is not None
    with study.state.vault.engine.begin() as connection:
        sealer = study.state.vault.sealer
        for label in ("S1", "S2"):
            confirm(connection, sealer, study.interview_id, label, "D03-T", protocol, "steward")
        rows = connection.execute(sa.select(tables.voice.c.label, tables.voice.c.person)).all()
    assert [tuple(row) for row in rows] == [("S2", "D03-T")]


def test_without_a_protocol_the_reason_is_told(running: Running) -> None:
    told = running.client.get("/api/interviews/D03-T2/voices").json()
    assert "lytt study init" in told["why_not"]


def test_a_role_set_by_hand_confirms_the_voice_until_it_is_taken_back(study: Running) -> None:
    study.client.patch("/api/interviews/D03-T2/speakers/S2", json={"role": "participant"})
    told = study.client.get("/api/interviews/D03-T2/voices").json()["voices"]
    assert [(one["label"], one["person"], one["confirmed"]) for one in told] == [
        ("S1", None, False),
        ("S2", "D03-T", True),
    ]
    back = study.client.put("/api/interviews/D03-T2/voices/S2", json={"person": None}).json()["voices"]
    assert [one["confirmed"] for one in back] == [False, False]


def test_voiceprints_that_can_not_be_opened_stop_the_release_and_the_reason_is_told(study: Running) -> None:
    with study.state.vault.engine.begin() as connection:
        spoil(connection, b"\x01 not what was sealed")
    refused = study.client.post("/api/interviews/D03-T2/release")
    assert refused.status_code == 409
    assert "key file" in refused.json()["detail"]
