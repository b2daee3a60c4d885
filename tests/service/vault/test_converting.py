"""A vault that an earlier version kept in clear is sealed when it is opened, and killed anywhere, goes on."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from models.codec import from_json, to_json
from models.values import Voiceprint
from service.accounts.accounts import AccountRefused, add_account
from service.accounts.oidc import Identity, account_of
from service.accounts.permissions import Role
from service.database import open_database
from service.intake.files import all_files
from service.settings import Settings
from service.transcript.readers import ConnectionReader
from service.transcript.reading import words_between
from service.transcript.search import search
from service.vault import tables
from service.vault.interviews import dropped_of, redactions_of, speaker_names_of
from service.vault.recordings import get_recording, recording_by_sha256
from service.vault.sealing import Sealer
from service.vault.store import MIGRATIONS, Vault, open_vault
from service.voices import prints

MASTER = "5e" * 32
INTERVIEW, RECORDING = "a1" * 16, "b2" * 16
SAID = "He held my hand said Kari Nordmann of Bergen"
NAMES = ("Kari", "Nordmann", "Bergen", "Vestlia", "held my hand")
SOUND = b"RIFF and then Kari Nordmann speaks" * 3000
RESULT = b'{"words": ["Kari", "Nordmann"]}'
THEN = datetime(2026, 1, 2, tzinfo=UTC)


def fill_clear(settings: Settings) -> None:
    """What the version before would have left: rows and files in clear."""
    engine = open_database(settings.vault_database)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0004")
    held = sa.MetaData()
    held.reflect(engine)
    digest = hashlib.sha256(SOUND).hexdigest()
    words = SAID.split()
    voice = Voiceprint("S1", 60_000, (1.0, 0.0), "m@1")
    sealer = Sealer(bytes.fromhex(MASTER))
    of = {"interview_id": INTERVIEW}
    span = {"start_ms": 0, "end_ms": 100}
    rows: dict[str, list[dict[str, object]]] = {
        "interview": [
            {"id": INTERVIEW, "title": "Kari Nordmann, Vestlia", "created_at": THEN, "voices_heard": True}
        ],
        "recording": [
            {
                "id": RECORDING,
                "sha256": digest,
                "size_bytes": len(SOUND),
                "container": "wav",
                "codec": "pcm",
                "sample_rate": 1,
                "channels": 1,
                "state": "done",
                "notices": [],
                "attempt": 1,
                "received_at": THEN,
                "position": 1,
                "offset_ms": 0,
                **of,
            }
        ],
        "recording_name": [
            {"path": "Vestlia/Kari Nordmann.wav", "recording_id": RECORDING, "first_seen_at": THEN}
        ],
        "dropped_file": [
            {"path": name, "size_bytes": 1, "modified_ns": 1, "state": "taken", "seen_at": THEN}
            for name in ("Vestlia/Kari Nordmann.wav", "Bergen.txt")
        ],
        "stage_result": [
            {
                "recording_id": RECORDING,
                "stage": "transcribe",
                "part": 0,
                "fingerprint": "f" * 64,
                "digest": hashlib.sha256(RESULT).hexdigest(),
                "seconds": 1.0,
                "worker": "w",
                "finished_at": THEN,
            }
        ],
        "transcript": [
            {
                "revision": 1,
                "format": 1,
                "duration_ms": 1000,
                "language": "en",
                "speech": [],
                "notices": [],
                "provenance": [],
                **of,
            }
        ],
        "utterance": [{"id": 1, "speaker": "S1", "chars": len(SAID), "folded": SAID.lower(), **of, **span}],
        "word": [
            {
                "utterance_id": 1,
                "id": number,
                "start_ms": number,
                "end_ms": number + 1,
                "text": word,
                "speaker": "S1",
                "confidence": 1.0,
                "speaker_confidence": 1.0,
                **of,
            }
            for number, word in enumerate(words)
        ],
        "redaction": [
            {
                "id": 1,
                "label": "PLACE",
                "placeholder": "[Vestlia]",
                "word_ids": [1],
                "confidence": 1.0,
                "detector": "d",
                **of,
                **span,
            }
        ],
        "dropped_words": [
            {"id": 1, "text": "Bergen Bergen", "reason": "loop", "confidence": 0.1, **of, **span}
        ],
        "correction": [
            {
                "id": 1,
                "at": THEN,
                "actor": "steward",
                "kind": "words",
                "state": "done",
                "before": '{"text": "Kari"}',
                "after": '{"text": "Vestlia"}',
                "last_word": 9,
                **of,
                **span,
            }
        ],
        "speaker_name": [{"label": "S1", "name": "Kari", **of}],
        "protocol": [{"sha256": "c" * 64, "text": "# Kari of Bergen", "applied_at": THEN}],
        "voiceprint": [
            {
                "label": "S1",
                "speech_ms": 60_000,
                "model": "m@1",
                "sealed": sealer.seal(to_json(voice), f"voiceprint {INTERVIEW} S1"),
                "made_at": THEN,
                **of,
            }
        ],
    }
    with engine.begin() as connection:
        for table, values in rows.items():
            connection.execute(sa.insert(held.tables[table]), values)
    engine.dispose()
    for data in (SOUND, RESULT):
        name = hashlib.sha256(data).hexdigest()
        file = settings.vault_folder / "artefacts" / name[:2] / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
    for scratch in ("work/one/samples.wav", "artefacts/tmp/ab", "clip-x/clip.wav"):
        file = settings.vault_folder / scratch
        file.parent.mkdir(parents=True)
        file.write_bytes(SOUND)
    settings.key_file.write_text(MASTER)


def clear_places(settings: Settings) -> dict[str, str]:
    """Every file of the data directory that shows a name, but for what is a person's own."""
    found = {}
    for path in settings.data_dir.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            for name in NAMES:
                if name.encode() in data or name.encode("utf-16-le") in data or name.lower().encode() in data:
                    found[str(path.relative_to(settings.data_dir))] = name
    return found


def assert_sealed_and_whole(vault: Vault, settings: Settings) -> None:
    digest = hashlib.sha256(SOUND).hexdigest()
    with vault.engine.connect() as connection:
        reader = ConnectionReader(connection)
        assert [word.text for word in words_between(reader, INTERVIEW)] == SAID.split()
        assert search(reader, "kari nord*").total == 1
        assert recording_by_sha256(connection, digest) == RECORDING
        recording = get_recording(connection, RECORDING)
        assert recording is not None
        assert (recording.title, recording.paths) == (
            "Kari Nordmann, Vestlia",
            ("Vestlia/Kari Nordmann.wav",),
        )
        assert set(all_files(connection)) == {"Vestlia/Kari Nordmann.wav", "Bergen.txt"}
        assert redactions_of(connection, INTERVIEW)[0].placeholder == "[Vestlia]"
        assert dropped_of(connection, INTERVIEW)[0].text == "Bergen Bergen"
        assert speaker_names_of(connection, INTERVIEW) == {"S1": "Kari"}
        assert connection.execute(sa.select(tables.protocol.c.text)).scalar_one() == "# Kari of Bergen"
        result = connection.execute(sa.select(tables.stage_result)).one()
        assert (result.fingerprint, result.digest) == ("f" * 64, hashlib.sha256(RESULT).hexdigest())
        assert prints.read(connection, vault.sealer)[INTERVIEW, "S1"].vector == (1.0, 0.0)
    assert vault.artefacts.read(digest) == SOUND
    assert vault.artefacts.read(hashlib.sha256(RESULT).hexdigest()) == RESULT
    assert clear_places(settings) == {}
    assert not list(settings.vault_folder.glob("clip-*"))
    assert digest not in {path.name for path in settings.vault_folder.rglob("*")}


@pytest.fixture
def clear(settings: Settings) -> Settings:
    fill_clear(settings)
    shown = clear_places(settings)
    assert "vault.sqlite" in shown
    assert any(path.startswith("vault/work") for path in shown)
    return settings


def test_everything_is_sealed_and_nothing_is_lost(clear: Settings) -> None:
    vault = open_vault(clear)
    assert_sealed_and_whole(vault, clear)
    vault.close()


def test_opening_again_changes_nothing(clear: Settings) -> None:
    open_vault(clear).close()
    before = {path: path.stat().st_mtime_ns for path in (clear.vault_folder / "artefacts").rglob("*")}
    vault = open_vault(clear)
    assert before == {path: path.stat().st_mtime_ns for path in (clear.vault_folder / "artefacts").rglob("*")}
    assert_sealed_and_whole(vault, clear)
    vault.close()


def test_killed_at_any_step_it_goes_on(clear: Settings) -> None:
    opening = "from service.settings import Settings; from service.vault.store import open_vault as o; o(Settings())"
    environment = {**os.environ, "LYTT_DATA_DIR": str(clear.data_dir), "PYTHONUNBUFFERED": "1"}
    for step in ("word.text", "recording_name.path", "search_text", "files", "free_space"):
        process = subprocess.Popen(
            [sys.executable, "-c", opening],
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[3],
        )
        assert process.stdout is not None
        reached = any(f"step={step}" in line for line in process.stdout)
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert reached, f"the step {step} was not begun"
    vault = open_vault(clear)
    assert_sealed_and_whole(vault, clear)
    vault.close()


def test_a_voiceprint_that_its_key_does_not_open_is_made_again(clear: Settings) -> None:
    clear.key_file.write_text("77" * 32)
    vault = open_vault(clear)
    with vault.engine.connect() as connection:
        assert prints.read(connection, vault.sealer) == {}
        heard = connection.execute(sa.select(tables.interview.c.voices_heard)).scalar_one()
    assert heard is False
    vault.close()


def test_a_plain_file_that_is_damaged_is_nobodys(clear: Settings) -> None:
    name = hashlib.sha256(SOUND).hexdigest()
    (clear.vault_folder / "artefacts" / name[:2] / name).write_bytes(b"half of it")
    vault = open_vault(clear)
    assert not vault.artefacts.has(name)
    assert clear_places(clear) == {}
    vault.close()


def test_a_voice_is_the_same_value_as_before(clear: Settings) -> None:
    vault = open_vault(clear)
    with vault.engine.connect() as connection:
        sealed = connection.execute(sa.select(tables.voiceprint.c.sealed)).scalar_one()
    opened = vault.sealer.open(sealed, f"voiceprint {INTERVIEW} S1")
    assert from_json(Voiceprint, opened).label == "S1"
    vault.close()


def test_the_address_of_an_account_that_was_kept_in_clear_is_sealed_and_still_found(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    vault = open_vault(settings)
    with vault.engine.begin() as connection:
        add_account(connection, "kari", [Role.ADMIN], None, "kari@uni.example", "test")
        connection.execute(
            sa.text("UPDATE account SET email = 'kari@uni.example', oidc_subject = 'subject-77'")
        )
        step = tables.conversion.c.step
        connection.execute(
            sa.delete(tables.conversion).where(step.in_(["account.email", "account.oidc_subject"]))
        )
    vault.close()
    vault = open_vault(settings)
    try:
        with vault.engine.begin() as connection:
            kept = connection.execute(sa.text("SELECT email, oidc_subject FROM account")).one()
            assert not any(plain in str(kept) for plain in ("kari@", "uni.example", "subject-77"))
            for identity in (Identity("subject-77", None), Identity("subject-77", "kari@uni.example")):
                assert account_of(connection, identity).email == "kari@uni.example"
            with pytest.raises(AccountRefused):
                add_account(connection, "ola", [Role.CODER], None, "Kari@Uni.example", "test")
        assert not any(b"kari@uni" in path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    finally:
        vault.close()
