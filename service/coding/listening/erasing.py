"""What becomes of sessions and quotes when an interview is withdrawn."""

from __future__ import annotations

import secrets
from collections.abc import Collection

import sqlalchemy as sa

from service.coding import tables
from service.coding.anchors import words_of
from service.coding.quotes import QUOTED_ELSEWHERE, QUOTED_WORDS, quotes, runs, without_quotes
from service.coding.values import WITHDRAWN

_TEXTS = (
    tables.listening_note.c.text,
    tables.listening_session.c.source,
    tables.listening_session.c.name,
)


def count_notes(connection: sa.Connection, interview_id: str) -> tuple[int, int]:
    """How many notes were written at moments of the interview, removed ones too, and how many of them may stay."""
    note = tables.listening_note
    count = connection.execute(
        sa.select(sa.func.count()).select_from(note).where(note.c.interview_id == interview_id)
    ).scalar_one()
    return count, len(_quoting_nothing(connection, interview_id))


def sessions_quoting(connection: sa.Connection, interview_id: str, interviews: Collection[str]) -> set[str]:
    """The ids of sessions and notes, not of these interviews, that quote this one at length."""
    said = runs(words_of(connection, interview_id).text, QUOTED_ELSEWHERE)
    note, found = tables.listening_note, set[str]()
    own = set(
        connection.execute(sa.select(note.c.id).where(note.c.interview_id.in_(list(interviews)))).scalars()
    )
    for column in _TEXTS if said else ():
        for row in connection.execute(sa.select(column.table.c.id, column)).all():
            if row[0] not in own and quotes(row[1], said, QUOTED_ELSEWHERE):
                found.add(row[0])
    return found


def erase_listening(connection: sa.Connection, interview_id: str, *, keep: bool) -> None:
    """Erase the interview's moments in playlists, what was noted at them, and its quotes. May be done again.

    With ``keep``, notes that quote nothing stay at no moment, under an id that leads nowhere. Elsewhere, what quotes at
    length is taken out: of notes, of the name of a session and of what its playlist was made from.
    """
    session, moment, note = tables.listening_session, tables.listening_moment, tables.listening_note
    here = moment.c.interview_id == interview_id
    gone, changed = sa.select(moment.c.id).where(here), sa.select(moment.c.session_id).where(here)
    connection.execute(
        sa.update(session).where(session.c.at_moment.in_(gone)).values(at_moment=None, moved_by="")
    )
    counted = {"playlist": session.c.playlist + 1, "changes": session.c.changes + 1}
    connection.execute(sa.update(session).where(session.c.id.in_(changed)).values(**counted))
    if keep:
        nowhere = {
            "interview_id": f"{WITHDRAWN}{secrets.token_hex(16)}",
            "moment_id": None,
            "at_ms": None,
        }
        for note_id in _quoting_nothing(connection, interview_id):
            connection.execute(sa.update(note).where(note.c.id == note_id).values(**nowhere))
    for table in (note, moment, tables.quote, tables.quote_confirmation):
        connection.execute(sa.delete(table).where(table.c.interview_id == interview_id))
    said = runs(words_of(connection, interview_id).text, QUOTED_ELSEWHERE)
    for column in _TEXTS if said else ():
        key = column.table.c.id
        for row in connection.execute(sa.select(key, column)).all():
            kept = without_quotes(row[1], said, QUOTED_ELSEWHERE)
            if kept != row[1]:
                connection.execute(sa.update(column.table).where(key == row[0]).values({column.name: kept}))


def _quoting_nothing(connection: sa.Connection, interview_id: str) -> list[str]:
    """The notes at moments of the interview that may stay; none where its words are not there to compare with."""
    note = tables.listening_note
    said = runs(words_of(connection, interview_id).text, QUOTED_WORDS)
    rows = connection.execute(
        sa.select(note.c.id, note.c.text).where(note.c.interview_id == interview_id, ~note.c.removed)
    ).all()
    return [row.id for row in rows if said and not quotes(row.text, said, QUOTED_WORDS)]
