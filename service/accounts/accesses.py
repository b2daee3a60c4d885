"""What is read, heard and taken out: noted in the event log, a stretch of use as one event.

A page asks hundreds of times for one interview. The first of these within a quarter of an hour is noted.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping

import sqlalchemy as sa

from service.accounts.permissions import Action, Actor
from service.naming import parse_reference
from service.settings import Settings
from service.vault.events import record_event
from service.vault.interviews import find_interview
from service.vault.store import Vault

NOTED: Mapping[Action, str] = {
    Action.SEE_RECORDINGS: "recordings_seen",
    Action.SEE_STUDY: "study_seen",
    Action.READ_TRANSCRIPTS: "transcript_read",
    Action.SEARCH_TRANSCRIPTS: "transcripts_searched",
    Action.LISTEN: "sound_opened",
    Action.SEE_VOICES: "voices_seen",
    Action.SEE_GUIDE: "guide_seen",
    Action.LISTEN_RELEASED: "released_sound_opened",
    Action.SEE_IDENTITIES: "identities_seen",
    Action.CODE: "coded",
    Action.EXPORT_RELEASED: "released_exported",
    Action.FOLLOW: "feed_followed",
}
"""The event of an access. What a route does beyond reading it records itself, with its details."""

_WHOLE: Mapping[Action, str] = {
    Action.SEE_RECORDINGS: "recordings",
    Action.SEE_STUDY: "study",
    Action.SEARCH_TRANSCRIPTS: "interviews",
    Action.SEE_IDENTITIES: "identities",
    Action.FOLLOW: "feed",
}
_EACH_TIME = frozenset({Action.EXPORT_RELEASED})
ONE_USE_S = 900
_MOST_REMEMBERED = 10_000


class Accesses:
    """Notes accesses to the vault, and what the coding side asks to have noted."""

    def __init__(self, vault: Vault, settings: Settings, clock: Callable[[], float] = time.monotonic) -> None:
        self._vault = vault
        self._pattern = settings.name_pattern
        self._clock = clock
        self._lock = threading.Lock()
        self._seen: dict[tuple[str, str, str], float] = {}

    def note(self, actor: Actor, action: Action, path: Mapping[str, str]) -> None:
        """Note that ``actor`` does ``action`` to what the parameters of an address name, if it is to be noted."""
        if action not in NOTED:
            return
        reference = (
            _WHOLE.get(action) or path.get("reference") or path.get("name") or path.get("participant", "")
        )
        if action not in _EACH_TIME and not self._is_new((actor.name, action, reference)):
            return
        with self._vault.engine.begin() as connection:
            # The reference is what somebody typed; only what it leads to may stand in the log.
            subject = reference if action in _WHOLE else self._interview(connection, reference)
            if subject is not None:
                record_event(connection, actor.name, NOTED[action], subject)

    def note_seen(self, actor: Actor, event: str, subject: str) -> None:
        """Note that ``actor`` saw what is known of ``subject``, which is an id and nothing that somebody typed."""
        if self._is_new((actor.name, event, subject)):
            with self._vault.engine.begin() as connection:
                record_event(connection, actor.name, event, subject)

    def _is_new(self, key: tuple[str, str, str]) -> bool:
        now = self._clock()
        with self._lock:
            last = self._seen.get(key)
            if last is not None and now - last < ONE_USE_S:
                return False
            if len(self._seen) >= _MOST_REMEMBERED:
                self._seen = {kept: at for kept, at in self._seen.items() if now - at < ONE_USE_S}
            self._seen[key] = now
            return True

    def _interview(self, connection: sa.Connection, reference: str) -> str | None:
        name = parse_reference(reference, self._pattern)
        found = find_interview(connection, reference) or (
            find_interview(connection, name.study_id) if name else None
        )
        return found.id if found else None
