"""The board: groups by expected interviews, and how far each has come.

One pass over the vault, whatever the size of the study.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

import sqlalchemy as sa

from service.naming import InterviewName
from service.study.protocol import Participant, Place, Protocol
from service.vault import tables
from service.vault.recordings import RecordingState

_STOPPED = {RecordingState.FAILED, RecordingState.CANCELLED}
_AT_WORK = {RecordingState.PROCESSING}
_WAITING = {RecordingState.QUEUED}
_OPEN = _AT_WORK | _WAITING


class CellState(StrEnum):
    """How far an expected interview has come."""

    EXPECTED = "expected"
    RECORDED = "recorded"
    PROCESSING = "processing"
    FAILED = "failed"
    NEEDS_REVIEW = "needs_review"
    RELEASED = "released"
    CODED = "coded"
    MISSING = "missing"
    LEFT = "left"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class HeldRecording:
    """A file of an interview, and how far the work on it is."""

    id: str
    state: RecordingState
    stage: str | None
    percent: float
    eta_s: int | None
    problem: str | None
    notices: tuple[str, ...]
    duration_ms: int | None
    offset_ms: int = 0
    only_sound: bool = False
    """Only its redacted sound is made (again): its transcript is there."""


@dataclass(frozen=True, slots=True)
class HeldInterview:
    """An interview that has been recorded, with the places it covers."""

    id: str
    title: str
    places: tuple[InterviewName, ...]
    recordings: tuple[HeldRecording, ...]
    held_on: date | None
    held_on_source: str | None
    interviewer: str | None
    duration_ms: int | None
    revision: int | None
    released_revision: int | None

    def state(self, coded: AbstractSet[str]) -> CellState:
        """``coded`` holds the ids of the interviews whose coding is done."""
        states = {one.state for one in self.recordings if not (one.only_sound and one.state in _OPEN)}
        if states & _STOPPED:
            return CellState.FAILED
        if states & _AT_WORK:
            return CellState.PROCESSING
        if states & _WAITING or self.revision is None:
            return CellState.RECORDED
        if self.released_revision is None:
            return CellState.NEEDS_REVIEW
        return CellState.CODED if self.id in coded else CellState.RELEASED


@dataclass(frozen=True, slots=True)
class Cell:
    """One expected interview. ``days_since_previous`` is the distance from the participant's last one before it."""

    place: Place
    state: CellState
    interview: HeldInterview | None
    warnings: tuple[str, ...] = ()
    days_since_previous: int | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A group: its participants, and a cell for each column, None where nothing is expected of the group."""

    group: str
    participants: tuple[Participant, ...]
    cells: tuple[Cell | None, ...]


@dataclass(frozen=True, slots=True)
class Board:
    """``columns`` are (role code, wave); ``tray`` holds the interviews without a place."""

    columns: tuple[tuple[str, int], ...]
    rows: tuple[Row, ...]
    tray: tuple[HeldInterview, ...]
    counts: Mapping[CellState, int] = field(default_factory=dict)


def read_board(connection: sa.Connection, protocol: Protocol, coded: AbstractSet[str] = frozenset()) -> Board:
    """The board of the study as it stands; ``coded`` are the interviews whose coding is done."""
    held = held_interviews(connection)
    at = {name: one for one in held for name in one.places}
    columns = tuple((role.code, expected.wave) for role in protocol.role for expected in role.interview)
    by_group: dict[str, list[Participant]] = defaultdict(list)
    for participant in protocol.participants.values():
        by_group[participant.group].append(participant)
    rows = []
    for group in protocol.group:
        participants = tuple(by_group[group.id])
        cells = {cell.place.name: cell for one in participants for cell in cells_of(one, at, coded)}
        rows.append(
            Row(
                group.id,
                participants,
                tuple(cells.get(InterviewName(group.id, role, wave)) for role, wave in columns),
            )
        )
    counts: dict[CellState, int] = dict.fromkeys(CellState, 0)
    for row in rows:
        for cell in row.cells:
            if cell is not None:
                counts[cell.state] += 1
    return Board(columns, tuple(rows), tuple(one for one in held if not one.places), counts)


def cells_of(
    participant: Participant, at: Mapping[InterviewName, HeldInterview], coded: AbstractSet[str]
) -> tuple[Cell, ...]:
    """The participant's expected interviews in their order, with what was recorded ``at`` each place."""
    places = [Place(participant, expected) for expected in participant.role.interview]
    interviews = [at.get(place.name) for place in places]
    cells = []
    for number, (place, interview) in enumerate(zip(places, interviews, strict=True)):
        earlier = [one for one in interviews[:number] if one is not None and one is not interview]
        later = any(one is not None for one in interviews[number + 1 :])
        cells.append(
            Cell(
                place,
                CellState.WITHDRAWN
                if place.expected.wave in participant.person.withdrawn_waves
                else _state(participant, interview, later, coded),
                interview,
                _warnings(interview, earlier),
                _distance(interview, earlier),
            )
        )
    return tuple(cells)


def _state(
    participant: Participant, interview: HeldInterview | None, later: bool, coded: AbstractSet[str]
) -> CellState:
    if participant.person.withdrawn_on is not None:
        return CellState.WITHDRAWN
    if interview is not None:
        return interview.state(coded)
    if participant.person.left_on is not None:
        return CellState.LEFT
    return CellState.MISSING if later else CellState.EXPECTED


def _warnings(interview: HeldInterview | None, earlier: Sequence[HeldInterview]) -> tuple[str, ...]:
    if interview is None:
        return ()
    found = list(dict.fromkeys(notice for one in interview.recordings for notice in one.notices))
    dates = [one.held_on for one in earlier if one.held_on is not None]
    if interview.held_on is not None and dates and interview.held_on < max(dates):
        found.append("wave_order")
    if interview.released_revision is not None and interview.released_revision != interview.revision:
        found.append("changed_since_release")
    return tuple(found)


def _distance(interview: HeldInterview | None, earlier: Sequence[HeldInterview]) -> int | None:
    """Days since the last interview before this one that has a day."""
    dates = [one.held_on for one in earlier if one.held_on is not None]
    if interview is None or interview.held_on is None or not dates:
        return None
    return (interview.held_on - dates[-1]).days


def held_interviews(
    connection: sa.Connection, condition: sa.ColumnElement[bool] | None = None
) -> tuple[HeldInterview, ...]:
    """Every interview that has a recording, oldest first; of those that meet ``condition`` on the interview."""
    interview, recording, release = tables.interview, tables.recording, tables.release
    transcript, progress, place = tables.transcripts.transcript, tables.progress, tables.place
    only = tables.sound_attempt
    wanted = sa.true() if condition is None else condition
    places: dict[str, list[InterviewName]] = defaultdict(list)
    for row in connection.execute(
        sa.select(place).join(interview, interview.c.id == place.c.interview_id).where(wanted)
    ):
        places[row.interview_id].append(InterviewName(row.group_code, row.role_code, row.wave))
    files: dict[str, list[HeldRecording]] = defaultdict(list)
    for row in connection.execute(
        sa.select(
            recording,
            progress.c.stage,
            progress.c.percent,
            progress.c.eta_s,
            only.c.attempt.label("only_sound"),
        )
        .join(interview, interview.c.id == recording.c.interview_id)
        .outerjoin(progress, progress.c.recording_id == recording.c.id)
        .outerjoin(
            only, sa.and_(only.c.recording_id == recording.c.id, only.c.attempt == recording.c.attempt)
        )
        .where(wanted)
        .order_by(recording.c.position)
    ):
        files[row.interview_id].append(_recording(row))
    rows = connection.execute(
        sa.select(
            interview,
            transcript.c.duration_ms,
            transcript.c.revision,
            release.c.revision.label("released_revision"),
        )
        .outerjoin(transcript, transcript.c.interview_id == interview.c.id)
        .outerjoin(release, release.c.interview_id == interview.c.id)
        .where(wanted)
        .order_by(interview.c.created_at, interview.c.id)
    )
    return tuple(
        HeldInterview(
            id=row.id,
            title=row.title,
            places=tuple(sorted(places[row.id], key=lambda one: one.wave)),
            recordings=tuple(files[row.id]),
            held_on=row.held_on,
            held_on_source=row.held_on_source,
            interviewer=row.interviewer,
            duration_ms=row.duration_ms if row.duration_ms is not None else _length(files[row.id]),
            revision=row.revision,
            released_revision=row.released_revision,
        )
        for row in rows
        if files[row.id]
    )


def _recording(row: sa.Row[tuple[object, ...]]) -> HeldRecording:
    state = RecordingState(row.state)
    running = state in _AT_WORK or state in _WAITING
    return HeldRecording(
        id=row.id,
        state=state,
        stage=row.stage if running else None,
        percent=(row.percent or 0.0) if running else 100.0 * (state is RecordingState.DONE),
        eta_s=row.eta_s if running else None,
        problem=row.problem,
        notices=tuple(row.notices),
        duration_ms=row.duration_ms,
        offset_ms=row.offset_ms,
        only_sound=row.only_sound is not None,
    )


def _length(files: Iterable[HeldRecording]) -> int | None:
    lengths = [one.duration_ms for one in files if one.duration_ms is not None]
    return sum(lengths) if lengths else None
