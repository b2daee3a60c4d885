"""Interviews in several files: one conversation, with continuous time.

The files of an interview have positions. The first file leads: the pipeline's work on the interview is the work on it,
over all files one after the other. The others are ``joined`` and wait for nothing.

Every function takes an open connection; the caller owns the transaction.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence

import sqlalchemy as sa

from service.pipeline.engine import JobQueue
from service.study.filing import FilingRefused, free_position, is_settled
from service.vault import tables
from service.vault.interviews import places_of, remove_interview
from service.vault.recordings import (
    RecordingState,
    now,
    record_event,
    recordings_of,
    set_joined,
    set_times,
    start_attempt,
    title_of_path,
)


def join(
    connection: sa.Connection, queue: JobQueue, interview_id: str, into: str, actor: str, position: int = 1
) -> None:
    """Make the files of one interview further files of another, from ``position`` on where that is free.

    The interview they came from is no more; the other is worked on again. Raises :class:`FilingRefused`.
    """
    if interview_id == into:
        return
    for one in (interview_id, into):
        refuse_settled(connection, one)
    _forget_what_was_said(connection, into)
    recording = tables.recording
    for guest in recordings_of(connection, interview_id):
        at = free_position(connection, into, position)
        connection.execute(
            sa.update(recording)
            .where(recording.c.id == guest.id)
            .values(interview_id=into, position=at, notices=[])
        )
        position = at + 1
    _take_over_day(connection, interview_id, into)
    remove_interview(connection, interview_id)
    record_event(connection, actor, "interview_joined", into, {"from": interview_id})
    work_again(connection, queue, into)


def split_off(connection: sa.Connection, queue: JobQueue, recording_id: str, actor: str) -> str:
    """Make one file an interview of its own again, without a place; returns its id. Raises :class:`FilingRefused`.

    Both are worked on again; what was found before the files were joined is still there.
    """
    recording, interview = tables.recording, tables.interview
    row = connection.execute(sa.select(recording).where(recording.c.id == recording_id)).one()
    files = recordings_of(connection, row.interview_id)
    if len(files) == 1:
        raise FilingRefused("The interview has no other file: it can be taken out of its place instead.")
    refuse_settled(connection, row.interview_id)
    _forget_what_was_said(connection, row.interview_id)
    made = uuid.uuid4().hex
    path = next(one.paths[0] for one in files if one.id == recording_id)
    connection.execute(
        sa.insert(interview).values(id=made, title=title_of_path(path), created_at=now(), voices_heard=False)
    )
    connection.execute(
        sa.update(recording).where(recording.c.id == recording_id).values(interview_id=made, position=1)
    )
    record_event(connection, actor, "recording_split_off", recording_id, {"from": row.interview_id})
    for one in (row.interview_id, made):
        work_again(connection, queue, one)
    return made


def reorder(
    connection: sa.Connection, queue: JobQueue, interview_id: str, order: Sequence[str], actor: str
) -> None:
    """Put the interview's files in this order, by their ids. Raises :class:`FilingRefused`."""
    before = [one.id for one in recordings_of(connection, interview_id)]
    if sorted(order) != sorted(before):
        raise FilingRefused("The order must name each file of the interview once.")
    if list(order) == before:
        return
    refuse_settled(connection, interview_id)
    _forget_what_was_said(connection, interview_id)
    recording = tables.recording
    for position, recording_id in enumerate(order, start=1):
        connection.execute(
            sa.update(recording).where(recording.c.id == recording_id).values(position=position)
        )
    record_event(connection, actor, "recordings_reordered", interview_id)
    work_again(connection, queue, interview_id)


def rejoin(connection: sa.Connection, queue: JobQueue, interview_id: str) -> None:
    """A further file of the interview has come in: it is worked on again, with it."""
    _forget_what_was_said(connection, interview_id)
    record_event(connection, "intake", "interview_joined", interview_id)
    work_again(connection, queue, interview_id)


def work_again(connection: sa.Connection, queue: JobQueue, interview_id: str) -> None:
    """Queue the interview's first file, which stands for all; work on the others ends."""
    lead, *others = files = recordings_of(connection, interview_id)
    offset_ms = 0
    for file in files:
        # By what the headers say, until they are decoded.
        set_times(connection, file.id, offset_ms, file.duration_ms)
        offset_ms += file.duration_ms or 0
    for other in others:
        if other.state is not RecordingState.JOINED:
            set_joined(connection, other.id)
    queue.enqueue(connection, lead.id, start_attempt(connection, lead.id))


def refuse_settled(connection: sa.Connection, interview_id: str) -> None:
    """Raises :class:`FilingRefused` when :func:`is_settled`."""
    if is_settled(connection, interview_id):
        name = next((one.study_id for one in places_of(connection, interview_id)), "The interview")
        raise FilingRefused(
            f"{name} is released, or its words were corrected by hand; with another set of files its transcript would "
            "be made anew. Take the release back and undo the corrections first."
        )


def _forget_what_was_said(connection: sa.Connection, interview_id: str) -> None:
    """Labels and times will be others: whose voice is whose, and where questions were asked, is asked anew."""
    for table in (tables.voice, tables.speaker_name, tables.asked, tables.guide_search):
        connection.execute(sa.delete(table).where(table.c.interview_id == interview_id))
    speaker = tables.transcripts.speaker
    connection.execute(
        sa.update(speaker).where(speaker.c.interview_id == interview_id).values(suggested=True)
    )
    connection.execute(
        sa.update(tables.interview).where(tables.interview.c.id == interview_id).values(voices_heard=False)
    )


def _take_over_day(connection: sa.Connection, interview_id: str, into: str) -> None:
    """The day of the guest's file, where the interview has none."""
    interview = tables.interview
    guest = connection.execute(sa.select(interview).where(interview.c.id == interview_id)).one()
    connection.execute(
        sa.update(interview)
        .where(interview.c.id == into, interview.c.held_on.is_(None))
        .values(held_on=guest.held_on, held_on_source=guest.held_on_source)
    )
