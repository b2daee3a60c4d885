"""What was withdrawn and must not come back: the bytes of recordings, and the ids of interviews.

A tombstone holds a SHA-256 under the vault's key, so that it names nothing and still tells the same bytes. Every
function takes an open connection; the caller owns the transaction.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime

import sqlalchemy as sa

from service.vault import tables

RECORDING, INTERVIEW = "recording", "interview"


def withdrawn_bytes(connection: sa.Connection, sha256: str) -> int | None:
    """The number of the withdrawal that a file with these bytes falls under, or None."""
    table = tables.tombstone
    return connection.execute(
        sa.select(table.c.withdrawal_id).where(table.c.digest == sha256, table.c.kind == RECORDING)
    ).scalar_one_or_none()


def is_withdrawn(connection: sa.Connection, interview_id: str) -> bool:
    """Whether the interview was withdrawn."""
    table = tables.tombstone
    query = sa.select(table.c.digest).where(table.c.subject == interview_id).limit(1)
    return connection.execute(query).first() is not None


def withdrawn_interviews(connection: sa.Connection) -> dict[str, int]:
    """The ids of all interviews that were withdrawn, with the number of the withdrawal."""
    table = tables.tombstone
    rows = connection.execute(
        sa.select(table.c.subject, table.c.withdrawal_id).where(table.c.kind == INTERVIEW)
    )
    return {row.subject: row.withdrawal_id for row in rows}


def put_tombstones(
    connection: sa.Connection,
    withdrawal_id: int,
    interview_id: str,
    study_id: str | None,
    sha256s: Iterable[str],
) -> None:
    """From now on the interview and files with these bytes count as withdrawn; those that do already stay."""
    table = tables.tombstone
    digests = dict.fromkeys(sha256s, RECORDING) | {digest_of_id(interview_id): INTERVIEW}
    held = set(
        connection.execute(sa.select(table.c.digest).where(table.c.digest.in_(list(digests)))).scalars()
    )
    for digest, kind in digests.items():
        if digest not in held:
            connection.execute(
                sa.insert(table).values(
                    digest=digest,
                    kind=kind,
                    subject=interview_id,
                    study_id=study_id,
                    withdrawal_id=withdrawal_id,
                    at=datetime.now(UTC),
                )
            )


def digest_of_id(interview_id: str) -> str:
    """What stands for the interview among digests."""
    return hashlib.sha256(interview_id.encode()).hexdigest()
