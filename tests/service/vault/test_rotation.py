"""A new key takes the old one's place while the vault is in use, and whatever happens in between."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
import sqlalchemy as sa

from service.settings import Settings
from service.vault import tables
from service.vault.key_file import KeySource
from service.vault.keyring import VaultKeys
from service.vault.keys import Master, Purpose
from service.vault.locked import KeyUnusable
from service.vault.recordings import now
from service.vault.rotation import begin, refuse_another, rotate, wrap_again
from service.vault.store import Vault, connect_vault, key_source, open_vault

TITLE = "Kari Nordmann, second talk"


@dataclass(frozen=True)
class Filled:
    vault: Vault
    source: KeySource
    digests: tuple[str, ...]
    before: Master

    def rotate(self) -> int:
        return rotate(self.vault, "steward", lambda master: self.source.replace(master, None))


@pytest.fixture
def filled(vault: Vault, settings: Settings) -> Filled:
    with vault.engine.begin() as connection:
        connection.execute(sa.insert(tables.interview).values(id="i", title=TITLE, created_at=now()))
    digests = tuple(vault.artefacts.put(f"file {number}".encode()) for number in range(7))
    source = key_source(settings)
    found = source.find()
    assert found is not None
    return Filled(vault, source, digests, found)


def assert_whole(vault: Vault, digests: tuple[str, ...]) -> None:
    assert [vault.artefacts.read(one) for one in digests] == [
        f"file {number}".encode() for number in range(len(digests))
    ]
    with vault.engine.connect() as connection:
        assert connection.execute(sa.select(tables.interview.c.title)).scalar_one() == TITLE


def masters(vault: Vault) -> set[str]:
    with vault.engine.connect() as connection:
        return {
            *connection.execute(sa.select(tables.artefact.c.master)).scalars(),
            *connection.execute(sa.select(tables.vault_key.c.master)).scalars(),
        }


def test_everything_is_under_the_new_key_and_nothing_under_the_old(
    filled: Filled, settings: Settings
) -> None:
    assert filled.rotate() == 7
    after = filled.source.find()
    assert after is not None
    assert after != filled.before
    assert masters(filled.vault) == {after.id}
    assert_whole(filled.vault, filled.digests)
    again = open_vault(settings)
    assert_whole(again, filled.digests)
    again.close()
    with pytest.raises(KeyUnusable):
        VaultKeys(filled.vault.engine, KeySource(filled.source.file, filled.before.key.hex())).open()


def test_who_had_the_vault_open_goes_on(filled: Filled, settings: Settings) -> None:
    running = connect_vault(settings)
    filled.rotate()
    assert_whole(running, filled.digests)
    put_later = running.artefacts.put(b"put by who knew the old key only")
    assert filled.vault.artefacts.read(put_later) == b"put by who knew the old key only"
    assert len(masters(filled.vault)) == 1
    running.close()


def test_what_is_put_while_keys_change_is_under_the_new_one(filled: Filled, settings: Settings) -> None:
    running = connect_vault(settings)
    new = begin(filled.vault, Master.new())
    digest = running.artefacts.put(b"in the middle")
    with filled.vault.engine.connect() as connection:
        master = connection.execute(
            sa.select(tables.artefact.c.master).where(tables.artefact.c.digest == digest)
        ).scalar_one()
    assert master == new.id
    assert running.artefacts.read(digest) == b"in the middle"
    running.close()


def test_a_rotation_that_failed_loses_nothing_and_is_finished_with_its_key(
    filled: Filled, settings: Settings
) -> None:
    chosen = []

    def fail(master: Master) -> None:
        chosen.append(master)
        raise OSError("the disk with the key is away")

    with pytest.raises(OSError, match="away"):
        rotate(filled.vault, "steward", fail)
    assert filled.source.find() == filled.before
    again = open_vault(settings)
    assert_whole(again, filled.digests)
    again.close()
    filled.rotate()
    assert filled.source.find() == chosen[0]
    assert masters(filled.vault) == {chosen[0].id}
    assert_whole(filled.vault, filled.digests)


@pytest.mark.parametrize("wrapped_again", [False, True])
def test_one_that_was_killed_is_finished_when_the_vault_is_opened(
    filled: Filled, settings: Settings, wrapped_again: bool
) -> None:
    new = begin(filled.vault, Master.new())
    if wrapped_again:
        wrap_again(filled.vault, new)
    filled.source.replace(new, None)
    again = open_vault(settings)
    assert masters(again) == {new.id}
    assert_whole(again, filled.digests)
    again.close()


def test_a_second_rotation_to_another_key_is_refused_until_the_first_is_finished(filled: Filled) -> None:
    new = begin(filled.vault, Master.new())
    refuse_another(filled.vault, new)
    with pytest.raises(KeyUnusable, match="not finished"):
        refuse_another(filled.vault, Master.new())
    assert begin(filled.vault, Master.new()) == new


def test_without_its_key_a_vault_that_holds_something_does_not_open(
    filled: Filled, settings: Settings
) -> None:
    filled.source.file.unlink()
    with pytest.raises(KeyUnusable, match="not there"):
        open_vault(settings)
    assert not filled.source.file.exists(), "a new key would only hide that the old one is missing"
    filled.source.file.write_text(f"{Master.new().key.hex()}\n")
    with pytest.raises(KeyUnusable, match="not this vault's"):
        open_vault(settings)


def test_the_key_of_the_pseudonyms_is_wrapped_again_too(filled: Filled, settings: Settings) -> None:
    before = filled.vault.keys.ring.pseudonyms
    assert before is not None
    assert before != filled.vault.keys.ring.data
    filled.rotate()
    again = open_vault(settings)
    assert again.keys.ring.pseudonyms == before
    assert again.keys.ring.data == filled.vault.keys.ring.data
    again.close()


def test_a_vault_of_an_earlier_version_gets_a_key_of_the_pseudonyms(
    filled: Filled, settings: Settings
) -> None:
    key = tables.vault_key
    with filled.vault.engine.begin() as connection:
        connection.execute(sa.delete(key).where(key.c.purpose == Purpose.PSEUDONYMS))
    new = begin(filled.vault, Master.new())
    again = open_vault(settings)
    made = again.keys.ring.pseudonyms
    assert made is not None
    again.close()
    with filled.vault.engine.connect() as connection:
        under = connection.execute(
            sa.select(key.c.master).where(key.c.purpose == Purpose.PSEUDONYMS)
        ).scalar_one()
    assert under == new.id, "made in the middle of a rotation it is under the new key"
    wrap_again(filled.vault, new)
    filled.source.replace(new, None)
    once_more = open_vault(settings)
    assert once_more.keys.ring.pseudonyms == made
    assert masters(once_more) == {new.id}
    once_more.close()
