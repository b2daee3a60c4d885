"""Looking for names again, after a person has corrected the words."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from models.values import Anonymisation, Redaction
from service.correcting.corrections import TranscriptChanged
from service.identities.known import known_in
from service.review.keeping import keep_found
from service.settings import Settings
from service.transcript.readers import ConnectionReader
from service.transcript.reading import head, whole_transcript
from service.vault.interviews import redactions_changed, redactions_of
from service.vault.recordings import record_event
from service.vault.store import Vault

HOST = "models.host:ModelHost"


def search_again(vault: Vault, settings: Settings, interview_id: str, actor: str) -> int:
    """Find what identifies somebody in the words as they are now; returns how many redactions there are.

    The models run in a process of their own, which ends with the search. Raises RecordingProblem when they can't, and
    :class:`TranscriptChanged` when the words were corrected meanwhile.
    """
    from service.pipeline.child import ModelChild
    from service.pipeline.stages import models_config

    with vault.engine.connect() as connection:
        reader = ConnectionReader(connection)
        known, transcript = head(reader, interview_id), whole_transcript(reader, interview_id)
        looked_for = known_in(connection, interview_id)
    if known is None or transcript is None:
        raise TranscriptChanged
    child = ModelChild(HOST, models_config(settings))
    try:
        found: Anonymisation = child.call("find_entities", transcript, looked_for.entities)
    finally:
        child.close()
    with vault.engine.begin() as connection:
        now = head(ConnectionReader(connection), interview_id)
        if now is None or now.revision != known.revision:
            raise TranscriptChanged
        keep_found_anew(connection, interview_id, found)
        record_event(connection, actor, "names_searched", interview_id, {"redactions": len(found.redactions)})
    return len(found.redactions)


def keep_found_anew(connection: sa.Connection, interview_id: str, found: Anonymisation) -> None:
    """Keep what was found in words that are the same; the transcript gets its next revision if coders would read
    something else."""
    before = redactions_of(connection, interview_id)
    keep_found(connection, interview_id, found.redactions, found.second_look)
    if _read(before) != _read(redactions_of(connection, interview_id)):
        redactions_changed(connection, interview_id)


def _read(redactions: Iterable[Redaction]) -> set[tuple[str, tuple[int, ...]]]:
    return {(one.placeholder, one.word_ids) for one in redactions}
