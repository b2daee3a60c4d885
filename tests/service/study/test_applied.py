"""Which protocol is in force, and that no edit leaves a recording without its place."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from models.values import AudioInfo
from service.naming import InterviewName
from service.settings import Settings
from service.study.applied import Study, latest_protocol, protocol_in_force
from service.study.files import template
from service.study.filing import (
    FilingRefused,
    Rules,
    file_interview,
    file_of_intake,
    merge_place,
    places_of,
    set_date,
    unfile,
)
from service.vault.interviews import StoredInterview, find_interview
from service.vault.recordings import add_recording, get_recording, now
from service.vault.store import Vault, open_vault

WAV = AudioInfo("wav", "pcm_s16le", 16_000, 1, 60_000)
T2 = InterviewName("D03", "T", 2)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "data")


@pytest.fixture
def vault(settings: Settings) -> Iterator[Vault]:
    opened = open_vault(settings)
    yield opened
    opened.close()


@pytest.fixture
def study(vault: Vault, settings: Settings) -> Study:
    return Study(vault, settings.data_dir)


def record(vault: Vault, path: str, study: Study, number: int = 1, info: AudioInfo = WAV) -> StoredInterview:
    """Take a recording in under ``path``, as intake does."""
    rules = Rules(study.current().protocol, Settings().name_pattern)
    with vault.engine.begin() as connection:
        add_recording(
            connection,
            recording_id=f"{number:032x}",
            sha256=f"{number:064x}",
            size_bytes=1,
            info=info,
            path=f"{path}.wav",
            filing=file_of_intake(connection, rules, path, info),
            title=path,
        )
        stored = get_recording(connection, f"{number:032x}")
        assert stored is not None
        found = find_interview(connection, stored.interview_id)
    assert found is not None
    return found


def notices(vault: Vault, number: int = 1) -> tuple[str, ...]:
    with vault.engine.connect() as connection:
        stored = get_recording(connection, f"{number:032x}")
    assert stored is not None
    return stored.notices


def test_without_a_file_there_is_no_protocol_and_the_pattern_of_the_settings_holds(
    study: Study, vault: Vault
) -> None:
    assert study.current().protocol is None
    assert record(vault, "x9-q7", study).name == "X09-Q7"


def test_an_edit_applies_without_a_restart_and_a_broken_one_changes_nothing(
    study: Study, vault: Vault
) -> None:
    study.file.write_text(template("dyads"))
    assert study.current().protocol is not None
    study.file.write_text(template("dyads").replace("Therapies over time", "Another title"))
    protocol = study.current().protocol
    assert protocol is not None
    assert protocol.title == "Another title"
    study.file.write_text("title = ")
    held = study.current()
    assert held.protocol == protocol
    assert "line 1: This is not TOML" in str(held.findings[0])
    study.file.unlink()
    gone = study.current()
    assert gone.protocol == protocol
    assert "gone" in str(gone.findings[0])
    with vault.engine.connect() as connection:
        assert protocol_in_force(connection) == protocol


def test_a_participant_with_a_recording_cannot_be_removed(study: Study, vault: Vault) -> None:
    study.file.write_text(template("dyads"))
    record(vault, "D03-T2", study)
    before = study.current().protocol
    without = template("dyads").replace('[[group]]\nid = "D03"\n', "")
    assert without != template("dyads")
    study.file.write_text(without)
    held = study.current()
    assert held.protocol == before
    assert [str(one) for one in held.findings] == [
        "the file, group: D03-T2 has a recording, so the participant can't be left out. "
        "Put D03-T back, or move the recording out of its place first."
    ]
    with vault.engine.connect() as connection:
        assert latest_protocol(connection) == template("dyads")
    with vault.engine.begin() as connection:
        held_interview = find_interview(connection, "D03-T2")
        assert held_interview is not None
        unfile(connection, held_interview.id, "steward")
    applied = study.current()
    assert applied.findings == (), "the same file applies once nothing stands in its way"
    assert applied.protocol is not None
    assert "D03-T" not in applied.protocol.participants


def test_a_wave_with_a_recording_cannot_be_removed(study: Study, vault: Vault) -> None:
    study.file.write_text(template("dyads"))
    record(vault, "D03-T4", study)
    study.file.write_text(template("dyads").replace("  wave = 4\n", "  wave = 5\n"))
    assert "D03-T4 has a recording, so the expected interview can't be left out" in str(
        study.current().findings[0]
    )


def test_names_outside_the_protocol_wait_in_the_tray(study: Study, vault: Vault) -> None:
    study.file.write_text(template("dyads"))
    assert record(vault, "D99-T1", study).name is None
    assert notices(vault) == ("not_in_protocol",)
    assert record(vault, "D03-T9", study, 2).name is None
    assert notices(vault, 2) == ("not_in_protocol",)
    assert record(vault, "holiday", study, 3).name is None
    assert notices(vault, 3) == ()


def test_two_files_for_one_place_keep_both(study: Study, vault: Vault) -> None:
    study.file.write_text(template("dyads"))
    assert record(vault, "D03-T2", study).name == "D03-T2"
    second = record(vault, "old/D03-T2", study, 2)
    assert second.name is None
    assert notices(vault, 2) == ("name_taken",)
    with vault.engine.begin() as connection:
        protocol = study.current().protocol
        with pytest.raises(FilingRefused, match="Another interview is already called D03-T2"):
            file_interview(connection, second.id, T2, protocol, "steward")
        file_interview(connection, second.id, InterviewName("D03", "T", 3), protocol, "steward")
    assert notices(vault, 2) == ()


def test_who_withdrew_gets_no_recording(study: Study, vault: Vault) -> None:
    study.file.write_text(
        template("dyads").replace(
            '[[group]]\nid = "D03"\n',
            '[[group]]\nid = "D03"\n[[group.participant]]\nrole = "C"\nwithdrawn_on = 2024-05-01\n',
        )
    )
    assert record(vault, "D03-C1", study).name is None
    assert notices(vault) == ("withdrawn",)


def test_the_day_comes_from_the_name_or_the_recorder_and_never_from_the_future(
    study: Study, vault: Vault
) -> None:
    study.file.write_text(template("dyads"))
    recorded = AudioInfo("mp4", "aac", 44_100, 1, 60_000, date(2023, 2, 3))
    named = record(vault, "D03-T1-2024-05-03", study, 1, recorded)
    assert (named.held_on, named.held_on_source) == (date(2024, 5, 3), "file name")
    tagged = record(vault, "D03-T2", study, 2, recorded)
    assert (tagged.held_on, tagged.held_on_source) == (date(2023, 2, 3), "recording")
    tomorrow = now().date() + timedelta(days=1)
    later = record(vault, f"D03-T3-{tomorrow.isoformat()}", study, 3, recorded)
    assert (later.name, later.held_on) == ("D03-T3", None)
    assert notices(vault, 3) == ("date_in_future",)
    with vault.engine.begin() as connection:
        with pytest.raises(FilingRefused, match="still to come"):
            set_date(connection, later.id, tomorrow, "steward")
        set_date(connection, later.id, date(2024, 6, 1), "steward")
    assert notices(vault, 3) == ()


def test_one_recording_can_cover_two_expected_interviews(study: Study, vault: Vault) -> None:
    study.file.write_text(template("dyads"))
    one = record(vault, "D03-C1", study)
    protocol = study.current().protocol
    first, second = InterviewName("D03", "C", 1), InterviewName("D03", "C", 2)
    with vault.engine.begin() as connection:
        with pytest.raises(FilingRefused, match="same participant"):
            merge_place(connection, one.id, InterviewName("D04", "C", 2), protocol, "steward")
        merge_place(connection, one.id, second, protocol, "steward")
        assert places_of(connection, one.id) == (first, second)
    other = record(vault, "D03-C2", study, 2)
    assert other.name is None, "the place is covered"
    with vault.engine.begin() as connection:
        unfile(connection, one.id, "steward")
        assert places_of(connection, one.id) == ()


def test_the_protocol_can_say_that_two_are_merged(study: Study, vault: Vault) -> None:
    study.file.write_text(
        template("dyads").replace(
            '[[group]]\nid = "D03"\n',
            '[[group]]\nid = "D03"\n[[group.participant]]\nrole = "C"\nmerged = [[1, 2]]\n',
        )
    )
    one = record(vault, "D03-C2", study)
    with vault.engine.connect() as connection:
        assert [place.wave for place in places_of(connection, one.id)] == [1, 2]


def test_useless_patterns_and_missing_guides_are_noted(study: Study, vault: Vault) -> None:
    study.file.write_text(template("dyads"))
    record(vault, "D03-T2", study)
    checked = study.check()
    assert checked.findings == ()
    assert "file_names[2] `{group}/{role}{wave}` matches none of the 1 recordings so far." in checked.warnings
    assert "The guide client-1.toml is not in the folder `guides` yet." in checked.warnings
    assert checked.warnings[-1].startswith("Nobody consents to voiceprints")
