"""What the redacted sound of an interview has to be, by the rows of the vault as they are now."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import sqlalchemy as sa
from pydantic import ValidationError

from models.codec import from_json
from models.redacted_sound.masks import RULES_VERSION, Mask, masked_spans, plan_masks
from models.redacted_sound.rounds import ROUNDS_VERSION
from models.values import RecognisedChunk, RecognisedWord, Redaction, Span, Transcript
from service.encrypted_files import FileBroken
from service.redacted_sound.silenced import silenced_of
from service.settings import SoundSettings
from service.transcript.readers import ConnectionReader
from service.transcript.reading import whole_transcript
from service.vault import tables
from service.vault.interviews import RedactionState, redactions_of
from service.vault.recordings import recordings_of

VERSION = "1"
"""Raise it when every redacted sound should be made anew."""

_VERSIONS = f"{VERSION}.{RULES_VERSION}.{ROUNDS_VERSION}"
_TRANSCRIBED = "transcribe"


class Readable(Protocol):
    """Files of the vault, by digest."""

    def read(self, digest: str) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is masked, and of what. ``fingerprint`` is another one whenever the sound would be.

    ``redactions`` are those that count, and each silenced stretch as one without words, its number below zero.
    """

    fingerprint: str
    basis: str
    transcript: Transcript
    redactions: tuple[Redaction, ...]
    masks: tuple[Mask, ...]

    @property
    def planned(self) -> tuple[Span, ...]:
        return masked_spans(self.masks)


def wanted_of(
    connection: sa.Connection, artefacts: Readable, sound: SoundSettings, interview_id: str
) -> Wanted | None:
    """None while the interview has no transcript."""
    # Read first: what changes after it is then seen as a change.
    basis = bases(connection, sound, interview_id).get(interview_id)
    transcript = whole_transcript(ConnectionReader(connection), interview_id)
    if basis is None or transcript is None:
        return None
    files = recordings_of(connection, interview_id)
    heard = _heard(connection, artefacts, files[0].id) if files else ()
    silenced = tuple(
        Redaction(-one.number, "SOUND", "", one.start_ms, one.end_ms, (), 1.0, "person")
        for one in silenced_of(connection, interview_id)
    )
    redactions = (*redactions_of(connection, interview_id), *silenced)
    masks = plan_masks(transcript, redactions, heard)
    return Wanted(
        fingerprint=_fingerprint([file.sha256 for file in files], masked_spans(masks), sound),
        basis=basis,
        transcript=transcript,
        redactions=redactions,
        masks=masks,
    )


def bases(connection: sa.Connection, sound: SoundSettings, interview_id: str | None = None) -> dict[str, str]:
    """For each interview with a transcript, or for one, numbers that change when its redacted sound may have to.

    One pass over plain columns: nothing is opened. That a basis changed does not say that the sound has to be another
    one: :func:`wanted_of` tells.
    """
    transcript, redaction, silenced = tables.transcripts.transcript, tables.redaction, tables.silenced

    def of_one(table: sa.Table) -> sa.ColumnElement[bool]:
        return sa.true() if interview_id is None else table.c.interview_id == interview_id

    def summed(table: sa.Table, counts: sa.ColumnElement[bool]) -> dict[str, str]:
        rows = connection.execute(
            sa.select(
                table.c.interview_id,
                sa.func.count(),
                sa.func.sum(table.c.start_ms),
                sa.func.sum(table.c.end_ms),
            )
            .where(of_one(table), counts)
            .group_by(table.c.interview_id)
        )
        return {row[0]: f"{row[1]}-{row[2]}-{row[3]}" for row in rows}

    redacted = summed(redaction, redaction.c.state != RedactionState.REJECTED)
    by_hand = summed(silenced, sa.true())
    how = f"{sound.sound}-{sound.pitch:g}-{sound.formants:g}-{_VERSIONS}"
    rows = connection.execute(
        sa.select(transcript.c.interview_id, transcript.c.revision).where(of_one(transcript))
    )
    return {
        row.interview_id: ":".join(
            (
                str(row.revision),
                redacted.get(row.interview_id, ""),
                by_hand.get(row.interview_id, ""),
                how,
            )
        )
        for row in rows
    }


def _fingerprint(originals: Sequence[str], planned: Sequence[Span], sound: SoundSettings) -> str:
    told = json.dumps(
        [
            _VERSIONS,
            list(originals),
            [[span.start_ms, span.end_ms] for span in planned],
            [sound.sound, sound.pitch, sound.formants],
        ]
    )
    return hashlib.sha256(told.encode()).hexdigest()


def _heard(connection: sa.Connection, artefacts: Readable, recording_id: str) -> tuple[RecognisedWord, ...]:
    """The words with the recogniser's own times, as far as they are kept."""
    result = tables.stage_result
    digests = connection.execute(
        sa.select(result.c.digest)
        .where(result.c.recording_id == recording_id, result.c.stage == _TRANSCRIBED)
        .order_by(result.c.part)
    ).scalars()
    words: list[RecognisedWord] = []
    for digest in digests:
        try:
            words += from_json(RecognisedChunk, artefacts.read(digest)).words
        except (FileNotFoundError, FileBroken, ValidationError):
            continue
    return tuple(words)
