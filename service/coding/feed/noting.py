"""Writing the feed: in the transaction of the act itself, last of all.

Numbers are counted in one row that a transaction holds from here to its end, so they are given in the order in which
transactions become visible, and none is left out: a sequence of PostgreSQL would give numbers that become visible later
than higher ones, and leave gaps. Held for an instant only, after every other lock, the row can't be part of a deadlock.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

import sqlalchemy as sa

from service.coding import tables
from service.coding.writing import add_once

ONLY = 1
"""The key of the one row that counts."""
_PENDING = "lytt_feed_pending"
_BLOCK = 500


class Kind(StrEnum):
    """What an entry is about."""

    INTERVIEW = "interview"
    MARKERS = "markers"
    CODE = "code"
    THEME = "theme"
    CODING = "coding"
    ERASED = "erased"


class Act(StrEnum):
    """What was done to an interview or its markers. Acts on codes, themes and codings are those of their histories."""

    RELEASED = "interview_released"
    UPDATED = "interview_updated"
    TAKEN_BACK = "release_taken_back"
    WITHDRAWN = "interview_withdrawn"
    READY = "ready_changed"
    SOUND = "sound_changed"
    MARKERS = "markers_replaced"
    CODING_SHOWN = "coding_shown"
    CODING_FLAGGED = "coding_flagged"
    QUOTE_ERASED = "quote_erased"
    FILLED = "filled"
    ERASED = "erased"


@dataclass(frozen=True, slots=True)
class Noted:
    """A change to be written when its transaction is committed. ``version`` is the subject's own; 0 where unknown."""

    kind: Kind
    subject: str
    act: str
    version: int = 0


def keep_feed(engine: sa.Engine) -> None:
    """Let ``engine`` write what is noted when a transaction is committed. May be called again."""
    if not sa.event.contains(engine, "commit", _commit):
        sa.event.listen(engine, "commit", _commit)
        sa.event.listen(engine, "rollback", _forget)


def note(connection: sa.Connection, noted: Noted) -> None:
    """Note a change in its transaction. Of several changes of a subject in one transaction the first one tells the act.

    Where nobody lets the engine write at the end (:func:`keep_feed`), it is written at once.
    """
    if not sa.event.contains(connection.engine, "commit", _commit):
        _write(connection, [noted])
        return
    pending: dict[tuple[Kind, str], Noted] = connection.info.setdefault(_PENDING, {})
    there = pending.get((noted.kind, noted.subject))
    if there is None:
        pending[noted.kind, noted.subject] = noted
    elif noted.version > there.version:
        pending[noted.kind, noted.subject] = Noted(noted.kind, noted.subject, there.act, noted.version)


def feed_begun(connection: sa.Connection) -> bool:
    """Whether there is a feed."""
    return connection.execute(sa.select(tables.feed_head.c.id)).first() is not None


def begin_feed(connection: sa.Connection) -> bool:
    """Begin the feed with everything that is there, where none was begun yet. Returns whether it was.

    It gets a name that no other feed had: whoever followed one that is gone, since a backup was put back, begins anew.
    """
    if feed_begun(connection):
        return False
    if not add_once(connection, tables.feed_head, {"id": ONLY, "feed": secrets.token_hex(8), "number": 0}):
        return False
    _append(connection, _everything(connection))
    return True


def erase_from_feed(connection: sa.Connection, subjects: Sequence[str]) -> None:
    """Empty the entries about these subjects, but those that say they are withdrawn: only their numbers are left."""
    entry = tables.feed_entry
    for start in range(0, len(subjects), _BLOCK):
        connection.execute(
            sa.update(entry)
            .where(entry.c.subject.in_(subjects[start : start + _BLOCK]), entry.c.act != str(Act.WITHDRAWN))
            .values(kind=str(Kind.ERASED), subject="", act=str(Act.ERASED), version=0, at=datetime.now(UTC))
        )


def _commit(connection: sa.Connection) -> None:
    pending: dict[tuple[Kind, str], Noted] = connection.info.pop(_PENDING, {})
    if pending:
        try:
            _write(connection, list(pending.values()))
        except BaseException:
            # SQLAlchemy takes a transaction whose commit was begun for ended; the database does not.
            connection.connection.rollback()
            raise


def _forget(connection: sa.Connection) -> None:
    connection.info.pop(_PENDING, None)


def _write(connection: sa.Connection, noted: Sequence[Noted]) -> None:
    # What fills a feed that begins here holds these changes already.
    if not _append(connection, noted) and not begin_feed(connection):
        _append(connection, noted)


def _append(connection: sa.Connection, noted: Sequence[Noted]) -> bool:
    """Whether there is a feed to append to."""
    head, now = tables.feed_head, datetime.now(UTC)
    last = connection.execute(
        sa.update(head).values(number=head.c.number + len(noted)).returning(head.c.number)
    ).scalar_one_or_none()
    if last is None:
        return False
    rows = [
        {
            "number": number,
            "kind": str(one.kind),
            "subject": one.subject,
            "act": str(one.act),
            "version": one.version,
            "at": now,
        }
        for number, one in enumerate(noted, last - len(noted) + 1)
    ]
    for start in range(0, len(rows), _BLOCK):
        connection.execute(sa.insert(tables.feed_entry), rows[start : start + _BLOCK])
    return True


def _everything(connection: sa.Connection) -> list[Noted]:
    """Everything that is there: codes before the themes that gather them, interviews before their codings."""
    code, theme, coding = tables.code, tables.theme, tables.coding
    transcript = tables.transcripts.transcript
    found: list[Noted] = []
    shown = sa.and_(~coding.c.removed, coding.c.interview_id.in_(sa.select(transcript.c.interview_id)))
    for kind, key, version, which in (
        (Kind.CODE, code.c.id, code.c.version, sa.true()),
        (Kind.THEME, theme.c.id, theme.c.version, sa.true()),
        (Kind.INTERVIEW, transcript.c.interview_id, transcript.c.revision, sa.true()),
        (Kind.MARKERS, transcript.c.interview_id, transcript.c.revision, sa.true()),
        (Kind.CODING, coding.c.id, coding.c.version, shown),
    ):
        rows = connection.execute(sa.select(key, version).where(which).order_by(key))
        found += [Noted(kind, row[0], Act.FILLED, row[1]) for row in rows]
    return found
