"""Writing one event with Python's own SQLite driver, for the commands that read a SQLite vault without a toolkit.

The same chain as :mod:`service.vault.events` writes; a test holds that both go on from each other.
"""

from __future__ import annotations

import json
import secrets
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

from service.vault.chain import KEY_BYTES, SEALED_FOR, START, Act, Anchor, Detail, Head, continues, link
from service.vault.sealing import Sealer


class NotUpToDate(Exception):  # noqa: N818 - reads as what happened
    """The database is of an older Lytt; ``str()`` says what to do."""

    def __init__(self) -> None:
        super().__init__(
            "The vault's database is of an older Lytt. Start Lytt once, so that it is brought up to date."
        )


def append_event(
    database: Path, sealer: Sealer, anchor: Anchor, actor: str, action: str, subject: str, detail: Detail
) -> None:
    """Append one act to the log of the vault in ``database``.

    Raises :class:`NotUpToDate`, ``SealBroken``, and ``sqlite3.Error`` when it can't be written.
    """
    act = Act(datetime.now(UTC), actor, action, subject, dict(detail))
    connection = sqlite3.connect(database, timeout=30, isolation_level=None)
    try:
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("BEGIN IMMEDIATE")
        written, goes_on = _append(connection, sealer, anchor, act)
        connection.execute("COMMIT")
    except sqlite3.OperationalError as error:
        if "no such" in str(error):
            raise NotUpToDate from None
        raise
    finally:
        connection.close()
    if goes_on:
        anchor.forward(written)


def _append(connection: sqlite3.Connection, sealer: Sealer, anchor: Anchor, act: Act) -> tuple[Head, bool]:
    number, digest, sealed = connection.execute("SELECT number, hash, sealed_key FROM event_head").fetchone()
    before = Head(number, digest)
    if sealed is None:
        if before != START:
            raise NotUpToDate
        sealed = sealer.seal(secrets.token_bytes(KEY_BYTES), SEALED_FOR)
    written = Head(number + 1, link(sealer.open(sealed, SEALED_FOR), digest, number + 1, act))
    connection.execute(
        "INSERT INTO event (id, at, actor, action, subject, detail, hash) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            written.number,
            act.at.strftime("%Y-%m-%d %H:%M:%S.%f"),
            act.actor,
            act.action,
            act.subject,
            json.dumps(dict(act.detail)),
            written.hash,
        ),
    )
    connection.execute(
        "UPDATE event_head SET number = ?, hash = ?, sealed_key = ?", (written.number, written.hash, sealed)
    )
    anchored = anchor.read()
    row = connection.execute(
        "SELECT hash FROM event WHERE id = ?", (anchored.number if anchored else 0,)
    ).fetchone()
    return written, continues(anchored, before, row[0] if row else None)
