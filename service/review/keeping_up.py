"""Looking now and then whether redacted sound has to be made, and whether coders have what they should.

A person who reviews an interview changes it many times: its sound is made once nothing changed for a while. Of an
interview that is released the sound is made soon, since coders may be without it meanwhile.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import sqlalchemy as sa

from service.coding.sounds import known_files, sound_versions
from service.coding.store import CodingStore
from service.pipeline.engine import JobQueue
from service.redacted_sound.passing import version_of
from service.redacted_sound.queueing import queue_sound
from service.redacted_sound.renditions import PlaceState, current_rendition
from service.redacted_sound.wanted import bases
from service.review.passing_on import bring_up_to_date
from service.vault import tables
from service.vault.recordings import RecordingState
from service.vault.store import Vault

LOOK_S = 10.0
"""How often."""
QUIET_S = 120.0
"""So long nothing must have changed of an interview before its sound is made again."""
QUIET_RELEASED_S = 10.0
"""The same, where coders wait for it."""
MOST_AT_ONCE = 2
"""So many recordings wait for their redacted sound only: new recordings are not kept waiting by old ones."""
_AGAIN_S = 60.0
_SWEEP_S = 3600.0


@dataclass(frozen=True, slots=True)
class _Seen:
    """What an interview whose sound is outdated looked like, and since when."""

    basis: str
    since: float


@dataclass(frozen=True, slots=True)
class _Made:
    """A redacted sound: what it was made from and when, what it is called on the coding side, what is left to hear."""

    basis: str
    at: str
    version: str
    open_places: int

    def is_passed(self, basis: str | None, version: str | None) -> bool:
        """Whether it is of the interview as it is now, and the one that coders hear."""
        return (self.basis, self.version) == (basis, version)


class KeepingUp:
    """What one running service remembers of that between two looks."""

    def __init__(
        self,
        vault: Vault,
        store: CodingStore,
        queue: JobQueue,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._vault = vault
        self._store = store
        self._queue = queue
        self._clock = clock
        self._seen: dict[str, _Seen] = {}
        self._asked: dict[str, str] = {}
        self._brought: dict[str, str] = {}
        self._swept_at = float("-inf")

    def look(self) -> None:
        """One look: a few queries over plain columns, and work only where something changed."""
        with self._vault.engine.connect() as connection:
            now = bases(connection, self._vault.sound)
            made = _made(connection, self._vault)
            released = _released(connection)
        with self._store.engine.connect() as connection:
            heard = sound_versions(connection)
        self._bring(now, made, released, heard)
        outdated = {one: basis for one, basis in now.items() if one not in made or made[one].basis != basis}
        self._ask(outdated, released)
        self._sweep()

    def _bring(
        self,
        now: dict[str, str],
        made: dict[str, _Made],
        released: dict[str, bool],
        heard: dict[str, str],
    ) -> None:
        """Bring released interviews up to date of which anything is another than at the last look.

        What was refused then (names are to be looked for, say) is tried again once a minute.
        """
        minute = int(self._clock() / _AGAIN_S)
        state = {
            one: f"{now.get(one)}|{made.get(one)}|{heard.get(one)}|{'' if up_to_date else minute}"
            for one, up_to_date in released.items()
        }
        changed = [
            one
            for one, up_to_date in released.items()
            if self._brought.get(one) != state[one]
            and not (up_to_date and one in made and made[one].is_passed(now.get(one), heard.get(one)))
        ]
        if changed:
            bring_up_to_date(self._vault, self._store, changed)
        self._brought = state

    def _ask(self, outdated: dict[str, str], released: dict[str, bool]) -> None:
        at = self._clock()
        self._seen = {
            one: seen
            if (seen := self._seen.get(one)) is not None and seen.basis == basis
            else _Seen(basis, at)
            for one, basis in outdated.items()
        }
        ripe = [
            one
            for one, seen in self._seen.items()
            if at - seen.since >= (QUIET_RELEASED_S if one in released else QUIET_S)
            # What failed is not tried for ever; a person can ask for it.
            and self._asked.get(one) != seen.basis
        ]
        # Where coders wait comes first.
        for one in sorted(ripe, key=lambda one: one not in released):
            if current_rendition(self._vault.engine, self._vault.artefacts, self._vault.sound, one):
                continue
            with self._vault.engine.begin() as connection:
                if _waiting(connection) >= MOST_AT_ONCE:
                    return
                if queue_sound(connection, self._queue, one):
                    self._asked[one] = self._seen[one].basis

    def _sweep(self) -> None:
        if self._clock() - self._swept_at < _SWEEP_S:
            return
        self._swept_at = self._clock()
        with self._store.engine.connect() as connection:
            known = known_files(connection)
        self._store.files.remove_leftovers(known)


def _made(connection: sa.Connection, vault: Vault) -> dict[str, _Made]:
    """The redacted sound of each interview that has one."""
    table, place = tables.rendition, tables.rendition_place
    open_places = connection.execute(
        sa.select(place.c.interview_id, sa.func.count())
        .where(place.c.state == PlaceState.OPEN)
        .group_by(place.c.interview_id)
    )
    left: dict[str, int] = {row[0]: row[1] for row in open_places}
    rows = connection.execute(
        sa.select(table.c.interview_id, table.c.basis, table.c.made_at, table.c.listening, table.c.track)
    )
    return {
        row.interview_id: _Made(
            row.basis,
            str(row.made_at),
            version_of(vault, row.listening, row.track),
            left.get(row.interview_id, 0),
        )
        for row in rows
    }


def _released(connection: sa.Connection) -> dict[str, bool]:
    """The released interviews, and whether coders have the words as they are."""
    table, transcript = tables.release, tables.transcripts.transcript
    rows = connection.execute(
        sa.select(table.c.interview_id, table.c.revision == transcript.c.revision).join(
            transcript, transcript.c.interview_id == table.c.interview_id
        )
    )
    return {row[0]: bool(row[1]) for row in rows}


def _waiting(connection: sa.Connection) -> int:
    """How many recordings are in the queue, or at work, for their redacted sound only."""
    recording, only = tables.recording, tables.sound_attempt
    return connection.execute(
        sa.select(sa.func.count())
        .select_from(recording)
        .join(only, sa.and_(only.c.recording_id == recording.c.id, only.c.attempt == recording.c.attempt))
        .where(recording.c.state.in_([RecordingState.QUEUED.value, RecordingState.PROCESSING.value]))
    ).scalar_one()
