"""The guide over HTTP: places and judgements, problems of the file, and what was left open."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from service.vault import tables
from tests.service.guide.conftest import GUIDE, Asking, asking

__all__ = ["asking"]
ADDRESS = "/api/interviews/D03-T2/guide"


def told(asking: Asking) -> dict[str, Any]:
    answer = asking.running.client.get(ADDRESS)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def test_the_guide_is_told_question_by_question(asking: Asking) -> None:
    asking.find(asking.at("beginning", 0), asking.at("help", 2, 0.61))
    shown = told(asking)
    assert {name: shown[name] for name in ("searched", "outdated", "asker_known", "problems")} == {
        "searched": True,
        "outdated": False,
        "asker_known": True,
        "problems": [],
    }
    assert [(one["key"], one["asked"], len(one["places"])) for one in shown["questions"]] == [
        ("therapist-2/beginning", True, 1),
        ("therapist-2/help", True, 1),
        ("therapist-2/ending", False, 0),
    ]
    said = asking.utterances[2]
    assert shown["questions"][1]["places"][0] == {
        "number": 2,
        "utterance": 2,
        "start_ms": said.start_ms,
        "end_ms": said.end_ms,
        "score": 0.61,
        "state": "suggested",
        "text": said.text,
        "answer_ms": asking.utterances[3].end_ms - asking.utterances[3].start_ms,
    }


def test_places_are_judged_pointed_to_and_taken_away(asking: Asking) -> None:
    client = asking.running.client
    asking.find(asking.at("beginning", 0))
    judged = client.patch(f"{ADDRESS}/places/1", json={"state": "rejected"}).json()
    assert judged["questions"][0]["asked"] is False
    pointed = client.post(f"{ADDRESS}/places", json={"question": "therapist-2/ending", "utterance": 2})
    (place,) = pointed.json()["questions"][2]["places"]
    assert (place["state"], place["score"]) == ("confirmed", None)
    gone = client.delete(f"{ADDRESS}/places/{place['number']}").json()
    assert gone["questions"][2]["places"] == []


def test_what_is_not_there_is_refused_in_words(asking: Asking) -> None:
    client = asking.running.client
    asking.find(asking.at("beginning", 0))
    assert client.patch(f"{ADDRESS}/places/7", json={"state": "confirmed"}).status_code == 404
    assert client.patch(f"{ADDRESS}/places/1", json={"state": "certain"}).status_code == 422
    assert client.delete(f"{ADDRESS}/places/1").status_code == 404, "a suggestion is rejected, not taken away"
    for body in (
        {"question": "therapist-2/none", "utterance": 0},
        {"question": "therapist-2/ending", "utterance": 99},
    ):
        refused = client.post(f"{ADDRESS}/places", json=body)
        assert refused.status_code == 422
        assert "no such" in refused.json()["detail"]


@pytest.mark.parametrize(
    ("text", "line", "key"),
    [
        (GUIDE.replace('text = "Did it help?"', "text = 3"), 10, "question[2].text"),
        (GUIDE.replace('id = "ending"', 'id = "help"'), 13, "question[3].id"),
        ("title = ", 1, ""),
    ],
)
def test_what_is_wrong_with_the_file_is_told_by_line_and_key(
    asking: Asking, text: str, line: int, key: str
) -> None:
    asking.find(asking.at("beginning", 0))
    asking.write(text)
    shown = told(asking)
    assert shown["questions"] == []
    (problem,) = shown["problems"]
    assert problem["guide"] == "therapist-2.toml"
    assert (line, key) in [(one["line"], one["key"]) for one in problem["findings"]]
    asking.write(GUIDE)
    assert told(asking)["questions"][0]["asked"] is True, "mended, it has its places again"


def test_an_interview_without_a_guide_has_no_questions(asking: Asking) -> None:
    study = asking.running.state.study.file
    study.write_text(study.read_text().replace('  guide = "therapist-2.toml"\n', ""))
    shown = told(asking)
    assert (shown["questions"], shown["problems"], shown["searched"]) == ([], [], False)


def test_what_was_left_open_is_told_with_its_interview(asking: Asking) -> None:
    client = asking.running.client
    assert client.get("/api/participants/d03-t/open").json()["not_searched"] == ["D03-T2"]
    asking.find(asking.at("beginning", 0), asking.at("help", 2))
    assert client.get("/api/participants/D03-T/open").json() == {
        "participant": "D03-T",
        "open": [
            {
                "key": "therapist-2/ending",
                "text": "How will it end?",
                "wave": 2,
                "interview": "D03-T2",
                "interview_id": asking.running.interview_id,
            }
        ],
        "not_searched": [],
    }
    assert client.get("/api/participants/D99-T/open").status_code == 404


def test_the_board_counts_what_was_asked(asking: Asking) -> None:
    asking.find(asking.at("beginning", 0), asking.at("help", 2))
    row = asking.running.client.get("/api/board?group=D03").json()["rows"][0]
    cell = next(one for one in row["cells"] if one["name"] == "D03-T2")
    assert (cell["asked"], cell["questions"]) == (2, 3)


def test_a_search_without_its_model_says_what_to_do(asking: Asking) -> None:
    refused = asking.running.client.post(f"{ADDRESS}/search")
    assert refused.status_code == 409
    assert "lytt models fetch" in refused.json()["detail"]
    assert told(asking)["searched"] is False


def test_an_interview_in_a_language_the_model_does_not_know_is_not_searched(asking: Asking) -> None:
    transcript, state = tables.transcripts.transcript, asking.running.state
    client = asking.running.client
    assert client.get(ADDRESS).json()["language_known"] is True
    with state.vault.engine.begin() as connection:
        connection.execute(sa.update(transcript).values(language="nb"))
    assert client.get(ADDRESS).json()["language_known"] is False
    refused = client.post(f"{ADDRESS}/search")
    assert refused.status_code == 409
    assert "does not know the language of this interview (nb)" in refused.json()["detail"]
    assert client.get(ADDRESS).json()["searched"] is False
