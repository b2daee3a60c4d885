"""The vault's files: encrypted, under names that tell nothing, and gone with their row."""

from __future__ import annotations

import hashlib
import io
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa

from service.encrypted_files import FileBroken, Scratch
from service.settings import Settings
from service.vault import tables
from service.vault.store import Vault, connect_vault

SOUND = b"He held my hand, said Kari Nordmann. " * 4000


def files(vault: Vault) -> list[Path]:
    return [path for path in vault.artefacts.folder.rglob("*") if path.is_file()]


def test_a_file_is_known_by_its_sha256_and_comes_back(vault: Vault) -> None:
    digest = vault.artefacts.put(SOUND)
    assert digest == hashlib.sha256(SOUND).hexdigest()
    assert vault.artefacts.has(digest)
    assert vault.artefacts.read(digest) == SOUND
    assert not vault.artefacts.has("0" * 64)
    with pytest.raises(FileNotFoundError):
        vault.artefacts.read("0" * 64)


def test_nothing_on_disk_tells_a_known_file(vault: Vault, settings: Settings) -> None:
    digest = vault.artefacts.put(SOUND)
    told = [str(path) for path in settings.data_dir.rglob("*")]
    told += [path.read_bytes().decode("latin-1") for path in settings.data_dir.rglob("*") if path.is_file()]
    for clue in (digest, bytes.fromhex(digest).decode("latin-1"), "Kari", "held my"):
        assert not any(clue in one for one in told)


def test_the_same_bytes_are_one_file_however_many_put_them_at_once(vault: Vault, settings: Settings) -> None:
    others = [connect_vault(settings) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        digests = set(pool.map(lambda one: one.artefacts.put_stream(io.BytesIO(SOUND)), others))
    assert len(digests) == len(files(vault)) == 1
    assert all(one.artefacts.read(*digests) == SOUND for one in others)
    for one in others:
        one.close()


def test_a_file_that_was_lost_is_put_again(vault: Vault) -> None:
    digest = vault.artefacts.put(SOUND)
    vault.artefacts.file(digest).path.unlink()
    assert not vault.artefacts.has(digest)
    assert vault.artefacts.put(SOUND) == digest
    assert vault.artefacts.read(digest) == SOUND


def test_what_was_encrypted_elsewhere_is_taken_over_as_it_is(vault: Vault, tmp_path: Path) -> None:
    scratch = Scratch.of(tmp_path, ["samples"])
    with scratch.writing("samples") as handle:
        handle.write(SOUND)
    stored = (tmp_path / "samples").read_bytes()
    digest = vault.artefacts.adopt(scratch.written("samples"))
    assert vault.artefacts.read(digest) == SOUND
    assert [path.read_bytes() for path in files(vault)] == [stored]
    assert not (tmp_path / "samples").exists()


def test_without_its_row_a_file_is_shredded(vault: Vault) -> None:
    digest = vault.artefacts.put(SOUND)
    kept = vault.artefacts.file(digest).path.read_bytes()
    vault.artefacts.remove(digest)
    assert not vault.artefacts.has(digest)
    assert files(vault) == []
    again = vault.artefacts.put(SOUND)
    file = vault.artefacts.file(again)
    file.path.write_bytes(kept)
    with pytest.raises(FileBroken):
        file.read_bytes()


def test_files_that_were_exchanged_are_noticed(vault: Vault) -> None:
    one, two = (vault.artefacts.file(vault.artefacts.put(SOUND[:1000] + end)) for end in (b"1", b"2"))
    first, second = one.path.read_bytes(), two.path.read_bytes()
    one.path.write_bytes(second)
    two.path.write_bytes(first)
    for file in (one, two):
        with pytest.raises(FileBroken):
            file.read_bytes()


def test_keys_that_were_exchanged_are_noticed(vault: Vault) -> None:
    table = tables.artefact
    one, two = vault.artefacts.put(b"one"), vault.artefacts.put(b"two")
    with vault.engine.begin() as connection:
        wrapped = connection.execute(sa.select(table.c.wrapped).where(table.c.digest == two)).scalar_one()
        connection.execute(sa.update(table).where(table.c.digest == one).values(wrapped=wrapped))
    with pytest.raises(Exception, match="can't be opened"):
        vault.artefacts.file(one)


def test_what_a_killed_process_left_goes_after_a_day(vault: Vault) -> None:
    digest = vault.artefacts.put(SOUND)
    kept = vault.artefacts.file(digest).path
    old, fresh = kept.with_name("0" * 32), kept.with_name(".1.part")
    for path in (old, fresh):
        path.write_bytes(b"half of a file")
    for path in (old, kept):
        os.utime(path, (0, 0))
    assert vault.artefacts.remove_leftovers() == 1
    assert not old.exists()
    assert fresh.exists()
    assert vault.artefacts.read(digest) == SOUND


def test_what_could_not_be_taken_over_can_be_tried_again(vault: Vault, tmp_path: Path) -> None:
    scratch = Scratch.of(tmp_path, ["samples"])
    with scratch.writing("samples") as handle:
        handle.write(SOUND)
    with vault.engine.begin() as connection:
        connection.execute(
            sa.text("CREATE TRIGGER breaks BEFORE INSERT ON artefact BEGIN SELECT RAISE(FAIL, 'no'); END")
        )
    with pytest.raises(sa.exc.IntegrityError):
        vault.artefacts.adopt(scratch.written("samples"))
    assert files(vault) == []
    with vault.engine.begin() as connection:
        connection.execute(sa.text("DROP TRIGGER breaks"))
    assert vault.artefacts.read(vault.artefacts.adopt(scratch.written("samples"))) == SOUND
