"""Which workers there are, and which of them live."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa

from service.pipeline.locks import worker_locks
from service.vault import tables
from service.vault.recordings import aware, now, record_event
from service.vault.store import Vault

STARTED = "worker_started"
STOPPED = "worker_stopped"

_REMEMBERED = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class WorkerState:
    """A worker that lives, or was started in the last seven days and never said that it stopped."""

    name: str
    alive: bool


def list_workers(vault: Vault) -> tuple[WorkerState, ...]:
    """The workers that should be alive, by name. One that is not was killed, or its machine was."""
    event = tables.event
    with vault.engine.connect() as connection:
        rows = connection.execute(
            sa.select(event.c.subject, event.c.action, event.c.at)
            .where(event.c.action.in_([STARTED, STOPPED]))
            .order_by(event.c.id)
        )
        last = {row.subject: (row.action, aware(row.at)) for row in rows}
    locks = worker_locks(vault.url)
    expected = now() - _REMEMBERED
    states = []
    for name, (action, at) in sorted(last.items()):
        alive = locks.is_held(name)
        if alive or (action == STARTED and at > expected):
            states.append(WorkerState(name, alive))
    return tuple(states)


def worker_alive(vault: Vault, name: str) -> bool:
    """Whether a worker of this name holds its lock now."""
    return worker_locks(vault.url).is_held(name)


def announce(connection: sa.Connection, name: str, action: str) -> None:
    """Record that the worker started or stopped."""
    record_event(connection, name, action, name)
