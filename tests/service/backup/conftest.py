"""Two finished interviews with sound in a vault, one of them released; a folder for backups and its key."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from models.audio.decode import decode
from models.codec import to_json
from models.values import AudioInfo, Provenance, Redaction, Voiceprint
from service.backup.forgetting import Forgotten, forget
from service.backup.keys import identity_of, new_key
from service.backup.making import Installation, Made, make_snapshot
from service.backup.repository import Repository
from service.backup.restoring import Restored, restore
from service.backup.values import Withdrawn
from service.coding.store import CodingStore, open_coding_store
from service.naming import InterviewName
from service.review.keeping import keep_transcript
from service.review.release import release
from service.settings import Settings
from service.vault import tables
from service.vault.interviews import find_interview
from service.vault.recordings import (
    Filing,
    RecordingState,
    add_recording,
    now,
    record_event,
    set_state,
    set_times,
)
from service.vault.store import Vault, open_vault
from service.voices import prints
from tests.service.api.conftest import write_tone
from tests.service.conftest import make_transcript
from tests.service.made_sound import make_sound
from tests.service.reviewing import review

SAID = {
    "D03-T2": (("S1", "How did it begin Kari"), ("S2", "He held my hand")),
    "D04-C1": (("S1", "And then Ola"), ("S2", "In Sandvika it was")),
}


@dataclass
class Place:
    """An installation, a folder of backups, and the key to them."""

    folder: Path
    settings: Settings
    vault: Vault
    store: CodingStore

    def __post_init__(self) -> None:
        self.key = new_key()
        self.target = self.folder / "backups"
        self.repository = Repository.create(self.target, self.key.recipient, self.vault.sealer)

    @property
    def installation(self) -> Installation:
        return Installation(self.settings, self.vault, self.store)

    def back_up(self) -> Made:
        with self.repository.writing():
            return make_snapshot(self.installation, self.repository)

    def forget(self, *interviews: str) -> Forgotten:
        with self.repository.writing():
            return forget(self.repository, Withdrawn(interviews))

    def interview(self, name: str) -> str:
        with self.vault.engine.connect() as connection:
            found = find_interview(connection, name)
        assert found is not None
        return found.id

    def with_identity(self) -> Repository:
        """The repository as somebody opens it who has the key and nothing of the installation."""
        return Repository.open_with(self.target, identity_of(self.key.identity))

    def restore(self, into: Settings, snapshot: str | None = None, *, replace_it: bool = False) -> Restored:
        return restore(into, self.with_identity(), snapshot, replace_it=replace_it, actor="stig")

    def elsewhere(self, name: str = "elsewhere") -> Settings:
        return Settings(data_dir=self.folder / name)


def add_interview(vault: Vault, folder: Path, name: str, person: int) -> str:
    """A recording that went through the pipeline: files, rows, a redaction and a voice; returns the interview's id."""
    sound, out = folder / f"{name}.wav", folder / f"{name}.out"
    out.mkdir()
    transcript = make_transcript(*SAID[name])
    write_tone(sound, transcript.duration_ms / 1000 + person, rate=8_000)
    decoded = decode(sound, out)
    artefacts = vault.artefacts
    kept = replace(
        decoded,
        samples=artefacts.put_file(out / decoded.samples),
        listening=artefacts.put_file(out / decoded.listening),
        peaks=artefacts.put_file(out / decoded.peaks),
    )
    result, original = artefacts.put(to_json(kept)), artefacts.put_file(sound)
    group, rest = name.split("-")
    with vault.engine.begin() as connection:
        add_recording(
            connection,
            recording_id=f"r{person}" * 16,
            sha256=original,
            size_bytes=sound.stat().st_size,
            info=AudioInfo("wav", "pcm_s16le", 16_000, 1, transcript.duration_ms),
            path=f"{name}.wav",
            filing=Filing().at([InterviewName(group, rest[0], int(rest[1:]))]),
            title=name,
        )
        interview_id = str(
            connection.execute(
                sa.select(tables.interview.c.id).where(tables.interview.c.name == name)
            ).scalar_one()
        )
        made = {"fingerprint": "f" * 64, "seconds": 0.1, "worker": "w", "finished_at": now()}
        connection.execute(
            sa.insert(tables.stage_result).values(
                recording_id=f"r{person}" * 16, stage="decode", part=0, digest=result, **made
            )
        )
        named = transcript.utterances[0].words[-1]
        hidden = Redaction(1, "NAME", "[NAME-1]", named.start_ms, named.end_ms, (named.id,), 0.9, "ner")
        searched = Provenance("entities", "spacy-en-sm", "1", {"names_searched": "yes"})
        keep_transcript(
            connection,
            interview_id,
            replace(transcript, provenance=(*transcript.provenance, searched)),
            (replace(hidden, identity=named.text.casefold()),),
        )
        prints.store(connection, vault.sealer, interview_id, [Voiceprint("S1", 60_000, (0.5, 0.1), "m@1")])
        set_times(connection, f"r{person}" * 16, 0, transcript.duration_ms)
        set_state(connection, f"r{person}" * 16, RecordingState.DONE)
    return interview_id


@contextmanager
def place_with(folder: Path, settings: Settings) -> Iterator[Place]:
    vault = open_vault(settings)
    store = open_coding_store(settings, vault.keys.coding_files_key)
    try:
        for number, name in enumerate(SAID, start=1):
            add_interview(vault, folder, name, number)
        with vault.engine.connect() as connection:
            found = find_interview(connection, "D03-T2")
        assert found is not None
        review(vault, store, found.id)
        make_sound(vault, found.id)
        with vault.engine.connect() as connection:
            found = find_interview(connection, "D03-T2")
        assert found is not None
        release(vault, store, found, "stig")
        (settings.data_dir / "study.toml").write_text("# a study\n")
        (settings.data_dir / "lytt.toml").write_text('language = "en"\n')
        yield Place(folder, settings, vault, store)
    finally:
        store.close()
        vault.close()


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    with place_with(tmp_path, Settings(data_dir=tmp_path / "data")) as one:
        yield one


def contents(engine: sa.Engine, metadata: sa.MetaData) -> dict[str, list[tuple[object, ...]]]:
    """All rows of every table, as the application reads them, in some lasting order."""
    with engine.connect() as connection:
        return {
            table.name: sorted(tuple(map(str, row)) for row in connection.execute(sa.select(table)))
            for table in metadata.sorted_tables
        }


def log(vault: Vault, action: str) -> None:
    with vault.engine.begin() as connection:
        record_event(connection, "stig", action, "vault")
