"""What was withdrawn does not come back: not from the folder, not as an upload, not by a worker, not by a hand."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from http import HTTPStatus
from pathlib import Path

import anyio
import pytest
import sqlalchemy as sa

from service.coding.store import open_coding_store
from service.intake.files import FileState, list_files
from service.intake.scanning import Scanner, ScanResult
from service.intake.upload import UploadRefused, receive_upload
from service.pipeline.engine import JobQueue
from service.vault import tables
from service.vault.locked import Erased
from service.vault.recordings import RecordingState
from service.vault.tombstones import withdrawn_bytes
from service.withdrawal.erasing import begin, carry_out, find_withdrawal
from service.withdrawal.folder import files_left, forget_gone
from service.withdrawal.targets import find_target
from tests.service.pipeline.workshop import Workshop, open_workshop, wait_until
from tests.service.withdrawal.planted import WITHDRAWN, Planted


def withdraw(planted: Planted) -> int:
    with planted.vault.engine.connect() as connection:
        target = find_target(connection, None, "D03-C", None, None)
    number = begin(planted.vault, target, "steward")
    carry_out(planted.vault, planted.store, planted.settings, number)
    return number


def scan(planted: Planted) -> ScanResult:
    """Scan until every file of the folder has settled; the last scan."""
    queue = JobQueue(planted.vault.engine)
    try:
        scanner = Scanner(planted.settings, planted.vault, queue, lambda: False)
        until = time.monotonic() + 60
        while (result := scanner.scan()).look_again_s is not None:
            assert time.monotonic() < until
            time.sleep(0.1)
        return result
    finally:
        queue.close()


def recordings(planted: Planted) -> int:
    with planted.vault.engine.connect() as connection:
        return connection.execute(sa.select(sa.func.count()).select_from(tables.recording)).scalar_one()


def test_a_copy_under_another_name_is_not_taken_in_and_nothing_of_it_is_kept(planted: Planted) -> None:
    original = planted.files["D03-C1"]
    number = withdraw(planted)
    before, files = recordings(planted), set((planted.settings.vault_folder / "artefacts").rglob("*"))
    again = planted.settings.watched_folder / "another name.wav"
    again.write_bytes(original.read_bytes())
    scan(planted)
    assert recordings(planted) == before
    assert set((planted.settings.vault_folder / "artefacts").rglob("*")) == files
    with planted.vault.engine.connect() as connection:
        states = {file.path: file for file in list_files(connection)}
        left = files_left(connection, number)
    assert states["another name.wav"].state is FileState.WITHDRAWN
    assert "Delete the file" in states["another name.wav"].message
    assert len(left) == 3, "it is among the files that the person must delete"
    for name in WITHDRAWN:
        planted.files[name].unlink()
    assert forget_gone(planted.vault, planted.settings, number) == 1
    with planted.vault.engine.connect() as connection:
        withdrawal = find_withdrawal(connection, number)
    assert withdrawal is not None
    assert withdrawal.finished_at is None


def test_the_same_bytes_are_refused_as_an_upload(planted: Planted) -> None:
    data = planted.files["D03-C1"].read_bytes()
    withdraw(planted)
    before = set(planted.settings.watched_folder.rglob("*"))

    def withdrawn(sha256: str) -> bool:
        with planted.vault.engine.connect() as connection:
            return withdrawn_bytes(connection, sha256) is not None

    async def sent(bytes_sent: bytes) -> AsyncIterator[bytes]:
        yield bytes_sent

    async def upload(bytes_sent: bytes) -> Path:
        return await receive_upload(planted.settings, "Kari.wav", sent(bytes_sent), withdrawn)

    with pytest.raises(UploadRefused) as refused:
        anyio.run(upload, data)
    assert refused.value.status is HTTPStatus.CONFLICT
    assert set(planted.settings.watched_folder.rglob("*")) == before, "nothing of it stays"
    assert anyio.run(upload, data + b"another recording").is_file()


def test_another_recording_of_a_withdrawn_participant_gets_no_place(planted: Planted) -> None:
    withdraw(planted)
    data = planted.files["D05-C1"].read_bytes()
    (planted.settings.watched_folder / "D03-C1.wav").write_bytes(data + b"another recording")
    assert len(scan(planted).taken) <= 1
    with planted.vault.engine.connect() as connection:
        names = connection.execute(sa.select(tables.interview.c.name)).scalars().all()
        notices = (
            connection.execute(
                sa.select(tables.recording.c.notices)
                .join(tables.interview, tables.interview.c.id == tables.recording.c.interview_id)
                .where(tables.interview.c.name.is_(None))
            )
            .scalars()
            .all()
        )
    assert "D03-C1" not in names
    assert any("withdrawn" in one for one in notices)


def test_nothing_is_written_of_an_erased_interview(planted: Planted) -> None:
    gone = planted.ids["D03-C1"]
    withdraw(planted)
    with planted.vault.engine.begin() as connection, pytest.raises(Erased):
        connection.execute(sa.insert(tables.speaker_name).values(interview_id=gone, label="S1", name="Kari"))
    files = set((planted.settings.vault_folder / "artefacts").rglob("*"))
    with pytest.raises(Erased):
        planted.vault.artefacts.put(b"made too late", gone)
    assert {
        path for path in (planted.settings.vault_folder / "artefacts").rglob("*") if path.is_file()
    } <= files


def test_a_worker_in_the_middle_of_it_stops_and_leaves_nothing_and_takes_the_next(tmp_path: Path) -> None:
    workshop: Workshop = open_workshop(tmp_path)
    store = open_coding_store(workshop.settings, workshop.vault.keys.coding_files_key)
    try:
        recording_id = workshop.drop(45)
        interview_id = workshop.recording(recording_id).interview_id
        held = workshop.hold("diarize")
        workshop.start_worker()
        workshop.wait_for_call("diarize")
        with workshop.vault.engine.connect() as connection:
            target = find_target(connection, None, None, interview_id, None)
        done = carry_out(workshop.vault, store, workshop.settings, begin(workshop.vault, target, "steward"))
        assert done.is_erased
        held.unlink()
        other = workshop.drop(20, 550)
        workshop.wait_for(other, RecordingState.DONE)
        of_other = workshop.recording(other).interview_id
        with workshop.vault.engine.connect() as connection:
            made_for = set(connection.execute(sa.select(tables.artefact.c.made_for)).scalars())
            held_recordings = connection.execute(sa.select(tables.recording.c.id)).scalars().all()
        assert made_for <= {None, of_other}
        assert held_recordings == [other]
        assert workshop.queue.job(recording_id, 1) is None
        wait_until(lambda: not list((workshop.settings.vault_folder / "work" / "one").glob("*")), 10, "rest")
    finally:
        store.close()
        workshop.close()
