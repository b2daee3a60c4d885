"""Release waits for the review; a released interview stays what coders may read."""

from __future__ import annotations

import numpy as np
import pytest
import sqlalchemy as sa

from models.values import Anonymisation
from service.coding import tables as coders
from service.coding.finding.meaning import keep_meaning, utterance_texts
from service.coding.finding.said import known_words
from service.coding.writing import writing
from service.review.names import keep_found_anew
from service.review.passing_on import bring_up_to_date
from service.review.release import ReleaseRefused, release
from service.review.state import ReviewRefused, finish, reopen
from service.vault.interviews import RedactionState
from tests.service.made_sound import make_sound
from tests.service.review.conftest import FOUND, LINES, SEARCHED, Desk, found_in, spoken
from tests.service.review.test_carrying import renumbered
from tests.service.reviewing import review

INTERVIEW = "/api/interviews/D03-T2"


def released(desk: Desk) -> None:
    review(desk.running.state.vault, desk.running.state.coding, desk.interview_id)
    make_sound(desk.running.state.vault, desk.interview_id)
    release(desk.running.state.vault, desk.running.state.coding, desk.interview, "stig")


def test_it_says_what_is_left(desk: Desk) -> None:
    vault, coding = desk.running.state.vault, desk.running.state.coding
    with pytest.raises(ReleaseRefused, match="4 redactions are and 2 words of the second look are still"):
        release(vault, coding, desk.interview, "stig")
    for one in desk.redactions.values():
        desk.reviewer.decide(desk.interview_id, [one.id], RedactionState.ACCEPTED, "stig")
    with pytest.raises(ReleaseRefused, match=r"^2 words of the second look are still"):
        release(vault, coding, desk.interview, "stig")
    with vault.engine.begin() as connection, pytest.raises(ReviewRefused, match="2 words"):
        finish(connection, desk.interview_id, "stig")
    desk.reviewer.clear(desk.interview_id, [look.form for look in desk.state.looks], False, "stig")
    with pytest.raises(ReleaseRefused, match="not finished"):
        release(vault, coding, desk.interview, "stig")
    with vault.engine.begin() as connection:
        finish(connection, desk.interview_id, "stig")
    make_sound(vault, desk.interview_id)
    release(vault, coding, desk.interview, "stig")
    assert "[NAME-" in desk.coders_read()
    assert (desk.state.finished_by, desk.state.left) == ("stig", None)


def test_what_is_found_later_has_to_be_looked_at_again(desk: Desk) -> None:
    review(desk.running.state.vault, desk.running.state.coding, desk.interview_id)
    desk.keep(spoken(), *FOUND, ("Vestlia", "PLACE"))
    assert desk.running.client.post(f"{INTERVIEW}/release").status_code == 409
    desk.reviewer.decide(desk.interview_id, [desk.of("vestlia")[0].id], RedactionState.ACCEPTED, "stig")
    make_sound(desk.running.state.vault, desk.interview_id)
    assert desk.running.client.post(f"{INTERVIEW}/release").status_code == 200


def test_without_a_second_look_nothing_is_released(desk: Desk) -> None:
    from service.review.keeping import keep_found

    with desk.running.state.vault.engine.begin() as connection:
        keep_found(connection, desk.interview_id, ())
    assert desk.state.left == "Nobody has made the second look yet. Look for names again, then review it."


def test_opening_the_review_again_holds_a_release_back(desk: Desk) -> None:
    review(desk.running.state.vault, desk.running.state.coding, desk.interview_id)
    with desk.running.state.vault.engine.begin() as connection:
        reopen(connection, desk.interview_id, "stig")
    assert "not finished" in desk.running.client.post(f"{INTERVIEW}/release").json()["detail"]


def test_adding_to_a_released_interview_hides_the_words_at_once(desk: Desk) -> None:
    released(desk)
    assert "Vestlia" in desk.coders_read()
    desk.reviewer.add(desk.interview_id, desk.words("Vestlia"), "PLACE", "stig")
    assert "Vestlia" not in desk.coders_read()
    desk.reviewer.step(desk.interview_id, "stig", back=True)
    assert "Vestlia" in desk.coders_read()


def test_words_are_hidden_at_once_also_while_the_review_is_open(desk: Desk) -> None:
    released(desk)
    with desk.running.state.vault.engine.begin() as connection:
        reopen(connection, desk.interview_id, "stig")
    desk.reviewer.add(desk.interview_id, desk.words("Vestlia"), "PLACE", "stig")
    assert "Vestlia" not in desk.coders_read()


def test_words_are_shown_only_after_a_finished_review(desk: Desk) -> None:
    released(desk)
    with desk.running.state.vault.engine.begin() as connection:
        reopen(connection, desk.interview_id, "stig")
    desk.reviewer.decide(desk.interview_id, [desk.of("hope")[0].id], RedactionState.REJECTED, "stig")
    assert "Hope" not in desk.coders_read()
    assert desk.running.client.put(f"{INTERVIEW}/review/finished").status_code == 200
    assert "Hope" in desk.coders_read()


def test_new_words_do_not_reach_coders_before_they_are_reviewed(desk: Desk) -> None:
    released(desk)
    desk.keep(spoken(*LINES, ("S2", "Anders came later")), *FOUND)
    state = desk.running.state
    assert bring_up_to_date(state.vault, state.coding) == ()
    assert "Anders" not in desk.coders_read()


def test_a_release_is_taken_back_and_who_did_what_is_shown(desk: Desk) -> None:
    released(desk)
    assert desk.running.client.delete(f"{INTERVIEW}/release").status_code == 200
    shown = desk.running.client.get(f"{INTERVIEW}/review").json()
    assert shown["released_at"] is None
    assert [(act["what"], act["by"]) for act in shown["releases"]] == [
        ("release_taken_back", "local"),
        ("released", "stig"),
    ]
    assert desk.running.client.get("/api/coding/interviews/D03-T2/utterances").status_code == 404


def test_a_new_search_hides_what_it_finds_from_coders(desk: Desk) -> None:
    released(desk)
    state = desk.running.state
    made = Anonymisation(found_in(spoken(), *FOUND, ("Vestlia", "PLACE")), SEARCHED, ())
    before = desk.interview.revision
    with state.vault.engine.begin() as connection:
        keep_found_anew(connection, desk.interview_id, made)
    assert desk.interview.revision == (before or 0) + 1
    assert bring_up_to_date(state.vault, state.coding) == (desk.interview_id,)
    assert "Vestlia" not in desk.coders_read()
    with state.vault.engine.begin() as connection:
        keep_found_anew(connection, desk.interview_id, made)
    assert desk.interview.revision == (before or 0) + 1, "the same is found: coders read the same"


def test_words_are_hidden_where_the_interview_cannot_be_released_anew(desk: Desk) -> None:
    released(desk)
    vestlia = desk.words("Vestlia")
    store = desk.running.state.coding
    with writing(store.engine) as connection:
        revision = connection.execute(sa.select(coders.transcripts.transcript.c.revision)).scalar_one()
        texts = utterance_texts(connection, desk.interview_id)
        vectors = np.ones((len(texts), 4), dtype=np.float32)
        assert keep_meaning(connection, desk.interview_id, revision, "made", texts, vectors)
    corrected = desk.running.client.post(
        f"{INTERVIEW}/corrections/words",
        json={
            "revision": desk.interview.revision,
            "utterance": 3,
            "word_ids": desk.words("there"),
            "text": "here",
        },
    )
    assert corrected.status_code == 200
    assert desk.interview.names_outdated
    desk.reviewer.add(desk.interview_id, vestlia, "PLACE", "stig")
    read = desk.coders_read()
    assert "Vestlia" not in read
    assert "[PLACE-1]" in read
    assert "there." in read, "the correction waits"
    assert "Torbjorn" in read, "nothing else is hidden"
    with writing(store.engine) as connection:
        assert "vestlia" not in known_words(connection)
        assert connection.execute(sa.select(coders.meaning)).first() is None, (
            "nor can it be asked for by meaning"
        )
        late = keep_meaning(connection, desk.interview_id, revision, "made", texts, vectors)
        assert not late, "vectors of the words before come too late"


def test_words_are_hidden_in_what_coders_have_of_an_older_transcript(desk: Desk) -> None:
    released(desk)
    again = renumbered(spoken(*LINES, ("S2", "Anders came later")), by=5)
    desk.keep(again, *FOUND)
    desk.reviewer.add(desk.interview_id, desk.words("Vestlia", again), "PLACE", "stig")
    read = desk.coders_read()
    assert "Vestlia" not in read
    assert "Anders" not in read
    assert "held my hand in [PLACE-1]." in read
