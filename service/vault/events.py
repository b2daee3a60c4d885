"""The event log: every act, appended in the transaction of the act itself, chained and anchored.

Events are written when their transaction commits, last of all: taking the end of the chain is what puts writers in a
row, and held for an instant only it can't take part in a deadlock. An act whose event can't be written is not done.
"""

from __future__ import annotations

import hmac
import secrets
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
import structlog

from service.vault import tables
from service.vault.chain import (
    KEY_BYTES,
    SEALED_FOR,
    START,
    Act,
    Anchor,
    AnchorDamaged,
    Detail,
    Head,
    continues,
    link,
)
from service.vault.sealing import Sealer

_OPTION = "lytt_event_log"
_PENDING = "lytt_events_pending"
_WRITTEN = "lytt_events_written"
_MOST_READ = 500
_log = structlog.get_logger()


class LogKeyGone(Exception):  # noqa: N818 - reads as what happened
    """There are events but no key to go on with; ``str()`` says so."""

    def __init__(self) -> None:
        super().__init__("The key of the event log is gone from the vault's database. Put the database back.")


class EventLog:
    """The key and the anchor of one vault's log."""

    def __init__(self, sealer: Callable[[], Sealer], anchor: Anchor) -> None:
        self.anchor = anchor
        self._sealer = sealer
        self._lock = threading.Lock()
        self._sealed: bytes | None = None
        self._key = b""

    def opened(self, sealed: bytes) -> bytes:
        """The chain's key. Raises ``SealBroken`` and ``KeyUnusable``."""
        with self._lock:
            if sealed != self._sealed:
                self._key = self._sealer().open(sealed, SEALED_FOR)
                self._sealed = sealed
            return self._key

    def made(self) -> bytes:
        """A new key, sealed. Raises ``KeyUnusable``."""
        return self._sealer().seal(secrets.token_bytes(KEY_BYTES), SEALED_FOR)

    def written(self, connection: sa.Connection, number: int, digest: str) -> None:
        """Anchor this event once the connection's transaction is done."""
        connection.info[_WRITTEN] = Head(number, digest)


def keep_log(engine: sa.Engine, log: EventLog) -> None:
    """Let ``engine`` write events."""
    engine.update_execution_options(**{_OPTION: log})

    @sa.event.listens_for(engine, "commit")
    def _commit(connection: sa.Connection) -> None:
        pending: list[Act] = connection.info.pop(_PENDING, [])
        if pending:
            try:
                _write(connection, pending)
            except BaseException:
                # SQLAlchemy takes a transaction whose commit was begun for ended; the database does not.
                connection.connection.rollback()
                raise

    @sa.event.listens_for(engine, "rollback")
    def _rollback(connection: sa.Connection) -> None:
        connection.info.pop(_PENDING, None)
        connection.info.pop(_WRITTEN, None)

    @sa.event.listens_for(engine, "checkin")
    def _done(_connection: object, record: Any) -> None:
        record.info.pop(_PENDING, None)
        written: Head | None = record.info.pop(_WRITTEN, None)
        if written is not None:
            try:
                log.anchor.forward(written)
            except (OSError, AnchorDamaged):
                _log.error("event_log_not_anchored", number=written.number)


def log_of(connection: sa.Connection) -> EventLog:
    """The log that the connection's engine keeps."""
    log: EventLog | None = connection.get_execution_options().get(_OPTION)
    if log is None:
        raise RuntimeError("this engine keeps no event log")
    return log


def record_event(
    connection: sa.Connection, actor: str, action: str, subject: str, detail: Detail | None = None
) -> None:
    """Append one act to the log, with its transaction. ``detail`` holds ids and numbers: never text, never names."""
    log_of(connection)
    if not connection.in_transaction():
        raise RuntimeError("an event belongs to the transaction of its act")
    act = Act(datetime.now(UTC), actor, action, subject, dict(detail or {}))
    connection.info.setdefault(_PENDING, []).append(act)


def _write(connection: sa.Connection, acts: list[Act]) -> None:
    log, table, end = log_of(connection), tables.event, tables.event_head
    taken = connection.execute(
        sa.update(end)
        .values(number=end.c.number + len(acts))
        .returning(end.c.number, end.c.hash, end.c.sealed_key)
    ).one()
    before = Head(taken.number - len(acts), taken.hash)
    sealed = taken.sealed_key
    if sealed is None:
        if before != START:
            raise LogKeyGone
        sealed = log.made()
    key = log.opened(sealed)
    rows, digest = [], before.hash
    for number, act in enumerate(acts, before.number + 1):
        digest = link(key, digest, number, act)
        rows.append(
            {
                "id": number,
                "at": act.at,
                "actor": act.actor,
                "action": act.action,
                "subject": act.subject,
                "detail": dict(act.detail),
                "hash": digest,
            }
        )
    connection.execute(sa.insert(table), rows)
    connection.execute(sa.update(end).values(hash=digest, sealed_key=sealed))
    if _is_continued(connection, log.anchor, before):
        log.written(connection, taken.number, digest)
    else:
        # Going on from a log that lost its end must not hide that: the anchor stays where it was.
        _log.error("event_log_does_not_follow_its_anchor", number=before.number)


def _is_continued(connection: sa.Connection, anchor: Anchor, before: Head) -> bool:
    try:
        anchored = anchor.read()
    except AnchorDamaged:
        return False
    if anchored is None or anchored == before:
        return True
    return continues(anchored, before, _hash_at(connection, anchored.number))


def _hash_at(connection: sa.Connection, number: int) -> str | None:
    return connection.execute(
        sa.select(tables.event.c.hash).where(tables.event.c.id == number)
    ).scalar_one_or_none()


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the log is whole. ``broken`` is the number of the first event that is not as it was written, if any."""

    events: int
    reason: str | None = None
    broken: int | None = None

    @property
    def whole(self) -> bool:
        return self.reason is None


def verify(connection: sa.Connection) -> Verdict:
    """Read the whole log and say whether anything in it was changed, removed, swapped, added or cut off.

    Raises ``SealBroken`` and ``KeyUnusable`` when the vault's key is not the one the log was written with.
    """
    log, table = log_of(connection), tables.event
    end = connection.execute(sa.select(tables.event_head)).one_or_none()
    count = connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
    if end is None or (end.sealed_key is None and (count or end.number)):
        return Verdict(count, "The end of the chain or its key was removed from the database.")
    before = START
    anchored = log.anchor.read()
    at_anchor: str | None = None
    if end.sealed_key is not None:
        key = log.opened(end.sealed_key)
        for number, act, digest in _chain(connection):
            if not hmac.compare_digest(link(key, before.hash, number, act), digest):
                return Verdict(count, _broken_after(before.number, number), number)
            before = Head(number, digest)
            if anchored is not None and anchored.number == number:
                at_anchor = digest
    if before != Head(end.number, end.hash):
        return Verdict(
            count,
            f"The log went to event {end.number}, but ends with event {before.number}: its end was cut off.",
            before.number + 1,
        )
    if anchored is None:
        if before == START:
            return Verdict(count)
        return Verdict(
            count, f"Nothing says how far the log went, since its anchor is missing: {log.anchor.file}."
        )
    if not continues(anchored, before, at_anchor):
        return Verdict(
            count,
            f"Event {anchored.number} was anchored outside the database, and the log does not hold it: "
            "its end was cut off, or an older copy was put back.",
            min(anchored.number, before.number + 1),
        )
    return Verdict(count)


def accept_end(connection: sa.Connection, actor: str) -> None:
    """Anchor the log as it ends now, after a backup was put back on purpose; the log says who did, and over what."""
    log, end = log_of(connection), tables.event_head
    try:
        anchored = log.anchor.read()
    except AnchorDamaged:
        anchored = None
    now = connection.execute(sa.select(end.c.number, end.c.hash)).one()
    log.anchor.replace(Head(now.number, now.hash))
    detail = {"anchored": anchored.number if anchored else None, "found": now.number}
    record_event(connection, actor, "log_end_accepted", "log", detail)


def _broken_after(before: int, number: int) -> str:
    return (
        f"Event {number} is not as it was written, or does not follow event {before}: "
        "it was changed, added or moved, or one before it was removed."
    )


def _chain(connection: sa.Connection) -> Iterator[tuple[int, Act, str]]:
    table = tables.event
    rows = connection.execution_options(yield_per=_MOST_READ).execute(sa.select(table).order_by(table.c.id))
    for row in rows:
        yield row.id, _act(row), row.hash


def _act(row: Any) -> Act:
    at: datetime = row.at
    return Act(
        at if at.tzinfo else at.replace(tzinfo=UTC), row.actor, row.action, row.subject, dict(row.detail)
    )


@dataclass(frozen=True, slots=True)
class Event:
    """One event as it is shown; ``interview`` is the study id when the subject is an interview or its recording."""

    number: int
    at: datetime
    actor: str
    action: str
    subject: str
    detail: Detail
    interview: str | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which events to show; ``before`` is the number that those shown come before. ``limit`` at most 500."""

    actor: str | None = None
    action: str | None = None
    subject: str | None = None
    since: datetime | None = None
    before: int | None = None
    limit: int = 100


def read_events(connection: sa.Connection, wanted: Wanted) -> tuple[Event, ...]:
    """The events that are wanted, the newest first."""
    event, interview, recording = tables.event, tables.interview, tables.recording
    query = (
        sa.select(event, interview.c.name.label("study_id"))
        .outerjoin(recording, recording.c.id == event.c.subject)
        .outerjoin(interview, interview.c.id == sa.func.coalesce(recording.c.interview_id, event.c.subject))
        .order_by(event.c.id.desc())
        .limit(min(wanted.limit, _MOST_READ))
    )
    if wanted.actor is not None:
        query = query.where(event.c.actor == wanted.actor)
    if wanted.action is not None:
        query = query.where(event.c.action == wanted.action)
    if wanted.subject is not None:
        query = query.where(sa.or_(event.c.subject == wanted.subject, interview.c.name == wanted.subject))
    if wanted.since is not None:
        query = query.where(event.c.at >= wanted.since.astimezone(UTC))
    if wanted.before is not None:
        query = query.where(event.c.id < wanted.before)
    found = []
    for row in connection.execute(query):
        act = _act(row)
        found.append(Event(row.id, act.at, act.actor, act.action, act.subject, act.detail, row.study_id))
    return tuple(found)
