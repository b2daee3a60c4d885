"""Writing a transcript's rows, all or nothing, in the caller's transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import sqlalchemy as sa

from models.values import Marker, Transcript, Utterance
from service.transcript.folding import fold
from service.transcript.search import search_text
from service.transcript.tables import TranscriptTables

Row = Mapping[str, object]
_BLOCK = 500
"""Ids in one statement: below every database's limit of parameters."""


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
    connection.execute(
        sa.insert(tables.transcript),
        {
            "interview_id": interview_id,
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
    rows = {
        tables.speaker: _speaker_rows(interview_id, transcript),
        tables.utterance: _utterance_rows(tables, interview_id, transcript.utterances),
        tables.word: _word_rows(interview_id, transcript.utterances),
        tables.turn: _turn_rows(interview_id, transcript),
        tables.marker: _rows_of_markers(interview_id, transcript),
    }
    _insert(connection, rows)
    write_search_text(connection, tables, interview_id, transcript.utterances)


def write_changes(
    connection: sa.Connection,
    tables: TranscriptTables,
    interview_id: str,
    before: Transcript,
    after: Transcript,
) -> None:
    """Make the rows of ``before`` those of ``after``: only utterances that differ are written again.

    The row of the transcript itself, with its revision, is the caller's.
    """
    old = {utterance.id: utterance for utterance in before.utterances}
    new = {utterance.id: utterance for utterance in after.utterances}
    gone = [number for number, utterance in old.items() if new.get(number) != utterance]
    put = [utterance for number, utterance in new.items() if old.get(number) != utterance]
    for start in range(0, len(gone), _BLOCK):
        some = gone[start : start + _BLOCK]
        for table, column in (
            (tables.word, tables.word.c.utterance_id),
            (tables.utterance, tables.utterance.c.id),
        ):
            connection.execute(sa.delete(table).where(table.c.interview_id == interview_id, column.in_(some)))
    rows = {
        tables.utterance: _utterance_rows(tables, interview_id, put),
        tables.word: _word_rows(interview_id, put),
    }
    for table, held, wanted in (
        (tables.speaker, _speaker_rows(interview_id, before), _speaker_rows(interview_id, after)),
        (tables.turn, _turn_rows(interview_id, before), _turn_rows(interview_id, after)),
        (tables.marker, _rows_of_markers(interview_id, before), _rows_of_markers(interview_id, after)),
    ):
        if held != wanted:
            connection.execute(sa.delete(table).where(table.c.interview_id == interview_id))
            rows[table] = wanted
    _insert(connection, rows)
    if gone or put:
        write_search_text(connection, tables, interview_id, after.utterances)


def write_markers(
    connection: sa.Connection,
    tables: TranscriptTables,
    interview_id: str,
    held: Mapping[int, Marker],
    wanted: Sequence[Marker],
) -> bool:
    """Make the markers ``held``, by id, those that are ``wanted``; whether any differed. What stays keeps its id."""
    numbers: dict[tuple[object, ...], list[int]] = {}
    for number, marker in held.items():
        numbers.setdefault(_place_of(marker), []).append(number)
    fresh = iter(range(max(held, default=0) + 1, max(held, default=0) + len(wanted) + 1))
    put: dict[int, Marker] = {}
    for marker in wanted:
        known = numbers.get(_place_of(marker))
        put[known.pop(0) if known else next(fresh)] = marker
    gone = [number for number, marker in held.items() if put.get(number) != marker]
    come = [(number, marker) for number, marker in put.items() if held.get(number) != marker]
    table = tables.marker
    for start in range(0, len(gone), _BLOCK):
        some = gone[start : start + _BLOCK]
        connection.execute(sa.delete(table).where(table.c.interview_id == interview_id, table.c.id.in_(some)))
    _insert(connection, {table: _marker_rows(interview_id, come)})
    return bool(gone or come)


def _place_of(marker: Marker) -> tuple[object, ...]:
    return marker.kind, marker.subtype, marker.speaker, marker.start_ms, marker.end_ms


def write_search_text(
    connection: sa.Connection, tables: TranscriptTables, interview_id: str, utterances: Sequence[Utterance]
) -> None:
    """Replace what the interview is searched in, where words are sealed."""
    table = tables.search_text
    if table is not None:
        connection.execute(sa.delete(table).where(table.c.interview_id == interview_id))
        connection.execute(sa.insert(table).values(interview_id=interview_id, lines=search_text(utterances)))


def _insert(connection: sa.Connection, rows: Mapping[sa.Table, Sequence[Row]]) -> None:
    for table, values in rows.items():
        if values:
            connection.execute(sa.insert(table), [dict(value) for value in values])


def _speaker_rows(interview_id: str, transcript: Transcript) -> list[Row]:
    return [
        {
            "interview_id": interview_id,
            "label": speaker.label,
            "role": str(speaker.role),
            "suggested": speaker.suggested,
            "speech_ms": speaker.speech_ms,
            "words": speaker.words,
        }
        for speaker in transcript.speakers
    ]


def _utterance_rows(
    tables: TranscriptTables, interview_id: str, utterances: Sequence[Utterance]
) -> list[Row]:
    indexed = tables.search_text is None
    return [
        {
            "interview_id": interview_id,
            "id": utterance.id,
            "speaker": utterance.speaker,
            "start_ms": utterance.start_ms,
            "end_ms": utterance.end_ms,
            "chars": len(utterance.text),
        }
        | ({"folded": fold(utterance.text)} if indexed else {})
        for utterance in utterances
    ]


def _word_rows(interview_id: str, utterances: Sequence[Utterance]) -> list[Row]:
    return [
        {
            "interview_id": interview_id,
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
        for utterance in utterances
        for word in utterance.words
    ]


def _turn_rows(interview_id: str, transcript: Transcript) -> list[Row]:
    return [
        {
            "interview_id": interview_id,
            "id": number,
            "speaker": turn.speaker,
            "start_ms": turn.start_ms,
            "end_ms": turn.end_ms,
        }
        for number, turn in enumerate(transcript.turns, start=1)
    ]


def _rows_of_markers(interview_id: str, transcript: Transcript) -> list[Row]:
    return _marker_rows(interview_id, enumerate(transcript.markers, start=1))


def _marker_rows(interview_id: str, numbered: Iterable[tuple[int, Marker]]) -> list[Row]:
    return [
        {
            "interview_id": interview_id,
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
            "judged": None if marker.judged is None else str(marker.judged),
        }
        for number, marker in numbered
    ]
