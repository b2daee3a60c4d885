"""The study's values into the API's shapes."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from service.api import study_schemas as schemas
from service.api.shaping import notices
from service.study.applied import InForce
from service.study.board import Board, Cell, CellState, HeldInterview, HeldRecording, Row
from service.study.overtime import Line, Wave
from service.study.protocol import Protocol


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which part of the board is wanted; None is all."""

    group: str | None
    role: str | None
    wave: int | None
    state: CellState | None


@dataclass(frozen=True, slots=True)
class Guides:
    """The keys of each guide's questions by its file, and those that were asked by interview, where it was searched."""

    keys: Mapping[str, frozenset[str]]
    asked: Mapping[str, AbstractSet[str]]


def study(held: InForce, file: str) -> schemas.Study:
    protocol = held.protocol
    return schemas.Study(
        title=protocol.title if protocol else None,
        version=protocol.digest if protocol else None,
        file=file,
        findings=[schemas.StudyFinding.model_validate(one) for one in held.findings],
        roles=[
            schemas.StudyRole(
                code=role.code,
                name=role.name,
                pronoun=role.pronoun,
                waves=[expected.wave for expected in role.interview],
            )
            for role in (protocol.role if protocol else ())
        ],
        groups=[group.id for group in (protocol.group if protocol else ())],
        interviewers=[one.id for one in (protocol.interviewer if protocol else ())],
    )


def board(found: Board, protocol: Protocol, chosen: Chosen, guides: Guides) -> schemas.Board:
    """The part of the board that is wanted; counts are of the whole."""
    shown = [
        place
        for place, (role, wave) in enumerate(found.columns)
        if chosen.role in (None, role) and chosen.wave in (None, wave)
    ]
    columns = [_column(protocol, *found.columns[place]) for place in shown]
    rows = [_row(row, shown, guides) for row in found.rows if _is_wanted(row, shown, chosen)]
    return schemas.Board.model_construct(
        columns=columns, rows=rows, tray=[_tray(one) for one in found.tray], counts=dict(found.counts)
    )


def _is_wanted(row: Row, shown: list[int], chosen: Chosen) -> bool:
    if chosen.group is not None and chosen.group.casefold() != row.group.casefold():
        return False
    cells = [cell for cell in (row.cells[place] for place in shown) if cell is not None]
    return chosen.state is None or any(cell.state is chosen.state for cell in cells)


def _column(protocol: Protocol, role: str, wave: int) -> schemas.Column:
    expected = next(one for one in protocol.roles[role].interview if one.wave == wave)
    return schemas.Column(
        role=role,
        role_name=protocol.roles[role].name,
        wave=wave,
        kind=expected.kind,
        minutes=expected.minutes,
        guide=expected.guide,
    )


def _row(row: Row, shown: list[int], guides: Guides) -> schemas.BoardRow:
    cells = (row.cells[place] for place in shown)
    return schemas.BoardRow.model_construct(
        group=row.group,
        participants=[
            schemas.BoardParticipant.model_construct(
                id=one.id,
                role=one.role.code,
                left_on=one.person.left_on,
                withdrawn_on=one.person.withdrawn_on,
            )
            for one in row.participants
        ],
        cells=[None if cell is None else _cell(cell, guides) for cell in cells],
    )


def _cell(cell: Cell, guides: Guides) -> schemas.Cell:
    held = cell.interview
    keys = guides.keys.get(cell.place.expected.guide or "", frozenset())
    asked = guides.asked.get(held.id) if held else None
    return schemas.Cell.model_construct(
        name=cell.place.name.study_id,
        wave=cell.place.expected.wave,
        state=cell.state,
        interview_id=held.id if held else None,
        covers=[name.study_id for name in held.places] if held else [],
        recordings=[_recording(one) for one in held.recordings] if held else [],
        duration_ms=held.duration_ms if held else None,
        held_on=held.held_on if held else None,
        interviewer=held.interviewer if held else None,
        days_since_previous=cell.days_since_previous,
        asked=len(keys & asked) if keys and asked is not None else None,
        questions=len(keys) or None,
        warnings=notices(cell.warnings),
    )


def _recording(one: HeldRecording) -> schemas.BoardRecording:
    return schemas.BoardRecording.model_construct(
        id=one.id,
        state=one.state.value,
        stage=one.stage,
        percent=one.percent,
        eta_s=one.eta_s,
        offset_ms=one.offset_ms,
        duration_ms=one.duration_ms,
    )


def _tray(held: HeldInterview) -> schemas.TrayInterview:
    codes = dict.fromkeys(notice for one in held.recordings for notice in one.notices)
    return schemas.TrayInterview(
        interview_id=held.id,
        title=held.title,
        recordings=[_recording(one) for one in held.recordings],
        duration_ms=held.duration_ms,
        held_on=held.held_on,
        notices=notices(codes),
    )


def place(held: HeldInterview) -> schemas.InterviewPlace:
    return schemas.InterviewPlace(
        interview_id=held.id,
        name=held.places[0].study_id if held.places else None,
        covers=[name.study_id for name in held.places],
        held_on=held.held_on,
        held_on_source=held.held_on_source,
        interviewer=held.interviewer,
        recordings=[_recording(one) for one in held.recordings],
    )


def line(found: Line, protocol: Protocol) -> schemas.ParticipantLine:
    participant = found.participant
    return schemas.ParticipantLine(
        id=participant.id,
        group=participant.group,
        role=participant.role.code,
        role_name=participant.role.name,
        language=participant.language,
        left_on=participant.person.left_on,
        withdrawn_on=participant.person.withdrawn_on,
        waves=[_wave(one) for one in found.waves],
        others=[
            other.id
            for other in protocol.participants.values()
            if other.group == participant.group and other.id != participant.id
        ],
    )


def _wave(one: Wave) -> schemas.WaveOfParticipant:
    cell, held = one.cell, one.cell.interview
    return schemas.WaveOfParticipant(
        name=cell.place.name.study_id,
        wave=cell.place.expected.wave,
        kind=cell.place.expected.kind,
        state=cell.state,
        interview_id=held.id if held else None,
        held_on=held.held_on if held else None,
        days_since_previous=cell.days_since_previous,
        duration_ms=held.duration_ms if held else None,
        speech_ms=one.speech_ms,
        words=one.words,
        markers=[
            schemas.MarkerRate(kind=kind, per_minute=rate) for kind, rate in sorted(one.per_minute.items())
        ],
        warnings=notices(cell.warnings),
    )
