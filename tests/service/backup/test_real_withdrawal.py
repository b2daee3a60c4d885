"""A participant withdraws as stewards do it, and is in no backup any more, restored or in the folder."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import sqlalchemy as sa

from service.backup.forgetting import forget
from service.backup.keys import identity_of, new_key
from service.backup.making import Installation, make_snapshot
from service.backup.repository import Repository
from service.backup.restoring import restore
from service.backup.selecting import read_chunk
from service.backup.verifying import verify
from service.backup.withdrawn import forms_now, withdrawn_now
from service.coding.store import open_coding_store
from service.sealed import Sealed, SealedName
from service.settings import Settings
from service.vault import tables
from service.vault.checking import check
from service.vault.events import verify as verify_log
from service.vault.locked import Erased
from service.vault.recordings import now
from service.vault.store import open_vault
from service.withdrawal.erasing import begin, carry_out
from service.withdrawal.targets import find_target
from tests.service.withdrawal.planted import CANARY, KEPT, WITHDRAWN, Planted, found, plant


@dataclass
class Backed:
    """The planted study with a snapshot of before anybody withdrew, and the key of its backups."""

    planted: Planted
    repository: Repository
    secret: str
    first: str

    def back_up(self) -> str:
        one = self.planted
        with self.repository.writing():
            made = make_snapshot(Installation(one.settings, one.vault, one.store), self.repository)
        return made.snapshot.name

    def forget(self) -> None:
        engine = self.planted.vault.engine
        with self.repository.writing():
            forget(self.repository, withdrawn_now(engine), forms_now(engine))

    def withdraw(self) -> None:
        one = self.planted
        with one.vault.engine.connect() as connection:
            target = find_target(connection, None, "D03-C", None, None)
        done = carry_out(one.vault, one.store, one.settings, begin(one.vault, target, "stig"))
        assert done.is_erased

    def restored(self, folder: Path, snapshot: str) -> Planted:
        there = Settings(data_dir=folder)
        opened = Repository.open_with(self.repository.folder, identity_of(self.secret))
        restore(there, opened, snapshot, replace_it=False, actor="stig")
        vault = open_vault(there)
        return Planted(there, vault, open_coding_store(there, vault.keys.coding_files_key), {}, {})


@pytest.fixture
def backed(tmp_path: Path) -> Iterator[Backed]:
    planted = plant(Settings(data_dir=tmp_path / "data", recordings_dir=tmp_path / "watched"))
    with planted.vault.engine.begin() as connection:
        for name, canary in CANARY.items():
            change = {"actor": "stig", "kind": "rename", "state": "done", "at": now()}
            connection.execute(
                sa.insert(tables.identity_change).values(before=canary, after=f"not {canary}", **change)
            )
            offset = sa.insert(tables.date_offset).values(participant=name[:5], days=canary)
            if name in ("D03-C1", "D05-C1"):
                connection.execute(offset)
    key = new_key()
    repository = Repository.create(tmp_path / "backups", key.recipient, planted.vault.sealer)
    made = Backed(planted, repository, key.identity, "")
    made.first = made.back_up()
    yield made
    planted.close()


def kept_in(backed: Backed, snapshot: str) -> str:
    """All that the rows of a snapshot say, opened with every key that there still is."""
    fields = backed.planted.vault.keys.fields
    said: list[str] = []
    for chunk in backed.repository.manifest(snapshot).chunks:
        rows = read_chunk(backed.repository, chunk)
        typed = tables.metadata.tables[chunk.table] if chunk.store == "vault" else None
        for place, column in enumerate(rows.columns):
            kind = typed.c[column.name].type if typed is not None else None
            for row in rows.rows:
                value = row[place]
                if isinstance(kind, Sealed) and isinstance(value, str):
                    value = fields.open_text(value, kind.column)
                elif isinstance(kind, SealedName) and isinstance(value, str):
                    value = fields.open_name(value, kind.column)
                said.append(str(value))
    return "\n".join(said).lower()


def names_in(text: str) -> set[str]:
    return {name for name, canary in CANARY.items() if canary.lower() in text}


def test_the_old_snapshots_of_the_folder_say_nothing_of_who_withdrew(backed: Backed) -> None:
    assert names_in(kept_in(backed, backed.first)) == set(CANARY), "before, all of them are there"
    backed.withdraw()
    with pytest.raises(Erased):
        kept_in(backed, backed.first)
    second = backed.back_up()
    backed.forget()
    for snapshot in (backed.first, second):
        assert names_in(kept_in(backed, snapshot)) == set(KEPT), snapshot
    ids = {backed.planted.ids[name] for name in WITHDRAWN}
    for file in backed.repository.manifest(backed.first).files:
        assert not ids & set(file.owners)
    participants = [
        participant
        for chunk in backed.repository.manifest(backed.first).chunks
        if chunk.table == "date_offset"
        for participant in read_chunk(backed.repository, chunk).values("participant")
    ]
    assert participants == ["D05-C"]
    assert verify(backed.repository).well


@pytest.mark.parametrize(
    "forgotten", [True, False], ids=["after forgetting", "from a copy that was not reached"]
)
def test_a_restore_of_before_brings_nobody_back(backed: Backed, tmp_path: Path, forgotten: bool) -> None:
    backed.withdraw()
    backed.back_up()
    if forgotten:
        backed.forget()
    there = backed.restored(tmp_path / "there", backed.first)
    try:
        everywhere = found(there, CANARY)
        assert {name: everywhere[name] for name in WITHDRAWN} == {name: set() for name in WITHDRAWN}
        for name in KEPT:
            assert {"table word", "table identity_form", "artefact"} <= everywhere[name], name
        with there.vault.engine.connect() as connection:
            withdrawn = sa.select(tables.tombstone.c.subject).where(tables.tombstone.c.kind == "interview")
            assert set(connection.execute(withdrawn).scalars()) == {
                backed.planted.ids[name] for name in WITHDRAWN
            }
            assert verify_log(connection).whole
        assert check(there.vault, None).well
    finally:
        there.close()
