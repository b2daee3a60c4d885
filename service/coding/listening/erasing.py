"""What becomes of sessions and quotes when an interview is withdrawn."""

from __future__ import annotations

from collections.abc import Callable

import sqlalchemy as sa

from service.coding import tables

Quotes = Callable[[str], bool]
"""Whether a text quotes what was said."""


def erase_listening(
    connection: sa.Connection, interview_id: str, *, keep: bool, quotes: Quotes, quotes_at_length: Quotes
) -> None:
    """Erase the interview's moments in playlists, what was noted at them, and its quotes. May be done again.

    With ``keep``, notes that quote nothing become notes about the whole session. Elsewhere, what quotes at length is
    emptied: notes about whole sessions, what a playlist was made from, and the name of a session.
    """
    session, moment, note = tables.listening_session, tables.listening_moment, tables.listening_note
    gone = sa.select(moment.c.id).where(moment.c.interview_id == interview_id)
    connection.execute(
        sa.update(session).where(session.c.at_moment.in_(gone)).values(at_moment=None, moved_by="")
    )
    here = sa.select(moment.c.session_id).where(moment.c.interview_id == interview_id)
    changed = {"playlist": session.c.playlist + 1, "changes": session.c.changes + 1}
    connection.execute(sa.update(session).where(session.c.id.in_(here)).values(**changed))
    if keep:
        for row in connection.execute(
            sa.select(note.c.id, note.c.text).where(note.c.interview_id == interview_id, ~note.c.removed)
        ).all():
            if not quotes(row.text):
                connection.execute(
                    sa.update(note)
                    .where(note.c.id == row.id)
                    .values(interview_id=None, moment_id=None, at_ms=None)
                )
    for table in (note, moment, tables.quote, tables.quote_confirmation):
        connection.execute(sa.delete(table).where(table.c.interview_id == interview_id))
    for column in (note.c.text, session.c.source, session.c.name):
        key = column.table.c.id
        for one in connection.execute(sa.select(key, column)).all():
            if quotes_at_length(one[1]):
                connection.execute(sa.update(column.table).where(key == one[0]).values({column.name: ""}))
