"""Which interviews two coders can be compared in, and what they marked there, for whoever may see both."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import sqlalchemy as sa

from service.coding import tables
from service.coding.agreement.spans import grid
from service.coding.agreement.values import Compared, Mark, Pair, Times
from service.coding.seeing import changed_after_seeing, may_see, ready_coders
from service.coding.store import find_released
from service.coding.values import Coder
from service.transcript.readers import ConnectionReader
from service.transcript.selecting import Selection, chosen_interviews

_BLOCK = 400

WORDS = 0
"""As ``unit_ms``: the units are words."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A released interview, and who is at work in it as far as one may know.

    ``coding`` are those who coded there: everybody for leads, else oneself alone.
    """

    id: str
    name: str
    group: str
    role: str
    wave: int
    duration_ms: int
    ready: tuple[str, ...]
    coding: tuple[str, ...]


def standings(connection: sa.Connection, coder: Coder, ids: Iterable[str]) -> tuple[Standing, ...]:
    """How far these released interviews are, in order of their names."""
    interview, transcript, coding = tables.interview, tables.transcripts.transcript, tables.coding
    wanted = list(ids)
    heads = [
        row
        for some in _blocks(wanted)
        for row in connection.execute(
            sa.select(interview, transcript.c.duration_ms)
            .join(transcript, transcript.c.interview_id == interview.c.id)
            .where(interview.c.id.in_(some))
        )
    ]
    at_work: dict[str, set[str]] = {}
    for some in _blocks(wanted):
        statement = (
            sa.select(coding.c.interview_id, coding.c.coder)
            .distinct()
            .where(coding.c.interview_id.in_(some), ~coding.c.removed, coding.c.code.is_not(None))
        )
        if not coder.leads:
            statement = statement.where(coding.c.coder == coder.name)
        for interview_id, whose in connection.execute(statement):
            at_work.setdefault(interview_id, set()).add(whose)
    return tuple(
        Standing(
            row.id,
            row.name,
            row.group_code,
            row.role_code,
            row.wave,
            row.duration_ms,
            tuple(sorted(ready_coders(connection, row.id))),
            tuple(sorted(at_work.get(row.id, ()))),
        )
        for row in sorted(heads, key=lambda row: str(row.name))
    )


def chosen_standings(
    connection: sa.Connection, coder: Coder, selection: Selection, names: Sequence[str] = ()
) -> tuple[Standing, ...]:
    """Those of a selection, or those of it with these study ids. Raises NoSuchRole."""
    chosen = {one.id for one in chosen_interviews(ConnectionReader(connection), selection)}
    if names:
        named = (find_released(connection, name) for name in names)
        chosen &= {one.id for one in named if one is not None}
    return standings(connection, coder, sorted(chosen))


def waited_for(coder: Coder, pair: Pair, standing: Standing) -> tuple[str, ...]:
    """Who keeps two coders from being compared in an interview; nobody where they are.

    Leads compare those who coded there or said that they are ready. Others compare once all three of them are ready.
    """
    if coder.leads:
        there = {*standing.ready, *standing.coding}
        return tuple(one for one in (pair.first, pair.second) if one not in there)
    return tuple(sorted({coder.name, pair.first, pair.second} - set(standing.ready)))


def may_compare(connection: sa.Connection, coder: Coder, pair: Pair, interview_id: str) -> bool:
    """Whether one may see both coders' codings of an interview, and both of them are to be seen there."""
    return all(may_see(connection, coder, interview_id, one) for one in (pair.first, pair.second))


def compared(
    connection: sa.Connection, coder: Coder, pair: Pair, among: Sequence[Standing], unit_ms: int
) -> tuple[Compared, ...]:
    """What both marked in those interviews where they can be compared and where one may see both.

    Marks without a code count for nothing.
    """
    chosen = [
        one
        for one in among
        if not waited_for(coder, pair, one) and may_compare(connection, coder, pair, one.id)
    ]
    marked = _marks(connection, pair, [one.id for one in chosen])
    middles = _word_middles(connection, [one.id for one in chosen]) if unit_ms == WORDS else {}
    return tuple(
        Compared(
            one.id,
            one.duration_ms,
            middles.get(one.id, np.array([], dtype=np.int64))
            if unit_ms == WORDS
            else grid(one.duration_ms, unit_ms),
            tuple(marked.get((one.id, pair.first), ())),
            tuple(marked.get((one.id, pair.second), ())),
        )
        for one in chosen
    )


def not_blind(connection: sa.Connection, pair: Pair, interview_ids: Iterable[str]) -> int:
    """How many of two coders' codings in these interviews were made or changed after their coder may have seen others'.

    For whoever may see both coders' codings there.
    """
    coding, found = tables.coding, 0
    for interview_id in interview_ids:
        changed = changed_after_seeing(connection, interview_id)
        if changed:
            theirs = connection.execute(
                sa.select(coding.c.id).where(
                    coding.c.interview_id == interview_id, coding.c.coder.in_((pair.first, pair.second))
                )
            ).scalars()
            found += len(changed.intersection(theirs))
    return found


def _marks(connection: sa.Connection, pair: Pair, ids: Sequence[str]) -> dict[tuple[str, str], list[Mark]]:
    coding = tables.coding
    found: dict[tuple[str, str], list[Mark]] = {}
    for some in _blocks(ids):
        rows = connection.execute(
            sa.select(
                coding.c.interview_id, coding.c.coder, coding.c.code, coding.c.start_ms, coding.c.end_ms
            ).where(
                coding.c.interview_id.in_(some),
                coding.c.coder.in_((pair.first, pair.second)),
                ~coding.c.removed,
                coding.c.code.is_not(None),
            )
        )
        for interview_id, whose, code, start_ms, end_ms in rows:
            found.setdefault((interview_id, whose), []).append(Mark(code, start_ms, end_ms))
    return found


def _word_middles(connection: sa.Connection, ids: Sequence[str]) -> dict[str, Times]:
    word = tables.transcripts.word
    found = {}
    for interview_id in ids:
        rows = connection.execute(
            sa.select(word.c.start_ms + word.c.end_ms).where(word.c.interview_id == interview_id)
        ).scalars()
        found[interview_id] = np.sort(np.fromiter(rows, dtype=np.int64))
    return found


def _blocks(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    return (ids[start : start + _BLOCK] for start in range(0, len(ids), _BLOCK))
