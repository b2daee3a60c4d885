"""Interviews in several files: worked on as one, with continuous time, and taken apart again."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from service.naming import InterviewName
from service.study.filing import FilingRefused, file_interview
from service.study.parts import join, reorder, split_off
from service.vault import tables
from service.vault.media import decoded_audio
from service.vault.recordings import RecordingState, now, recordings_of
from tests.service.pipeline.workshop import Workshop

T2 = InterviewName("D03", "T", 2)


def interview_of(workshop: Workshop, recording_id: str) -> str:
    return workshop.recording(recording_id).interview_id


def interviews(workshop: Workshop) -> int:
    with workshop.vault.engine.connect() as connection:
        return connection.execute(sa.select(sa.func.count()).select_from(tables.interview)).scalar_one()


def join_two(workshop: Workshop, first: str, second: str) -> None:
    with workshop.vault.engine.begin() as connection:
        join(
            connection,
            workshop.queue,
            workshop.recording(second).interview_id,
            interview_of(workshop, first),
            "steward",
        )


def two_files(workshop: Workshop) -> tuple[str, str]:
    first, second = workshop.drop(seconds=44, pitch=440), workshop.drop(seconds=20, pitch=330)
    with workshop.vault.engine.begin() as connection:
        file_interview(connection, interview_of(workshop, first), T2, None, "steward")
    return first, second


def test_two_files_become_one_interview_with_continuous_time(workshop: Workshop) -> None:
    first, second = two_files(workshop)
    workshop.start_worker()
    for recording_id in (first, second):
        workshop.wait_for(recording_id, RecordingState.DONE)
    assert workshop.text(second) == [f"beep{second}" for second in range(0, 20, 2)]

    join_two(workshop, first, second)
    assert workshop.state(second) is RecordingState.JOINED
    workshop.wait_for(first, RecordingState.DONE)

    assert interviews(workshop) == 1
    assert workshop.text(first) == workshop.text(second) == [f"beep{second}" for second in range(0, 64, 2)]
    with workshop.vault.engine.connect() as connection:
        files = recordings_of(connection, interview_of(workshop, first))
        audio = decoded_audio(connection, workshop.vault.artefacts, interview_of(workshop, first))
    assert [(one.id, one.offset_ms, one.duration_ms) for one in files] == [
        (first, 0, 44_000),
        (second, 44_000, 20_000),
    ]
    assert audio is not None
    assert (audio.duration_ms, audio.part_starts_ms) == (64_000, (0, 44_000))


def test_a_file_that_is_at_work_is_taken_over_by_the_interview(workshop: Workshop) -> None:
    first, second = two_files(workshop)
    held = workshop.hold("transcribe-first")
    workshop.start_worker()
    workshop.wait_for_call("transcribe-first")
    join_two(workshop, first, second)
    held.unlink()
    workshop.wait_for(first, RecordingState.DONE)
    assert workshop.text(first) == [f"beep{second}" for second in range(0, 64, 2)]
    assert workshop.state(second) is RecordingState.JOINED, "nobody worked on it alone"


def test_the_order_can_be_changed_and_a_file_taken_out_again(workshop: Workshop) -> None:
    first, second = two_files(workshop)
    workshop.start_worker()
    join_two(workshop, first, second)
    workshop.wait_for(first, RecordingState.DONE)

    with workshop.vault.engine.begin() as connection:
        reorder(connection, workshop.queue, interview_of(workshop, first), [second, first], "steward")
    workshop.wait_for(second, RecordingState.DONE)
    assert (workshop.recording(first).offset_ms, workshop.recording(second).offset_ms) == (20_000, 0)

    with workshop.vault.engine.begin() as connection:
        made = split_off(connection, workshop.queue, second, "steward")
    for recording_id in (first, second):
        workshop.wait_for(recording_id, RecordingState.DONE)
    assert interview_of(workshop, second) == made
    assert (workshop.recording(first).name, workshop.recording(second).name) == ("D03-T2", None)
    assert workshop.text(first) == [f"beep{second}" for second in range(0, 44, 2)]
    assert workshop.text(second) == [f"beep{second}" for second in range(0, 20, 2)]
    assert workshop.recording(first).offset_ms == 0


def test_what_people_finished_is_not_undone_by_another_file(workshop: Workshop) -> None:
    first, second = two_files(workshop)
    with workshop.vault.engine.begin() as connection:
        connection.execute(
            sa.insert(tables.release).values(
                interview_id=interview_of(workshop, first),
                released_at=now(),
                released_by="steward",
                revision=1,
            )
        )
    with pytest.raises(FilingRefused, match="D03-T2 is released"):
        join_two(workshop, first, second)
    assert workshop.state(second) is RecordingState.QUEUED
    assert interviews(workshop) == 2


def test_an_order_names_every_file_once_and_the_only_file_stays(workshop: Workshop) -> None:
    first, second = two_files(workshop)
    with workshop.vault.engine.begin() as connection:
        with pytest.raises(FilingRefused, match="each file"):
            reorder(connection, workshop.queue, interview_of(workshop, first), [first, second], "steward")
        with pytest.raises(FilingRefused, match="no other file"):
            split_off(connection, workshop.queue, first, "steward")
