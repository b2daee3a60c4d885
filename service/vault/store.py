"""The vault as one value: its database and its files."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from service.database import open_database
from service.migrate import migrate
from service.settings import Settings
from service.vault.artefacts import Artefacts
from service.vault.chain import Anchor
from service.vault.events import EventLog, keep_log
from service.vault.sealing import Sealer, sealer_of

MIGRATIONS = Path(__file__).parent / "migrations"


@dataclass(frozen=True, slots=True)
class Vault:
    """The identifiable side.

    ``url`` is the database's address; ``artefacts`` holds its files; ``key_file`` the key that seals what identifies.
    """

    engine: sa.Engine
    artefacts: Artefacts
    url: str
    key_file: Path

    @property
    def sealer(self) -> Sealer:
        """Seals and opens what identifies people. Raises ``KeyUnusable``."""
        return sealer_of(self.key_file)

    def close(self) -> None:
        self.engine.dispose()


def connect_vault(settings: Settings) -> Vault:
    """The vault as it stands, without migrating: for commands that only read."""
    url = settings.vault_database
    vault = Vault(open_database(url), Artefacts(settings.vault_folder / "artefacts"), url, settings.vault_key)
    keep_log(vault.engine, EventLog(lambda: vault.sealer, Anchor(settings.event_log_head)))
    return vault


def open_vault(settings: Settings) -> Vault:
    """The vault, with its folders made and its schema and the job queue's brought up to date."""
    from service.pipeline.engine import migrate_engine

    settings.vault_folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    vault = connect_vault(settings)
    migrate(vault.engine, MIGRATIONS)
    migrate_engine(vault.url)
    return vault
