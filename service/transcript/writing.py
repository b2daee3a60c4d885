"""Writing a transcript's rows, all or nothing, in the caller's transaction."""

from __future__ import annotations

import sqlalchemy as sa

from models.values import Transcript
from service.transcript.folding import fold
from service.transcript.tables import TranscriptTables


def remove_transcript(connection: sa.Connection, tables: TranscriptTables, interview_id: str) -> None:
    """Delete every row of the interview's transcript."""
    for table in tables.all():
        connection.execute(sa.delete(table).where(table.c.interview_id == interview_id))


def write_transcript(
    connection: sa.Connection,
    tables: TranscriptTables,
    interview_id: str,
    transcript: Transcript,
    revision: int,
) -> None:
    """Replace the interview's rows by those of ``transcript``. Ids of words and utterances are kept."""
    remove_transcript(connection, tables, interview_id)
    key = {"interview_id": interview_id}
    connection.execute(
        sa.insert(tables.transcript),
        key
        | {
            "revision": revision,
            "format": transcript.format,
            "duration_ms": transcript.duration_ms,
            "language": transcript.language,
            "speech": [[span.start_ms, span.end_ms] for span in transcript.speech],
            "notices": list(transcript.notices),
            "provenance": [
                {
                    "stage": made.stage,
                    "model": made.model,
                    "version": made.version,
                    "parameters": dict(made.parameters),
                }
                for made in transcript.provenance
            ],
        },
    )
    rows: list[tuple[sa.Table, list[dict[str, object]]]] = [
        (
            tables.speaker,
            [
                key
                | {
                    "label": speaker.label,
                    "role": str(speaker.role),
                    "suggested": speaker.suggested,
                    "speech_ms": speaker.speech_ms,
                    "words": speaker.words,
                }
                for speaker in transcript.speakers
            ],
        ),
        (
            tables.utterance,
            [
                key
                | {
                    "id": utterance.id,
                    "speaker": utterance.speaker,
                    "start_ms": utterance.start_ms,
                    "end_ms": utterance.end_ms,
                    "chars": len(utterance.text),
                    "folded": fold(utterance.text),
                }
                for utterance in transcript.utterances
            ],
        ),
        (
            tables.word,
            [
                key
                | {
                    "id": word.id,
                    "utterance_id": utterance.id,
                    "start_ms": word.start_ms,
                    "end_ms": word.end_ms,
                    "text": word.text,
                    "speaker": word.speaker,
                    "confidence": word.confidence,
                    "speaker_confidence": word.speaker_confidence,
                    "redaction": word.redaction,
                    "speaker_margin": word.speaker_margin,
                    "timing": str(word.timing),
                    "disfluency": None if word.disfluency is None else str(word.disfluency),
                }
                for utterance in transcript.utterances
                for word in utterance.words
            ],
        ),
        (
            tables.turn,
            [
                key
                | {
                    "id": number,
                    "speaker": turn.speaker,
                    "start_ms": turn.start_ms,
                    "end_ms": turn.end_ms,
                }
                for number, turn in enumerate(transcript.turns, start=1)
            ],
        ),
        (
            tables.marker,
            [
                key
                | {
                    "id": number,
                    "kind": str(marker.kind),
                    "subtype": marker.subtype,
                    "start_ms": marker.start_ms,
                    "end_ms": marker.end_ms,
                    "speaker": marker.speaker,
                    "strength": marker.strength,
                    "confidence": marker.confidence,
                    "rules": marker.rules,
                    "utterance_id": marker.utterance,
                    "evidence": dict(marker.evidence),
                }
                for number, marker in enumerate(transcript.markers, start=1)
            ],
        ),
    ]
    for table, values in rows:
        if values:
            connection.execute(sa.insert(table), values)
