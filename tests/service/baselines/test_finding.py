"""Markers against what is usual for a person, found again as interviews come, change and go."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from models.values import Judgement, Marker, MarkerKind
from service.backup.forgetting import forget
from service.backup.keys import identity_of, new_key
from service.backup.making import Installation as InBackup
from service.backup.making import make_snapshot
from service.backup.repository import Repository
from service.backup.restoring import restore
from service.backup.withdrawn import forms_now, withdrawn_now
from service.baselines import finding
from service.baselines.finding import bring_baselines
from service.baselines.keeping_up import QUIET_S, KeepingBaselines
from service.coding import tables as coding_tables
from service.coding.store import open_coding_store
from service.correcting.corrections import Corrector
from service.correcting.edits import Scope, give_to
from service.judging.judging import Judge, Place
from service.review.passing_on import bring_up_to_date
from service.review.release import release
from service.settings import Settings
from service.study.filing import unfile
from service.vault import tables
from service.vault.events import Wanted, read_events
from service.vault.interviews import find_interview, redactions_changed
from service.vault.store import open_vault
from service.withdrawal.erasing import begin, carry_out
from service.withdrawal.targets import find_target
from tests.service.baselines.made import NOT_AGREED, Installation, Voice
from tests.service.made_sound import make_sound
from tests.service.reviewing import review


def told(markers: list[Marker]) -> list[tuple[MarkerKind, str | None]]:
    return [(one.kind, one.subtype) for one in markers]


def test_one_interview_alone_keeps_the_markers_it_came_with(study: Installation) -> None:
    one = study.add("D03-C1", 40, Voice(calls=(7,)))
    before = study.markers(one)
    assert told(before) == [(MarkerKind.VOLUME, "raised")]
    assert study.bring() == ()
    assert (study.markers(one), study.revision(one)) == (before, 1)
    assert study.bring() == ()


def test_a_wave_makes_what_was_too_little_speech_enough(study: Installation) -> None:
    first = study.add("D03-C1", 20, Voice(calls=(7,)))
    study.bring()
    assert study.markers(first) == []
    study.add("D03-C2", 40, seed=2)
    assert first in study.bring()
    (found,) = study.markers(first)
    assert (found.kind, found.subtype) == (MarkerKind.VOLUME, "raised")
    assert found.evidence["interviews"] == 2
    assert found.evidence["stretches"] == 60
    assert found.evidence["minutes"] == 2.0
    assert study.revision(first) == 2
    with study.vault.engine.connect() as connection:
        events = read_events(connection, Wanted(limit=50))
    assert first in [one.subject for one in events if one.action == "markers_found_again"]
    assert study.bring() == ()


def test_what_a_person_rejected_stays_away_when_it_is_found_again(study: Installation) -> None:
    first = study.add("D03-C1", 40, Voice(calls=(7,)))
    (raised,) = study.markers(first)
    store = open_coding_store(study.settings)
    try:
        place = Place(raised.kind, raised.start_ms, raised.end_ms, raised.speaker)
        Judge(study.vault, store).decide(first, place, Judgement.REJECTED, "stig")
        assert study.markers(first) == []
        study.add("D03-C2", 40, seed=2)
        study.bring()
        assert study.markers(first) == []
        Judge(study.vault, store).step(first, "stig", back=True)
        (back,) = study.markers(first)
        assert (back.kind, back.subtype, back.evidence["interviews"]) == (raised.kind, raised.subtype, 2)
    finally:
        store.close()


def test_another_microphone_floods_nothing(study: Installation) -> None:
    held = [
        study.add("D03-C1", 40, Voice(level=-25), seed=1),
        study.add("D03-C2", 40, Voice(level=-48), seed=2),
        study.add("D03-C3", 40, Voice(level=-36), seed=3),
    ]
    study.bring()
    assert [study.markers(one) for one in held] == [[], [], []]


def test_ten_seconds_of_speech_give_no_marker(study: Installation) -> None:
    one = study.add("D03-C1", 5, Voice(calls=(2,)))
    study.bring()
    assert study.markers(one) == []


def test_a_voice_that_changed_since_is_far_from_usual(study: Installation) -> None:
    study.add("D03-C1", 60)
    later = study.add("D03-C2", 12, Voice(pitch=165), seed=2)
    study.bring()
    assert {one.subtype for one in study.markers(later)} == {"higher"}


def test_a_withdrawn_interview_leaves_nothing_in_the_baselines_of_others(study: Installation) -> None:
    first = study.add("D03-C1", 20, Voice(calls=(7,)))
    study.add("D03-C2", 40, seed=2)
    study.bring()
    assert len(study.markers(first)) == 1
    store = open_coding_store(study.settings, study.vault.keys.coding_files_key)
    with study.vault.engine.connect() as connection:
        target = find_target(connection, None, "D03-C", "D03-C2", None)
    carry_out(study.vault, store, study.settings, begin(study.vault, target, "steward"))
    store.close()
    assert first in study.bring()
    assert study.markers(first) == []
    with study.vault.engine.connect() as connection:
        for table in (tables.measured, tables.measured_voice):
            assert set(connection.execute(sa.select(table.c.interview_id)).scalars()) == {first}


def test_without_consent_each_interview_stands_by_itself(study: Installation) -> None:
    study.study(NOT_AGREED)
    first = study.add("D03-C1", 20, Voice(calls=(7,)))
    study.add("D03-C2", 40, seed=2)
    assert study.bring() == ()
    assert study.markers(first) == []


def test_an_interview_that_is_filed_elsewhere_is_another_persons(study: Installation) -> None:
    first = study.add("D03-C1", 20, Voice(calls=(7,)))
    second = study.add("D03-C2", 40, seed=2)
    study.bring()
    with study.vault.engine.begin() as connection:
        unfile(connection, second, "steward")
    assert first in study.bring()
    assert study.markers(first) == []


def test_therapist_and_client_have_baselines_of_their_own(study: Installation) -> None:
    first = study.add("D03-C1", 20, Voice(calls=(7,)))
    study.add("D03-T1", 40, seed=2)
    assert study.bring() == ()
    assert study.markers(first) == []


def test_what_was_made_anew_is_compared_again(study: Installation) -> None:
    first = study.add("D03-C1", 20, Voice(calls=(7,)))
    study.add("D03-C2", 40, seed=2)
    study.bring()
    marker, transcript = tables.transcripts.marker, tables.transcripts.transcript
    with study.vault.engine.begin() as connection:
        connection.execute(sa.delete(marker).where(marker.c.interview_id == first))
        connection.execute(sa.update(transcript).where(transcript.c.interview_id == first).values(revision=7))
    assert first in study.bring()
    assert told(study.markers(first)) == [(MarkerKind.VOLUME, "raised")]
    assert study.revision(first) == 8


def test_nothing_is_found_again_while_somebody_corrects(study: Installation) -> None:
    now = 0.0
    keeping = KeepingBaselines(study.vault, lambda: now)
    first = study.add("D03-C1", 20, Voice(calls=(7,)))
    keeping.look()
    study.add("D03-C2", 40, seed=2)
    with study.vault.engine.begin() as connection:
        redactions_changed(connection, first)
    assert first not in keeping.look()
    now = QUIET_S - 1
    with study.vault.engine.begin() as connection:
        redactions_changed(connection, first)
    assert first not in keeping.look()
    now = QUIET_S + 1
    assert first not in keeping.look(), "another change since"
    now = 2 * QUIET_S
    assert first in keeping.look()


def test_what_is_changed_meanwhile_waits_for_the_next_time(study: Installation, monkeypatch) -> None:
    first = study.add("D03-C1", 20, Voice(calls=(7,)))
    study.bring()
    study.add("D03-C2", 40, seed=2)
    found = finding.find_against_baselines

    def slow(material):
        if material.utterances and len(material.utterances) == 21:
            with study.vault.engine.begin() as connection:
                redactions_changed(connection, first)
        return found(material)

    monkeypatch.setattr(finding, "find_against_baselines", slow)
    assert first not in study.bring()
    assert (study.markers(first), study.revision(first)) == ([], 2)
    monkeypatch.undo()
    assert first in study.bring()
    assert study.revision(first) == 3


def test_one_that_cannot_be_opened_keeps_no_other_waiting(study: Installation) -> None:
    broken = study.add("D03-C1", 20)
    first = study.add("D03-T1", 20, Voice(calls=(7,)))
    study.add("D03-T2", 40, seed=2)
    with study.vault.engine.begin() as connection:
        connection.execute(
            sa.text("UPDATE word SET text = 'no seal' WHERE interview_id = :one"), {"one": broken}
        )
    assert first in study.bring()
    with study.vault.engine.connect() as connection:
        assert broken not in set(connection.execute(sa.select(tables.measured.c.interview_id)).scalars())


def test_only_the_interview_that_was_worked_on_is_brought(study: Installation) -> None:
    first = study.add("D03-C1", 20, Voice(calls=(7,)))
    study.bring()
    second = study.add("D03-C2", 40, Voice(calls=(9,)), seed=2)
    bring_baselines(study.vault, only=[second])
    (found,) = study.markers(second)
    assert found.evidence["interviews"] == 2
    assert study.markers(first) == []
    assert first in study.bring()


def test_coders_of_a_released_interview_get_the_markers_that_were_found_again(study: Installation) -> None:
    first = study.add("D03-C1", 20, Voice(calls=(7,)))
    study.bring()
    store = open_coding_store(study.settings, study.vault.keys.coding_files_key)
    review(study.vault, store, first)
    make_sound(study.vault, first)
    with study.vault.engine.connect() as connection:
        interview = find_interview(connection, first)
    assert interview is not None
    release(study.vault, store, interview, "steward")

    def kinds() -> list[str]:
        marker = coding_tables.transcripts.marker
        with store.engine.connect() as connection:
            return list(
                connection.execute(sa.select(marker.c.kind).where(marker.c.kind == "volume")).scalars()
            )

    assert kinds() == []
    study.add("D03-C2", 40, seed=2)
    study.bring()
    assert bring_up_to_date(study.vault, store) == (first,)
    assert kinds() == ["volume"]
    store.close()


def test_words_that_are_given_to_another_leave_the_baseline_of_the_first(study: Installation) -> None:
    first = study.add("D03-C1", 20, Voice(calls=(7,)))
    second = study.add("D03-C2", 31, Voice(calls=(3,)), seed=2)
    study.bring()
    assert [one.evidence["stretches"] for one in study.markers(first)] == [51]
    corrector = Corrector(study.vault, study.settings)
    revision = study.revision(second)
    corrector.correct(
        second,
        revision,
        "steward",
        lambda told, _: give_to(told, "S1", Scope.UTTERANCE, told.utterances[3].id),
    )
    assert study.markers(second) == [], "it said something of the other voice"
    study.bring()
    assert [one.evidence["stretches"] for one in study.markers(first)] == [50]
    assert study.markers(second) == []
    corrector.undo(second, study.revision(second), "steward")
    study.bring()
    assert [one.evidence["stretches"] for one in study.markers(first)] == [51]
    assert [one.utterance for one in study.markers(second)] == [3]


def test_a_restored_backup_goes_on_from_what_was_measured(study: Installation, tmp_path: Path) -> None:
    first = study.add("D03-C1", 20, Voice(calls=(7,)))
    study.add("D03-C2", 40, seed=2)
    study.bring()
    store = open_coding_store(study.settings, study.vault.keys.coding_files_key)
    key = new_key()
    repository = Repository.create(tmp_path / "backups", key.recipient, study.vault.sealer)
    with repository.writing():
        made = make_snapshot(InBackup(study.settings, study.vault, store), repository)
    with study.vault.engine.connect() as connection:
        target = find_target(connection, None, "D03-C", "D03-C2", None)
    carry_out(study.vault, store, study.settings, begin(study.vault, target, "steward"))
    store.close()
    with repository.writing():
        forget(repository, withdrawn_now(study.vault.engine), forms_now(study.vault.engine))
    there = Settings(data_dir=tmp_path / "restored")
    opened = Repository.open_with(repository.folder, identity_of(key.identity))
    restore(there, opened, made.snapshot.name, replace_it=False, actor="steward")
    again = Installation(there, open_vault(there))
    try:
        assert [one.evidence["interviews"] for one in again.markers(first)] == [2], "as the snapshot had it"
        assert again.bring() == (first,)
        assert again.markers(first) == []
    finally:
        again.close()
