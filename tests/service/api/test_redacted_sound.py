"""Redacted sound through the API: released with the words, heard by coders only, gone when too much is heard."""

from __future__ import annotations

import io
import wave
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest
import sqlalchemy as sa

from models.values import MarkerKind, Redaction, Span
from service.accounts.permissions import Role
from service.coding.sounds import known_files, sound_of
from service.redacted_sound.queueing import queue_sound
from service.redacted_sound.renditions import Found, rendition_of
from service.review.keeping_up import QUIET_RELEASED_S, QUIET_S, KeepingUp
from service.review.passing_on import bring_up_to_date
from service.review.release import anonymised_transcript
from service.vault import tables
from service.vault.interviews import redactions_changed, redactions_of, store_redactions
from service.vault.recordings import RecordingState, get_recording, set_state
from tests.service.api.conftest import RECORDING, House, house_with
from tests.service.made_sound import make_sound
from tests.service.reviewing import review

SOUND = "/api/coding/interviews/D03-T2"
VAULT = "/api/interviews/D03-T2"


@pytest.fixture
def home(tmp_path: Path) -> Iterator[House]:
    """A running service with an interview whose first line ends in a name, and its redacted sound."""
    with house_with(tmp_path) as one:
        yield one


def remake(home: House, tmp_path: Path, *places: Found) -> None:
    make_sound(home.state.vault, home.interview_id, tmp_path / "sound.wav", places)


def released(home: House) -> House:
    review(home.state.vault, home.state.coding, home.interview_id)
    answer = home.as_role(Role.STEWARD).post(f"{VAULT}/release")
    assert answer.status_code == 200, answer.text
    return home


def redact_more(home: House, start: int, end: int) -> None:
    """A person redacts another word."""
    with home.state.vault.engine.begin() as connection:
        kept = redactions_of(connection, home.interview_id)
        words = [
            word.id
            for utterance in home.transcript.utterances
            for word in utterance.words
            if start <= word.start_ms < end
        ]
        more = Redaction(
            max(one.id for one in kept) + 1, "NAME", "[NAME-2]", start, end, tuple(words), 1.0, "person"
        )
        store_redactions(connection, home.interview_id, (*kept, more))
        redactions_changed(connection, home.interview_id)


def masked_of(home: House) -> list[Span]:
    with home.state.vault.engine.connect() as connection:
        found = rendition_of(connection, home.interview_id)
    assert found is not None
    return list(found.masked)


def heard(data: bytes) -> tuple[np.ndarray, int]:
    with av.open(io.BytesIO(data)) as container:
        frames = [frame.to_ndarray() for frame in container.decode(audio=0)]
        rate = container.streams.audio[0].rate
    sound = np.concatenate(frames, axis=1)
    return np.abs(sound).max(axis=0), rate


def loudest(data: bytes, span: Span) -> float:
    levels, rate = heard(data)
    return float(levels[span.start_ms * rate // 1000 : span.end_ms * rate // 1000].max(initial=0))


def test_nothing_is_released_without_redacted_sound(home: House) -> None:
    with home.state.vault.engine.begin() as connection:
        connection.execute(sa.delete(tables.rendition))
    answer = home.as_role(Role.STEWARD).post(f"{VAULT}/release")
    assert answer.status_code == 409
    assert "redacted sound is being made" in answer.json()["detail"]
    with home.state.vault.engine.connect() as connection:
        stored = get_recording(connection, RECORDING)
    assert stored is not None
    assert (stored.state, stored.only_sound) == (RecordingState.QUEUED, True)
    again = home.as_role(Role.STEWARD).post(f"{VAULT}/release")
    assert "being made" in again.json()["detail"]
    assert home.as_role(Role.CODER).get("/api/coding/interviews").json() == {"interviews": []}
    listed = home.as_role(Role.STEWARD).get(f"/api/recordings/{RECORDING}").json()
    assert (listed["readable"], listed["needs"]) == (True, ["release"])


def test_a_coder_hears_the_redacted_sound_and_no_name_in_it(home: House) -> None:
    released(home)
    coder = home.as_role(Role.CODER)
    answer = coder.get(f"{SOUND}/audio")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    (mask,) = masked_of(home)
    inside = Span(mask.start_ms + 30, mask.end_ms - 30)
    assert loudest(answer.content, inside) < 0.02
    assert loudest(answer.content, Span(mask.end_ms + 300, mask.end_ms + 800)) > 0.1
    told = coder.get(f"{SOUND}/sound").json()
    assert told == {"available": True, "masked": [{"start_ms": mask.start_ms, "end_ms": mask.end_ms}]}
    part = coder.get(f"{SOUND}/audio", headers={"Range": "bytes=10-29"})
    assert (part.status_code, part.content) == (206, answer.content[10:30])
    assert coder.head(f"{SOUND}/audio").headers["Content-Length"] == str(len(answer.content))


def test_peaks_and_clips_are_of_the_redacted_sound(home: House) -> None:
    released(home)
    coder = home.as_role(Role.CODER)
    (mask,) = masked_of(home)
    peaks = coder.get(f"{SOUND}/peaks").json()
    pairs = np.array(peaks["data"]).reshape(-1, 2)
    first, last = (ms * peaks["per_second"] // 1000 for ms in (mask.start_ms + 50, mask.end_ms - 50))
    assert not pairs[first:last].any()
    assert pairs[last + 20 :].any()
    clip = coder.get(f"{SOUND}/clip?from_ms={mask.start_ms + 30}&to_ms={mask.end_ms - 30}&format=wav")
    with wave.open(io.BytesIO(clip.content)) as sound:
        cut = np.frombuffer(sound.readframes(sound.getnframes()), dtype="<i2")
    assert len(cut)
    assert np.abs(cut).max() < 600
    assert not list(home.state.settings.coding_folder.glob("clip-*"))
    actions = [event.action for event in home.events(actor="token:of-coder")]
    assert "released_clip_cut" in actions


def test_what_a_coder_listened_to_is_in_the_event_log(home: House) -> None:
    released(home)
    coder = home.as_role(Role.CODER)
    answer = coder.post(f"{SOUND}/listened", json={"stretches": [{"from_ms": 100, "to_ms": 900}]})
    assert answer.status_code == 204
    (event,) = home.events(action="listened_released")
    assert (event.actor, event.subject, dict(event.detail)) == (
        "token:of-coder",
        home.interview_id,
        {"from_ms": 100, "to_ms": 900},
    )


def test_files_of_the_coding_side_are_encrypted_and_go_when_the_release_is_taken_back(home: House) -> None:
    released(home)
    heard_by_coders = home.as_role(Role.CODER).get(f"{SOUND}/audio").content
    folder = home.state.settings.coding_folder
    files = list(folder.iterdir())
    assert len(files) == 3
    for file in files:
        data = file.read_bytes()
        assert b"OggS" not in data
        assert heard_by_coders[1000:1032] not in data
        assert "D03" not in file.name
    home.as_role(Role.STEWARD).delete(f"{VAULT}/release")
    assert list(folder.iterdir()) == []
    with home.state.coding.engine.connect() as connection:
        assert connection.execute(sa.text("SELECT count(*) FROM sound")).scalar_one() == 0
    assert home.as_role(Role.CODER).get(f"{SOUND}/audio").status_code == 404


def test_no_byte_of_the_coding_side_tells_a_redacted_name(home: House) -> None:
    released(home)
    home.as_role(Role.CODER).get(f"{SOUND}/clip?from_ms=0&to_ms=3000")
    files = [
        *home.state.settings.coding_folder.rglob("*"),
        *home.state.settings.data_dir.glob("coding.sqlite*"),
    ]
    data = {file.name: file.read_bytes() for file in files if file.is_file()}
    assert any(b"held my hand" in one for one in data.values()), "the words are there"
    assert [name for name, one in data.items() if b"kari" in one.lower()] == []


def test_releasing_again_leaves_no_files_behind(home: House, tmp_path: Path) -> None:
    released(home)
    redact_more(home, 4_500, 4_900)
    remake(home, tmp_path)
    released(home)
    with home.state.coding.engine.connect() as connection:
        known = known_files(connection)
    assert {file.name for file in home.state.settings.coding_folder.iterdir()} == known


def test_when_more_is_masked_the_old_sound_leaves_at_once_and_the_new_one_follows(
    home: House, tmp_path: Path
) -> None:
    released(home)
    vault, store = home.state.vault, home.state.coding
    coder = home.as_role(Role.CODER)
    redact_more(home, 4_500, 4_900)
    assert bring_up_to_date(vault, store) == (home.interview_id,)
    assert coder.get(f"{SOUND}/sound").json() == {"available": False, "masked": []}
    assert coder.get(f"{SOUND}/audio").status_code == 404
    assert "[NAME-2]" in coder.get(f"{SOUND}/utterances").text, "the words were passed on at once"
    assert list(home.state.settings.coding_folder.iterdir()) == []
    remake(home, tmp_path)
    assert bring_up_to_date(vault, store) == (home.interview_id,)
    sound = coder.get(f"{SOUND}/audio").content
    assert loudest(sound, Span(4_550, 4_850)) < 0.02
    assert [event.action for event in home.events(subject="D03-T2") if event.action.startswith("sound_")] == [
        "sound_redacted",
        "sound_taken_back",
        "sound_redacted",
        "sound_released",
    ]
    assert bring_up_to_date(vault, store) == ()


def test_when_less_is_masked_coders_keep_the_old_sound_until_the_new_one_is_made(
    home: House, tmp_path: Path
) -> None:
    redact_more(home, 4_500, 4_900)
    remake(home, tmp_path)
    released(home)
    vault, store = home.state.vault, home.state.coding
    with vault.engine.begin() as connection:
        store_redactions(connection, home.interview_id, redactions_of(connection, home.interview_id)[:1])
        redactions_changed(connection, home.interview_id)
    review(vault, store, home.interview_id)
    bring_up_to_date(vault, store)
    coder = home.as_role(Role.CODER)
    assert len(coder.get(f"{SOUND}/sound").json()["masked"]) == 2
    remake(home, tmp_path)
    bring_up_to_date(vault, store)
    assert len(coder.get(f"{SOUND}/sound").json()["masked"]) == 1


def test_a_place_that_may_still_be_heard_holds_the_release_until_somebody_listened(
    home: House, tmp_path: Path
) -> None:
    with home.state.vault.engine.begin() as connection:
        connection.execute(sa.delete(tables.rendition))
    remake(home, tmp_path, Found(1, 2_800, 3_100, "sounds_alike"))
    steward = home.as_role(Role.STEWARD)
    refused = steward.post(f"{VAULT}/release")
    assert refused.status_code == 409
    assert "listened to" in refused.json()["detail"]
    (place,) = steward.get(f"{VAULT}/sound").json()["places"]
    assert (place["start_ms"], place["state"]) == (2_800, "open")
    judged = steward.put(f"{VAULT}/sound/places/1", json={"state": "nothing_heard"})
    assert judged.json()["places"][0]["state"] == "nothing_heard"
    assert steward.put(f"{VAULT}/sound/places/2", json={"state": "nothing_heard"}).status_code == 404
    released(home)
    assert [event.action for event in home.events(action="sound_judged")] == ["sound_judged"]


def test_a_judgement_holds_while_as_much_is_masked_there(home: House, tmp_path: Path) -> None:
    with home.state.vault.engine.begin() as connection:
        connection.execute(sa.delete(tables.rendition))
    (span,) = _planned(home)
    found = Found(1, span.start_ms + 50, span.start_ms + 200, "word")
    remake(home, tmp_path, found)
    steward = home.as_role(Role.STEWARD)
    steward.put(f"{VAULT}/sound/places/1", json={"state": "nothing_heard"})
    redact_more(home, 6_100, 6_500)
    remake(home, tmp_path, found)
    assert steward.get(f"{VAULT}/sound").json()["places"][0]["state"] == "nothing_heard"
    with home.state.vault.engine.begin() as connection:
        store_redactions(connection, home.interview_id, redactions_of(connection, home.interview_id)[1:])
        redactions_changed(connection, home.interview_id)
    remake(home, tmp_path, found)
    assert steward.get(f"{VAULT}/sound").json()["places"][0]["state"] == "open", "less is masked there"


def _planned(home: House) -> tuple[Span, ...]:
    from service.redacted_sound.wanted import wanted_of

    vault = home.state.vault
    with vault.engine.connect() as connection:
        wanted = wanted_of(connection, vault.artefacts, vault.sound, home.interview_id)
    assert wanted is not None
    return wanted.planned


def test_a_stretch_is_silenced_by_its_time_and_put_back(home: House, tmp_path: Path) -> None:
    steward = home.as_role(Role.STEWARD)
    assert steward.get(f"{VAULT}/sound").json()["state"] == "ready"
    told = steward.post(f"{VAULT}/sound/silenced", json={"from_ms": 5_000, "to_ms": 5_600}).json()
    assert (told["state"], told["silenced"]) == (
        "outdated",
        [{"number": 1, "start_ms": 5_000, "end_ms": 5_600}],
    )
    remake(home, tmp_path)
    assert Span(5_000, 5_600) in masked_of(home)
    too_long = steward.post(f"{VAULT}/sound/silenced", json={"from_ms": 0, "to_ms": 10**8})
    assert too_long.status_code in (200, 422)
    assert steward.post(f"{VAULT}/sound/silenced", json={"from_ms": 9, "to_ms": 9}).status_code == 422
    put_back = steward.delete(f"{VAULT}/sound/silenced/1").json()
    assert all(one["number"] != 1 for one in put_back["silenced"])
    assert steward.delete(f"{VAULT}/sound/silenced/1").status_code == 404


def test_a_stand_in_of_another_wording_needs_no_other_sound(home: House) -> None:
    vault = home.state.vault
    with vault.engine.begin() as connection:
        (one,) = redactions_of(connection, home.interview_id)
        store_redactions(connection, home.interview_id, (replace(one, placeholder="[HER SISTER]"),))
        redactions_changed(connection, home.interview_id)
    assert home.as_role(Role.STEWARD).get(f"{VAULT}/sound").json()["state"] == "ready"
    released(home)


def test_the_steward_hears_what_coders_will_hear(home: House) -> None:
    steward = home.as_role(Role.STEWARD)
    (mask,) = masked_of(home)
    sound = steward.get(f"{VAULT}/sound/audio").content
    assert loudest(sound, Span(mask.start_ms + 30, mask.end_ms - 30)) < 0.02
    assert loudest(steward.get(f"{VAULT}/audio").content, Span(mask.start_ms + 30, mask.end_ms - 30)) > 0.1
    assert steward.get(f"{VAULT}/sound/peaks").json()["length"]
    assert home.as_role(Role.CODER).get(f"{VAULT}/sound/audio").status_code == 403


def test_coders_get_no_marker_that_tells_of_a_redacted_word(home: House) -> None:
    vault = home.state.vault
    (mask,) = masked_of(home)
    marker = tables.transcripts.marker
    with vault.engine.begin() as connection:
        connection.execute(sa.delete(marker))
        rows = [
            (1, MarkerKind.FILLER, mask.start_ms + 50, mask.end_ms - 50),
            (2, MarkerKind.RATE, 1_000, mask.end_ms),
            (3, MarkerKind.PAUSE, 8_000, 9_000),
        ]
        template = {column.name: None for column in marker.columns if column.nullable}
        for number, kind, start, end in rows:
            connection.execute(
                sa.insert(marker).values(
                    **template
                    | {
                        "interview_id": home.interview_id,
                        "id": number,
                        "kind": kind,
                        "start_ms": start,
                        "end_ms": end,
                        "strength": 3.14159,
                        "confidence": 1.0,
                        "rules": "3",
                        "evidence": {"words": 5.0},
                    }
                )
            )
    with vault.engine.connect() as connection:
        told = anonymised_transcript(connection, home.interview_id)
    assert told is not None
    assert [(one.kind, dict(one.evidence)) for one in told.markers] == [
        (MarkerKind.RATE, {}),
        (MarkerKind.PAUSE, {"words": 5.0}),
    ]
    released(home)
    passed = home.as_role(Role.CODER).get(f"{SOUND}/markers").json()["markers"]
    assert [one["kind"] for one in passed] == ["rate", "pause"]


class Clock:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


def waiting_for_sound(home: House) -> bool:
    with home.state.vault.engine.connect() as connection:
        stored = get_recording(connection, RECORDING)
    return stored is not None and stored.only_sound and stored.state is RecordingState.QUEUED


def test_sound_is_made_again_once_nothing_changed_for_a_while(home: House) -> None:
    clock = Clock()
    keeping_up = KeepingUp(home.state.vault, home.state.coding, home.state.queue, clock)
    keeping_up.look()
    assert not waiting_for_sound(home), "it is up to date"
    for word in range(3):
        redact_more(home, 4_500 + word * 400, 4_900 + word * 400)
        clock.now += QUIET_S - 1
        keeping_up.look()
        assert not waiting_for_sound(home), "somebody is still reviewing"
    clock.now += QUIET_S
    keeping_up.look()
    assert waiting_for_sound(home)
    with home.state.vault.engine.connect() as connection:
        stored = get_recording(connection, RECORDING)
    assert stored is not None
    assert stored.attempt == 2, "three changes, one attempt"


def test_what_could_not_be_made_is_not_tried_for_ever(home: House) -> None:
    clock = Clock()
    keeping_up = KeepingUp(home.state.vault, home.state.coding, home.state.queue, clock)
    redact_more(home, 4_500, 4_900)
    keeping_up.look()
    clock.now += QUIET_S
    keeping_up.look()
    with home.state.vault.engine.begin() as connection:
        set_state(connection, RECORDING, RecordingState.DONE)
    clock.now += QUIET_S
    keeping_up.look()
    assert not waiting_for_sound(home)
    with home.state.vault.engine.begin() as connection:
        assert queue_sound(connection, home.state.queue, home.interview_id)


def test_coders_get_the_new_words_and_sound_by_themselves(home: House, tmp_path: Path) -> None:
    released(home)
    clock = Clock()
    keeping_up = KeepingUp(home.state.vault, home.state.coding, home.state.queue, clock)
    keeping_up.look()
    coder = home.as_role(Role.CODER)
    assert coder.get(f"{SOUND}/audio").status_code == 200
    redact_more(home, 4_500, 4_900)
    keeping_up.look()
    assert coder.get(f"{SOUND}/audio").status_code == 404
    clock.now += QUIET_RELEASED_S
    keeping_up.look()
    assert waiting_for_sound(home)
    remake(home, tmp_path)
    keeping_up.look()
    assert coder.get(f"{SOUND}/audio").status_code == 200


def test_the_coding_side_keeps_its_sound_when_only_words_change(home: House) -> None:
    released(home)
    with home.state.coding.engine.connect() as connection:
        before = sound_of(connection, home.interview_id)
    with home.state.vault.engine.begin() as connection:
        redactions_changed(connection, home.interview_id)
    bring_up_to_date(home.state.vault, home.state.coding)
    with home.state.coding.engine.connect() as connection:
        assert sound_of(connection, home.interview_id) == before
