"""Looking now and then whether what is usual for somebody changed, and finding markers again where it did."""

from __future__ import annotations

import time
from collections.abc import Callable

from service.baselines.finding import bring_baselines, outdated
from service.baselines.measures import measured_interviews
from service.vault.store import Vault

QUIET_S = 60.0
"""So long nobody must have changed an interview before its markers are found again: a person who corrects it now would
be told that somebody else did."""


class KeepingBaselines:
    """What one running service remembers between two looks."""

    def __init__(self, vault: Vault, clock: Callable[[], float] = time.monotonic) -> None:
        self._vault = vault
        self._clock = clock
        self._changed: dict[str, tuple[int, float]] = {}

    def look(self) -> tuple[str, ...]:
        """One look: a few queries, and work only where something changed; returns whose markers did."""
        at = self._clock()
        with self._vault.engine.connect() as connection:
            revisions = outdated(connection)
            known = measured_interviews(connection)
        # What was never measured has nobody at work on it who could be disturbed by it.
        self._changed = {
            one: before
            if (before := self._changed.get(one)) is not None and before[0] == revision
            else (revision, at)
            for one, revision in revisions.items()
            if one in known
        }
        waiting = {one for one, (_, since) in self._changed.items() if at - since < QUIET_S}
        return bring_baselines(self._vault, waiting=waiting)
