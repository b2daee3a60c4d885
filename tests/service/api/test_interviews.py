from __future__ import annotations

from pathlib import Path

import pytest

from models.values import MarkerKind
from tests.service.api.conftest import Running, running_with


@pytest.mark.parametrize("reference", ["D03-T2", "d3_t2", "d03-t2", "D3 T2"])
def test_an_interview_is_found_in_any_spelling(running: Running, reference: str) -> None:
    found = running.client.get(f"/api/interviews/{reference}").json()
    assert (found["id"], found["name"], found["group"], found["wave"]) == (
        running.interview_id,
        "D03-T2",
        "D03",
        2,
    )
    assert found["words"] == sum(len(u.words) for u in running.transcript.utterances)


def test_words_and_utterances_come_by_time(running: Running) -> None:
    second = running.transcript.utterances[1]
    span = {"from_ms": second.start_ms, "to_ms": second.end_ms}
    utterances = running.client.get("/api/interviews/D03-T2/utterances", params=span).json()["utterances"]
    words = running.client.get("/api/interviews/D03-T2/words", params=span).json()["words"]
    assert [u["id"] for u in utterances] == [second.id]
    assert [w["text"] for w in words] == [w.text for w in second.words]
    assert utterances[0]["words"] == words


def test_at_a_time_it_says_who_speaks(running: Running) -> None:
    third = running.transcript.utterances[2]
    found = running.client.get("/api/interviews/d3t2/at", params={"ms": third.start_ms + 10}).json()
    assert (found["utterance"]["id"], found["word"]["text"]) == (third.id, third.words[0].text)
    assert (found["before"]["id"], found["after"]["id"]) == (1, 3)


def test_markers_are_told_in_plain_words(running: Running) -> None:
    markers = running.client.get("/api/interviews/D03-T2/markers", params={"kind": "pause"}).json()["markers"]
    assert len(markers) == len(running.transcript.markers)
    assert (markers[0]["kind"], markers[0]["text"]) == (MarkerKind.PAUSE, "pause 1.5 s")
    none = running.client.get("/api/interviews/D03-T2/markers", params={"kind": "inaudible"}).json()
    assert none == {"markers": []}


def test_search_gives_the_characters_that_match(running: Running) -> None:
    found = running.client.get("/api/search", params={"q": "held my hand", "speaker": "participant"}).json()
    assert found["total"] == 1
    moment = found["moments"][0]
    assert [moment["text"][first:last] for first, last in moment["matches"]] == ["held my hand."] * 2
    assert moment["name"] == "D03-T2"
    assert (
        running.client.get("/api/search", params={"q": "hand", "speaker": "interviewer"}).json()["total"] == 0
    )


def test_a_role_is_set_by_a_person_and_kept(running: Running) -> None:
    answer = running.client.patch("/api/interviews/D03-T2/speakers/S1", json={"role": "participant"}).json()
    given = answer["speakers"][0]
    assert (given["role"], given["suggested"]) == ("participant", False)
    shown = running.client.get("/api/interviews/D03-T2").json()["speakers"][0]
    assert shown == given
    assert (
        running.client.patch("/api/interviews/D03-T2/speakers/S9", json={"role": "other"}).status_code == 404
    )


def test_release_passes_only_anonymised_words(running: Running) -> None:
    client = running.client
    assert client.get("/api/coding/interviews").json() == {"interviews": []}
    assert client.post("/api/interviews/D03-T2/release").json()["released_at"] is not None
    coded = client.get("/api/coding/interviews/d3_t2/utterances").json()["utterances"]
    assert coded[0]["words"][-1]["text"].startswith("[NAME-1]")
    assert "Kari" not in client.get("/api/coding/interviews/D03-T2/utterances").text
    assert client.get("/api/coding/search", params={"q": "Kari"}).json()["total"] == 0
    assert client.get("/api/coding/search", params={"q": "held my hand"}).json()["total"] == 1
    assert client.get("/api/search", params={"q": "Kari"}).json()["total"] == 1
    with running.state.coding.engine.connect() as connection:
        dump = "\n".join(connection.connection.driver_connection.iterdump())  # type: ignore[union-attr]
    assert "NAME-1" in dump
    assert "kari" not in dump.casefold()


def test_a_release_can_be_taken_back(running: Running) -> None:
    running.client.post("/api/interviews/D03-T2/release")
    assert running.client.delete("/api/interviews/D03-T2/release").json()["released_at"] is None
    assert running.client.get("/api/coding/interviews/D03-T2").status_code == 404
    assert running.client.get("/api/coding/search", params={"q": "hand"}).json()["total"] == 0


@pytest.mark.parametrize(
    ("form", "begins"), [("text", "[00:00:01] Interviewer: How"), ("vtt", "WEBVTT"), ("json", '{"format":1')]
)
def test_transcripts_download_anonymised_unless_asked_otherwise(
    running: Running, form: str, begins: str
) -> None:
    anonymised = running.client.get("/api/interviews/D03-T2/transcript", params={"format": form})
    spoken = running.client.get(
        "/api/interviews/D03-T2/transcript", params={"format": form, "anonymised": False}
    )
    assert anonymised.text.startswith(begins)
    assert ("Kari" in anonymised.text, "Kari" in spoken.text) == (False, True)


def test_what_is_not_there_is_a_problem_detail(running: Running) -> None:
    answer = running.client.get("/api/interviews/D99-T9")
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
    assert answer.json()["detail"] == "There is no such interview."
    assert running.client.get("/api/no/such/address").headers["content-type"] == "application/problem+json"


def test_a_wrong_request_is_not_repeated_in_the_answer(running: Running) -> None:
    answer = running.client.get("/api/interviews/D03-T2/at", params={"ms": "my secret"})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "query.ms"
    assert "secret" not in answer.text


def test_signs_of_a_notation_stand_at_words_and_between_lines(running: Running) -> None:
    told = running.client.get("/api/interviews/D03-T2/notation", params={"notation": "jefferson"}).json()
    assert {(one["text"], one["says"]) for one in told["between"]} == {("(1.5)", "pause 1.5 s")}
    assert [one["before"] for one in told["between"]] == [
        *(utterance.id for utterance in running.transcript.utterances[1:]),
        None,
    ]
    assert [one["sign"] for one in told["legend"]] == ["(0.7) (.)"]
    assert running.client.get("/api/interviews/D03-T2/notation").json()["notation"] == "plain"
    wrong = running.client.get("/api/interviews/D03-T2/notation", params={"notation": "other"})
    assert wrong.status_code == 422


@pytest.mark.parametrize("of", ["/api/interviews", "/api/coding/interviews"])
def test_files_are_written_in_the_notation_that_is_asked_for(running: Running, of: str) -> None:
    running.client.post("/api/interviews/D03-T2/release")
    for notation, sign in (("plain", "(1.5 s)"), ("jefferson", "(1.5)"), ("gat2", "(1.5)")):
        got = running.client.get(f"{of}/D03-T2/transcript", params={"format": "text", "notation": notation})
        assert f"] {sign}" in got.text
        assert ("Written in" in got.text) == (notation != "plain")
    signs = running.client.get(f"{of}/D03-T2/notation", params={"notation": "gat2"}).json()
    assert signs["words"]
    assert all(one["text"] == one["text"].lower() for one in signs["words"])


def test_words_about_feelings_are_off_unless_they_are_wanted(running: Running) -> None:
    off = {"on": False, "source": None, "words": []}
    assert running.client.get("/api/interviews/D03-T2/affect-words").json() == off
    running.client.post("/api/interviews/D03-T2/release")
    assert running.client.get("/api/coding/interviews/D03-T2/affect-words").json() == off


def test_words_about_feelings_are_of_the_words_that_a_side_reads(tmp_path: Path) -> None:
    with running_with(tmp_path, affect_words=True) as running:
        running.client.post("/api/interviews/D03-T2/release")
        told = running.client.get("/api/interviews/D03-T2/affect-words").json()
        coders = running.client.get("/api/coding/interviews/D03-T2/affect-words").json()
        read = running.client.get("/api/coding/interviews/D03-T2/utterances").json()["utterances"]
    assert told["source"].startswith("VADER")
    assert [one["text"] for one in told["words"]], "the conversation has a word of the list"
    shown = {word["id"]: word["text"] for line in read for word in line["words"] if word["redaction"] is None}
    assert {one["word"]: one["text"] for one in coders["words"]}.items() <= shown.items()
