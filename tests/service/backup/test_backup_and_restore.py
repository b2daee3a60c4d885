"""What was backed up comes back as it was; what did not change is not stored again."""

from __future__ import annotations

import hashlib
import shutil

import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient

from service.backup import owners
from service.backup.making import snapshot_of
from service.backup.repository import BackupRefused, Repository
from service.backup.values import CODING, VAULT
from service.coding import tables as coding_tables
from service.coding.store import open_coding_store
from service.settings import Settings
from service.vault import tables
from service.vault.checking import check
from service.vault.events import Wanted, read_events, verify
from service.vault.key_file import KeySource
from service.vault.keys import Master
from service.vault.recordings import RecordingState
from service.vault.rotation import rotate
from service.vault.store import key_source, open_vault
from tests.service.api.conftest import client_of
from tests.service.backup.conftest import Place, contents, log

CHANGED_BY_RESTORING = {
    "event",
    "event_head",
    "conversion",
    *owners.LEFT_OUT[VAULT],
    *owners.LEFT_OUT[CODING],
}


def unchanged(rows: dict[str, list[tuple[object, ...]]]) -> dict[str, list[tuple[object, ...]]]:
    return {name: held for name, held in rows.items() if name not in CHANGED_BY_RESTORING}


def test_everything_comes_back_on_another_machine(place: Place) -> None:
    before = contents(place.vault.engine, tables.metadata)
    released = contents(place.store.engine, coding_tables.metadata)
    events = before["event"]
    digests = [row[0] for row in before["artefact"]]
    bytes_before = {
        digest: hashlib.sha256(place.vault.artefacts.read(str(digest))).hexdigest() for digest in digests
    }
    assert set(digests) == set(bytes_before.values())
    assert len(digests) == 13
    place.back_up()
    with client_of(place.settings) as client:
        listened = range_of(client)
    place.store.close()
    place.vault.close()
    shutil.rmtree(place.settings.data_dir)

    there = place.elsewhere()
    restored = place.restore(there)

    assert (restored.interviews, restored.left_out, restored.damaged) == (2, 0, ())
    vault, store = open_vault(there), open_coding_store(there)
    try:
        after = contents(vault.engine, tables.metadata)
        assert unchanged(after) == unchanged(before)
        coded = contents(store.engine, coding_tables.metadata)
        # The sound is passed on again, and the feed is another one.
        anew = {"sound", "feed_head", "feed_entry"}
        assert {name: rows for name, rows in coded.items() if name not in anew} == {
            name: rows for name, rows in released.items() if name not in anew
        }
        assert coded["sound"] == []
        assert coded["feed_head"] != released["feed_head"]
        assert [row[1:5] for row in coded["feed_entry"]] == [
            (kind, place_of_it, "filled", "1")
            for kind in ("interview", "markers")
            for place_of_it in [released["interview"][0][0]]
        ]
        assert [row for row in after["event"] if row in events] == events
        assert {
            str(one): hashlib.sha256(vault.artefacts.read(str(one))).hexdigest() for one in digests
        } == bytes_before
        checked = check(vault, None)
        assert checked.well
        assert checked.files == 13
        with vault.engine.connect() as connection:
            assert verify(connection).whole
            (last,) = read_events(connection, Wanted(limit=1))
            assert (last.action, last.actor, dict(last.detail)) == (
                "restored",
                "stig",
                {"interviews": 2, "left_out": 0, "damaged": 0},
            )
    finally:
        store.close()
        vault.close()
    with client_of(there) as client:
        assert range_of(client) == listened
        assert client.get("/api/search?q=Sandvika").json()["total"] == 1
        assert client.get("/api/coding/search?q=hand").json()["total"] == 1
    assert (there.data_dir / "study.toml").read_text() == "# a study\n"
    assert (there.data_dir / "lytt.toml.restored").read_text() == 'language = "en"\n'
    assert not (there.data_dir / "lytt.toml").exists(), "it names the folders of another machine"
    assert oct((there.data_dir / "vault.key").stat().st_mode & 0o777) == "0o600"


def range_of(client: TestClient) -> bytes:
    answer = client.get("/api/interviews/D04-C1/audio", headers={"Range": "bytes=100-4099"})
    assert answer.status_code == 206
    assert len(answer.content) == 4000
    return answer.content


def test_a_second_backup_stores_what_is_new(place: Place) -> None:
    first = place.back_up()
    again = place.back_up()
    assert first.new_objects > 30
    assert again.new_objects == 0, "nothing changed"
    with place.vault.engine.begin() as connection:
        connection.execute(
            sa.update(tables.interview)
            .where(tables.interview.c.id == place.interview("D04-C1"))
            .values(title="another title")
        )
    log(place.vault, "study_seen")
    added = place.vault.artefacts.put(b"a new file")
    third = place.back_up()
    changed = {
        (chunk.table, chunk.owner)
        for chunk in set(third.snapshot.manifest.chunks) - set(again.snapshot.manifest.chunks)
    }
    assert changed == {
        ("interview", place.interview("D04-C1")),
        ("event", None),
        ("event_head", None),
        ("artefact", None),
    }
    files = set(third.snapshot.manifest.files) - set(again.snapshot.manifest.files)
    assert [file.owners for file in files] == [()]
    assert third.new_objects == 5
    there = place.elsewhere()
    place.restore(there)
    vault = open_vault(there)
    assert vault.artefacts.read(added) == b"a new file"
    vault.close()


def test_rows_are_as_of_one_instant(place: Place) -> None:
    with snapshot_of(place.vault.engine) as connection:
        count = sa.select(sa.func.count()).select_from(tables.event)
        before = connection.execute(count).scalar_one()
        log(place.vault, "study_seen")
        assert connection.execute(count).scalar_one() == before
    with place.vault.engine.connect() as connection:
        assert connection.execute(count).scalar_one() == before + 1


def test_what_was_in_work_is_queued_again(place: Place) -> None:
    with place.vault.engine.begin() as connection:
        connection.execute(
            sa.update(tables.recording)
            .where(tables.recording.c.interview_id == place.interview("D04-C1"))
            .values(state=RecordingState.PROCESSING)
        )
    place.back_up()
    there = place.elsewhere()
    assert place.restore(there).queued == 1
    with client_of(there) as client:
        states = {one["name"]: one["state"] for one in client.get("/api/recordings").json()["recordings"]}
    assert states == {"D03-T2": "done", "D04-C1": "queued"}


def test_nobody_is_signed_in_after_a_restore(place: Place) -> None:
    place.back_up()
    stored = {chunk.table for chunk in place.repository.snapshots()[0].manifest.chunks}
    assert stored.isdisjoint(owners.LEFT_OUT[VAULT] | owners.LEFT_OUT[CODING])


def test_a_release_that_only_one_store_knows_is_taken_back(place: Place) -> None:
    with place.vault.engine.begin() as connection:
        connection.execute(sa.delete(tables.release))
    place.back_up()
    there = place.elsewhere()
    place.restore(there)
    store = open_coding_store(there)
    assert contents(store.engine, coding_tables.metadata)["interview"] == []
    assert contents(store.engine, coding_tables.metadata)["word"] == []
    store.close()


def test_an_installation_is_not_written_over_unless_told(place: Place) -> None:
    place.back_up()
    log(place.vault, "study_seen")
    added = place.vault.artefacts.put(b"made after the backup")
    before = contents(place.vault.engine, tables.metadata)
    with pytest.raises(BackupRefused, match="There is an installation in"):
        place.restore(place.settings)
    assert contents(place.vault.engine, tables.metadata) == before
    place.store.close()
    place.vault.close()
    place.restore(place.settings, replace_it=True)
    vault = open_vault(place.settings)
    try:
        assert not vault.artefacts.has(added)
        assert check(vault, None).well
        with vault.engine.connect() as connection:
            assert verify(connection).whole, "the later end that was anchored here is told of in the log"
            actions = [event.action for event in read_events(connection, Wanted(limit=3))]
        assert actions[:2] == ["restored", "log_end_accepted"]
    finally:
        vault.close()


def test_into_a_place_with_a_key_of_its_own_everything_comes_under_that_key(place: Place) -> None:
    place.back_up()
    own = Master.new()
    there = Settings(data_dir=place.folder / "elsewhere", vault_key=own.key.hex())
    place.restore(there)
    vault = open_vault(there)
    try:
        assert vault.keys.ring.current.id == own.id
        assert check(vault, None).well
        with vault.engine.connect() as connection:
            masters = set(connection.execute(sa.select(tables.artefact.c.master)).scalars())
            assert verify(connection).whole
        assert masters == {own.id}
    finally:
        vault.close()
    assert not there.key_file.exists()


def test_a_backup_after_a_new_key_stores_no_file_again(place: Place) -> None:
    place.back_up()
    source: KeySource = key_source(place.settings)
    rotate(place.vault, "stig", lambda master: source.replace(master, None))
    made = place.back_up()
    assert made.new_bytes < 20_000
    there = place.elsewhere()
    place.restore(there)
    vault = open_vault(there)
    assert check(vault, None).well
    vault.close()


def test_a_file_that_the_vault_lost_is_told_and_the_rest_is_kept(place: Place) -> None:
    some = next(place.vault.artefacts.folder.glob("??/*"))
    some.unlink()
    made = place.back_up()
    assert made.lost == 1
    there = place.elsewhere()
    place.restore(there)
    vault = open_vault(there)
    checked = check(vault, None)
    assert (checked.files, checked.lost, checked.damaged) == (13, 1, 0)
    vault.close()


def test_every_table_is_somebodys_or_known_to_be_nobodys() -> None:
    for store, metadata in owners.METADATA.items():
        for table in metadata.sorted_tables:
            owned = owners.owner_column(table) is not None
            known = table.name in owners.SHARED | owners.LEFT_OUT[VAULT] | owners.LEFT_OUT[CODING] | {
                "artefact"
            }
            assert owned or known, f"{store}: whose are the rows of {table.name}?"


def test_the_files_of_each_interview_are_known(place: Place) -> None:
    made = place.back_up()
    owned = {"D03-T2": 0, "D04-C1": 0}
    for name in owned:
        owned[name] = sum(file.owners == (place.interview(name),) for file in made.snapshot.manifest.files)
    assert owned == {"D03-T2": 8, "D04-C1": 5}


def test_another_installations_folder_is_not_written_to(place: Place) -> None:
    other = open_vault(place.elsewhere("other"))
    try:
        with pytest.raises(BackupRefused, match="another installation"):
            Repository.open_as_installation(place.target, other.sealer)
    finally:
        other.close()
