"""The vault as one value: its database, its files and its keys."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from service.database import open_database
from service.migrate import migrate
from service.settings import Settings, SoundSettings
from service.vault.artefacts import Artefacts
from service.vault.chain import Anchor
from service.vault.events import EventLog, keep_log
from service.vault.key_file import KeySource
from service.vault.keyring import VaultKeys
from service.vault.sealing import Sealer

MIGRATIONS = Path(__file__).parent / "migrations"
KEYS_ARE_KEPT = "0005"
"""The migration that makes the table of the vault's keys."""


@dataclass(frozen=True, slots=True)
class Vault:
    """The identifiable side.

    ``url`` is the database's address; ``artefacts`` holds its files; ``keys`` open both; ``sound`` says how redacted
    sound is made of them.
    """

    engine: sa.Engine
    artefacts: Artefacts
    url: str
    keys: VaultKeys
    sound: SoundSettings

    @property
    def sealer(self) -> Sealer:
        """Seals and opens what identifies people and is no column."""
        return self.keys.sealer

    def close(self) -> None:
        self.engine.dispose()


def key_source(settings: Settings) -> KeySource:
    """Where the vault's key comes from."""
    given = settings.vault_key
    return KeySource(settings.key_file, given.get_secret_value() if given else None)


def closed_vault(settings: Settings) -> Vault:
    """The vault without its keys."""
    url = settings.vault_database
    engine = open_database(url)
    keys = VaultKeys(engine, key_source(settings))
    keep_log(engine, EventLog(lambda: keys.sealer, Anchor(settings.event_log_head)))
    artefacts = Artefacts(settings.vault_folder / "artefacts", engine, keys)
    return Vault(engine, artefacts, url, keys, settings.redacting)


def connect_vault(settings: Settings) -> Vault:
    """The vault as it stands, without migrating: for commands that only read.

    Raises ``VaultLocked``, ``KeyUnusable``, and SQLAlchemy's errors when there is no vault yet.
    """
    vault = closed_vault(settings)
    try:
        vault.keys.open()
    except BaseException:
        vault.close()
        raise
    return vault


def open_vault(settings: Settings) -> Vault:
    """The vault, with its folders and keys made and its schema and the job queue's brought up to date.

    What an earlier version kept in clear is sealed. Raises ``VaultLocked``, ``KeyUnusable``.
    """
    from service.identities.styling import begin_with
    from service.pipeline.engine import migrate_engine
    from service.vault.converting import convert
    from service.vault.rotation import finish_begun

    key_source(settings).find()  # a vault that is locked stays as it is
    settings.vault_folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    vault = closed_vault(settings)
    try:
        # The events of the time before are chained under a key, so the keys come before that migration.
        migrate(vault.engine, MIGRATIONS, KEYS_ARE_KEPT)
        vault.keys.open_or_make()
        migrate(vault.engine, MIGRATIONS)
        finish_begun(vault)
        convert(vault, settings.vault_folder)
        with vault.engine.begin() as connection:
            begin_with(connection, settings)
        migrate_engine(vault.url)
    except BaseException:
        vault.close()
        raise
    return vault
