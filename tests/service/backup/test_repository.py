"""What lies in the folder of backups tells nothing, and nobody without a key can read it or add to it."""

from __future__ import annotations

import errno
import os
import resource
import secrets
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pyrage
import pytest

from service.backup.forgetting import remove_unused
from service.backup.keys import (
    BackupKeyUnusable,
    identity_of,
    is_protected,
    new_key,
    read_identity,
    recipient_of,
    write_identity,
)
from service.backup.pruning import Policy, outdated
from service.backup.repository import BackupRefused, ObjectBroken, Repository, RepositoryBusy
from service.backup.verifying import verify
from service.vault.checking import check
from service.vault.store import open_vault
from tests.service.backup.conftest import SAID, Place

ROOT = Path(__file__).parents[3]
WORDS = "seven quiet herons"


def test_a_stolen_backup_is_no_use_without_its_identity(place: Place) -> None:
    place.back_up()
    stranger = identity_of(new_key().identity)
    with pytest.raises(BackupRefused, match="does not open this backup"):
        Repository.open_with(place.target, stranger)
    said = {word for lines in SAID.values() for _, text in lines for word in text.split() if len(word) > 4}
    named = [name.encode() for name in (*SAID, *said, "a study", place.interview("D03-T2"))]
    master = (place.settings.data_dir / "vault.key").read_text().strip()
    for path in place.target.rglob("*"):
        data = path.read_bytes() if path.is_file() else b""
        assert not [name for name in named if name in str(path).encode() + data], path
        assert master.encode() not in data
        assert bytes.fromhex(master) not in data
        if path.parent.parent.name == "objects":
            with pytest.raises(pyrage.DecryptError):
                pyrage.decrypt(data, [stranger])


def test_any_age_program_opens_an_object_with_the_identity(place: Place) -> None:
    made = place.back_up()
    study = next(file for file in made.snapshot.manifest.files if file.path == "study.toml")
    stored = (place.target / "objects" / study.object[:2] / study.object).read_bytes()
    assert stored.startswith(b"age-encryption.org/v1\n")
    assert pyrage.decrypt(stored, [identity_of(place.key.identity)]) == b"# a study\n"


def test_what_somebody_adds_who_knows_the_recipient_only_is_not_taken_for_real(place: Place) -> None:
    made = place.back_up()
    chunk = next(one for one in made.snapshot.manifest.chunks if one.table == "word")
    forged = pyrage.encrypt(b"rows", [recipient_of(place.key.recipient)])
    (place.target / "objects" / chunk.object[:2] / chunk.object).write_bytes(forged)
    (place.target / "snapshots" / "20990101T000000000000Z-00000000.age").write_bytes(forged)
    found = verify(place.with_identity())
    assert found.damaged == (chunk.object,)
    assert set(found.broken_snapshots) == {made.snapshot.name, "20990101T000000000000Z-00000000"}
    with pytest.raises(BackupRefused, match="is damaged"):
        place.restore(place.elsewhere())


def test_a_manifest_does_not_pass_for_another(place: Place) -> None:
    made = place.back_up()
    own = place.target / "snapshots" / f"{made.snapshot.name}.age"
    own.rename(own.with_name("20990101T000000000000Z-00000000.age"))
    with pytest.raises(ObjectBroken):
        place.repository.snapshots()


def test_a_damaged_object_is_told_and_stored_again(place: Place) -> None:
    made = place.back_up()
    assert verify(place.with_identity()).well
    file = next(one for one in made.snapshot.manifest.files if one.size > 10_000)
    path = place.target / "objects" / file.object[:2] / file.object
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    found = verify(place.with_identity())
    assert (found.damaged, found.broken_snapshots) == ((file.object,), (made.snapshot.name,))
    there = place.elsewhere()
    restored = place.restore(there)
    assert [one.path for one in restored.damaged] == [file.path]
    vault = open_vault(there)
    assert check(vault, None).lost == 1
    vault.close()
    place.repository.remove(file.object)
    assert place.back_up().new_objects >= 1
    assert verify(place.with_identity()).well


def test_damaged_rows_are_told_before_anything_is_touched(place: Place) -> None:
    made = place.back_up()
    words = next(one for one in made.snapshot.manifest.chunks if one.table == "word")
    place.repository.remove(words.object)
    there = place.elsewhere()
    with pytest.raises(BackupRefused, match="Rows of this snapshot are damaged"):
        place.restore(there)
    assert not there.data_dir.exists()


def test_two_at_once_are_refused(place: Place) -> None:
    with place.repository.writing():
        with pytest.raises(RepositoryBusy), place.with_identity().writing():
            pass
        with pytest.raises(RepositoryBusy), place.with_identity().reading():
            pass
    with place.repository.reading(), place.with_identity().reading():
        pass


KILLED = """
import os, signal, sys
from pathlib import Path
from service.backup.making import Installation, make_snapshot
from service.backup.repository import Repository
from service.coding.store import open_coding_store
from service.settings import Settings
from service.vault.store import open_vault
settings = Settings(data_dir=Path(sys.argv[1]))
vault, store = open_vault(settings), open_coding_store(settings)
repository = Repository.open_as_installation(Path(sys.argv[2]), vault.sealer)
def tell(done, whole):
    if whole and done > whole / 2:
        os.kill(os.getpid(), signal.SIGKILL)
with repository.writing():
    make_snapshot(Installation(settings, vault, store), repository, tell)
"""


def test_killed_midway_it_is_nothing_and_goes_on_where_it_was(place: Place) -> None:
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, str(place.settings.data_dir), str(place.target)],
        cwd=ROOT,
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    stored = place.repository.objects()
    assert len(stored) > 10
    assert place.repository.snapshot_names() == ()
    (place.target / "objects" / "ab").mkdir(exist_ok=True)
    (place.target / "objects" / "ab" / ".half.part").write_bytes(b"half")
    made = place.back_up()
    assert stored <= made.snapshot.manifest.objects, "nothing is stored twice"
    assert list(place.target.rglob("*.part")) == []
    there = place.elsewhere()
    place.restore(there)
    vault = open_vault(there)
    assert check(vault, None).well
    vault.close()


def test_a_full_disk_leaves_what_was_there(place: Place) -> None:
    place.back_up()
    before = place.repository.objects()
    place.vault.artefacts.put(secrets.token_bytes(300_000))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
    try:
        with pytest.raises(OSError, match="too large") as full:
            place.back_up()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, handler)
    assert full.value.errno == errno.EFBIG
    assert list(place.target.rglob("*.part")) == []
    assert len(place.repository.snapshot_names()) == 1
    assert before <= place.repository.objects()
    assert verify(place.with_identity()).well
    assert place.back_up().new_objects >= 1


def test_an_identity_is_read_from_its_file_alone_or_with_its_passphrase(tmp_path: Path) -> None:
    key = new_key()
    plain, protected = tmp_path / "a" / "plain.key", tmp_path / "protected.key"
    write_identity(plain, key, datetime.now(UTC), None)
    assert oct(plain.stat().st_mode & 0o777) == "0o600"
    assert not is_protected(plain)
    assert str(read_identity(plain).to_public()) == key.recipient
    with pytest.raises(FileExistsError):
        write_identity(plain, new_key(), datetime.now(UTC), None)
    write_identity(protected, key, datetime.now(UTC), WORDS)
    assert is_protected(protected)
    assert key.identity.encode() not in protected.read_bytes()
    assert str(read_identity(protected, WORDS).to_public()) == key.recipient
    with pytest.raises(BackupKeyUnusable, match="not the passphrase"):
        read_identity(protected, "seven loud herons")
    (tmp_path / "other").write_text("a text\n")
    with pytest.raises(BackupKeyUnusable, match="holds no age identity"):
        read_identity(tmp_path / "other")


def named(*days: str) -> list[str]:
    return [f"{day}T030000000000Z-0000000{number % 10}" for number, day in enumerate(days)]


def test_pruning_keeps_the_newest_of_days_and_weeks() -> None:
    names = named("20260105", "20260106", "20260106", "20260112", "20260113", "20260114")
    assert outdated(names, Policy(last=2)) == tuple(names[:4])
    assert outdated(names, Policy(daily=4)) == tuple(names[:2])
    assert outdated(names, Policy(weekly=2)) == (names[0], names[1], names[3], names[4])
    assert outdated(names, Policy(last=1, daily=2)) == tuple(names[:4])
    assert outdated(names[:1], Policy(last=1)) == ()


def test_pruned_snapshots_take_their_objects_along(place: Place) -> None:
    place.back_up()
    digest = place.vault.artefacts.put(b"of the moment")
    second = place.back_up()
    place.vault.artefacts.remove(digest)
    third = place.back_up()
    with place.repository.writing():
        for name in outdated(place.repository.snapshot_names(), Policy(last=1)):
            place.repository.remove_snapshot(name)
        assert remove_unused(place.repository) >= 2
    assert place.repository.snapshot_names() == (third.snapshot.name,)
    lost = second.snapshot.manifest.objects - third.snapshot.manifest.objects
    assert lost.isdisjoint(place.repository.objects())
    assert verify(place.with_identity()).well


def test_a_folder_with_other_things_is_left_alone(tmp_path: Path, place: Place) -> None:
    (tmp_path / "holiday").mkdir()
    (tmp_path / "holiday" / "photo.jpg").write_bytes(b"x")
    with pytest.raises(BackupRefused, match="holds other things"):
        Repository.create(tmp_path / "holiday", place.key.recipient, place.vault.sealer)
    assert [path.name for path in (tmp_path / "holiday").iterdir()] == ["photo.jpg"]


def test_the_lock_goes_with_its_process(place: Place) -> None:
    held = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import fcntl,sys,time; f=open(sys.argv[1],'w'); fcntl.flock(f, fcntl.LOCK_EX); print(1, flush=True); "
            "time.sleep(60)",
            str(place.target / "lock"),
        ],
        stdout=subprocess.PIPE,
    )
    assert held.stdout is not None
    held.stdout.readline()
    with pytest.raises(RepositoryBusy), place.repository.writing():
        pass
    os.kill(held.pid, signal.SIGKILL)
    held.wait()
    until = time.monotonic() + 5
    while time.monotonic() < until:
        try:
            with place.repository.writing():
                break
        except RepositoryBusy:
            time.sleep(0.05)
    else:
        pytest.fail("the lock outlived its holder")
