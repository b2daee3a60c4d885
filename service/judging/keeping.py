"""Markers as they are kept: whoever finds markers in an interview passes them through here.

The rows of markers hold no rejected one, so that no reader can forget to leave it out; what was found there is in its
decision, and comes back from it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import sqlalchemy as sa

from models.values import Marker, Transcript
from service.judging.decisions import decisions_of, write_decisions
from service.judging.matching import Decision, Spoken, as_found, judged
from service.transcript.readers import ConnectionReader
from service.transcript.reading import markers_between, outline
from service.transcript.writing import write_markers
from service.vault import tables
from service.vault.interviews import redactions_changed


@dataclass(frozen=True, slots=True)
class Settled:
    """A transcript with its markers as they are kept, and the decisions before and after it was found."""

    transcript: Transcript
    before: tuple[Decision, ...]
    after: tuple[Decision, ...]

    def note(self, connection: sa.Connection, interview_id: str) -> None:
        """Keep with the decisions what they are about in this transcript, which is the interview's from now on."""
        write_decisions(connection, interview_id, self.before, self.after)


def settle(connection: sa.Connection, interview_id: str, found: Transcript) -> Settled:
    """The transcript by what people decided of its markers, which are all that were found."""
    before = decisions_of(connection, interview_id)
    spoken = [Spoken(one.id, one.speaker, one.start_ms, one.end_ms) for one in found.utterances]
    made = judged(found.markers, before, spoken)
    return Settled(replace(found, markers=made.markers), before, made.decisions)


def unjudged(connection: sa.Connection, interview_id: str, kept: Transcript) -> Transcript:
    """The transcript as it was found, out of the one that is kept: with the markers that people rejected, and without
    what they added."""
    return replace(kept, markers=as_found(kept.markers, decisions_of(connection, interview_id)))


def found_markers(connection: sa.Connection, interview_id: str) -> tuple[Marker, ...]:
    """Every marker that was found in the interview, also those that people rejected."""
    stored = markers_between(ConnectionReader(connection), interview_id)
    return as_found([one.marker for one in stored], decisions_of(connection, interview_id))


def keep_found_markers(connection: sa.Connection, interview_id: str, found: Sequence[Marker]) -> bool:
    """Put ``found``, all that is found in the interview by now, in the place of its markers; whether any changed.

    For whoever finds markers anew without a new transcript. What people decided holds. A change gives the transcript
    its next revision.
    """
    return _keep(connection, interview_id, found, decisions_of(connection, interview_id))


def keep_decisions(connection: sa.Connection, interview_id: str, wanted: Sequence[Decision]) -> bool:
    """Make ``wanted`` the decisions on the interview's markers; whether coders read something else."""
    return _keep(connection, interview_id, found_markers(connection, interview_id), wanted)


def _keep(
    connection: sa.Connection, interview_id: str, found: Sequence[Marker], wanted: Sequence[Decision]
) -> bool:
    reader = ConnectionReader(connection)
    before = decisions_of(connection, interview_id)
    held = {one.id: one.marker for one in markers_between(reader, interview_id)}
    rows = outline(reader, interview_id)
    spoken = [Spoken(*row) for row in zip(rows.ids, rows.speakers, rows.start_ms, rows.end_ms, strict=True)]
    made = judged(found, wanted, spoken)
    write_decisions(connection, interview_id, before, made.decisions)
    changed = write_markers(connection, tables.transcripts, interview_id, held, made.markers)
    if changed:
        redactions_changed(connection, interview_id)
    return changed
