"""Correcting over the API: every edit is recorded, can be undone, and holds back what it made stale."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from models.values import Redaction
from service.review.keeping import keep_found, keep_transcript
from service.vault import tables
from tests.service.api.conftest import Running
from tests.service.made_sound import make_sound
from tests.service.reviewing import review

INTERVIEW = "/api/interviews/D03-T2"


def revision(running: Running) -> int:
    return int(running.client.get(INTERVIEW).json()["revision"])


def correct(running: Running, what: str, expected: int = 200, **body: Any) -> dict[str, Any]:
    sent = {"revision": revision(running)} | body
    answer = running.client.post(f"{INTERVIEW}/corrections/{what}", json=sent)
    assert answer.status_code == expected, answer.text
    return dict(answer.json())


def lines(running: Running) -> list[str]:
    got = running.client.get(f"{INTERVIEW}/utterances").json()["utterances"]
    return [f"{one['speaker']}: {' '.join(word['text'] for word in one['words'])}" for one in got]


def test_words_are_corrected_and_it_is_recorded_who_when_before_and_after(running: Running) -> None:
    first = running.transcript.utterances[0]
    done = correct(running, "words", utterance=0, word_ids=[first.words[0].id], text="When")
    assert done["revision"] == 2
    new = done["utterances"][0]["words"][0]
    assert (new["id"], new["text"], new["confidence"]) == (first.words[0].id, "When", 1.0)
    assert lines(running)[0].startswith("S1: When did it begin")
    made = running.client.get(f"{INTERVIEW}/corrections").json()
    assert (made["can_undo"], made["can_redo"], made["revision"]) == (True, False, 2)
    (one,) = made["corrections"]
    assert (one["kind"], one["by"], one["before"], one["after"]) == ("words", "local", "How", "When")
    assert one["text"] == "changed “How” to “When”"
    assert (one["start_ms"], one["end_ms"]) == (first.start_ms, first.end_ms)


def test_corrections_are_undone_and_done_again_in_their_order(running: Running) -> None:
    before = lines(running)
    words = running.transcript.utterances[1].words
    correct(running, "words", utterance=1, word_ids=[words[0].id], text="Er,")
    one = lines(running)
    correct(running, "split", utterance=1, before=words[2].id)
    two = lines(running)
    assert len({tuple(before), tuple(one), tuple(two)}) == 3
    correct(running, "undo")
    assert lines(running) == one
    correct(running, "undo")
    assert lines(running) == before
    correct(running, "undo", expected=422)
    correct(running, "redo")
    correct(running, "redo")
    assert lines(running) == two
    correct(running, "undo")
    correct(running, "merge", first=0, second=1)
    correct(running, "redo", expected=422)


def test_markers_and_counts_follow_the_words(running: Running) -> None:
    words = running.transcript.utterances[1].words
    done = correct(running, "speaker", utterance=1, scope="words", word_ids=[words[0].id], speaker="new")
    counted = {one["label"]: one["words"] for one in done["speakers"]}
    assert counted["S3"] == 1
    assert sum(counted.values()) == sum(len(one.words) for one in running.transcript.utterances)
    markers = running.client.get(f"{INTERVIEW}/markers").json()["markers"]
    known = {one["id"] for one in running.client.get(f"{INTERVIEW}/utterances").json()["utterances"]}
    assert {one["utterance"] for one in markers} - {None} <= known
    assert {"pause", "loudness", "rate"} <= {one["kind"] for one in markers}


def test_who_corrects_an_older_revision_is_told_and_nothing_changes(running: Running) -> None:
    words = running.transcript.utterances[0].words
    body = {"utterance": 0, "word_ids": [words[0].id]}
    correct(running, "words", text="When", **body)
    told = correct(running, "words", expected=409, revision=1, text="Why", **body)
    assert "Load it again" in told["detail"]
    assert lines(running)[0].startswith("S1: When")


def test_corrected_words_are_searched_and_found_by_time(running: Running) -> None:
    words = running.transcript.utterances[0].words
    correct(running, "words", utterance=0, word_ids=[words[0].id], text="Marzipan")
    found = running.client.get("/api/search", params={"q": "marzipan"}).json()
    assert [one["utterance_id"] for one in found["moments"]] == [0]
    at = running.client.get(f"{INTERVIEW}/at", params={"ms": words[0].start_ms}).json()
    assert at["word"]["text"] == "Marzipan"


def test_a_page_of_utterances_goes_on_after_one_that_was_split(running: Running) -> None:
    words = running.transcript.utterances[1].words
    correct(running, "split", utterance=1, before=words[2].id)
    seen, after = [], -1
    while True:
        page = running.client.get(f"{INTERVIEW}/utterances", params={"limit": 1, "after": after}).json()
        seen += [one["id"] for one in page["utterances"]]
        if page["next"] is None:
            break
        after = page["next"]
    count = len(running.transcript.utterances)
    assert seen == [0, 1, count, *range(2, count)]
    assert running.client.get(f"{INTERVIEW}/outline").json()["ids"] == seen


def test_release_waits_until_names_are_looked_for_in_the_new_words(running: Running) -> None:
    words = running.transcript.utterances[1].words
    correct(running, "words", utterance=1, word_ids=[words[0].id], text="Ingrid")
    assert running.client.get(INTERVIEW).json()["names_outdated"] is True
    refused = running.client.post(f"{INTERVIEW}/release")
    assert refused.status_code == 409
    assert "names" in refused.json()["detail"]
    assert "Ingrid" not in refused.text
    with running.state.vault.engine.begin() as connection:
        one = Redaction(1, "NAME", "[NAME-1]", words[0].start_ms, words[0].end_ms, (words[0].id,), 0.9, "ner")
        keep_found(connection, running.interview_id, (one,), ())
    waits = running.client.post(f"{INTERVIEW}/release")
    assert "1 redaction is still to be looked at" in waits.json()["detail"]
    review(running.state.vault, running.state.coding, running.interview_id)
    assert "redacted sound" in running.client.post(f"{INTERVIEW}/release").json()["detail"]
    make_sound(running.state.vault, running.interview_id)
    assert running.client.post(f"{INTERVIEW}/release").status_code == 200
    coded = running.client.get("/api/coding/interviews/D03-T2/utterances").text
    assert "[NAME-" in coded
    assert "Ingrid" not in coded


def test_a_corrected_word_that_was_a_name_stays_redacted(running: Running) -> None:
    named = running.transcript.utterances[0].words[-1]
    correct(running, "words", utterance=0, word_ids=[named.id], text="Karoline?")
    text = running.client.get(f"{INTERVIEW}/transcript").text
    assert "[NAME-1]?" in text
    assert "Karoline" not in text


def test_who_coders_still_read_an_earlier_version_of_is_visible(running: Running) -> None:
    assert running.client.post(f"{INTERVIEW}/release").status_code == 200
    correct(running, "split", utterance=1, before=running.transcript.utterances[1].words[2].id)
    shown = running.client.get(INTERVIEW).json()
    assert (shown["released_revision"], shown["revision"], shown["corrections"]) == (1, 2, 1)
    running.client.post(f"{INTERVIEW}/release")
    shown = running.client.get(INTERVIEW).json()
    assert shown["released_revision"] == shown["revision"] == 2


def test_a_voice_is_named_in_the_vault_only(running: Running) -> None:
    answer = running.client.patch(f"{INTERVIEW}/speakers/S2", json={"name": "Kari Nordmann"}).json()
    assert {one["label"]: one["name"] for one in answer["speakers"]} == {"S1": None, "S2": "Kari Nordmann"}
    spoken = running.client.get(f"{INTERVIEW}/transcript", params={"anonymised": False}).text
    assert "Kari Nordmann: " in spoken
    assert "Nordmann" not in running.client.get(f"{INTERVIEW}/transcript").text
    assert running.client.post(f"{INTERVIEW}/release").status_code == 200
    with running.state.coding.engine.connect() as connection:
        dumped = " ".join(
            str(row)
            for table in sa.inspect(running.state.coding.engine).get_table_names()
            for row in connection.execute(sa.text(f'SELECT * FROM "{table}"'))
        )
    assert "Nordmann" not in dumped
    correct(running, "undo")
    assert running.client.get(INTERVIEW).json()["speakers"][1]["name"] is None


def test_the_event_log_holds_no_word_of_a_correction(running: Running) -> None:
    words = running.transcript.utterances[0].words
    correct(running, "words", utterance=0, word_ids=[words[0].id], text="Marzipan")
    correct(running, "undo")
    with running.state.vault.engine.connect() as connection:
        events = list(connection.execute(sa.select(tables.event)))
    assert {"corrected", "correction_undone"} <= {row.action for row in events}
    assert not any("Marzipan" in str(row.detail) for row in events)


def test_a_machine_does_not_overwrite_what_was_corrected(running: Running) -> None:
    words = running.transcript.utterances[0].words
    correct(running, "words", utterance=0, word_ids=[words[0].id], text="When")
    with running.state.vault.engine.begin() as connection:
        keep_transcript(connection, running.interview_id, running.transcript, ())
    assert lines(running)[0].startswith("S1: When")
    correct(running, "undo")
    with running.state.vault.engine.begin() as connection:
        keep_transcript(connection, running.interview_id, running.transcript, ())
    assert running.client.get(f"{INTERVIEW}/corrections").json()["can_redo"] is False


def test_doubtful_words_are_listed_in_order_of_time_and_a_look_settles_them(running: Running) -> None:
    table = tables.transcripts.word
    words = running.transcript.utterances[1].words
    with running.state.vault.engine.begin() as connection:
        for word, doubt in ((words[2], 0.1), (words[0], 0.4)):
            connection.execute(sa.update(table).where(table.c.id == word.id).values(confidence=doubt))
        connection.execute(sa.update(table).where(table.c.id == words[1].id).values(speaker_margin=0.05))
    found = running.client.get(f"{INTERVIEW}/doubtful").json()["words"]
    assert [(one["utterance"], one["word"]["id"]) for one in found] == [(1, words[0].id), (1, words[2].id)]
    by_voice = running.client.get(f"{INTERVIEW}/doubtful", params={"kind": "speaker"}).json()["words"]
    assert [one["word"]["id"] for one in by_voice] == [words[1].id]
    correct(running, "words", utterance=1, word_ids=[words[0].id], text=words[0].text)
    left = running.client.get(f"{INTERVIEW}/doubtful").json()["words"]
    assert [one["word"]["id"] for one in left] == [words[2].id]
    assert running.client.get(INTERVIEW).json()["names_outdated"] is False


@pytest.mark.parametrize(
    ("what", "body"),
    [
        ("words", {"utterance": 99, "word_ids": [1], "text": "x"}),
        ("merge", {"first": 0, "second": 99}),
        ("speaker", {"utterance": 0, "scope": "utterance", "speaker": "S9"}),
    ],
)
def test_what_cannot_be_done_is_told_and_counts_nothing(
    running: Running, what: str, body: dict[str, Any]
) -> None:
    told = correct(running, what, expected=422, **body)
    assert told["detail"].endswith(".")
    assert revision(running) == 1
    assert running.client.get(f"{INTERVIEW}/corrections").json()["corrections"] == []
