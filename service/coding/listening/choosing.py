"""What a playlist is made from: a query, a code, a theme, a coder, a marker, words, or whole interviews."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields, is_dataclass, replace

import sqlalchemy as sa

from models.values import MarkerKind
from service.coding import tables
from service.coding.finding.found import find
from service.coding.finding.meaning import Meanings
from service.coding.finding.query import Coded, Noted, Uncoded
from service.coding.gathered import gathered_codes, gathered_moments
from service.coding.listening.playlist import MOST_LISTED
from service.coding.listening.values import LEADS_ALONE, Chosen
from service.coding.moments import Stretch
from service.coding.seeing import seen_where
from service.coding.values import About, Coder
from service.transcript.readers import ConnectionReader
from service.transcript.search import search
from service.transcript.selecting import Selection, chosen_interviews

AROUND_MARKER_MS = 2_000
"""So much before and after a marker is heard with it, where it belongs to no utterance."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a playlist shall hold: moments for which all of this is true. Nothing but interviews: those as a whole.

    ``query`` is in the language of :mod:`service.coding.finding`.
    """

    query: str = ""
    code: str | None = None
    theme: str | None = None
    coder: str | None = None
    marker: MarkerKind | None = None
    text: str = ""
    interviews: Selection = field(default_factory=Selection)


def chosen(
    connection: sa.Connection,
    reader: Coder,
    wanted: Wanted,
    name_pattern: str,
    meanings: Meanings | None = None,
) -> tuple[Chosen, ...]:
    """The stretches that ``reader`` finds, in order of interview and time.

    They are what the query finds, else what is coded, else what is said, else markers, else whole interviews; what
    else is wanted must share time with them, and whose codings made that are named too. ``name_pattern`` and
    ``meanings`` are for the query. Raises NotThere where there is no such code or theme,
    :class:`service.transcript.selecting.NoSuchRole` and :class:`service.coding.finding.problem.QueryProblem`.
    """
    transcripts = ConnectionReader(connection)
    among = tuple(one.id for one in chosen_interviews(transcripts, wanted.interviews))
    layers: list[tuple[Chosen, ...]] = []
    if wanted.query.strip():
        layers.append(_found(connection, reader, wanted.query, among, name_pattern, meanings))
    if wanted.code is not None or wanted.theme is not None or wanted.coder is not None:
        layers.append(_coded(connection, reader, wanted, among))
    if wanted.text.strip():
        found = search(transcripts, wanted.text, interviews=among, limit=MOST_LISTED).moments
        layers.append(
            tuple(
                Chosen(Stretch(one.interview_id, one.utterance.start_ms, one.utterance.end_ms))
                for one in found
            )
        )
    if wanted.marker is not None:
        layers.append(_marked(connection, wanted.marker, among))
    if not layers:
        return _whole(connection, among)
    first, others = layers[0], layers[1:]
    return tuple(
        _with_coders(one, others) for one in first if all(_met(one.stretch, other) for other in others)
    )


def whole_interview(connection: sa.Connection, interview_id: str) -> Chosen | None:
    """All of a released interview, or None where it is not there."""
    return next(iter(_whole(connection, (interview_id,))), None)


def _found(
    connection: sa.Connection,
    reader: Coder,
    query: str,
    among: Sequence[str],
    name_pattern: str,
    meanings: Meanings | None,
) -> tuple[Chosen, ...]:
    """Where a query asks for codings or memos, or for none, its moments come from all that ``reader`` sees of the
    interview: their own, which may be none, and others'. That leads saw nothing says that nobody had coded."""
    found = find(connection, reader, query, name_pattern, meanings)
    places = [one for one in found.stretches() if one.interview_id in among]
    if not _asks_for(found.query, (Coded, Uncoded, Noted)):
        return tuple(Chosen(one) for one in places)
    coding, memo = tables.coding, tables.memo
    whose = [(coding.c.interview_id, coding.c.coder, coding.c.removed)]
    if _asks_for(found.query, (Noted,)):
        whose.append((memo.c.interview_id, memo.c.writer, memo.c.removed))
    coders: dict[str, set[str]] = {one.interview_id: set() for one in places}
    for interview, coder, removed in whose:
        seen = sa.and_(interview.in_(list(coders)), seen_where(reader, interview, coder))
        for interview_id, name in connection.execute(
            sa.select(interview, coder).distinct().where(~removed, seen)
        ):
            coders[interview_id].add(name)
    for names in coders.values():
        names |= set() if reader.leads else {reader.name}
    return tuple(Chosen(one, tuple(sorted(coders[one.interview_id])) or LEADS_ALONE) for one in places)


def _asks_for(part: object, kinds: tuple[type, ...]) -> bool:
    if isinstance(part, kinds):
        return True
    if isinstance(part, tuple):
        return any(_asks_for(one, kinds) for one in part)
    if is_dataclass(part):
        return any(_asks_for(getattr(part, one.name), kinds) for one in fields(part))
    return False


def _coded(
    connection: sa.Connection, reader: Coder, wanted: Wanted, among: Sequence[str]
) -> tuple[Chosen, ...]:
    codes: frozenset[str] | None = None
    for about, subject in ((About.CODE, wanted.code), (About.THEME, wanted.theme)):
        if subject is not None:
            gathered = gathered_codes(connection, about, subject)
            codes = gathered if codes is None else codes & gathered
    found = gathered_moments(connection, reader, codes, coder=wanted.coder, interviews=among)
    return tuple(Chosen(one.stretch, one.coders) for one in found)


def _marked(connection: sa.Connection, kind: MarkerKind, among: Sequence[str]) -> tuple[Chosen, ...]:
    marker, utterance, interview = tables.transcripts.marker, tables.transcripts.utterance, tables.interview
    rows = connection.execute(
        sa.select(
            marker.c.interview_id,
            marker.c.start_ms,
            marker.c.end_ms,
            utterance.c.start_ms,
            utterance.c.end_ms,
        )
        .join(interview, interview.c.id == marker.c.interview_id)
        .outerjoin(
            utterance,
            sa.and_(
                utterance.c.interview_id == marker.c.interview_id, utterance.c.id == marker.c.utterance_id
            ),
        )
        .where(marker.c.kind == kind, marker.c.interview_id.in_(among))
        .order_by(interview.c.name, marker.c.start_ms, marker.c.id)
    )
    return tuple(
        Chosen(
            Stretch(
                interview_id,
                max(0, start_ms - AROUND_MARKER_MS) if said_from is None else min(start_ms, said_from),
                end_ms + AROUND_MARKER_MS if said_to is None else max(end_ms, said_to),
            )
        )
        for interview_id, start_ms, end_ms, said_from, said_to in rows
    )


def _whole(connection: sa.Connection, among: Sequence[str]) -> tuple[Chosen, ...]:
    transcript, interview = tables.transcripts.transcript, tables.interview
    rows = connection.execute(
        sa.select(interview.c.id, transcript.c.duration_ms)
        .join(transcript, transcript.c.interview_id == interview.c.id)
        .where(interview.c.id.in_(among))
        .order_by(interview.c.name)
    )
    return tuple(Chosen(Stretch(found, 0, duration_ms), whole=True) for found, duration_ms in rows)


def _met(stretch: Stretch, others: Iterable[Chosen]) -> list[Chosen]:
    """Those that share time with a stretch."""
    return [
        one
        for one in others
        if one.stretch.interview_id == stretch.interview_id
        and one.stretch.start_ms < stretch.end_ms
        and one.stretch.end_ms > stretch.start_ms
    ]


def _with_coders(entry: Chosen, others: Iterable[Iterable[Chosen]]) -> Chosen:
    """The entry with whose codings made what it meets of all others: only they tell that it is there."""
    met = {coder for other in others for one in _met(entry.stretch, other) for coder in one.coders}
    return replace(entry, coders=tuple(sorted(met.union(entry.coders))))
