"""The vault's key: made once, found in its places, kept behind a passphrase."""

from __future__ import annotations

import json
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from service.vault import key_file
from service.vault.key_file import KeySource, WrongPassphrase, lock, unlock
from service.vault.keys import Master, Purpose, WrappedKey, open_ring
from service.vault.locked import KeyUnusable, SealBroken, VaultLocked

WORDS = "seven quiet herons"


def row(master: Master, purpose: Purpose, key: bytes) -> WrappedKey:
    return WrappedKey(purpose, master.id, master.wrap(key, str(purpose)))


@pytest.fixture
def source(tmp_path: Path) -> KeySource:
    return KeySource(tmp_path / "data" / "vault.key")


@pytest.fixture
def protected(source: KeySource) -> KeySource:
    source.replace(source.find_or_make(), WORDS)
    return source


def test_the_key_is_made_once_for_its_owner_only(source: KeySource) -> None:
    assert source.find() is None
    with ThreadPoolExecutor(8) as pool:
        keys = list(pool.map(lambda _: source.find_or_make(), range(32)))
    assert len(set(keys)) == 1
    assert stat.S_IMODE(source.file.stat().st_mode) == 0o600
    assert [path.name for path in source.file.parent.iterdir()] == ["vault.key"], "no drafts are left"


@pytest.mark.parametrize("content", ["", "not a key", "ab" * 31, "zz" * 32])
def test_a_file_that_is_no_key_is_told_and_left_alone(source: KeySource, content: str) -> None:
    source.file.parent.mkdir()
    source.file.write_text(content)
    with pytest.raises(KeyUnusable, match="holds no key"):
        source.find_or_make()
    assert source.file.read_text() == content


@pytest.mark.parametrize("content", ["{", "{}", '{"format": "another"}', '{"format": 1, "memory_kib": 1e99}'])
def test_a_protected_file_that_is_none_is_told(source: KeySource, content: str) -> None:
    source.file.parent.mkdir()
    source.file.write_text(content)
    with pytest.raises(KeyUnusable, match="can't be read"):
        source.open_with(WORDS)


def test_a_key_that_is_given_wins_and_must_be_one(source: KeySource) -> None:
    made = source.find_or_make()
    other = Master.new()
    assert KeySource(source.file, other.key.hex()).find() == other != made
    with pytest.raises(KeyUnusable, match="64 digits"):
        KeySource(source.file, "a secret").find()


def test_a_key_is_never_shown(source: KeySource) -> None:
    master = source.find_or_make()
    given = KeySource(source.file, master.key.hex())
    for value in (master, given, open_ring(master, [row(master, Purpose.DATA, b"d" * 32)])):
        assert master.key.hex() not in repr(value)
        assert repr(master.key) not in repr(value)
        assert repr(b"d" * 32) not in repr(value)


def test_behind_a_passphrase_the_vault_is_locked_until_it_is_given(protected: KeySource) -> None:
    with pytest.raises(VaultLocked, match="lytt vault unlock"):
        protected.find()
    with pytest.raises(VaultLocked):
        protected.find_or_make()
    with pytest.raises(WrongPassphrase):
        unlock(protected, "seven loud herons")
    opened = unlock(protected, WORDS)
    try:
        found = protected.find()
        assert found == protected.open_with(WORDS)
        assert stat.S_IMODE(opened.stat().st_mode) == 0o600
        assert stat.S_IMODE(opened.parent.stat().st_mode) == 0o700
    finally:
        assert lock(protected)
    assert not opened.exists()
    assert not lock(protected), "it was locked already"
    with pytest.raises(VaultLocked):
        protected.find()


def test_what_is_unlocked_is_only_in_memory(protected: KeySource) -> None:
    opened = unlock(protected, WORDS)
    try:
        mounts = [line.split() for line in Path("/proc/self/mounts").read_text().splitlines()]
        here = max((one for one in mounts if opened.is_relative_to(one[1])), key=lambda one: len(one[1]))
        assert here[2] in ("tmpfs", "ramfs")
    finally:
        lock(protected)


def test_an_opened_key_that_others_can_read_is_not_used(
    protected: KeySource, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(key_file, "_memory_folders", lambda: iter([tmp_path / "shared"]))
    opened = unlock(protected, WORDS)
    assert protected.find() is not None
    opened.parent.chmod(0o755)
    with pytest.raises(VaultLocked):
        protected.find()


def test_without_a_folder_in_memory_nothing_is_left_open(
    protected: KeySource, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(key_file, "_memory_folders", lambda: iter(()))
    with pytest.raises(KeyUnusable, match="only in memory"):
        unlock(protected, WORDS)


def test_a_protected_file_holds_neither_key_nor_passphrase(protected: KeySource) -> None:
    text = protected.file.read_text()
    key = protected.open_with(WORDS).key
    assert key.hex() not in text
    assert WORDS not in text
    held = json.loads(text)
    assert (held["kdf"], held["passes"], held["memory_kib"]) == ("argon2id", 3, 65536)
    assert stat.S_IMODE(protected.file.stat().st_mode) == 0o600


def test_the_same_passphrase_protects_otherwise_each_time(protected: KeySource) -> None:
    before, master = protected.file.read_text(), protected.open_with(WORDS)
    protected.replace(master, WORDS)
    assert json.loads(before)["salt"] != json.loads(protected.file.read_text())["salt"]
    assert protected.open_with(WORDS) == master


def test_a_wrapped_key_opens_for_its_purpose_only() -> None:
    master, key = Master.new(), b"k" * 32
    wrapped = master.wrap(key, "file a")
    assert master.unwrap(wrapped, "file a") == key
    for other, purpose in ((master, "file b"), (Master.new(), "file a")):
        with pytest.raises(SealBroken):
            other.unwrap(wrapped, purpose)
    with pytest.raises(SealBroken):
        master.unwrap("no base64!", "file a")


def test_another_vaults_key_opens_nothing() -> None:
    master, other = Master.new(), Master.new()
    rows = [row(master, Purpose.DATA, b"d" * 32)]
    assert open_ring(master, rows).data == b"d" * 32
    for held in (rows, []):
        with pytest.raises(KeyUnusable, match="not this vault's"):
            open_ring(other, held)


def test_while_keys_change_each_leads_to_the_other() -> None:
    old, new = Master.new(), Master.new()
    rows = [
        row(old, Purpose.DATA, b"d" * 32),
        row(new, Purpose.DATA, b"d" * 32),
        row(old, Purpose.SUCCESSOR, new.key),
        row(new, Purpose.PREDECESSOR, old.key),
    ]
    for master in (old, new):
        ring = open_ring(master, rows)
        assert ring.current == new, "what is wrapped now is wrapped under the new one"
        assert set(ring.masters.values()) == {old, new}
    file = old.wrap(b"f" * 32, "file x")
    assert open_ring(new, rows).unwrap_file_key(old.id, file, "x") == b"f" * 32
