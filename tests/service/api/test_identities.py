"""Identities over the API: seen, changed, undone, passed on to coders."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from models.anonymisation.mentions import Label
from service.accounts.permissions import Role
from service.review.release import release
from service.vault import tables
from service.vault.interviews import find_interview
from tests.service.api.conftest import House, house_with
from tests.service.identities.conftest import say
from tests.service.made_sound import make_sound
from tests.service.reviewing import review


@pytest.fixture
def study(tmp_path: Path) -> Iterator[House]:
    with house_with(tmp_path) as house:
        vault = house.state.vault
        with vault.engine.begin() as connection:
            # The names of the interview that every house has would be counted too.
            for table in (tables.redaction, tables.identity_form, tables.identity, tables.identity_counter):
                connection.execute(sa.delete(table))
            say(
                connection,
                "a",
                "D07-C1",
                "I saw Anna Hansen and Kari",
                ("Anna Hansen", Label.NAME),
                ("Kari", Label.NAME),
            )
            say(connection, "b", "D07-C2", "Kari again", ("Kari", Label.NAME))
        review(vault, house.state.coding, "a")
        make_sound(vault, "a")
        with vault.engine.connect() as connection:
            found = find_interview(connection, "a")
        assert found is not None
        release(vault, house.state.coding, found, "stig")
        yield house


def released_text(house: House) -> str:
    told = house.as_role(Role.CODER).get("/api/coding/interviews/D07-C1/utterances").json()["utterances"]
    return " ".join(word["text"] for one in told for word in one["words"])


def test_a_change_reaches_the_coders_and_is_undone(study: House) -> None:
    steward = study.signed_in("stig")
    seen = steward.get("/api/identities").json()
    assert seen["style"] == "numbered"
    assert [(one["stand_in"], one["mentions"], one["interviews"]) for one in seen["identities"]] == [
        ("[NAME-1]", 1, 1),
        ("[NAME-2]", 2, 2),
    ]
    assert seen["identities"][0]["forms"] == [
        {"scope": "D07", "label": "NAME", "form": "anna hansen", "listed": False}
    ]
    done = steward.patch("/api/identities/2", json={"stand_in": "the neighbour"})
    assert done.status_code == 200, done.text
    assert (done.json()["interviews"], done.json()["passed_on"]) == (2, 1)
    assert released_text(study) == "I saw [NAME-1] and the neighbour"
    change = done.json()["change"]
    assert steward.post(f"/api/identities/changes/{change}/undo").status_code == 200
    assert released_text(study) == "I saw [NAME-1] and [NAME-2]"
    assert steward.post(f"/api/identities/changes/{change}/undo").status_code == 409
    assert steward.post(f"/api/identities/changes/{change}/redo").status_code == 200
    kept = steward.get("/api/identities/changes").json()["changes"]
    assert [(one["kind"], one["by"], one["undone"]) for one in kept] == [("renamed", "stig", False)]
    acts = [one.action for one in study.events(subject="identities")]
    assert acts == [
        "identities_seen",
        "identity_renamed",
        "identity_change_undone",
        "identity_change_redone",
    ]


def test_identities_are_merged_split_and_moved(study: House) -> None:
    steward = study.signed_in("stig")
    merged = steward.post("/api/identities/merge", json={"into": 1, "others": [2]}).json()
    assert merged["identity"] == 1
    one = steward.get("/api/identities/1").json()
    assert [(m["name"], m["before"], m["text"]) for m in one["mentions"]] == [
        ("D07-C1", "I saw", "Anna Hansen"),
        ("D07-C1", "I saw Anna Hansen and", "Kari"),
        ("D07-C2", "", "Kari"),
    ]
    form = {"scope": "D07", "label": "NAME", "form": "kari"}
    split = steward.post("/api/identities/1/split", json={"forms": [form]}).json()
    assert split["identity"] == 3
    assert released_text(study) == "I saw [NAME-1] and [NAME-3]"
    mention = steward.get("/api/identities/3").json()["mentions"][0]
    moved = steward.post(
        "/api/identities/move", json={"interview": mention["interview"], "mention": mention["id"], "to": 1}
    )
    assert moved.status_code == 200, moved.text
    assert released_text(study) == "I saw [NAME-1] and [NAME-1]"
    assert steward.patch("/api/identities/1", json={"label": "PLACE"}).status_code == 200
    assert released_text(study) == "I saw [PLACE-1] and [PLACE-1]"


def test_what_cannot_be_is_refused_with_a_reason_that_repeats_nothing(study: House) -> None:
    steward = study.signed_in("stig")
    refused = steward.patch("/api/identities/2", json={"stand_in": "Hansen"})
    assert refused.status_code == 409
    assert "real name" in refused.json()["detail"]
    assert "Hansen" not in refused.text
    assert steward.patch("/api/identities/2", json={}).status_code == 422
    assert steward.patch("/api/identities/99", json={"stand_in": "x"}).status_code == 409
    assert steward.get("/api/identities/99").status_code == 404


def test_the_list_grows_and_shrinks(study: House) -> None:
    steward = study.signed_in("stig")
    entries = {"entries": [{"value": "Grimstad", "label": "PLACE"}, {"value": "Kari"}]}
    assert steward.post("/api/identities/list", json=entries).json() == {"entries": 2}
    seen = steward.get("/api/identities").json()
    assert {one["label"] for one in seen["identities"] if one["listed"]} == {"NAME", "PLACE"}
    assert "D07-C1" in seen["outdated"], "what is done is to be looked through again"
    assert steward.post("/api/identities/list/remove", json=entries).json() == {"entries": 2}
    assert steward.post("/api/identities/list", json={"entries": [{"value": "-"}]}).status_code == 422
