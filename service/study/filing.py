"""Which expected interview a recording is of: read from its file's name, or said by a person.

Every function takes an open connection; the caller owns the transaction.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import sqlalchemy as sa

from models.values import AudioInfo
from service.identities.assigning import move_to_scope
from service.identities.scopes import scope_of
from service.naming import InterviewName, parse_name
from service.study.file_names import ReadName
from service.study.protocol import Protocol, participant_id
from service.study.withdrawn import is_place_withdrawn
from service.vault import tables
from service.vault.interviews import corrections_count, places_of
from service.vault.recordings import INTAKE_NOTICES, Filing, now, record_event
from service.voices import prints


class FilingRefused(Exception):  # noqa: N818 - reads as what happened
    """The interview can't have this place; ``str()`` says why and what to do."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What intake goes by: the protocol's names, or without a protocol the pattern of the settings."""

    protocol: Protocol | None
    name_pattern: str

    def read(self, stem: str) -> ReadName | None:
        """What a file's path, without extension, says."""
        if self.protocol is not None:
            found = self.protocol.names.read(stem)
            return found[0] if found else None
        name = parse_name(stem, self.name_pattern)
        return ReadName(name, None, None) if name else None


def file_of_intake(connection: sa.Connection, rules: Rules, stem: str, info: AudioInfo) -> Filing:
    """Where a new recording belongs by its name; nowhere, with a notice, when that place can't be had."""
    read = rules.read(stem)
    held_on = (read.held_on if read else None) or info.recorded_on
    source = "file name" if read and read.held_on else "recording"
    notices: list[str] = []
    if held_on is not None and held_on > now().date():
        held_on = None
        notices.append("date_in_future")
    filing = Filing(held_on=held_on, held_on_source=source if held_on else None)
    if read is None:
        return filing.with_notices(notices)
    filing = replace(filing, position=read.part or 1)
    reason = _reason_against(connection, rules.protocol, read.interview)
    if reason is None:
        return filing.at(_covered(rules.protocol, read.interview)).with_notices(notices)
    holder = interview_at(connection, read.interview)
    if read.part is None or reason.code != "name_taken" or holder is None:
        return replace(filing, position=1).with_notices([*notices, reason.code])
    if is_settled(connection, holder):
        return replace(filing, position=1).with_notices([*notices, "part_not_joined"])
    position = free_position(connection, holder, read.part)
    return replace(filing, joins=holder, position=position).with_notices(notices)


@dataclass(frozen=True, slots=True)
class _Reason:
    code: str
    message: str


def _covered(protocol: Protocol | None, name: InterviewName) -> tuple[InterviewName, ...]:
    return protocol.covered(name) if protocol is not None else (name,)


def _reason_against(
    connection: sa.Connection, protocol: Protocol | None, name: InterviewName, of: str | None = None
) -> _Reason | None:
    """Why an interview can't have the place ``name``, or None. ``of`` is the interview itself."""
    if protocol is not None:
        participant = protocol.participants.get(participant_id(name.group, name.role))
        if participant is None:
            return _Reason(
                "not_in_protocol",
                f"The protocol has no participant {participant_id(name.group, name.role)}. "
                "Add it to study.toml, or choose another place.",
            )
        if name not in protocol.places:
            return _Reason(
                "not_in_protocol",
                f"The protocol expects no wave {name.wave} of a {participant.role.name}. "
                "Add it to study.toml, or choose another place.",
            )
        if participant.person.withdrawn_on is not None:
            return _Reason("withdrawn", f"{participant.id} has withdrawn: nothing may be filed there.")
    if is_place_withdrawn(connection, name):
        return _Reason("withdrawn", f"{name.study_id} was withdrawn: nothing may be filed there.")
    for covered in _covered(protocol, name):
        holder = interview_at(connection, covered)
        if holder is not None and holder != of:
            return _Reason("name_taken", f"Another interview is already called {covered.study_id}.")
    return None


def interview_at(connection: sa.Connection, name: InterviewName) -> str | None:
    """The id of the interview that covers a place, or None."""
    place = tables.place
    return connection.execute(
        sa.select(place.c.interview_id).where(
            place.c.group_code == name.group, place.c.role_code == name.role, place.c.wave == name.wave
        )
    ).scalar_one_or_none()


def free_position(connection: sa.Connection, interview_id: str, wanted: int) -> int:
    """The first position from ``wanted`` on that no file of the interview has."""
    recording = tables.recording
    taken = set(
        connection.execute(
            sa.select(recording.c.position).where(recording.c.interview_id == interview_id)
        ).scalars()
    )
    return next(at for at in range(max(1, wanted), max(1, wanted) + len(taken) + 1) if at not in taken)


def is_settled(connection: sa.Connection, interview_id: str) -> bool:
    """Whether people have done what a new transcript would undo: released or corrected it."""
    released = sa.select(tables.release.c.interview_id).where(tables.release.c.interview_id == interview_id)
    return connection.execute(released).first() is not None or corrections_count(connection, interview_id) > 0


def file_interview(
    connection: sa.Connection, interview_id: str, name: InterviewName, protocol: Protocol | None, actor: str
) -> None:
    """Give the interview a place. Raises :class:`FilingRefused`."""
    held = places_of(connection, interview_id)
    wanted = _covered(protocol, name)
    if held == wanted:
        return
    _refuse_released(connection, interview_id)
    reason = _reason_against(connection, protocol, name, of=interview_id)
    if reason is not None:
        raise FilingRefused(reason.message)
    _place(connection, interview_id, wanted, protocol)
    record_event(connection, actor, "interview_filed", interview_id)


def merge_place(
    connection: sa.Connection, interview_id: str, name: InterviewName, protocol: Protocol | None, actor: str
) -> None:
    """Let the interview cover one more expected interview of the same participant. Raises :class:`FilingRefused`."""
    held = places_of(connection, interview_id)
    if name in held:
        return
    _refuse_released(connection, interview_id)
    if not held or (held[0].group, held[0].role) != (name.group, name.role):
        raise FilingRefused("One interview can cover two expected ones of the same participant only.")
    reason = _reason_against(connection, protocol, name, of=interview_id)
    if reason is not None:
        raise FilingRefused(reason.message)
    _place(connection, interview_id, tuple(sorted((*held, name), key=lambda one: one.wave)), protocol)
    record_event(connection, actor, "interview_merged", interview_id)


def unfile(connection: sa.Connection, interview_id: str, actor: str) -> None:
    """Take the interview out of its place; it waits in the tray. Raises :class:`FilingRefused`."""
    if not places_of(connection, interview_id):
        return
    _refuse_released(connection, interview_id)
    _place(connection, interview_id, ())
    record_event(connection, actor, "interview_unfiled", interview_id)


def set_date(connection: sa.Connection, interview_id: str, held_on: date | None, actor: str) -> None:
    """Say when the interview was held. Raises :class:`FilingRefused` for a day to come."""
    if held_on is not None and held_on > now().date():
        raise FilingRefused("That day is still to come. Give the day the interview was held.")
    connection.execute(
        sa.update(tables.interview)
        .where(tables.interview.c.id == interview_id)
        .values(held_on=held_on, held_on_source="person" if held_on else None)
    )
    _drop_notices(connection, interview_id, ("date_in_future",))
    record_event(connection, actor, "date_set", interview_id)


def set_interviewer(
    connection: sa.Connection,
    interview_id: str,
    interviewer: str | None,
    protocol: Protocol | None,
    actor: str,
) -> None:
    """Say who asked. Raises :class:`FilingRefused` when the protocol has no such interviewer."""
    if protocol is not None and interviewer is not None:
        known = {one.id for one in protocol.interviewer}
        if interviewer not in known:
            there = ", ".join(sorted(known)) or "none"
            raise FilingRefused(f"The protocol has no such interviewer; there are: {there}.")
    connection.execute(
        sa.update(tables.interview)
        .where(tables.interview.c.id == interview_id)
        .values(interviewer=interviewer)
    )
    record_event(connection, actor, "interviewer_set", interview_id)


def _refuse_released(connection: sa.Connection, interview_id: str) -> None:
    released = sa.select(tables.release.c.interview_id).where(tables.release.c.interview_id == interview_id)
    if connection.execute(released).first() is not None:
        raise FilingRefused("The interview is released. Take the release back before moving it.")


def _place(
    connection: sa.Connection,
    interview_id: str,
    wanted: tuple[InterviewName, ...],
    protocol: Protocol | None = None,
) -> None:
    first = wanted[0] if wanted else None
    scope = scope_of(connection, interview_id)
    connection.execute(sa.delete(tables.place).where(tables.place.c.interview_id == interview_id))
    connection.execute(
        sa.update(tables.interview)
        .where(tables.interview.c.id == interview_id)
        .values(
            name=first.study_id if first else None,
            group_code=first.group if first else None,
            role_code=first.role if first else None,
            wave=first.wave if first else None,
        )
    )
    for name in wanted:
        connection.execute(
            sa.insert(tables.place).values(
                group_code=name.group, role_code=name.role, wave=name.wave, interview_id=interview_id
            )
        )
    move_to_scope(connection, interview_id, scope)
    if not prints.may_keep(connection, interview_id, protocol):
        prints.erase(connection, interview_id, "lytt")
    _drop_notices(connection, interview_id, [one for one in INTAKE_NOTICES if one != "date_in_future"])


def _drop_notices(connection: sa.Connection, interview_id: str, dropped: tuple[str, ...] | list[str]) -> None:
    recording = tables.recording
    for row in connection.execute(
        sa.select(recording.c.id, recording.c.notices).where(recording.c.interview_id == interview_id)
    ).all():
        kept = [notice for notice in row.notices if notice not in dropped]
        if kept != row.notices:
            connection.execute(sa.update(recording).where(recording.c.id == row.id).values(notices=kept))
