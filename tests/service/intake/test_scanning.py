"""Dropping files: each ends in a clear state, and none keeps the others from being taken in."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from structlog.testing import capture_logs

from models.problems import ProblemCode, describe
from service.intake.files import KNOWN_SHOWN_FOR, FileState
from service.intake.watch import FILE_FAILED, FOLDER_GONE
from service.pipeline.engine import JobState
from service.study.files import template
from service.vault import tables
from service.vault.recordings import RecordingState, now

from .conftest import SETTLE_S, Place, make_sound


def test_a_dropped_sound_becomes_a_recording_with_its_interview_and_its_job(place: Place) -> None:
    sound = make_sound(place.folder / "D03-T2.wav")
    result = place.settle()

    recording = place.recordings()["D03-T2.wav"]
    assert result.taken == (recording.id,)
    assert recording.name == "D03-T2"
    assert recording.state is RecordingState.QUEUED
    assert recording.duration_ms == 1500
    assert recording.size_bytes == sound.stat().st_size
    assert place.vault.artefacts.read(recording.sha256) == sound.read_bytes()
    job = place.queue.job(recording.id, 1)
    assert job is not None
    assert job.state is JobState.ENQUEUED
    assert place.listed() == {}
    assert place.events("recording_added") == 1
    assert place.intake.problems() == ()


def test_one_scan_takes_nothing_in(place: Place) -> None:
    make_sound(place.folder / "D03-T2.wav")
    result = place.intake.scan()
    assert (result.taken, result.waiting, result.look_again_s) == ((), 1, SETTLE_S)
    file = place.listed()["D03-T2.wav"]
    assert (file.state, file.message) == (FileState.WAITING, "Waiting until it is copied completely.")


def test_the_original_stays_byte_for_byte_where_it_was(place: Place) -> None:
    sound = make_sound(place.folder / "D03-T2.wav")
    before, data = sound.stat(), sound.read_bytes()
    place.settle()
    after = sound.stat()
    assert sound.read_bytes() == data
    assert (after.st_mtime_ns, after.st_mode, after.st_ino) == (
        before.st_mtime_ns,
        before.st_mode,
        before.st_ino,
    )
    assert [path.name for path in place.folder.iterdir()] == ["D03-T2.wav"]


def test_names_in_sub_folders_become_interview_ids(place: Place) -> None:
    make_sound(place.folder / "D03" / "T2.wav", seed=1)
    make_sound(place.folder / "wave 1" / "d4_c1.wav", seed=2)
    place.settle()
    names = {path: recording.name for path, recording in place.recordings().items()}
    assert names == {"D03/T2.wav": "D03-T2", "wave 1/d4_c1.wav": "D04-C1"}


def test_other_names_are_taken_in_unfiled_under_the_files_own_name(place: Place) -> None:
    make_sound(place.folder / "D03-T2 (copy).wav")
    place.settle()
    recording = place.recordings()["D03-T2 (copy).wav"]
    assert (recording.name, recording.title) == (None, "D03-T2 (copy)")


def test_a_second_recording_of_the_same_name_is_kept_unfiled(place: Place) -> None:
    make_sound(place.folder / "D03-T2.wav", seed=1)
    make_sound(place.folder / "more" / "D03-T2.wav", seed=2)
    place.settle()
    recordings = place.recordings()
    assert recordings["D03-T2.wav"].name == "D03-T2"
    assert recordings["more/D03-T2.wav"].name is None
    assert recordings["more/D03-T2.wav"].notices == ("name_taken",)


def test_the_same_bytes_under_two_names_are_one_recording_with_two_names(place: Place) -> None:
    first = make_sound(place.folder / "D03-T2.wav")
    place.settle()
    shutil.copy(first, place.folder / "backup.wav")
    result = place.settle()

    assert (result.taken, result.known) == ((), 1)
    assert place.count() == 1
    assert place.recordings()["D03-T2.wav"].paths == ("D03-T2.wav", "backup.wav")
    assert len(place.queue.jobs()) == 1
    file = place.listed()["backup.wav"]
    assert file.state is FileState.KNOWN
    assert file.message == "The same sound is here already, as D03-T2. Nothing was added."
    assert place.events("name_added") == 1


def test_two_copies_dropped_at_once_are_one_recording(place: Place) -> None:
    first = make_sound(place.folder / "a.wav")
    shutil.copy(first, place.folder / "b.wav")
    assert len(place.settle().taken) == 1
    assert place.recordings()["a.wav"].paths == ("a.wav", "b.wav")


def test_a_link_inside_the_folder_is_a_second_name(place: Place) -> None:
    make_sound(place.folder / "D03-T2.wav")
    (place.folder / "latest.wav").symlink_to("D03-T2.wav")
    place.settle()
    assert place.recordings()["latest.wav"].paths == ("D03-T2.wav", "latest.wav")


def test_dropping_a_recording_again_changes_nothing_and_says_so(place: Place) -> None:
    sound = make_sound(place.folder / "D03-T2.wav")
    place.settle()
    before = place.recordings()
    data = sound.read_bytes()
    sound.unlink()
    place.settle()
    sound.write_bytes(data)
    place.settle()
    assert place.recordings() == before
    assert len(place.queue.jobs()) == 1
    assert "here already, as D03-T2" in place.listed()["D03-T2.wav"].message


def test_that_a_sound_was_known_is_said_for_a_day(place: Place) -> None:
    first = make_sound(place.folder / "a.wav")
    shutil.copy(first, place.folder / "b.wav")
    place.settle()
    assert list(place.listed()) == ["b.wav"]
    with place.vault.engine.begin() as connection:
        connection.execute(sa.update(tables.dropped_file).values(seen_at=now() - KNOWN_SHOWN_FOR))
    assert place.listed() == {}


def test_a_file_taken_in_is_not_read_again(place: Place, make_place: Callable[..., Place]) -> None:
    make_sound(place.folder / "D03-T2.wav")
    place.settle()
    again = place.another_intake()
    result = again.scan()
    assert (result.taken, result.waiting, result.look_again_s) == ((), 0, None)


def test_new_bytes_under_an_old_name_are_a_new_recording(place: Place) -> None:
    make_sound(place.folder / "D03-T2.wav", seed=1)
    place.settle()
    make_sound(place.folder / "D03-T2.wav", seed=2, seconds=2)
    place.settle()
    assert place.count() == 2
    assert place.recordings()["D03-T2.wav"].duration_ms == 2000


def test_a_file_that_grows_waits_until_it_has_stopped(place: Place, tmp_path: Path) -> None:
    data = make_sound(tmp_path / "whole.wav", seconds=3).read_bytes()
    target = place.folder / "D03-T2.wav"
    with target.open("wb") as file:
        for start in range(0, len(data), len(data) // 5):
            file.write(data[start : start + len(data) // 5])
            file.flush()
            assert place.intake.scan().taken == ()
            time.sleep(SETTLE_S * 1.2)
    place.settle()
    assert place.recordings()["D03-T2.wav"].duration_ms == 3000
    assert place.count() == 1


def test_a_half_copied_file_is_looked_at_again_when_it_is_finished(place: Place, tmp_path: Path) -> None:
    data = make_sound(tmp_path / "whole.wav").read_bytes()
    target = place.folder / "D03-T2.wav"
    target.write_bytes(data[:20])
    place.settle()
    assert place.listed()["D03-T2.wav"].state is FileState.REFUSED
    target.write_bytes(data)
    place.settle()
    assert place.recordings()["D03-T2.wav"].name == "D03-T2"
    assert place.listed() == {}


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("empty.wav", b"", ProblemCode.EMPTY_FILE),
        ("notes.txt", b"what we talked about\n" * 50, ProblemCode.NOT_AUDIO),
        ("picture.png", b"\x89PNG\r\n\x1a\n" + bytes(500), ProblemCode.NOT_AUDIO),
        ("cut.wav", b"RIFF\x24\x00\x01\x00WAVEfmt ", ProblemCode.DAMAGED),
        ("zeros.m4a", bytes(5000), ProblemCode.DAMAGED),
    ],
)
def test_what_is_no_recording_is_refused_with_a_reason(
    place: Place, name: str, data: bytes, code: ProblemCode
) -> None:
    (place.folder / name).write_bytes(data)
    make_sound(place.folder / "z.wav")
    result = place.settle()
    file = place.listed()[name]
    assert (file.state, file.problem, file.message) == (FileState.REFUSED, code, describe(code))
    assert (len(result.taken), result.refused) == (1, 1)
    assert list(place.recordings()) == ["z.wav"]
    assert len(place.copies()) == 1


def test_a_refused_file_that_looks_the_same_is_not_read_again(place: Place, tmp_path: Path) -> None:
    sound = make_sound(tmp_path / "a.wav").read_bytes()
    target = place.folder / "a.wav"
    target.write_bytes(bytes(len(sound)))
    place.settle()
    refused, status = place.listed()["a.wav"], target.stat()
    target.write_bytes(sound)
    os.utime(target, ns=(status.st_atime_ns, status.st_mtime_ns))
    time.sleep(SETTLE_S)
    assert place.settle().refused == 1
    assert place.listed()["a.wav"] == refused
    os.utime(target)
    place.settle()
    assert "a.wav" in place.recordings()


def test_a_restarted_lytt_looks_again_at_what_was_refused(place: Place) -> None:
    sound = make_sound(place.folder / "D03-T2.wav")
    place.intake.scan()
    with place.vault.engine.begin() as connection:  # as an older version left it
        connection.execute(
            sa.update(tables.dropped_file).values(
                state=FileState.REFUSED,
                problem=ProblemCode.NOT_AUDIO,
                size_bytes=sound.stat().st_size,
                modified_ns=sound.stat().st_mtime_ns,
            )
        )
    again = place.another_intake()
    again.scan()
    assert place.listed()["D03-T2.wav"].state is FileState.REFUSED
    place.settle(again)
    assert "D03-T2.wav" in place.recordings()


def test_a_link_out_of_the_folder_is_refused_and_its_target_never_read(place: Place, tmp_path: Path) -> None:
    outside = make_sound(tmp_path / "private" / "diary.wav")
    (place.folder / "link.wav").symlink_to(outside)
    (place.folder / "link").symlink_to(outside.parent)
    place.settle()
    problems = {path: file.problem for path, file in place.listed().items()}
    assert problems == {"link.wav": ProblemCode.OUTSIDE_FOLDER, "link": ProblemCode.OUTSIDE_FOLDER}
    assert place.count() == 0
    assert place.copies() == []


def test_files_that_go_away_leave_the_list(place: Place) -> None:
    (place.folder / "notes.txt").write_text("hello")
    place.settle()
    waiting = make_sound(place.folder / "slow.wav")
    place.intake.scan()
    assert set(place.listed()) == {"notes.txt", "slow.wav"}
    (place.folder / "notes.txt").unlink()
    waiting.unlink()
    place.intake.scan()
    assert place.listed() == {}


@pytest.mark.parametrize(
    "name",
    [
        "Åse Ærlig – møte №2 🎙️.wav",
        "録音.wav",
        "e\u0301te\u0301.wav",
        "\u202egnp.wav",
        "line\nbreak.wav",
        "back\\slash.wav",
        "' OR 1=1; --.wav",
        "%2e%2e%2f.wav",
        " leading and trailing .wav",
        "x" * 251 + ".wav",
        "æ" * 125 + ".wav",
        "no extension",
        os.fsdecode(b"caf\xe9 \xff\xfe.wav"),
    ],
)
def test_any_name_a_file_can_have_is_taken_in(place: Place, name: str) -> None:
    make_sound(place.folder / name)
    make_sound(place.folder / "z.wav", seed=2)
    assert len(place.settle().taken) == 2
    assert place.intake.problems() == ()
    for recording in place.recordings().values():
        assert recording.title.isprintable() or "\u202e" in recording.title
    assert place.settle().taken == ()


def test_names_in_different_unicode_forms_are_two_files(place: Place) -> None:
    make_sound(place.folder / "\u00e9.wav", seed=1)
    make_sound(place.folder / "e\u0301.wav", seed=2)
    assert len(place.settle().taken) == 2


def test_a_full_disk_makes_files_wait_and_they_go_on_by_themselves(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_sound(place.folder / "D03-T2.wav")
    usage = shutil.disk_usage(place.folder)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage._replace(free=1000))
    place.settle()
    file = place.listed()["D03-T2.wav"]
    assert (file.state, file.problem) == (FileState.WAITING, ProblemCode.DISK_FULL)
    assert place.intake.problems() == (describe(ProblemCode.DISK_FULL),)
    assert place.copies() == []

    monkeypatch.undo()
    place.settle()
    assert "D03-T2.wav" in place.recordings()
    assert place.listed() == {}
    assert place.intake.problems() == ()


def test_a_folder_that_vanishes_is_reported_and_recovered_from(place: Place) -> None:
    make_sound(place.folder / "a.wav", seed=1)
    (place.folder / "notes.txt").write_text("hello")
    place.settle()
    away = place.folder.rename(place.folder.with_name("unplugged"))
    assert place.intake.scan().folders is None
    assert place.intake.problems() == (FOLDER_GONE,)
    assert set(place.listed()) == {"notes.txt"}

    away.rename(place.folder)
    make_sound(place.folder / "b.wav", seed=2)
    assert len(place.settle().taken) == 1
    assert place.intake.problems() == ()


def test_the_folder_is_made_at_the_first_start_only(place: Place) -> None:
    assert place.folder.is_dir()
    make_sound(place.folder / "a.wav")
    place.settle()
    place.folder.rename(place.folder.with_name("unplugged"))
    again = place.another_intake()
    again.scan()
    assert not place.folder.exists()
    assert again.problems() == (FOLDER_GONE,)


def test_an_empty_mount_point_forgets_no_recording(place: Place) -> None:
    make_sound(place.folder / "a.wav")
    place.settle()
    away = place.folder.rename(place.folder.with_name("unplugged"))
    place.folder.mkdir()
    place.settle()
    place.folder.rmdir()
    away.rename(place.folder)
    assert place.settle().taken == ()
    assert place.listed() == {}


def test_a_watched_folder_that_holds_the_vault_is_refused(make_place: Callable[..., Place]) -> None:
    place = make_place()
    with pytest.raises(ValueError, match="recordings_dir"):
        place.another_intake(recordings_dir=place.settings.data_dir)


def test_a_broken_row_for_one_file_leaves_the_others_alone(place: Place) -> None:
    make_sound(place.folder / "a.wav", seed=1)
    make_sound(place.folder / "b.wav", seed=2)
    place.intake.scan()
    sealed = place.vault.keys.fields.seal_name("a.wav", "recording_name.path")
    with place.vault.engine.begin() as connection:
        connection.execute(
            sa.text(
                f"CREATE TRIGGER breaks BEFORE INSERT ON recording_name WHEN new.path = '{sealed}' "
                "BEGIN SELECT RAISE(FAIL, 'no'); END"
            )
        )
    result = place.settle()
    assert len(result.taken) == 1
    assert set(place.recordings()) == {"b.wav"}
    assert place.listed()["a.wav"].problem is ProblemCode.INTERNAL

    with place.vault.engine.begin() as connection:
        connection.execute(sa.text("DROP TRIGGER breaks"))
    place.settle()
    assert set(place.recordings()) == {"a.wav", "b.wav"}


def test_without_its_job_there_is_no_recording(place: Place) -> None:
    make_sound(place.folder / "a.wav")
    with place.vault.engine.begin() as connection:
        connection.execute(
            sa.text(
                "CREATE TRIGGER breaks BEFORE INSERT ON workflow_status BEGIN SELECT RAISE(FAIL, 'no'); END"
            )
        )
    place.settle()
    assert place.count() == 0
    assert place.events("recording_added") == 0
    with place.vault.engine.begin() as connection:
        connection.execute(sa.text("DROP TRIGGER breaks"))
    place.settle()
    recording = place.recordings()["a.wav"]
    assert place.queue.job(recording.id, 1) is not None
    assert len(place.copies()) == 1


def test_a_vault_that_cannot_be_written_to_is_not_blamed_on_the_file(place: Place) -> None:
    make_sound(place.folder / "a.wav")
    place.vault.artefacts.folder.parent.mkdir(exist_ok=True)
    place.vault.artefacts.folder.write_text("a file in the folder's place")
    place.settle()
    assert place.listed()["a.wav"].problem is ProblemCode.INTERNAL
    place.vault.artefacts.folder.unlink()
    place.settle()
    assert "a.wav" in place.recordings()


def test_an_error_nobody_thought_of_is_reported_and_passes(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_sound(place.folder / "a.wav")
    place.intake.scan()
    time.sleep(SETTLE_S)
    monkeypatch.setattr(sys, "executable", None)  # no probe can be started: a TypeError
    with capture_logs() as logs:
        place.intake.scan()
    assert place.intake.problems() == (FILE_FAILED,)
    assert [entry["event"] for entry in logs] == ["file_failed"]
    monkeypatch.undo()
    place.settle()
    assert place.intake.problems() == ()
    assert "a.wav" in place.recordings()


def test_a_database_that_does_not_answer_is_reported(make_place: Callable[..., Place]) -> None:
    place = make_place()
    make_sound(place.folder / "a.wav")
    with place.vault.engine.begin() as connection:
        connection.execute(sa.text("ALTER TABLE dropped_file RENAME TO elsewhere"))
    place.intake.scan()
    (problem,) = place.intake.problems()
    assert "database" in problem
    with place.vault.engine.begin() as connection:
        connection.execute(sa.text("ALTER TABLE elsewhere RENAME TO dropped_file"))
    place.settle()
    assert place.intake.problems() == ()


def test_logs_name_no_file(place: Place) -> None:
    make_sound(place.folder / "Kari Nordmann.wav")
    (place.folder / "Kari notes.txt").write_text("hello")
    with capture_logs() as logs:
        place.settle()
        shutil.copy(place.folder / "Kari Nordmann.wav", place.folder / "Kari again.wav")
        place.settle()
    assert {entry["event"] for entry in logs} == {
        "recording_taken_in",
        "file_refused",
        "recording_dropped_again",
    }
    assert "Kari" not in repr(logs)


_SETTLE_ELSEWHERE = """
import sys, time
from pathlib import Path
from service.intake.watch import Intake
from service.pipeline.engine import JobQueue
from service.settings import Settings
from service.vault.store import connect_vault
settings = Settings(data_dir=Path(sys.argv[1]), settle_seconds=0.05)
vault = connect_vault(settings)
intake = Intake(settings, vault, JobQueue(vault.engine))
while (rest := intake.scan().look_again_s) is not None:
    time.sleep(rest)
print(intake.problems())
"""


def settle_as_somebody_ordinary(place: Place) -> None:
    """Scan in a process that, even as root, has only the rights the files' modes give."""
    command = [sys.executable, "-c", _SETTLE_ELSEWHERE, str(place.settings.data_dir)]
    if os.geteuid() == 0:
        setpriv = shutil.which("setpriv")
        if setpriv is None:
            pytest.skip("root may read every file, and setpriv is not there to take that right away")
        command = [setpriv, "--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-all", *command]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.splitlines()[-1] == "()"


def test_what_may_not_be_read_is_refused_until_it_may_be(place: Place) -> None:
    locked = make_sound(place.folder / "a.wav", seed=1)
    inner = make_sound(place.folder / "locked" / "b.wav", seed=2)
    make_sound(place.folder / "z.wav", seed=3)
    locked.chmod(0)
    inner.parent.chmod(0)
    try:
        settle_as_somebody_ordinary(place)
    finally:
        inner.parent.chmod(0o700)
    problems = {path: file.problem for path, file in place.listed().items()}
    assert problems == {"a.wav": ProblemCode.NO_PERMISSION, "locked": ProblemCode.NO_PERMISSION}
    assert set(place.recordings()) == {"z.wav"}

    locked.chmod(0o600)
    settle_as_somebody_ordinary(place)
    assert set(place.recordings()) == {"a.wav", "locked/b.wav", "z.wav"}
    assert place.listed() == {}


def test_files_of_one_interview_are_joined_by_their_names_in_any_order(place: Place) -> None:
    (place.settings.data_dir / "study.toml").write_text(template("dyads"))
    make_sound(place.folder / "D03-T2-b.wav", seed=1)
    place.settle()
    make_sound(place.folder / "D03-T2-a.wav", seed=2)
    place.settle()
    first, second = (place.recordings()[f"D03-T2-{part}.wav"] for part in "ab")
    assert first.interview_id == second.interview_id
    assert (first.name, first.position, first.state) == ("D03-T2", 1, RecordingState.QUEUED)
    assert (second.position, second.state) == (2, RecordingState.JOINED)


def test_a_part_of_a_released_interview_waits_in_the_tray(place: Place) -> None:
    (place.settings.data_dir / "study.toml").write_text(template("dyads"))
    make_sound(place.folder / "D03-T2-a.wav", seed=1)
    place.settle()
    held = place.recordings()["D03-T2-a.wav"]
    with place.vault.engine.begin() as connection:
        connection.execute(
            sa.insert(tables.release).values(
                interview_id=held.interview_id, released_at=now(), released_by="steward", revision=1
            )
        )
    make_sound(place.folder / "D03-T2-b.wav", seed=2)
    place.settle()
    late = place.recordings()["D03-T2-b.wav"]
    assert (late.name, late.notices, late.state) == (None, ("part_not_joined",), RecordingState.QUEUED)
