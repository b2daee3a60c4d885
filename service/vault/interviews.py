"""Interviews of the vault: their names, their transcripts as spoken, and the redactions in them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from models.values import Dropped, DropReason, Redaction, Role, Speaker, Transcript
from service.naming import InterviewName
from service.transcript import writing
from service.vault import tables
from service.vault.recordings import aware, record_event


class RedactionState(StrEnum):
    """What a person decided of a redaction. One that is rejected stays, so that it is not found again, and replaces
    nothing."""

    OPEN = "open"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class StoredInterview:
    """One conversation. ``name`` is the study id (``D03-T2``), or None while it is unfiled."""

    id: str
    name: str | None
    title: str
    group: str | None
    role: str | None
    wave: int | None
    revision: int | None
    duration_ms: int | None
    language: str | None
    released_at: datetime | None
    released_revision: int | None
    names_outdated: bool
    held_on: date | None = None
    held_on_source: str | None = None
    interviewer: str | None = None


def store_transcript(
    connection: sa.Connection,
    interview_id: str,
    transcript: Transcript,
) -> bool:
    """Replace the interview's transcript; whether it was. Roles a person has set are kept.

    A transcript that a person has corrected stays as it is: nothing that was done by hand is lost to a machine.
    """
    held = tables.transcripts
    if corrections_count(connection, interview_id):
        record_event(connection, "lytt", "correction_kept", interview_id)
        return False
    connection.execute(
        sa.update(tables.correction)
        .where(tables.correction.c.interview_id == interview_id)
        .values(state="replaced")
    )
    decided = {
        row.label: row.role
        for row in connection.execute(
            sa.select(held.speaker).where(
                held.speaker.c.interview_id == interview_id, held.speaker.c.suggested.is_(False)
            )
        )
    }
    before = connection.execute(
        sa.select(held.transcript.c.revision).where(held.transcript.c.interview_id == interview_id)
    ).scalar_one_or_none()
    writing.write_transcript(connection, held, interview_id, transcript, (before or 0) + 1)
    for label, role in decided.items():
        set_role(connection, interview_id, label, Role(role), "lytt")
    _store_dropped(connection, interview_id, transcript.dropped)
    return True


def remove_interview(connection: sa.Connection, interview_id: str) -> None:
    """Delete the interview and all that is held of it. Its recordings must be another's by now."""
    writing.remove_transcript(connection, tables.transcripts, interview_id)
    transcript_tables = set(tables.transcripts.all())
    for table in reversed(tables.metadata.sorted_tables):
        if "interview_id" in table.c and table is not tables.recording and table not in transcript_tables:
            connection.execute(sa.delete(table).where(table.c.interview_id == interview_id))
    # Whom it spoke of while it belonged to no group, nobody else knows.
    connection.execute(sa.delete(tables.identity_form).where(tables.identity_form.c.scope == interview_id))
    connection.execute(sa.delete(tables.interview).where(tables.interview.c.id == interview_id))


def corrections_count(connection: sa.Connection, interview_id: str) -> int:
    """How many corrections of the words count: those that were made and not undone."""
    table = tables.correction
    return connection.execute(
        sa.select(sa.func.count()).where(
            table.c.interview_id == interview_id,
            table.c.state == "done",
            table.c.kind.not_in(("role", "rename")),
        )
    ).scalar_one()


def _store_dropped(connection: sa.Connection, interview_id: str, left_out: tuple[Dropped, ...]) -> None:
    table = tables.dropped_words
    connection.execute(sa.delete(table).where(table.c.interview_id == interview_id))
    rows = [
        {
            "interview_id": interview_id,
            "id": number,
            "start_ms": one.start_ms,
            "end_ms": one.end_ms,
            "text": one.text,
            "reason": str(one.reason),
            "confidence": one.confidence,
        }
        for number, one in enumerate(left_out, start=1)
    ]
    if rows:
        connection.execute(sa.insert(table), rows)


def dropped_of(connection: sa.Connection, interview_id: str) -> tuple[Dropped, ...]:
    """What was recognised and left out of the transcript, in order of time."""
    table = tables.dropped_words
    rows = connection.execute(
        sa.select(table).where(table.c.interview_id == interview_id).order_by(table.c.id)
    )
    return tuple(
        Dropped(row.start_ms, row.end_ms, row.text, DropReason(row.reason), row.confidence) for row in rows
    )


def store_redactions(connection: sa.Connection, interview_id: str, redactions: tuple[Redaction, ...]) -> None:
    """Replace the interview's redactions; they are of the words as they are now."""
    connection.execute(
        sa.update(tables.interview).where(tables.interview.c.id == interview_id).values(names_outdated=False)
    )
    connection.execute(sa.delete(tables.redaction).where(tables.redaction.c.interview_id == interview_id))
    if redactions:
        connection.execute(
            sa.insert(tables.redaction),
            [
                {
                    "interview_id": interview_id,
                    "id": redaction.id,
                    "label": redaction.label,
                    "placeholder": redaction.placeholder,
                    "start_ms": redaction.start_ms,
                    "end_ms": redaction.end_ms,
                    "word_ids": list(redaction.word_ids),
                    "confidence": redaction.confidence,
                    "detector": redaction.detector,
                    "detectors": list(redaction.detectors),
                }
                for redaction in redactions
            ],
        )


def speaker_names_of(connection: sa.Connection, interview_id: str) -> dict[str, str]:
    """How a person called the voices, by label. They may be real names: vault only."""
    table = tables.speaker_name
    rows = connection.execute(
        sa.select(table.c.label, table.c.name).where(table.c.interview_id == interview_id)
    )
    return {row.label: row.name for row in rows}


def redactions_of(connection: sa.Connection, interview_id: str) -> tuple[Redaction, ...]:
    """The redactions that count, in order of id: all but those a person rejected."""
    table = tables.redaction
    rows = connection.execute(
        sa.select(table)
        .where(table.c.interview_id == interview_id, table.c.state != RedactionState.REJECTED)
        .order_by(table.c.id)
    )
    return tuple(
        Redaction(
            row.id,
            row.label,
            row.placeholder,
            row.start_ms,
            row.end_ms,
            tuple(row.word_ids),
            row.confidence,
            row.detector,
            detectors=tuple(row.detectors),
        )
        for row in rows
    )


def redactions_changed(connection: sa.Connection, interview_id: str) -> None:
    """Give the transcript its next revision: what coders read of it is no longer the same."""
    transcript = tables.transcripts.transcript
    connection.execute(
        sa.update(transcript)
        .where(transcript.c.interview_id == interview_id)
        .values(revision=transcript.c.revision + 1)
    )


def set_role(
    connection: sa.Connection, interview_id: str, label: str, role: Role, actor: str
) -> Speaker | None:
    """A person says who a voice is; None when the interview has no such voice."""
    speaker = tables.transcripts.speaker
    row = connection.execute(
        sa.update(speaker)
        .where(speaker.c.interview_id == interview_id, speaker.c.label == label)
        .values(role=role, suggested=False)
        .returning(speaker.c.speech_ms, speaker.c.words)
    ).first()
    if row is None:
        return None
    record_event(connection, actor, "role_set", interview_id, {"label": label, "role": str(role)})
    return Speaker(label, role, suggested=False, speech_ms=row.speech_ms, words=row.words)


def places_of(connection: sa.Connection, interview_id: str) -> tuple[InterviewName, ...]:
    """The expected interviews that an interview covers, in order of waves."""
    place = tables.place
    rows = connection.execute(
        sa.select(place).where(place.c.interview_id == interview_id).order_by(place.c.wave)
    )
    return tuple(InterviewName(row.group_code, row.role_code, row.wave) for row in rows)


def find_interview(connection: sa.Connection, reference: str) -> StoredInterview | None:
    """The interview with this id or study id, be it one of two that it covers, or None."""
    interview, place = tables.interview, tables.place
    of_place = sa.select(place.c.interview_id).where(
        place.c.group_code.concat("-").concat(place.c.role_code).concat(sa.cast(place.c.wave, sa.String))
        == reference
    )
    wanted = sa.or_(interview.c.id == reference, interview.c.name == reference, interview.c.id.in_(of_place))
    return next(iter(_select(connection, wanted)), None)


def list_interviews(connection: sa.Connection) -> tuple[StoredInterview, ...]:
    """Every interview that has a transcript, filed ones first, in order of study id."""
    return _select(connection, tables.transcripts.transcript.c.interview_id.is_not(None))


def _select(connection: sa.Connection, condition: sa.ColumnElement[bool]) -> tuple[StoredInterview, ...]:
    interview, transcript, release = tables.interview, tables.transcripts.transcript, tables.release
    rows: Any = connection.execute(
        sa.select(
            interview,
            transcript.c.revision,
            transcript.c.duration_ms,
            transcript.c.language,
            release.c.released_at,
            release.c.revision.label("released_revision"),
        )
        .outerjoin(transcript, transcript.c.interview_id == interview.c.id)
        .outerjoin(release, release.c.interview_id == interview.c.id)
        .where(condition)
        .order_by(interview.c.name.is_(None), interview.c.name, interview.c.created_at)
    )
    return tuple(
        StoredInterview(
            row.id,
            row.name,
            row.title,
            row.group_code,
            row.role_code,
            row.wave,
            row.revision,
            row.duration_ms,
            row.language,
            None if row.released_at is None else aware(row.released_at),
            row.released_revision,
            row.names_outdated,
            row.held_on,
            row.held_on_source,
            row.interviewer,
        )
        for row in rows
    )
