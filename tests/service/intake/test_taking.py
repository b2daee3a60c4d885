"""Taking one file in while others meddle with it: whole or not at all, once or not at all."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from models.problems import ProblemCode, RecordingProblem
from models.values import AudioInfo
from service.intake.files import FileState
from service.intake.folder import FoundFile, list_folder, opened_file
from service.intake.probing import IntakeStopping, probe_apart
from service.intake.taking import SteadyReader, TakenIn, take_in
from service.intake.watch import Intake
from service.pipeline.engine import JobQueue
from service.study.filing import Rules
from service.vault.store import connect_vault

from .conftest import Place, make_sound

LONG_S = 200.0  # about 3 MiB: several reads


def listed(place: Place, path: str) -> FoundFile:
    return next(file for file in list_folder(place.folder).files if file.path == path)


def take(place: Place, file: FoundFile, stopping: Callable[[], bool] = lambda: False) -> TakenIn:
    rules = Rules(None, place.settings.name_pattern)
    return take_in(place.vault, place.queue, place.folder, file, rules, stopping)


def append(path: Path) -> None:
    with path.open("ab") as file:
        file.write(b"more")


def rewrite(path: Path) -> None:
    status = path.stat()
    with path.open("r+b") as file:
        file.seek(1000)
        file.write(b"other sound")
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns + 1_000_000))


def replace(path: Path) -> None:
    """By another file of the same size and time, as a sync program does it."""
    status = path.stat()
    other = make_sound(path.with_name(".other"), seed=9, seconds=LONG_S)
    os.utime(other, ns=(status.st_atime_ns, status.st_mtime_ns))
    other.replace(path)


def truncate(path: Path) -> None:
    os.truncate(path, 2_000_000)


@pytest.mark.parametrize("meddle", [append, rewrite, replace, truncate])
def test_nothing_is_kept_of_a_file_that_changes_while_it_is_read(
    place: Place, meddle: Callable[[Path], None]
) -> None:
    sound = make_sound(place.folder / "D03-T2.wav", seconds=LONG_S)
    with opened_file(place.folder, "D03-T2.wav") as handle:
        reader = SteadyReader(handle, place.folder, "D03-T2.wav", lambda: False)
        assert reader.read(100) == sound.read_bytes()[:100]
        meddle(sound)
        with pytest.raises(RecordingProblem) as refusal:
            place.vault.artefacts.put_stream(reader)
    assert refusal.value.code is ProblemCode.FILE_CHANGED
    assert place.copies() == []


def test_a_file_deleted_while_it_is_read_has_vanished(place: Place) -> None:
    sound = make_sound(place.folder / "D03-T2.wav")
    with opened_file(place.folder, "D03-T2.wav") as handle:
        reader = SteadyReader(handle, place.folder, "D03-T2.wav", lambda: False)
        sound.unlink()
        with pytest.raises(RecordingProblem) as refusal:
            place.vault.artefacts.put_stream(reader)
    assert refusal.value.code is ProblemCode.FILE_VANISHED
    assert place.copies() == []


@pytest.mark.parametrize("meddle", [append, rewrite, truncate])
def test_a_file_changed_since_it_was_listed_waits_again(place: Place, meddle: Callable[[Path], None]) -> None:
    sound = make_sound(place.folder / "D03-T2.wav", seconds=LONG_S)
    file = listed(place, "D03-T2.wav")
    meddle(sound)
    with pytest.raises(RecordingProblem) as refusal:
        take(place, file)
    assert refusal.value.code is ProblemCode.FILE_CHANGED
    assert place.count() == 0


def test_a_file_swapped_for_a_link_is_not_followed(place: Place, tmp_path: Path) -> None:
    sound = make_sound(place.folder / "D03-T2.wav")
    file = listed(place, "D03-T2.wav")
    outside = sound.rename(tmp_path / "diary.wav")
    sound.symlink_to(outside)
    with pytest.raises(RecordingProblem) as refusal:
        take(place, file)
    assert refusal.value.code is ProblemCode.FILE_CHANGED
    assert place.count() == 0


def test_a_file_replaced_while_read_is_taken_in_as_what_it_became(place: Place) -> None:
    sound = make_sound(place.folder / "D03-T2.wav", seconds=LONG_S)
    file = listed(place, "D03-T2.wav")
    calls = []

    def replaced_meanwhile() -> bool:
        calls.append(1)
        if len(calls) == 1:
            replace(sound)
        return False

    with pytest.raises(RecordingProblem):
        take(place, file, replaced_meanwhile)
    place.settle()
    recording = place.recordings()["D03-T2.wav"]
    assert place.vault.artefacts.read(recording.sha256) == sound.read_bytes()
    assert place.count() == len(place.copies()) == 1


def test_stopping_ends_a_long_copy_and_leaves_nothing(place: Place) -> None:
    make_sound(place.folder / "D03-T2.wav", seconds=LONG_S)
    with opened_file(place.folder, "D03-T2.wav") as handle:
        answers = iter([False, True])
        reader = SteadyReader(handle, place.folder, "D03-T2.wav", lambda: next(answers))
        with pytest.raises(IntakeStopping):
            place.vault.artefacts.put_stream(reader)
    assert place.copies() == []


def test_taking_the_same_file_twice_leaves_it_as_taken(place: Place) -> None:
    make_sound(place.folder / "D03-T2.wav")
    file = listed(place, "D03-T2.wav")
    first, second = take(place, file), take(place, file)
    assert (first.added, second.added) == (True, False)
    assert second == TakenIn(first.recording_id, FileState.TAKEN)
    assert len(place.queue.jobs()) == 1
    assert place.events("recording_added") == 1


def test_two_intakes_at_once_take_each_recording_once(place: Place) -> None:
    for number in range(4):
        make_sound(place.folder / f"D{number:02d}-T1.wav", seed=number)
        make_sound(place.folder / "again" / f"D{number:02d}-T1.wav", seed=number)
    vaults = [connect_vault(place.settings) for _ in range(2)]
    queues = [JobQueue(vault.engine) for vault in vaults]
    intakes = [Intake(place.settings, vault, queue) for vault, queue in zip(vaults, queues, strict=True)]
    together, taken = threading.Barrier(2), []

    def work(intake: Intake) -> None:
        together.wait()
        taken.extend(place.settle(intake).taken)

    threads = [threading.Thread(target=work, args=(intake,)) for intake in intakes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for queue, vault in zip(queues, vaults, strict=True):
        queue.close()
        vault.close()

    assert place.count() == len(taken) == 4
    assert len(place.queue.jobs()) == 4
    assert len(place.copies()) == 4
    assert {len(recording.paths) for recording in place.recordings().values()} == {2}
    assert {recording.name for recording in place.recordings().values()} == {
        f"D{number:02d}-T1" for number in range(4)
    }
    assert all(file.state is not FileState.REFUSED for file in place.remembered().values())


def test_two_intakes_taking_one_new_file_at_the_same_instant(place: Place) -> None:
    make_sound(place.folder / "D03-T2.wav")
    file, together = listed(place, "D03-T2.wav"), threading.Barrier(2, timeout=30)
    results: list[TakenIn] = []

    def met() -> bool:
        if threading.current_thread().name not in arrived:
            arrived.add(threading.current_thread().name)
            together.wait()
        return False

    arrived: set[str] = set()
    threads = [threading.Thread(target=lambda: results.append(take(place, file, met))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 2
    assert len({result.recording_id for result in results}) == 1
    assert sorted(result.added for result in results) == [False, True]
    assert place.remembered()["D03-T2.wav"].state is FileState.TAKEN
    assert place.count() == len(place.queue.jobs()) == 1


def test_a_probe_that_is_killed_is_a_damaged_file_not_a_crash(tmp_path: Path) -> None:
    sound = make_sound(tmp_path / "a.wav")
    others = own_children()  # of tests before this one
    children: set[int] = set()

    def kill_child() -> bool:
        for pid in own_children() - others - children:
            children.add(pid)
            os.kill(pid, signal.SIGSEGV)
        return False

    os.mkfifo(tmp_path / "slow")
    reading = os.open(tmp_path / "slow", os.O_RDWR)  # a probe of it waits for ever
    try:
        with pytest.raises(RecordingProblem) as refusal:
            probe_apart(reading, kill_child)
    finally:
        os.close(reading)
    assert refusal.value.code is ProblemCode.DAMAGED
    assert children
    with opened_file(tmp_path, "a.wav") as handle:
        assert probe_apart(handle, lambda: False) == AudioInfo("wav", "pcm_s16le", 8000, 1, 1500)
    assert sound.exists()


def test_a_probe_ends_when_the_intake_stops(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "slow")
    reading = os.open(tmp_path / "slow", os.O_RDWR)
    before = own_children()
    try:
        with pytest.raises(IntakeStopping):
            probe_apart(reading, lambda: True)
    finally:
        os.close(reading)
    assert own_children() == before


def own_children() -> set[int]:
    return {child.pid for child in psutil.Process().children()}


def test_the_probes_process_reports_problems_by_code(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("what we talked about")
    done = subprocess.run(
        [sys.executable, "-m", "service.intake.probe_child", str(tmp_path / "notes.txt"), "60"],
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (3, b"not_audio")
