"""What was found in an interview becomes its redactions."""

from __future__ import annotations

import sqlalchemy as sa

from models.values import Redaction, Transcript
from service.identities.assigning import assign, placed_in
from service.vault.interviews import store_redactions, store_transcript


def keep_transcript(
    connection: sa.Connection, interview_id: str, transcript: Transcript, found: tuple[Redaction, ...]
) -> None:
    """Replace the interview's transcript, and its redactions with what was found in it.

    Both stay as they are where a person has corrected the words.
    """
    if store_transcript(connection, interview_id, transcript):
        keep_found(connection, interview_id, found)


def keep_found(connection: sa.Connection, interview_id: str, found: tuple[Redaction, ...]) -> None:
    """Put what was found in the words, as they are now, in the place of the interview's redactions.

    Each gets the identity it speaks of, and what stands for that in the whole study.
    """
    placed = placed_in(connection, interview_id)
    store_redactions(connection, interview_id, found)
    assign(connection, interview_id, found, placed)
