"""Quotes for print over HTTP: words as coders read them, pronouns as suggestions, and when neither may be had."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from models.problems import RecordingProblem
from models.registry.locate import locate
from models.registry.manifest import Task
from models.values import Provenance, Redaction
from service.accounts.permissions import Role
from service.review.keeping import keep_transcript
from service.settings import Settings
from service.study.files import template
from tests.service.api.conftest import House, Running, house, running
from tests.service.conftest import make_transcript

__all__ = ["house", "running"]
ADDRESS = "/api/interviews/D03-T2/pronouns"
STUDY = template("dyads").replace('pronoun = "he"', 'pronoun = "she"')
SAID = (
    ("S1", "How did the client begin, Kari?"),
    ("S2", "He came late, and I asked him why."),
    ("S2", "Then Kari told me that my brother had called him."),
)


def whole(running: Running) -> dict[str, int]:
    return {"from_ms": 0, "to_ms": running.transcript.duration_ms}


def refusal(running: Running) -> str:
    answer = running.client.post(ADDRESS, json=whole(running))
    assert answer.status_code == 409, answer.text
    return str(answer.json()["detail"])


def test_nothing_is_quoted_without_consent_and_nothing_longer_than_ten_minutes(running: Running) -> None:
    running.state.study.file.write_text(STUDY.replace('"code", "quote"', '"code"'))
    running.state.study.current()
    assert "did not consent to being quoted" in refusal(running)
    for to_ms in (0, 11 * 60_000):
        answer = running.client.post(ADDRESS, json={"from_ms": 0, "to_ms": to_ms})
        assert answer.status_code == 409
        assert "ten minutes" in answer.json()["detail"]
    assert running.client.post(ADDRESS, json={"from_ms": -1, "to_ms": 5}).status_code == 422
    assert running.client.post("/api/interviews/D09-T1/pronouns", json=whole(running)).status_code == 404


def test_without_a_study_the_words_are_there_and_a_note_says_what_is_missing(running: Running) -> None:
    told = running.client.post(ADDRESS, json=whole(running)).json()
    assert "study id" in told["note"]
    assert told["suggestions"] == []
    texts = [word["text"] for one in told["utterances"] for word in one["words"]]
    assert "[NAME-1]?" in texts
    assert "Kari?" not in texts


def test_only_the_words_inside_are_quoted(running: Running) -> None:
    second = running.transcript.utterances[1]
    stretch = {"from_ms": second.words[1].start_ms, "to_ms": second.words[3].end_ms}
    told = running.client.post(ADDRESS, json=stretch).json()
    assert [[word["text"] for word in one["words"]] for one in told["utterances"]] == [
        ["held", "my", "hand."]
    ]


def test_other_languages_than_english_get_no_suggestions(running: Running) -> None:
    running.state.study.file.write_text(STUDY)
    running.state.study.current()
    say(running, language="nb")
    told = running.client.post(ADDRESS, json=whole(running)).json()
    assert "English" in told["note"]
    assert {one["code"]: one["pronoun"] for one in told["people"]} == {"T": "she", "C": "she"}


@pytest.mark.parametrize("role", [Role.CODER, Role.LEAD, Role.ADMIN])
def test_who_may_not_read_the_vault_gets_nothing(house: House, role: Role) -> None:
    assert house.as_role(role).post(ADDRESS, json={"from_ms": 0, "to_ms": 1000}).status_code == 403


def say(running: Running, language: str = "en") -> None:
    transcript = make_transcript(*SAID)
    kari = [word for one in transcript.utterances for word in one.words if word.text.startswith("Kari")]
    redactions = tuple(
        Redaction(number, "NAME", "[NAME-1]", word.start_ms, word.end_ms, (word.id,), 0.9, "ner")
        for number, word in enumerate(kari, 1)
    )
    searched = Provenance("entities", "spacy-en-sm", "1", {"names_searched": "yes"})
    with running.state.vault.engine.begin() as connection:
        keep_transcript(
            connection,
            running.interview_id,
            replace(transcript, language=language, provenance=(searched,)),
            redactions,
        )


@pytest.mark.models
def test_pronouns_are_suggested_for_whom_the_study_prints_otherwise(running: Running) -> None:
    try:
        locate("spacy-en-md", Settings().models_folder, Task.ENTITIES)
    except RecordingProblem as problem:
        pytest.skip(str(problem))
    running.state.study.file.write_text(STUDY)
    running.state.study.current()
    object.__setattr__(running.state.settings, "models_dir", Settings().models_folder)
    say(running)
    told: dict[str, Any] = running.client.post(ADDRESS, json=whole(running)).json()
    assert told["note"] is None
    shown = [
        (
            one["changes"][0]["before"],
            one["changes"][0]["after"],
            one["person"],
            one["certainty"],
            one["meant"],
        )
        for one in told["suggestions"]
    ]
    assert shown[:2] == [("He", "She", "C", "likely", "client"), ("him", "her", "C", "likely", "client")]
    assert all(certainty == "unsure" for *_, certainty, _ in shown[2:])
    assert "Kari" not in str(told)
    assert running.client.get("/api/interviews/D03-T2/words").json()["words"][6]["text"] == "He"
