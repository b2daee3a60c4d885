"""The intake with its vault on a real PostgreSQL: the same files, the same ends."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from models.problems import ProblemCode
from service.intake.files import FileState
from service.intake.watch import Intake
from service.pipeline.engine import JobQueue
from service.settings import Settings
from service.vault.store import connect_vault, open_vault
from tests.e2e.services import MISSING, postgresql, postgresql_binaries
from tests.service.intake.conftest import SETTLE_S, Place, make_sound

BINARIES = postgresql_binaries()

pytestmark = [pytest.mark.e2e, pytest.mark.skipif(BINARIES is None, reason=MISSING)]


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    assert BINARIES is not None
    with postgresql(BINARIES) as server:
        settings = Settings(data_dir=tmp_path, vault_url=server.database("vault"), settle_seconds=SETTLE_S)
        vault = open_vault(settings)
        queue = JobQueue(vault.engine)
        yield Place(settings, vault, queue, Intake(settings, vault, queue))
        queue.close()
        vault.close()


def test_files_are_taken_in_once_known_again_or_refused(place: Place) -> None:
    sound = make_sound(place.folder / "D03-T2.wav", seed=1)
    make_sound(place.folder / os.fsdecode(b"caf\xe9\n.wav"), seed=2)
    # Longer than any key PostgreSQL would index, though no single name is.
    deep = place.folder.joinpath(*(f"{'æ' * 110}{level}" for level in range(14)))
    make_sound(deep / "D04-C1.wav", seed=3)
    (place.folder / "notes.txt").write_text("what we talked about")
    place.settle()
    shutil.copy(sound, place.folder / "copy.wav")
    place.settle()

    assert place.intake.problems() == ()
    assert {recording.name for recording in place.recordings().values()} == {"D03-T2", "D04-C1", None}
    assert place.recordings()["copy.wav"].paths == ("D03-T2.wav", "copy.wav")
    states = {path: (file.state, file.problem) for path, file in place.listed().items()}
    assert states == {
        "copy.wav": (FileState.KNOWN, None),
        "notes.txt": (FileState.REFUSED, ProblemCode.NOT_AUDIO),
    }
    assert len(place.queue.jobs()) == place.count() == 3


def test_two_intakes_at_once_take_each_recording_once(place: Place) -> None:
    for number in range(4):
        make_sound(place.folder / f"D{number:02d}-T1.wav", seed=number)
        make_sound(place.folder / "again" / f"D{number:02d}-T1.wav", seed=number)
    vault = connect_vault(place.settings)
    queue = JobQueue(vault.engine)
    intakes = (place.intake, Intake(place.settings, vault, queue))
    together, taken = threading.Barrier(2), []

    def work(intake: Intake) -> None:
        together.wait()
        taken.extend(place.settle(intake).taken)

    threads = [threading.Thread(target=work, args=(intake,)) for intake in intakes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    queue.close()
    vault.close()

    assert place.count() == len(taken) == len(place.queue.jobs()) == 4
    assert {len(recording.paths) for recording in place.recordings().values()} == {2}
    assert {recording.name for recording in place.recordings().values()} == {
        f"D{number:02d}-T1" for number in range(4)
    }
