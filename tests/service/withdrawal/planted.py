"""A study of two dyads with canaries planted in everything that is kept of an interview, and a search for them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import sqlalchemy as sa

from models.anonymisation.known import known_entity
from models.audio.decode import decode
from models.codec import to_json
from models.values import AudioInfo, DecodedAudio, Dropped, DropReason, Provenance, Redaction, Voiceprint
from service.coding.store import CodingStore, open_coding_store
from service.identities.listing import add_to_list
from service.intake.files import FileState, put_file
from service.naming import InterviewName
from service.pipeline.engine import JobQueue
from service.review.keeping import keep_transcript
from service.review.release import release
from service.settings import Settings
from service.study.applied import Study
from service.study.files import template
from service.vault import tables
from service.vault.interviews import StoredInterview, find_interview
from service.vault.recordings import Filing, RecordingState, add_recording, now, set_state
from service.vault.store import Vault, open_vault
from service.voices import prints
from tests.service.api.conftest import write_tone
from tests.service.conftest import make_transcript
from tests.service.made_sound import make_sound
from tests.service.reviewing import review

CANARY = {
    "D03-C1": "Haraldsdottir",
    "D03-C2": "Sverdrupsen",
    "D03-T1": "Lillehammersen",
    "D05-C1": "Skogstadvang",
}
"""The interviews, each with a name that is planted everywhere in it and nowhere else."""

WITHDRAWN = ("D03-C1", "D03-C2")
KEPT = ("D03-T1", "D05-C1")
PROTOCOL = template("dyads").replace('consent = ["transcribe",', 'consent = ["voiceprint", "transcribe",')


@dataclass
class Planted:
    """The study, open. ``ids`` are the interviews' ids, ``files`` their files in the watched folder, by name."""

    settings: Settings
    vault: Vault
    store: CodingStore
    ids: dict[str, str]
    files: dict[str, Path]

    def close(self) -> None:
        self.store.close()
        self.vault.close()

    def open_again(self) -> None:
        self.close()
        self.vault = open_vault(self.settings)
        self.store = open_coding_store(self.settings, self.vault.keys.coding_files_key)


def plant(settings: Settings) -> Planted:
    """Make the study. D03's interviews are released."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    settings.watched_folder.mkdir(parents=True, exist_ok=True)
    (settings.data_dir / "study.toml").write_text(PROTOCOL)
    vault = open_vault(settings)
    store = open_coding_store(settings, vault.keys.coding_files_key)
    assert Study(vault, settings.data_dir).current().findings == ()
    planted = Planted(settings, vault, store, {}, {})
    with vault.engine.begin() as connection:
        listed = (known_entity(name) for name in CANARY.values())
        add_to_list(connection, [one for one in listed if one is not None], "steward")
    shared = shared_artefact(vault)
    for number, name in enumerate(CANARY):
        add_interview(planted, name, number, shared)
    with vault.engine.connect() as connection:
        interviews = [find_interview(connection, name) for name in ("D03-C1", "D03-C2", "D03-T1")]
    for interview in interviews:
        assert interview is not None
        review(vault, store, interview.id)
        make_sound(vault, interview.id)
        interview = found_again(vault, interview.id)
        release(vault, store, interview, "steward")
    return planted


def found_again(vault: Vault, interview_id: str) -> StoredInterview:
    """The interview as it is after its review."""
    with vault.engine.connect() as connection:
        interview = find_interview(connection, interview_id)
    assert interview is not None
    return interview


def shared_artefact(vault: Vault) -> str:
    """What the same stage left of two interviews: the same bytes."""
    return vault.artefacts.put(b'{"language": "en", "probability": 0.9}')


def add_interview(planted: Planted, name: str, number: int, shared: str) -> None:
    vault, canary = planted.vault, CANARY[name]
    group, code = name.split("-")
    recording_id = f"{number + 1:032x}"
    original, decoded = sound_of(vault, canary, number)
    file = planted.settings.watched_folder / canary / f"{name} {canary}.wav"
    file.parent.mkdir()
    file.write_bytes(original)
    planted.files[name] = file
    path = file.relative_to(planted.settings.watched_folder).as_posix()
    digest = vault.artefacts.put(original)
    told = replace(
        make_transcript(
            ("S1", "How did it begin?"), ("S2", f"{canary} said so. Xx{canary} was there, and Anna too.")
        ),
        provenance=(Provenance("entities", "m", "1", {"names_searched": "yes"}),),
        dropped=(Dropped(0, 10, f"dropped {canary}", DropReason.LOOP, 0.1),),
    )
    named = [word for line in told.utterances for word in line.words if word.text == canary]
    anna = [word for line in told.utterances for word in line.words if word.text == "Anna"]
    with vault.engine.begin() as connection:
        add_recording(
            connection,
            recording_id=recording_id,
            sha256=digest,
            size_bytes=len(original),
            info=AudioInfo("wav", "pcm_s16le", 16_000, 1, told.duration_ms),
            path=path,
            filing=Filing().at([InterviewName(group, code[0], int(code[1:]))]),
            title=f"title {canary}",
        )
        interview_id = connection.execute(
            sa.select(tables.recording.c.interview_id).where(tables.recording.c.id == recording_id)
        ).scalar_one()
        put_file(
            connection,
            path=path,
            size_bytes=len(original),
            modified_ns=file.stat().st_mtime_ns,
            state=FileState.TAKEN,
            recording_id=recording_id,
        )
    planted.ids[name] = interview_id
    results = {
        "decode": decoded,
        "transcribe": vault.artefacts.put(f'{{"text": "{canary}"}}'.encode(), interview_id),
        "language": shared,
    }
    # What an earlier run left, which nothing refers to any more.
    vault.artefacts.put(f'{{"text": "before {canary}"}}'.encode(), interview_id)
    with vault.engine.begin() as connection:
        for stage, result in results.items():
            connection.execute(
                sa.insert(tables.stage_result).values(
                    recording_id=recording_id,
                    stage=stage,
                    part=0,
                    fingerprint=hashlib.sha256(canary.encode()).hexdigest(),
                    digest=result,
                    seconds=0.1,
                    worker="w",
                    finished_at=now(),
                )
            )
        hidden = tuple(
            Redaction(
                place,
                "NAME",
                "[NAME]",
                word.start_ms,
                word.end_ms,
                (word.id,),
                0.9,
                "ner",
            )
            for place, word in enumerate((*named, *anna), start=1)
        )
        keep_transcript(connection, interview_id, told, hidden)
        connection.execute(
            sa.insert(tables.speaker_name).values(interview_id=interview_id, label="S2", name=canary)
        )
        connection.execute(
            sa.insert(tables.correction).values(
                interview_id=interview_id,
                id=1,
                at=now(),
                actor="steward",
                kind="rename",
                state="done",
                start_ms=0,
                end_ms=1,
                before=f"before {canary}",
                after=f"after {canary}",
                last_word=1,
            )
        )
        connection.execute(
            sa.insert(tables.judgement).values(
                interview_id=interview_id,
                id=1,
                judgement="added",
                kind="breath",
                start_ms=0,
                end_ms=500,
                made_by="steward",
                made_at=now(),
                note=f"note {canary}",
                found=[],
                dormant=False,
            )
        )
        connection.execute(
            sa.insert(tables.judgement_change).values(
                interview_id=interview_id,
                id=1,
                at=now(),
                actor="steward",
                state="done",
                before="{}",
                after=f"after {canary}",
            )
        )
        voice = Voiceprint("S2", 60_000, (voice_of(name), 0.0), "m@1")
        prints.store(connection, vault.sealer, interview_id, [voice])
        set_state(connection, recording_id, RecordingState.DONE)
    queue = JobQueue(vault.engine)
    with vault.engine.begin() as connection:
        queue.enqueue(connection, recording_id, 1)
    queue.close()


def voice_of(name: str) -> float:
    """A number in the voiceprint that is nowhere else."""
    return 0.1234567890 + int.from_bytes(name.encode()) % 1000 / 1e9


def sound_of(vault: Vault, canary: str, number: int) -> tuple[bytes, str]:
    """The bytes of an original, with the canary in them, and the digest of what the decode stage leaves of it."""
    with TemporaryDirectory() as folder:
        wav, out = Path(folder) / "sound.wav", Path(folder) / "out"
        out.mkdir()
        write_tone(wav, 1 + number / 10)
        decoded: DecodedAudio = decode(wav, out, lambda _: None)
        put = vault.artefacts.put_file
        kept = replace(
            decoded,
            samples=put(out / decoded.samples),
            listening=put(out / decoded.listening),
            peaks=put(out / decoded.peaks),
        )
        return wav.read_bytes() + canary.encode(), vault.artefacts.put(to_json(kept))


def opened(planted: Planted) -> Iterator[tuple[str, bytes]]:
    """Everything that Lytt keeps, decrypted: rows of every table of both databases, and every file of the vault."""
    for engine in (planted.vault.engine, planted.store.engine):
        held = sa.MetaData()
        schemas = [None] if engine.dialect.name == "sqlite" else [None, "dbos"]
        for schema in schemas:
            if schema is None or schema in sa.inspect(engine).get_schema_names():
                held.reflect(engine, schema=schema)
        with engine.connect() as connection:
            for table in held.sorted_tables:
                typed = tables.metadata.tables.get(table.name) if engine is planted.vault.engine else None
                for row in connection.execute(sa.select(table if typed is None else typed)):
                    yield f"table {table.name}", repr(tuple(row)).encode()
    with planted.vault.engine.connect() as connection:
        digests = connection.execute(sa.select(tables.artefact.c.digest)).scalars().all()
        prints_held = prints.read(connection, planted.vault.sealer)
    for digest in digests:
        yield "artefact", planted.vault.artefacts.read(digest)
    for voice in prints_held.values():
        yield "voiceprint", repr(voice).encode()


def raw(planted: Planted) -> Iterator[tuple[str, bytes]]:
    """Every byte under the data directory as it lies there, names included; the protocol is the person's own file."""
    for path in planted.settings.data_dir.rglob("*"):
        data = path.read_bytes() if path.is_file() else b""
        yield str(path.relative_to(planted.settings.data_dir)), str(path).encode() + b"\0" + data


def found(planted: Planted, words: dict[str, str]) -> dict[str, set[str]]:
    """Where each of the words is, in any case."""
    places: dict[str, set[str]] = {name: set() for name in words}
    for where, data in (*opened(planted), *raw(planted)):
        folded = data.lower()
        for name, word in words.items():
            if word.lower().encode() in folded:
                places[name].add(where)
    return places
