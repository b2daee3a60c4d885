"""Voiceprints in the vault: kept where consent allows, sealed, and erased when it does not.

Every function takes an open connection; the caller owns the transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import sqlalchemy as sa

from models.codec import from_json, to_json
from models.values import Voiceprint
from service.study.participants import participant_of
from service.study.protocol import Consent, Protocol
from service.vault import tables
from service.vault.recordings import RecordingState, now, record_event
from service.vault.sealing import Sealer

STAGE = "voices"
"""The pipeline's stage that makes them; its result is forgotten with them."""


def may_keep(connection: sa.Connection, interview_id: str, protocol: Protocol | None) -> bool:
    """Whether the participant of the interview consented to voiceprints. Without a place nobody has."""
    participant = participant_of(connection, interview_id, protocol)
    return participant is not None and Consent.VOICEPRINT in participant.consent


def store(connection: sa.Connection, sealer: Sealer, interview_id: str, prints: Sequence[Voiceprint]) -> None:
    """Replace the interview's voiceprints."""
    _delete(connection, interview_id)
    for one in prints:
        connection.execute(
            sa.insert(tables.voiceprint).values(
                interview_id=interview_id,
                label=one.label,
                speech_ms=one.speech_ms,
                model=one.model,
                sealed=sealer.seal(to_json(one), _context(interview_id, one.label)),
                made_at=now(),
            )
        )
    _heard(connection, interview_id, heard=True)


def read(
    connection: sa.Connection, sealer: Sealer, interview_ids: Iterable[str] | None = None
) -> dict[tuple[str, str], Voiceprint]:
    """Voiceprints by (interview, label): of these interviews, or all. Raises ``SealBroken``."""
    table = tables.voiceprint
    query = sa.select(table.c.interview_id, table.c.label, table.c.sealed)
    if interview_ids is not None:
        query = query.where(table.c.interview_id.in_(list(interview_ids)))
    return {
        (row.interview_id, row.label): from_json(
            Voiceprint, sealer.open(row.sealed, _context(row.interview_id, row.label))
        )
        for row in connection.execute(query)
    }


def erase(connection: sa.Connection, interview_id: str, actor: str) -> None:
    """Erase the interview's voiceprints and what remembers that they were made."""
    if remove(connection, interview_id):
        record_event(connection, actor, "voiceprints_erased", interview_id)
    recording = tables.recording
    of_interview = sa.select(recording.c.id).where(recording.c.interview_id == interview_id)
    connection.execute(
        sa.delete(tables.stage_result).where(
            tables.stage_result.c.stage == STAGE, tables.stage_result.c.recording_id.in_(of_interview)
        )
    )


def remove(connection: sa.Connection, interview_id: str) -> bool:
    """Erase the interview's voiceprints; whether there were any."""
    _heard(connection, interview_id, heard=False)
    return _delete(connection, interview_id)


def erase_one(connection: sa.Connection, interview_id: str, label: str) -> None:
    """Erase one voice's print, such as that of an interviewer who did not consent."""
    table = tables.voiceprint
    connection.execute(sa.delete(table).where(table.c.interview_id == interview_id, table.c.label == label))


def erase_without_consent(connection: sa.Connection, protocol: Protocol | None) -> int:
    """Erase every voiceprint that the protocol no longer allows; of how many interviews."""
    held = connection.execute(sa.select(tables.voiceprint.c.interview_id).distinct()).scalars().all()
    gone = [one for one in held if not may_keep(connection, one, protocol)]
    for interview_id in gone:
        erase(connection, interview_id, "lytt")
    return len(gone)


def to_make(connection: sa.Connection, protocol: Protocol | None) -> list[str]:
    """Ids of the finished recordings whose voices may be compared and have not been heard."""
    interview, recording = tables.interview, tables.recording
    rows = connection.execute(
        sa.select(recording.c.id, interview.c.id.label("interview_id"))
        .join(interview, interview.c.id == recording.c.interview_id)
        .where(
            recording.c.state == RecordingState.DONE,
            interview.c.voices_heard.is_(False),
            interview.c.name.is_not(None),
        )
    ).all()
    return [row.id for row in rows if may_keep(connection, row.interview_id, protocol)]


def _delete(connection: sa.Connection, interview_id: str) -> bool:
    table = tables.voiceprint
    return connection.execute(sa.delete(table).where(table.c.interview_id == interview_id)).rowcount > 0


def _heard(connection: sa.Connection, interview_id: str, *, heard: bool) -> None:
    connection.execute(
        sa.update(tables.interview).where(tables.interview.c.id == interview_id).values(voices_heard=heard)
    )


def _context(interview_id: str, label: str) -> str:
    return f"voiceprint {interview_id} {label}"
