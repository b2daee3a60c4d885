"""An interview reviewed as a steward does it, with the functions that the page calls."""

from __future__ import annotations

import sqlalchemy as sa

from models.anonymisation.second_look import second_looks
from service.coding.store import CodingStore
from service.review.deciding import Reviewer
from service.review.looking import keep_second_look
from service.review.state import finish, review_state
from service.transcript.readers import ConnectionReader
from service.transcript.reading import whole_transcript
from service.vault import tables
from service.vault.interviews import RedactionState
from service.vault.store import Vault


def look_again(connection: sa.Connection, interview_id: str) -> None:
    """Make the second look, as the pipeline does it."""
    transcript = whole_transcript(ConnectionReader(connection), interview_id)
    assert transcript is not None
    looked = second_looks(transcript.utterances, transcript.language)
    keep_second_look(connection, interview_id, looked)


def review(vault: Vault, coding: CodingStore, interview_id: str, steward: str = "steward") -> None:
    """Accept every redaction that is open, clear every word of the second look, and finish."""
    with vault.engine.begin() as connection:
        row = connection.execute(
            sa.select(tables.review.c.looked_at).where(tables.review.c.interview_id == interview_id)
        ).first()
        if row is None or row.looked_at is None:
            look_again(connection, interview_id)
    reviewer = Reviewer(vault, coding)
    with vault.engine.connect() as connection:
        state = review_state(connection, interview_id)
    undecided = [one.id for one in state.redactions if one.state is RedactionState.OPEN]
    if undecided:
        reviewer.decide(interview_id, undecided, RedactionState.ACCEPTED, steward)
    words = [look.form for look in state.looks if not look.cleared]
    if words:
        reviewer.clear(interview_id, words, False, steward)
    with vault.engine.begin() as connection:
        finish(connection, interview_id, steward)
