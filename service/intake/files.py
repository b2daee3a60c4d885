"""The files of the watched folder as the vault remembers them. The caller owns the transaction."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from models.problems import ProblemCode, describe
from service.database import is_sqlite
from service.vault import tables
from service.vault.recordings import aware, now

KNOWN_SHOWN_FOR = timedelta(days=1)
"""How long the list says of a file that its sound was here already; the recording keeps its name."""


class FileState(StrEnum):
    """Where a file of the watched folder stands."""

    WAITING = "waiting"
    TAKEN = "taken"
    KNOWN = "known"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


_ALWAYS_SHOWN = (FileState.WAITING, FileState.REFUSED, FileState.WITHDRAWN)


@dataclass(frozen=True, slots=True)
class DroppedFile:
    """A file of the watched folder. ``seen_at`` is when it came to this state.

    ``recording`` names the recording that has its bytes: the study id, else the title.
    """

    path: str
    size_bytes: int
    modified_ns: int
    state: FileState
    problem: ProblemCode | None
    recording_id: str | None
    recording: str | None
    seen_at: datetime

    @property
    def message(self) -> str:
        """What is happening to the file, or what to do about it."""
        if self.problem is not None:
            return describe(self.problem)
        match self.state:
            case FileState.WAITING:
                return "Waiting until it is copied completely."
            case FileState.KNOWN:
                return f"The same sound is here already, as {self.recording}. Nothing was added."
            case FileState.TAKEN:
                return f"Taken in as {self.recording}."
            case FileState.WITHDRAWN:
                return "This recording was withdrawn and is not taken in. Delete the file."
            case FileState.REFUSED:
                return describe(ProblemCode.INTERNAL)


def list_files(connection: sa.Connection) -> tuple[DroppedFile, ...]:
    """What the list shows beside the recordings: files waiting, refused, or lately found to be known."""
    files = tables.dropped_file
    lately = sa.and_(files.c.state == FileState.KNOWN, files.c.seen_at >= now() - KNOWN_SHOWN_FOR)
    return _select(connection, sa.or_(files.c.state.in_(_ALWAYS_SHOWN), lately))


def all_files(connection: sa.Connection) -> dict[str, DroppedFile]:
    """Every file ever seen that is not forgotten, by path."""
    return {file.path: file for file in _select(connection, sa.true())}


def get_file(connection: sa.Connection, path: str) -> DroppedFile | None:
    return next(iter(_select(connection, tables.dropped_file.c.path == path)), None)


def put_file(
    connection: sa.Connection,
    *,
    path: str,
    size_bytes: int,
    modified_ns: int,
    state: FileState,
    problem: ProblemCode | None = None,
    recording_id: str | None = None,
    withdrawal_id: int | None = None,
) -> None:
    """Remember how the file at ``path`` stands, in place of what was known of it."""
    values = {
        "size_bytes": size_bytes,
        "modified_ns": modified_ns,
        "state": state,
        "problem": problem,
        "recording_id": recording_id,
        "seen_at": now(),
        "withdrawal_id": withdrawal_id,
    }
    dialect = sqlite if is_sqlite(connection) else postgresql
    added = dialect.insert(tables.dropped_file).values(path=path, **values)
    connection.execute(added.on_conflict_do_update(index_elements=["path"], set_=values))


def forget_files(connection: sa.Connection, paths: Iterable[str]) -> None:
    """Take files off the list that are gone from the folder. Those taken in stay remembered."""
    files = tables.dropped_file
    for path in paths:
        connection.execute(sa.delete(files).where(files.c.path == path, files.c.state != FileState.TAKEN))


def _select(connection: sa.Connection, condition: sa.ColumnElement[bool]) -> tuple[DroppedFile, ...]:
    files, recording, interview = tables.dropped_file, tables.recording, tables.interview
    rows = connection.execute(
        sa.select(files, interview.c.name, interview.c.title)
        .outerjoin(recording, recording.c.id == files.c.recording_id)
        .outerjoin(interview, interview.c.id == recording.c.interview_id)
        .where(condition)
    )
    return tuple(
        DroppedFile(
            path=row.path,
            size_bytes=row.size_bytes,
            modified_ns=row.modified_ns,
            state=FileState(row.state),
            problem=None if row.problem is None else ProblemCode(row.problem),
            recording_id=row.recording_id,
            recording=row.name or row.title,
            seen_at=aware(row.seen_at),
        )
        for row in sorted(rows, key=lambda row: str(row.path))
    )
