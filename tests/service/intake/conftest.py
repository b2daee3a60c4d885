"""A watched folder, a real vault and a real job queue, and sounds to drop."""

from __future__ import annotations

import dataclasses
import shutil
import time
import wave
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import sqlalchemy as sa

from service.intake.files import DroppedFile, all_files, list_files
from service.intake.scanning import ScanResult
from service.intake.watch import Intake
from service.pipeline.engine import JobQueue
from service.settings import Settings
from service.vault.recordings import StoredRecording, list_recordings
from service.vault.store import Vault, connect_vault, open_vault

SETTLE_S = 0.1
RATE = 8000


def make_sound(path: Path, *, seed: int = 1, seconds: float = 1.5) -> Path:
    """A WAV file whose bytes differ with ``seed``, in a folder that is made for it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(bytes([seed % 256, seed // 256]) * int(RATE * seconds))
    return path


@dataclass(frozen=True)
class Place:
    """One installation of Lytt as its intake sees it."""

    settings: Settings
    vault: Vault
    queue: JobQueue
    intake: Intake

    @property
    def folder(self) -> Path:
        return self.settings.watched_folder

    def another_intake(self, **changes: object) -> Intake:
        """As a second service on the same stores would run it, or this one started again."""
        settings = Settings(**(self.settings.model_dump() | changes))
        return Intake(settings, self.vault, self.queue)

    def settle(self, intake: Intake | None = None, seconds: float = 30.0) -> ScanResult:
        """Scan until no file is waiting to settle; the result of the last scan, with all that was taken."""
        until, taken = time.monotonic() + seconds, []
        while time.monotonic() < until:
            result = (intake or self.intake).scan()
            taken += result.taken
            if result.look_again_s is None:
                return dataclasses.replace(result, taken=tuple(taken))
            time.sleep(min(result.look_again_s, SETTLE_S))
        raise AssertionError("files never settled")

    def recordings(self) -> dict[str, StoredRecording]:
        """By each path they were dropped under."""
        with self.vault.engine.connect() as connection:
            found = list_recordings(connection)
        return {path: recording for recording in found for path in recording.paths}

    def count(self) -> int:
        with self.vault.engine.connect() as connection:
            return len(list_recordings(connection))

    def listed(self) -> dict[str, DroppedFile]:
        """What the page's list shows beside the recordings."""
        with self.vault.engine.connect() as connection:
            return {file.path: file for file in list_files(connection)}

    def remembered(self) -> dict[str, DroppedFile]:
        with self.vault.engine.connect() as connection:
            return all_files(connection)

    def events(self, action: str) -> int:
        with self.vault.engine.connect() as connection:
            found = connection.execute(
                sa.text("SELECT count(*) FROM event WHERE action = :action"), {"action": action}
            )
            return int(found.scalar_one())

    def copies(self) -> list[Path]:
        """Every file of the vault, unfinished ones included."""
        return [path for path in self.vault.artefacts.folder.rglob("*") if path.is_file()]


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("migrated")
    open_vault(Settings(data_dir=folder)).close()
    return folder


@pytest.fixture
def make_place(tmp_path: Path, migrated: Path) -> Iterator[Callable[..., Place]]:
    made: list[Place] = []

    def make(**changes: object) -> Place:
        data = tmp_path / f"data{len(made)}"
        data.mkdir()
        for name in ("vault.sqlite", "vault.key"):
            shutil.copy(migrated / name, data / name)
        settings = Settings(data_dir=data, **{"settle_seconds": SETTLE_S, **changes})  # type: ignore[arg-type]
        vault = connect_vault(settings)
        queue = JobQueue(vault.engine)
        made.append(Place(settings, vault, queue, Intake(settings, vault, queue)))
        return made[-1]

    yield make
    for place in made:
        place.queue.close()
        place.vault.close()


@pytest.fixture
def place(make_place: Callable[..., Place]) -> Place:
    return make_place()


def wait_until(is_so: Callable[[], bool], seconds: float = 30.0) -> None:
    """Return as soon as it is so; fail after ``seconds``."""
    until = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < until, "it never came to be"
        time.sleep(0.02)
