"""The review over the API: context, order, decisions, refusals."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from service.vault.events import Wanted, read_events
from tests.service.api.conftest import Running, running_with
from tests.service.made_sound import make_sound
from tests.service.reviewing import look_again

REVIEW = "/api/interviews/D03-T2/review"


@pytest.fixture
def waiting(tmp_path: Path) -> Iterator[Running]:
    """An interview that nobody has reviewed."""
    with running_with(tmp_path, reviewed=False) as one:
        with one.state.vault.engine.begin() as connection:
            look_again(connection, one.interview_id)
        yield one


def shown(running: Running) -> dict[str, Any]:
    answer = running.client.get(REVIEW)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def test_a_redaction_is_shown_in_its_context(waiting: Running) -> None:
    (item,) = shown(waiting)["redactions"]
    assert (item["said"], item["placeholder"], item["state"]) == ("Kari", "[NAME-1]", "open")
    assert item["before"] == "How did it begin,"
    assert item["after"] == "He held my hand. I don't know why,"
    assert (item["same"], item["same_open"], item["found_by"]) == (1, 1, ["ner"])


def test_the_second_look_says_why_and_where(waiting: Running) -> None:
    words = waiting.transcript.utterances[1].words
    added = waiting.client.post(f"{REVIEW}/decisions", json={"redactions": [1], "state": "rejected"}).json()
    assert added["count"] == 1
    looks = {one["text"]: one for one in added["review"]["second_look"]}
    assert "Kari" not in looks, "it was decided"
    assert all(one["places"][0]["word_id"] for one in looks.values())
    assert words


def test_all_of_it_over_the_api(waiting: Running) -> None:
    client = waiting.client
    assert shown(waiting)["progress"]["left"].startswith("1 redaction is")
    decided = client.post(f"{REVIEW}/decisions", json={"redactions": [1], "state": "accepted"}).json()
    assert decided["review"]["progress"]["decided"] == 1
    assert decided["review"]["can_undo"] == "accept"
    word = waiting.transcript.utterances[1].words[3]
    added = client.post(
        f"{REVIEW}/additions", json={"word_ids": [word.id], "label": "PROFESSION", "scope": "same_words"}
    ).json()
    assert added["count"] == 2, "he held my hand twice"
    one = next(item for item in added["review"]["redactions"] if item["label"] == "PROFESSION")
    changed = client.post(f"{REVIEW}/changes", json={"redaction": one["id"], "label": "ORGANISATION"})
    assert changed.json()["count"] == 1
    forms = [look["form"] for look in changed.json()["review"]["second_look"]]
    if forms:
        client.post(f"{REVIEW}/cleared", json={"forms": forms})
    finished = client.put(f"{REVIEW}/finished").json()["progress"]
    assert (finished["done"], finished["left"], finished["finished_by"]) == (True, None, "local")
    make_sound(waiting.state.vault, waiting.interview_id)
    assert client.post("/api/interviews/D03-T2/release").status_code == 200
    assert client.delete(f"{REVIEW}/finished").json()["progress"]["done"] is False
    assert client.post(f"{REVIEW}/undo").status_code == 200
    assert client.post(f"{REVIEW}/redo").status_code == 200


def test_refusals_say_what_to_do(waiting: Running) -> None:
    client = waiting.client
    gone = client.post(f"{REVIEW}/decisions", json={"redactions": [77], "state": "accepted"})
    assert (gone.status_code, "Load the review again" in gone.json()["detail"]) == (409, True)
    early = client.put(f"{REVIEW}/finished")
    assert (early.status_code, "still to be looked at" in early.json()["detail"]) == (409, True)
    assert client.post(f"{REVIEW}/undo").status_code == 409
    assert client.get("/api/interviews/nothing/review").status_code == 404
    wrong = client.post(f"{REVIEW}/additions", json={"word_ids": [1], "label": "Kari"})
    assert wrong.status_code == 422
    assert "Kari" not in wrong.text


def test_every_act_is_logged_without_words(waiting: Running) -> None:
    client = waiting.client
    client.post(f"{REVIEW}/decisions", json={"redactions": [1], "state": "accepted"})
    client.post(f"{REVIEW}/undo")
    client.post(f"{REVIEW}/redo")
    forms = [look["form"] for look in shown(waiting)["second_look"]]
    if forms:
        client.post(f"{REVIEW}/cleared", json={"forms": forms})
    client.put(f"{REVIEW}/finished")
    client.delete(f"{REVIEW}/finished")
    with waiting.state.vault.engine.connect() as connection:
        told = {
            event.action: str(event.detail)
            for event in read_events(connection, Wanted(subject=waiting.interview_id, limit=50))
        }
    expected = {"reviewed", "review_undone", "review_redone", "review_finished", "review_reopened"}
    assert expected <= told.keys()
    assert not any("ari" in detail for detail in told.values())
