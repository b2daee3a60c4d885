"""A recording is worked on with what the study knows by name; looked through again, with what it knows by then."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from models.anonymisation.known import KnownEntity
from models.anonymisation.mentions import Label
from service.identities.listing import add_to_list
from service.naming import InterviewName
from service.study.filing import file_interview
from service.vault import tables
from service.vault.interviews import redactions_of
from service.vault.recordings import RecordingState
from tests.service.pipeline.workshop import Workshop, open_workshop

from .conftest import say


@pytest.fixture
def workshop(tmp_path: Path) -> Iterator[Workshop]:
    made = open_workshop(tmp_path)
    yield made
    made.close()


def redacted(workshop: Workshop, interview_id: str) -> dict[str, str]:
    """What stands for which words of an interview."""
    word = tables.transcripts.word
    with workshop.vault.engine.connect() as connection:
        texts = {
            row.id: row.text
            for row in connection.execute(
                sa.select(word.c.id, word.c.text).where(word.c.interview_id == interview_id)
            )
        }
        return {
            " ".join(texts[number] for number in one.word_ids): one.placeholder
            for one in redactions_of(connection, interview_id)
        }


def test_the_list_and_the_groups_names_are_looked_for_and_a_change_of_them_is_noticed(
    workshop: Workshop,
) -> None:
    recording_id = workshop.drop(seconds=45)
    interview_id = workshop.recording(recording_id).interview_id
    with workshop.vault.engine.begin() as connection:
        file_interview(connection, interview_id, InterviewName("D03", "C", 1), None, "steward")
        say(connection, "other", "D03-T1", "then beep8 came", ("beep8", Label.NAME))
        say(connection, "stranger", "D05-T1", "then beep10 came", ("beep10", Label.NAME))
        add_to_list(connection, [KnownEntity(("beep4",), Label.NAME)], "steward")
    workshop.start_worker()
    workshop.wait_for(recording_id, RecordingState.DONE, 120)
    found = redacted(workshop, interview_id)
    assert set(found) == {"beep0", "beep4", "beep8"}
    assert found["beep8"] == redacted(workshop, "other")["beep8"], "one stand-in in both interviews"
    with workshop.vault.engine.begin() as connection:
        add_to_list(connection, [KnownEntity(("beep20",), Label.NAME)], "steward")
    workshop.cancel(recording_id)
    workshop.retry(recording_id)
    workshop.wait_for(recording_id, RecordingState.DONE, 120)
    assert workshop.calls().count("entities") == 2, "the list is another one"
    assert workshop.calls().count("decode") == 1
    again = redacted(workshop, interview_id)
    assert set(again) == {"beep0", "beep4", "beep8", "beep20"}
    assert {key: again[key] for key in found} == found, "and the numbers are the same"
