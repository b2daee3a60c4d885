"""What the running service does by itself: goes on with withdrawals, watches the folder, keeps retention periods."""

from __future__ import annotations

import time

import sqlalchemy as sa
import structlog

from service.coding.store import CodingStore
from service.pipeline.scrubbing import scrub
from service.settings import Settings
from service.study.applied import Study
from service.vault.recordings import now
from service.vault.store import Vault
from service.withdrawal.erasing import BeingErased, carry_out, list_withdrawals
from service.withdrawal.folder import forget_gone
from service.withdrawal.hygiene import DatabaseInUse
from service.withdrawal.retention import erase_due

EVERY_S = 10.0
"""How often a round is made."""

RETENTION_EVERY_S = 24 * 3600.0

log: structlog.stdlib.BoundLogger = structlog.get_logger()


class Upkeep:
    """The rounds of one running service. Not for two threads at once."""

    def __init__(self, vault: Vault, store: CodingStore, settings: Settings, study: Study) -> None:
        self._vault = vault
        self._store = store
        self._settings = settings
        self._study = study
        self._retention_at = 0.0

    def round(self) -> None:
        """One round. What can't be done now is tried in the next one."""
        self._vault.keys.forget_deleted()
        if self._settings.retention_erases and time.monotonic() >= self._retention_at:
            protocol = self._study.current().protocol
            if protocol is not None:
                erase_due(self._vault, protocol, now().date())
            self._retention_at = time.monotonic() + RETENTION_EVERY_S
        with self._vault.engine.connect() as connection:
            open_ones = [one for one in list_withdrawals(connection) if one.finished_at is None]
        for one in open_ones:
            left = forget_gone(self._vault, self._settings, one.number)
            if one.is_erased and left:
                continue
            try:
                carry_out(self._vault, self._store, self._settings, one.number)
            except BeingErased:
                continue
            except (DatabaseInUse, sa.exc.OperationalError, OSError) as error:
                log.warning("withdrawal_goes_on_later", withdrawal=one.number, error=scrub(error))
