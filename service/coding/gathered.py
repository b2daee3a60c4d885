"""The moments of a code with those below it, or of a theme: codings that overlap are one moment."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

import sqlalchemy as sa

from service.coding import codebook, tables
from service.coding.moments import Stretch
from service.coding.seeing import seen_coders
from service.coding.values import About, Coder, CodeState, NotThere


@dataclass(frozen=True, slots=True)
class Gathered:
    """A moment: the stretch that codings cover together, how many they are, and whose."""

    stretch: Stretch
    codings: int
    coders: tuple[str, ...]


def gathered_codes(connection: sa.Connection, about: About, subject: str) -> frozenset[str]:
    """A code and all below it, or the codes of a theme with all below them. Raises NotThere."""
    book = codebook.current(connection)
    if about is About.THEME:
        found = {
            code
            for one in book.themes
            if one.id == subject and one.state is CodeState.USED
            for code in one.codes
        }
        if not any(one.id == subject and one.state is CodeState.USED for one in book.themes):
            raise NotThere
    else:
        found = {one.id for one in book.codes if one.id == subject and one.state is CodeState.USED}
        if not found:
            raise NotThere
    used = [one for one in book.codes if one.state is CodeState.USED]
    while below := {one.id for one in used if one.parent in found} - found:
        found |= below
    return frozenset(found)


def gathered_moments(
    connection: sa.Connection,
    reader: Coder,
    codes: Collection[str] | None,
    *,
    coder: str | None = None,
    interviews: Collection[str] | None = None,
) -> tuple[Gathered, ...]:
    """The moments of these codes that ``reader`` may see, in order of interview and time.

    None for ``codes``: of all codings. ``coder``: of theirs only; ``interviews``: in these only.
    """
    coding, interview = tables.coding, tables.interview
    statement = (
        sa.select(coding.c.interview_id, coding.c.start_ms, coding.c.end_ms, coding.c.coder)
        .join(interview, interview.c.id == coding.c.interview_id)
        .where(~coding.c.removed)
        .order_by(interview.c.name, coding.c.interview_id, coding.c.start_ms, coding.c.end_ms, coding.c.id)
    )
    if codes is not None:
        statement = statement.where(coding.c.code.in_(sorted(codes)))
    if coder is not None:
        statement = statement.where(coding.c.coder == coder)
    if interviews is not None:
        statement = statement.where(coding.c.interview_id.in_(sorted(interviews)))
    rows = connection.execute(statement).all()
    seen = {one: seen_coders(connection, reader, one) for one in {row.interview_id for row in rows}}
    marks = []
    for row in rows:
        may_be_seen = seen[row.interview_id]
        if may_be_seen is None or row.coder in may_be_seen:
            marks.append((Stretch(row.interview_id, row.start_ms, row.end_ms), row.coder))
    return tuple(_joined(marks))


def _joined(marks: Iterable[tuple[Stretch, str]]) -> Iterable[Gathered]:
    """Marks in order of interview and start, those that share time made one."""
    open_one: Gathered | None = None
    for stretch, coder in marks:
        before = open_one
        if (
            before is not None
            and before.stretch.interview_id == stretch.interview_id
            and stretch.start_ms < before.stretch.end_ms
        ):
            end_ms = max(before.stretch.end_ms, stretch.end_ms)
            together = Stretch(stretch.interview_id, before.stretch.start_ms, end_ms)
            coders = tuple(sorted({*before.coders, coder}))
            open_one = Gathered(together, before.codings + 1, coders)
            continue
        if before is not None:
            yield before
        open_one = Gathered(stretch, 1, (coder,))
    if open_one is not None:
        yield open_one
