"""Reading the feed: entries in their order, each with what its subject is now."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from service.coding import tables
from service.coding.codings import released_codings
from service.coding.feed.noting import Act, Kind
from service.coding.values import Code, CodeState, Coding, Theme, in_utc

FORMAT = 1
"""The version of what is read here; docs/feed.md says what changed in each."""


@dataclass(frozen=True, slots=True)
class InterviewTold:
    """A released interview. Its words, markers and sound are fetched by its name."""

    id: str
    name: str
    group: str
    role: str
    wave: int
    duration_ms: int
    language: str
    revision: int
    released_at: datetime
    sound: str | None
    """Another one for another sound; None while there is none."""
    coded: bool
    ready: tuple[str, ...]

    @property
    def address(self) -> str:
        """Where its words, markers and sound are."""
        return f"/api/coding/interviews/{self.name}"


@dataclass(frozen=True, slots=True)
class MarkersTold:
    """How many markers a released interview has in its revision. They are fetched by its name."""

    interview_id: str
    interview: str
    revision: int
    count: int


Body = InterviewTold | MarkersTold | Code | Theme | Coding


@dataclass(frozen=True, slots=True)
class Entry:
    """A change. ``body`` is what its subject is now, None where it is there no more or hidden.

    ``version`` is what the change made of the subject; the body may be of a later one, whose entry follows.
    """

    number: int
    kind: Kind
    subject: str
    act: str
    version: int
    at: datetime
    body: Body | None


@dataclass(frozen=True, slots=True)
class Page:
    """Some of the feed called ``feed``: entries after a number, and the number of the last one there is."""

    feed: str
    entries: tuple[Entry, ...]
    last: int


class FeedBegunAnew(Exception):  # noqa: N818 - reads as what happened
    """What somebody followed is not this feed, or is longer: ``str()`` says what to do."""

    def __init__(self) -> None:
        super().__init__(
            "This is another feed than the one you followed: the store was put back from a backup. "
            "Empty what you hold of it and read from 0."
        )


def last_number(connection: sa.Connection) -> int:
    """The number of the newest entry; 0 where there is none."""
    head = tables.feed_head
    return connection.execute(sa.select(head.c.number)).scalar_one_or_none() or 0


def read_feed(connection: sa.Connection, after: int, limit: int, feed: str | None = None) -> Page:
    """The entries after a number, at most ``limit``. Raises :class:`FeedBegunAnew` where ``feed`` is another one, or
    ends before ``after``."""
    head, entry = tables.feed_head, tables.feed_entry
    there = connection.execute(sa.select(head.c.feed, head.c.number)).first()
    name, last = (there.feed, there.number) if there is not None else ("", 0)
    if after > last or (feed is not None and feed != name):
        raise FeedBegunAnew
    rows = connection.execute(
        sa.select(entry).where(entry.c.number > after).order_by(entry.c.number).limit(limit)
    ).all()
    subjects: dict[Kind, set[str]] = {}
    for row in rows:
        subjects.setdefault(Kind(row.kind), set()).add(row.subject)
    bodies = {kind: _READ[kind](connection, subjects[kind]) for kind in _READ if kind in subjects}
    entries = tuple(
        Entry(
            row.number,
            Kind(row.kind),
            row.subject,
            row.act,
            row.version,
            in_utc(row.at),
            # Whoever still holds something of it removes it, even where it was released again since.
            None if row.act == Act.WITHDRAWN else bodies.get(Kind(row.kind), {}).get(row.subject),
        )
        for row in rows
    )
    return Page(name, entries, max(last, entries[-1].number if entries else 0))


def _interviews(connection: sa.Connection, ids: Collection[str]) -> Mapping[str, Body]:
    interview, transcript, sound = tables.interview, tables.transcripts.transcript, tables.sound
    said: dict[str, list[str]] = {}
    ready = tables.ready
    for row in connection.execute(
        sa.select(ready.c.interview_id, ready.c.coder)
        .where(ready.c.interview_id.in_(ids))
        .order_by(ready.c.coder)
    ):
        said.setdefault(row.interview_id, []).append(row.coder)
    rows = connection.execute(
        sa.select(
            interview,
            transcript.c.duration_ms,
            transcript.c.language,
            transcript.c.revision,
            sound.c.version.label("sound"),
            tables.coded.c.coder.label("coded"),
        )
        .join(transcript, transcript.c.interview_id == interview.c.id)
        .outerjoin(sound, sound.c.interview_id == interview.c.id)
        .outerjoin(tables.coded, tables.coded.c.interview_id == interview.c.id)
        .where(interview.c.id.in_(ids))
    )
    return {
        row.id: InterviewTold(
            row.id,
            row.name,
            row.group_code,
            row.role_code,
            row.wave,
            row.duration_ms,
            row.language,
            row.revision,
            in_utc(row.released_at),
            row.sound,
            row.coded is not None,
            tuple(said.get(row.id, ())),
        )
        for row in rows
    }


def _markers(connection: sa.Connection, ids: Collection[str]) -> Mapping[str, Body]:
    interview, transcript, marker = tables.interview, tables.transcripts.transcript, tables.transcripts.marker
    counted = connection.execute(
        sa.select(marker.c.interview_id, sa.func.count().label("many"))
        .where(marker.c.interview_id.in_(ids))
        .group_by(marker.c.interview_id)
    )
    many = {row.interview_id: row.many for row in counted}
    rows = connection.execute(
        sa.select(interview.c.id, interview.c.name, transcript.c.revision)
        .join(transcript, transcript.c.interview_id == interview.c.id)
        .where(interview.c.id.in_(ids))
    )
    return {row.id: MarkersTold(row.id, row.name, row.revision, many.get(row.id, 0)) for row in rows}


def _codes(connection: sa.Connection, ids: Collection[str]) -> Mapping[str, Body]:
    table = tables.code
    rows = connection.execute(sa.select(table).where(table.c.id.in_(ids))).mappings()
    return {row["id"]: Code(**{**row, "state": CodeState(row["state"])}) for row in rows}


def _themes(connection: sa.Connection, ids: Collection[str]) -> Mapping[str, Body]:
    table = tables.theme
    rows = connection.execute(sa.select(table).where(table.c.id.in_(ids))).mappings()
    return {
        row["id"]: Theme(**{**row, "state": CodeState(row["state"]), "codes": tuple(row["codes"])})
        for row in rows
    }


def _codings(connection: sa.Connection, ids: Collection[str]) -> Mapping[str, Body]:
    """Codings of released interviews; others are hidden, or of a withdrawn one."""
    return {one.id: one for one in released_codings(connection, ids)}


_READ: Mapping[Kind, Callable[[sa.Connection, Collection[str]], Mapping[str, Body]]] = {
    Kind.INTERVIEW: _interviews,
    Kind.MARKERS: _markers,
    Kind.CODE: _codes,
    Kind.THEME: _themes,
    Kind.CODING: _codings,
}
