"""The coding store as one value, and what it takes in: released interviews, anonymised."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

import sqlalchemy as sa

from models.values import Transcript
from service.coding import tables
from service.coding.anchors import flag_changed
from service.coding.feed.noting import Act, Kind, Noted, begin_feed, feed_begun, keep_feed, note
from service.coding.files import CodingFiles
from service.coding.finding.said import keep_said
from service.coding.seeing import keep_coded, set_ready
from service.coding.sounds import put_sound, sound_of
from service.coding.writing import hold_words, writing
from service.database import open_database
from service.migrate import migrate
from service.naming import InterviewName
from service.settings import Settings
from service.transcript.writing import remove_transcript, write_transcript

MIGRATIONS = Path(__file__).parent / "migrations"


@dataclass(frozen=True, slots=True)
class CodingStore:
    """The anonymised side: its database, and its files where their key was handed over."""

    engine: sa.Engine
    opened_files: CodingFiles | None = None

    def __post_init__(self) -> None:
        keep_feed(self.engine)

    @property
    def files(self) -> CodingFiles:
        """The files. Raises RuntimeError where no key was handed over."""
        if self.opened_files is None:
            raise RuntimeError("the coding store was opened without the key of its files")
        return self.opened_files

    def close(self) -> None:
        self.engine.dispose()


@dataclass(frozen=True, slots=True)
class Origin:
    """What is known of an interview beside its words: the places it covers, its day, what roles are called.

    ``kinds`` says what the interviews of its waves are for: ``background``, ``process`` or ``both``.
    """

    places: tuple[InterviewName, ...]
    held_on: date | None = None
    roles: Mapping[str, str] = field(default_factory=dict)
    kinds: Mapping[int, str] = field(default_factory=dict)


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
    coded: bool


def connect_coding_store(settings: Settings) -> CodingStore:
    """The store as it stands, without migrating: for commands that only read."""
    return CodingStore(open_database(settings.coding_database))


def open_coding_store(settings: Settings, files_key: bytes | None = None) -> CodingStore:
    """The coding store with its schema brought up to date; ``files_key`` opens its files."""
    files = CodingFiles(settings.coding_folder, files_key) if files_key is not None else None
    store = CodingStore(open_database(settings.coding_database), files)
    migrate(store.engine, MIGRATIONS)
    with store.engine.connect() as connection:
        begun = feed_begun(connection)
    if not begun:
        with writing(store.engine) as connection:
            begin_feed(connection)
    return store


def receive(
    connection: sa.Connection,
    interview_id: str,
    origin: Origin,
    anonymised: Transcript,
    revision: int,
) -> None:
    """Take in an anonymised transcript, in place of an earlier revision of the same interview.

    Its sound, codings and who is ready stay as they were; codings whose words are others now are flagged.
    """
    hold_words(connection, interview_id, to_change=True)
    sound = sound_of(connection, interview_id)
    was_there = _remove(connection, interview_id)
    name = origin.places[0]
    connection.execute(
        sa.insert(tables.interview).values(
            id=interview_id,
            name=name.study_id,
            group_code=name.group,
            role_code=name.role,
            wave=name.wave,
            released_at=datetime.now(UTC),
            held_on=origin.held_on,
        )
    )
    for place in origin.places:
        connection.execute(
            sa.insert(tables.place).values(
                group_code=place.group,
                role_code=place.role,
                wave=place.wave,
                interview_id=interview_id,
                kind=origin.kinds.get(place.wave),
            )
        )
    if origin.roles:
        connection.execute(sa.delete(tables.role).where(tables.role.c.code.in_(list(origin.roles))))
        named = [{"code": code, "name": called} for code, called in origin.roles.items()]
        connection.execute(sa.insert(tables.role), named)
    write_transcript(connection, tables.transcripts, interview_id, anonymised, revision)
    keep_said(connection, interview_id)
    act = Act.UPDATED if was_there else Act.RELEASED
    note(connection, Noted(Kind.INTERVIEW, interview_id, act, revision))
    note(connection, Noted(Kind.MARKERS, interview_id, Act.MARKERS, revision))
    if not was_there:
        _show_codings(connection, interview_id)
    flag_changed(connection, interview_id)
    keep_coded(connection, interview_id)
    if sound is not None:
        put_sound(connection, interview_id, sound)


def coded_interviews(connection: sa.Connection) -> frozenset[str]:
    """The ids of the interviews whose coding is done."""
    return frozenset(connection.execute(sa.select(tables.coded.c.interview_id)).scalars())


def set_coded(connection: sa.Connection, interview_id: str, coder: str, done: bool) -> None:
    """Say that a coder is done with a released interview, or not. It is coded when everybody who codes in it is."""
    set_ready(connection, interview_id, coder, done)


def withdraw(connection: sa.Connection, interview_id: str) -> None:
    """Remove the interview and everything that was said in it; with the row of its sound the keys of its files.

    Codings, memos and who is ready stay, hidden until it is released again; :mod:`service.coding.erasing` erases them.
    """
    if _remove(connection, interview_id):
        note(connection, Noted(Kind.INTERVIEW, interview_id, Act.TAKEN_BACK))


def replace_words(
    connection: sa.Connection, interview_id: str, anonymised: Transcript, revision: int
) -> None:
    """Write other words in the place of a released interview's, though its revision stays; codings are flagged.

    Nothing that is made of words keeps the old ones.
    """
    hold_words(connection, interview_id, to_change=True)
    write_transcript(connection, tables.transcripts, interview_id, anonymised, revision)
    keep_said(connection, interview_id)
    connection.execute(sa.delete(tables.meaning).where(tables.meaning.c.interview_id == interview_id))
    flag_changed(connection, interview_id)
    note(connection, Noted(Kind.INTERVIEW, interview_id, Act.UPDATED))


def _remove(connection: sa.Connection, interview_id: str) -> bool:
    """Whether it was there."""
    for table in (tables.sound, tables.coded, tables.place, tables.said, tables.meaning):
        connection.execute(sa.delete(table).where(table.c.interview_id == interview_id))
    remove_transcript(connection, tables.transcripts, interview_id)
    gone = connection.execute(sa.delete(tables.interview).where(tables.interview.c.id == interview_id))
    return gone.rowcount > 0


def _show_codings(connection: sa.Connection, interview_id: str) -> None:
    """Tell those who follow of codings that were hidden while the interview was not released."""
    coding = tables.coding
    rows = connection.execute(
        sa.select(coding.c.id, coding.c.version).where(
            coding.c.interview_id == interview_id, ~coding.c.removed
        )
    )
    for row in rows.all():
        note(connection, Noted(Kind.CODING, row.id, Act.CODING_SHOWN, row.version))


def list_released(connection: sa.Connection) -> tuple[ReleasedInterview, ...]:
    """Every released interview, in order of name."""
    return _select(connection, sa.true())


def find_released(connection: sa.Connection, name: str) -> ReleasedInterview | None:
    """The released interview with this study id, be it one of two that it covers, or None."""
    place = tables.place
    of_place = sa.select(place.c.interview_id).where(
        place.c.group_code.concat("-").concat(place.c.role_code).concat(sa.cast(place.c.wave, sa.String))
        == name
    )
    wanted = sa.or_(tables.interview.c.name == name, tables.interview.c.id.in_(of_place))
    return next(iter(_select(connection, wanted)), None)


def released_name(connection: sa.Connection, interview_id: str) -> str:
    """The study id of a released interview; nothing where it is not released."""
    found = sa.select(tables.interview.c.name).where(tables.interview.c.id == interview_id)
    return connection.execute(found).scalar_one_or_none() or ""


def _select(connection: sa.Connection, condition: sa.ColumnElement[bool]) -> tuple[ReleasedInterview, ...]:
    interview, transcript = tables.interview, tables.transcripts.transcript
    rows = connection.execute(
        sa.select(
            interview,
            transcript.c.duration_ms,
            transcript.c.language,
            transcript.c.revision,
            tables.coded.c.coder,
        )
        .join(transcript, transcript.c.interview_id == interview.c.id)
        .outerjoin(tables.coded, tables.coded.c.interview_id == interview.c.id)
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
            row.coder is not None,
        )
        for row in rows
    )
