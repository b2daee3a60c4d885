"""The route of a participant's baseline."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from service.vault.events import Wanted, read_events
from tests.service.api.conftest import client_of
from tests.service.baselines.made import Installation, Voice, install


@pytest.fixture
def study(tmp_path: Path) -> Iterator[Installation]:
    made = install(tmp_path)
    yield made
    made.close()


@pytest.fixture
def client(study: Installation) -> Iterator[TestClient]:
    with client_of(study.settings) as client:
        yield client


def test_it_says_on_how_much_speech_it_rests_and_how_interviews_differ(
    study: Installation, client: TestClient
) -> None:
    study.add("D03-C1", 40)
    study.add("D03-C2", 40, Voice(letters=9), seed=2)
    study.bring()
    told = client.get("/api/participants/D03-C/baseline").json()
    assert client.get("/api/participants/D03-C/baseline").json() == told
    assert (told["interviews"], told["stretches"], told["speech_ms"]) == (2, 80, 160_000)
    assert (told["compared"], told["enough"], told["why_not"]) == (True, True, None)
    assert {one["feature"] for one in told["usual"]} == {
        "pitch_semitones",
        "pitch_range_semitones",
        "letters_a_second",
    }
    second = told["waves"][1]
    assert (second["name"], second["waves"], second["stretches"]) == ("D03-C2", [2], 40)
    (clear,) = [one for one in second["shifts"] if one["clear"]]
    assert clear["feature"] == "letters_a_second"
    assert clear["strength"] < 0
    assert " % slower than in wave 1 (" in second["said"][0]
    with study.vault.engine.connect() as connection:
        events = read_events(connection, Wanted(limit=20))
    assert [one.subject for one in events if one.action == "baseline_seen"] == ["D03-C"], "once a use"


def test_of_nobody_known_there_is_none(client: TestClient) -> None:
    assert client.get("/api/participants/D99-C/baseline").status_code == 404
    told = client.get("/api/participants/d03-t/baseline").json()
    assert (told["person"], told["interviews"], told["enough"], told["waves"]) == ("D03-T", 0, False, [])
