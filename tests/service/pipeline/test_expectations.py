"""What the protocol says of a participant decides how a recording is worked on, and whether at all."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from models.problems import ProblemCode
from service.naming import InterviewName
from service.study.applied import Study
from service.study.checking import PROTOCOL_FILE
from service.study.filing import file_interview
from service.vault import tables
from service.vault.recordings import RecordingState
from tests.service.pipeline.workshop import Workshop

PROTOCOL = """\
title = "A study"
speakers = 3
language = "nb"

[[role]]
code = "C"
name = "client"
  [[role.interview]]
  wave = 1

[[group]]
id = "D01"

[[group]]
id = "D02"
  [[group.participant]]
  role = "C"
  language = "de"
  consent = ["transcribe"]

[[group]]
id = "D03"
  [[group.participant]]
  role = "C"
  consent = ["code"]
"""


@pytest.fixture
def study(workshop: Workshop) -> Study:
    (workshop.settings.data_dir / PROTOCOL_FILE).write_text(PROTOCOL)
    study = Study(workshop.vault, workshop.settings.data_dir)
    assert study.current().protocol is not None
    return study


def drop(workshop: Workshop, study: Study, group: str | None, pitch: int = 440) -> str:
    recording_id = workshop.drop(seconds=10, pitch=pitch)
    if group is not None:
        with workshop.vault.engine.begin() as connection:
            interview_id = workshop.recording(recording_id).interview_id
            protocol = study.current().protocol
            file_interview(connection, interview_id, InterviewName(group, "C", 1), protocol, "steward")
    return recording_id


def found(workshop: Workshop, recording_id: str) -> tuple[str, int]:
    """Language of the transcript and number of voices."""
    transcript, speaker = tables.transcripts.transcript, tables.transcripts.speaker
    interview_id = workshop.recording(recording_id).interview_id
    with workshop.vault.engine.connect() as connection:
        language = connection.execute(
            sa.select(transcript.c.language).where(transcript.c.interview_id == interview_id)
        ).scalar_one()
        voices = connection.execute(
            sa.select(sa.func.count()).select_from(speaker).where(speaker.c.interview_id == interview_id)
        ).scalar_one()
    return language, voices


def test_language_and_number_of_speakers_are_the_protocols(workshop: Workshop, study: Study) -> None:
    unfiled, first, second = (
        drop(workshop, study, group, 300 + n) for n, group in enumerate([None, "D01", "D02"])
    )
    workshop.start_worker()
    for recording_id in (unfiled, first, second):
        workshop.wait_for(recording_id, RecordingState.DONE)
    assert found(workshop, unfiled) == ("nb", 3)
    assert found(workshop, first) == ("nb", 3)
    assert found(workshop, second) == ("de", 3), "what is said of one participant goes before"


def test_without_a_protocol_the_settings_say_it(workshop: Workshop) -> None:
    recording_id = workshop.drop(seconds=10)
    workshop.start_worker()
    workshop.wait_for(recording_id, RecordingState.DONE)
    assert found(workshop, recording_id) == ("en", 2)


def test_without_consent_nothing_is_transcribed_until_there_is(workshop: Workshop, study: Study) -> None:
    recording_id = drop(workshop, study, "D03")
    workshop.start_worker()
    workshop.wait_for(recording_id, RecordingState.FAILED)
    assert workshop.recording(recording_id).problem is ProblemCode.NO_CONSENT
    assert workshop.calls() == [], "no model saw the recording"

    study.file.write_text(PROTOCOL.replace('consent = ["code"]', 'consent = ["code", "transcribe"]'))
    assert study.current().findings == ()
    workshop.retry(recording_id)
    workshop.wait_for(recording_id, RecordingState.DONE)
    assert found(workshop, recording_id) == ("nb", 3)
