"""What was left open in a participant's interviews, for the next one."""

from __future__ import annotations

import sqlalchemy as sa

from service.guide.coverage import store_found, to_search
from service.guide.left_open import OpenQuestions, open_questions
from service.review.keeping import keep_transcript
from service.vault import tables
from tests.service.api.conftest import SECOND

from .conftest import OTHER_GUIDE, Asking


def left(asking: Asking) -> OpenQuestions:
    with asking.running.state.vault.engine.connect() as connection:
        protocol = asking.protocol
        participant = protocol.participants["D03-T"]
        return open_questions(connection, asking.running.state.settings.data_dir, protocol, participant)


def keys(asking: Asking) -> list[tuple[str, str]]:
    return [(one.interview, one.asked_for.key) for one in left(asking).left]


def second(asking: Asking, name: str) -> str:
    """The waiting recording, transcribed and filed."""
    running = asking.running
    with running.state.vault.engine.begin() as connection:
        interview_id = connection.execute(
            sa.select(tables.recording.c.interview_id).where(tables.recording.c.id == SECOND)
        ).scalar_one()
        keep_transcript(connection, interview_id, running.transcript, ())
    answer = running.client.put(f"/api/interviews/{interview_id}/place", json={"name": name})
    assert answer.status_code == 200, answer.text
    return str(interview_id)


def test_an_interview_nobody_searched_leaves_nothing_open_and_is_named(asking: Asking) -> None:
    assert keys(asking) == []
    assert left(asking).not_searched == ("D03-T2",)


def test_what_was_not_asked_is_open(asking: Asking) -> None:
    asking.find(asking.at("beginning", 0))
    assert keys(asking) == [("D03-T2", "therapist-2/help"), ("D03-T2", "therapist-2/ending")]
    assert left(asking).not_searched == ()


def test_waves_are_in_order_and_the_unsearched_one_is_named(asking: Asking) -> None:
    asking.write(OTHER_GUIDE, "therapist-1.toml")
    asking.find(asking.at("beginning", 0), asking.at("help", 2))
    second(asking, "D03-T1")
    assert keys(asking) == [("D03-T2", "therapist-2/ending")]
    assert left(asking).not_searched == ("D03-T1",)


def test_a_question_that_two_waves_share_is_open_once_and_closed_by_either(asking: Asking) -> None:
    study = asking.running.state.study.file
    study.write_text(study.read_text().replace("therapist-3.toml", "therapist-2.toml"))
    asking.find(asking.at("beginning", 0))
    later = second(asking, "D03-T3")
    state = asking.running.state
    with state.vault.engine.begin() as connection:
        wanted = to_search(connection, state.settings.data_dir, asking.protocol, later)
        store_found(connection, later, wanted, [], "a model")
    assert keys(asking) == [("D03-T3", "therapist-2/help"), ("D03-T3", "therapist-2/ending")]


def test_a_wave_without_a_guide_leaves_nothing_open(asking: Asking) -> None:
    study = asking.running.state.study.file
    study.write_text(study.read_text().replace('  guide = "therapist-2.toml"\n', ""))
    assert (keys(asking), left(asking).not_searched) == ([], ())
