"""The coding store as one value, and what it takes in: released interviews, anonymised."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa

from models.values import Transcript
from service.coding import tables
from service.database import open_database
from service.migrate import migrate
from service.naming import InterviewName
from service.settings import Settings
from service.transcript import writing

MIGRATIONS = Path(__file__).parent / "migrations"


@dataclass(frozen=True, slots=True)
class CodingStore:
    """The anonymised side."""

    engine: sa.Engine

    def close(self) -> None:
        self.engine.dispose()


@dataclass(frozen=True, slots=True)
class ReleasedInterview:
    """An interview a coder may read."""

    id: str
    name: str
    group: str
    role: str
    wave: int
    duration_ms: int
    language: str
    revision: int
    released_at: datetime


def connect_coding_store(settings: Settings) -> CodingStore:
    """The store as it stands, without migrating: for commands that only read."""
    return CodingStore(open_database(settings.coding_database))


def open_coding_store(settings: Settings) -> CodingStore:
    """The coding store with its schema brought up to date."""
    store = connect_coding_store(settings)
    migrate(store.engine, MIGRATIONS)
    return store


def receive(
    connection: sa.Connection,
    interview_id: str,
    name: InterviewName,
    anonymised: Transcript,
    revision: int,
) -> None:
    """Take in an anonymised transcript, in place of an earlier revision of the same interview."""
    withdraw(connection, interview_id)
    connection.execute(
        sa.insert(tables.interview).values(
            id=interview_id,
            name=name.study_id,
            group_code=name.group,
            role_code=name.role,
            wave=name.wave,
            released_at=datetime.now(UTC),
        )
    )
    writing.write_transcript(connection, tables.transcripts, interview_id, anonymised, revision)


def withdraw(connection: sa.Connection, interview_id: str) -> None:
    """Remove the interview and everything of it."""
    writing.remove_transcript(connection, tables.transcripts, interview_id)
    connection.execute(sa.delete(tables.interview).where(tables.interview.c.id == interview_id))


def list_released(connection: sa.Connection) -> tuple[ReleasedInterview, ...]:
    """Every released interview, in order of name."""
    return _select(connection, sa.true())


def find_released(connection: sa.Connection, name: str) -> ReleasedInterview | None:
    """The released interview with this study id, or None."""
    return next(iter(_select(connection, tables.interview.c.name == name)), None)


def _select(connection: sa.Connection, condition: sa.ColumnElement[bool]) -> tuple[ReleasedInterview, ...]:
    interview, transcript = tables.interview, tables.transcripts.transcript
    rows = connection.execute(
        sa.select(interview, transcript.c.duration_ms, transcript.c.language, transcript.c.revision)
        .join(transcript, transcript.c.interview_id == interview.c.id)
        .where(condition)
        .order_by(interview.c.name)
    )
    return tuple(
        ReleasedInterview(
            row.id,
            row.name,
            row.group_code,
            row.role_code,
            row.wave,
            row.duration_ms,
            row.language,
            row.revision,
            row.released_at if row.released_at.tzinfo else row.released_at.replace(tzinfo=UTC),
        )
        for row in rows
    )
