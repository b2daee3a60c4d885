"""Markers are confirmed, rejected and added; what people said holds whatever is made anew, and reaches coders."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa

from models.values import Judgement, Marker, MarkerKind, Provenance, Transcript
from service.accounts.permissions import Role
from service.judging.keeping import found_markers, keep_found_markers
from service.review.keeping import keep_transcript
from service.review.passing_on import bring_up_to_date
from service.transcript.readers import ConnectionReader
from service.transcript.reading import whole_transcript
from service.vault import tables
from tests.service.api.conftest import House, Running

INTERVIEW = "/api/interviews/D03-T2"
JUDGED = f"{INTERVIEW}/judgements"
SEARCHED = Provenance("entities", "spacy-en-md", "1", {"names_searched": "yes"})
LAUGHTER, COUGH = MarkerKind.LAUGHTER, MarkerKind.COUGH


def heard(kind: MarkerKind, start_ms: int, end_ms: int) -> Marker:
    return Marker(
        kind, start_ms, end_ms, "S1", 0.5, 0.7, "4", utterance=0, evidence={"score": 1.0, "other": -1.0}
    )


def with_sounds(transcript: Transcript, *moved_ms: int) -> Transcript:
    """The transcript with a laughter and two coughs, each moved by so much."""
    by = moved_ms[0] if moved_ms else 0
    sounds = (heard(LAUGHTER, 500, 1_100), heard(COUGH, 1_300, 1_700), heard(COUGH, 2_000, 2_400))
    moved = [replace(one, start_ms=one.start_ms + by, end_ms=one.end_ms + by) for one in sounds]
    markers = sorted((*transcript.markers, *moved), key=lambda one: (one.start_ms, one.end_ms, one.kind))
    return replace(transcript, markers=tuple(markers), provenance=(*transcript.provenance, SEARCHED))


def process(running: Running, *moved_ms: int) -> None:
    """The pipeline's end: what was found is kept."""
    with running.state.vault.engine.begin() as connection:
        keep_transcript(
            connection, running.interview_id, with_sounds(running.transcript, *moved_ms), (), second_look=()
        )


def judged(running: Running, kind: MarkerKind) -> list[tuple[int, str | None]]:
    """Where each marker of the kind begins, and what was said of it."""
    markers = running.client.get(JUDGED).json()["markers"]
    return [(one["start_ms"], one["judged"]) for one in markers if one["kind"] == kind]


def kept(
    running: Running, kind: MarkerKind, path: str = f"{INTERVIEW}/markers"
) -> list[tuple[int, str | None]]:
    markers = running.client.get(path, params={"kind": str(kind)}).json()["markers"]
    return [(one["start_ms"], one["judged"]) for one in markers]


def say(running: Running, judgement: str, kind: MarkerKind, start_ms: int, end_ms: int, **more: Any) -> Any:
    place = {"kind": str(kind), "start_ms": start_ms, "end_ms": end_ms, "speaker": "S1"}
    answer = running.client.put(JUDGED, json=place | {"judgement": judgement} | more)
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.fixture
def sounding(running: Running) -> Running:
    process(running)
    return running


def test_a_rejected_marker_is_nowhere_but_in_the_list_and_never_comes_back(sounding: Running) -> None:
    told = say(sounding, "rejected", COUGH, 1_300, 1_700)
    assert [(one["start_ms"], one["judged"], one["id"]) for one in told["markers"]] == [
        (1_300, "rejected", 0)
    ]
    assert kept(sounding, COUGH) == [(2_000, None)]
    document = sounding.client.get(f"{INTERVIEW}/transcript", params={"format": "json"}).json()
    assert [one["start_ms"] for one in document["markers"] if one["kind"] == "cough"] == [2_000]
    process(sounding, 60)
    assert judged(sounding, COUGH) == [(1_360, "rejected"), (2_060, None)], "its neighbour is there still"
    with sounding.state.vault.engine.begin() as connection:
        # As whoever finds markers against other baselines does.
        again = with_sounds(sounding.transcript, -70).markers
        assert keep_found_markers(connection, sounding.interview_id, again)
    assert judged(sounding, COUGH) == [(1_230, "rejected"), (1_930, None)]


def test_it_stays_away_when_words_are_corrected_and_that_is_undone(sounding: Running) -> None:
    pause = next(one for one in sounding.client.get(JUDGED).json()["markers"] if one["kind"] == "pause")
    place = {name: pause[name] for name in ("kind", "start_ms", "end_ms", "speaker")}
    assert sounding.client.put(JUDGED, json=place | {"judgement": "rejected"}).status_code == 200
    say(sounding, "rejected", LAUGHTER, 500, 1_100)
    say(sounding, "confirmed", COUGH, 2_000, 2_400)
    before = (judged(sounding, MarkerKind.PAUSE), judged(sounding, LAUGHTER), judged(sounding, COUGH))
    words = sounding.transcript.utterances[0].words
    revision = sounding.client.get(INTERVIEW).json()["revision"]
    body = {"revision": revision, "utterance": 0, "word_ids": [words[0].id], "text": "When"}
    assert sounding.client.post(f"{INTERVIEW}/corrections/words", json=body).status_code == 200
    after = (judged(sounding, MarkerKind.PAUSE), judged(sounding, LAUGHTER), judged(sounding, COUGH))
    # The pause after the last word, which this transcript has, is none by the rules.
    assert (after[0], *after[1:]) == (before[0][:-1], *before[1:])
    undo = {"revision": revision + 1}
    assert sounding.client.post(f"{INTERVIEW}/corrections/undo", json=undo).status_code == 200
    assert judged(sounding, LAUGHTER) == [(500, "rejected")]
    assert kept(sounding, LAUGHTER) == []
    assert judged(sounding, COUGH) == [(1_300, None), (2_000, "confirmed")]


def test_a_judgement_is_undone_and_done_again_also_after_processing(sounding: Running) -> None:
    say(sounding, "rejected", LAUGHTER, 500, 1_100, note="that was the tape")
    assert sounding.client.get(JUDGED).json()["markers"] != []
    say(sounding, "confirmed", LAUGHTER, 500, 1_100)
    process(sounding, 40)
    assert judged(sounding, LAUGHTER) == [(540, "confirmed")]
    told = sounding.client.post(f"{JUDGED}/undo").json()
    assert (told["can_undo"], told["can_redo"]) == (True, True)
    assert judged(sounding, LAUGHTER) == [(540, "rejected")]
    sounding.client.post(f"{JUDGED}/undo")
    assert judged(sounding, LAUGHTER) == [(540, None)]
    assert sounding.client.post(f"{JUDGED}/undo").status_code == 409
    sounding.client.post(f"{JUDGED}/redo")
    sounding.client.post(f"{JUDGED}/redo")
    assert judged(sounding, LAUGHTER) == [(540, "confirmed")]
    changes = sounding.client.get(f"{JUDGED}/changes").json()["changes"]
    assert [(one["before"], one["after"]) for one in changes] == [
        ("rejected", "confirmed"),
        (None, "rejected"),
    ]


def test_what_was_found_comes_back_with_its_numbers_when_a_judgement_is_taken_back(sounding: Running) -> None:
    with sounding.state.vault.engine.connect() as connection:
        before = found_markers(connection, sounding.interview_id)
    for kind, start_ms, end_ms in ((LAUGHTER, 500, 1_100), (COUGH, 1_300, 1_700)):
        number = say(sounding, "rejected", kind, start_ms, end_ms)["markers"][0]["said"]["id"]
        assert sounding.client.delete(f"{JUDGED}/{number}").status_code == 200
    with sounding.state.vault.engine.connect() as connection:
        transcript = whole_transcript(ConnectionReader(connection), sounding.interview_id)
        assert transcript is not None
        assert transcript.markers == before
    assert sounding.client.delete(f"{JUDGED}/{number}").status_code == 409


def test_a_person_adds_a_marker_and_takes_it_out_again(sounding: Running) -> None:
    marker = {"kind": "voice", "subtype": "whisper", "start_ms": 600, "end_ms": 1_500, "speaker": "S1"}
    answer = sounding.client.post(JUDGED, json=marker | {"note": "Kari whispers"})
    assert answer.status_code == 201, answer.text
    (added,) = [one for one in answer.json()["markers"] if one["kind"] == "voice"]
    assert (added["judged"], added["utterance"], added["said"]["note"]) == ("added", 0, "Kari whispers")
    assert added["sentence"] == "A person marked this: voice, whisper, 0.9 seconds long."
    assert sounding.client.post(JUDGED, json=marker).status_code == 409, "it is there"
    process(sounding)
    assert kept(sounding, MarkerKind.VOICE) == [(600, "added")]
    place = {name: marker[name] for name in ("kind", "start_ms", "end_ms", "speaker")}
    assert sounding.client.put(JUDGED, json=place | {"judgement": "rejected"}).status_code == 409
    assert sounding.client.delete(f"{JUDGED}/{added['said']['id']}").status_code == 200
    assert kept(sounding, MarkerKind.VOICE) == []


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"kind": "rate", "subtype": None}, 409),
        ({"subtype": None}, 409),
        ({"subtype": "sad"}, 409),
        ({"end_ms": 601}, 409),
        ({"end_ms": 3_000_000, "start_ms": 2_999_000}, 409),
        ({"speaker": "S9"}, 409),
        ({"kind": "sadness"}, 422),
    ],
)
def test_what_can_not_be_added_is_told(house: House, changed: dict[str, Any], status: int) -> None:
    marker = {"kind": "voice", "subtype": "whisper", "start_ms": 600, "end_ms": 1_500, "speaker": "S1"}
    answer = house.as_role(Role.STEWARD).post(JUDGED, json=marker | changed)
    assert answer.status_code == status
    assert status == 422 or answer.json()["detail"].endswith(".")


def test_only_stewards_judge_and_the_log_has_numbers_only(house: House) -> None:
    steward, coder = house.as_role(Role.STEWARD), house.as_role(Role.CODER)
    marker = {"kind": "breath", "start_ms": 600, "end_ms": 1_500, "speaker": None, "note": "Marzipan"}
    assert coder.post(JUDGED, json=marker).status_code == 403
    assert house.as_role(Role.LEAD).post(JUDGED, json=marker).status_code == 403
    assert steward.post(JUDGED, json=marker).status_code == 201
    steward.post(f"{JUDGED}/undo")
    events = house.events(subject=house.interview_id)
    assert {"marker_added", "judgement_undone"} <= {one.action for one in events}
    assert "Marzipan" not in str(events)
    with house.state.vault.engine.connect() as connection:
        rows = connection.execute(sa.text("SELECT * FROM judgement_change")).all()
    assert rows
    assert "Marzipan" not in str(rows), "notes are sealed"


def test_coders_get_the_judgement_and_never_the_note(sounding: Running) -> None:
    say(sounding, "confirmed", COUGH, 2_000, 2_400, note="Marzipan")
    assert sounding.client.post(f"{INTERVIEW}/release").status_code == 200
    released = "/api/coding/interviews/D03-T2/markers"
    assert kept(sounding, COUGH, released) == [(1_300, None), (2_000, "confirmed")]
    say(sounding, "rejected", COUGH, 1_300, 1_700)
    assert kept(sounding, COUGH, released) == [(2_000, "confirmed")], "it is brought up to date"
    shown = sounding.client.get(INTERVIEW).json()
    assert shown["released_revision"] == shown["revision"]
    assert bring_up_to_date(sounding.state.vault, sounding.state.coding) == ()
    engine = sounding.state.coding.engine
    with engine.connect() as connection:
        dumped = " ".join(
            str(row)
            for table in sa.inspect(engine).get_table_names()
            for row in connection.execute(sa.text(f'SELECT * FROM "{table}"'))
        )
    assert "Marzipan" not in dumped


def test_what_nobody_changed_counts_no_revision(sounding: Running) -> None:
    revision = say(sounding, "confirmed", LAUGHTER, 500, 1_100)["revision"]
    assert say(sounding, "confirmed", LAUGHTER, 500, 1_100)["revision"] == revision
    assert len(sounding.client.get(f"{JUDGED}/changes").json()["changes"]) == 1
    gone = {"kind": "cough", "start_ms": 1, "end_ms": 2, "speaker": None, "judgement": "rejected"}
    assert sounding.client.put(JUDGED, json=gone).status_code == 409


def test_a_database_row_of_a_marker_is_never_a_rejected_one(sounding: Running) -> None:
    say(sounding, "rejected", LAUGHTER, 500, 1_100)
    marker = tables.transcripts.marker
    with sounding.state.vault.engine.connect() as connection:
        states = set(connection.execute(sa.select(marker.c.judged)).scalars())
    assert str(Judgement.REJECTED) not in states
