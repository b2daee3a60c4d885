"""Decisions on redactions: of a mention, of all of the same words, here and elsewhere, undone and done again."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from models.anonymisation.second_look import second_looks
from models.values import Redaction
from service.naming import InterviewName
from service.review.deciding import DecisionScope, Reach
from service.review.judged import Judged
from service.review.keeping import keep_transcript
from service.review.state import ReviewChanged, ReviewRefused
from service.vault.events import Wanted, read_events
from service.vault.interviews import RedactionState
from tests.service.review.conftest import Desk, spoken

ACCEPTED, REJECTED, OPEN = RedactionState.ACCEPTED, RedactionState.REJECTED, RedactionState.OPEN


def test_a_decision_is_one_mentions_or_of_all_that_are_said_the_same(desk: Desk) -> None:
    first, second = desk.of("kari")
    assert desk.reviewer.decide(desk.interview_id, [first.id], ACCEPTED, "stig") == 1
    assert [one.state for one in desk.of("kari")] == [ACCEPTED, OPEN]
    assert desk.of("kari")[0].decided_by == "stig"
    desk.reviewer.decide(desk.interview_id, [second.id], ACCEPTED, "stig", DecisionScope.SAME_WORDS)
    assert [one.state for one in desk.of("kari")] == [ACCEPTED, ACCEPTED]
    assert desk.of("hope")[0].state is OPEN


def test_what_is_left_of_an_identity_is_accepted_at_once(desk: Desk) -> None:
    first = desk.of("kari")[0]
    count = desk.reviewer.decide(desk.interview_id, [first.id], ACCEPTED, "s", DecisionScope.IDENTITY)
    assert count == 3
    assert all(one.state is ACCEPTED for form in ("kari", "kari hansen") for one in desk.of(form))


def test_all_unsure_words_that_are_left_are_decided_at_once_and_those_that_were_decided_stay(
    desk: Desk,
) -> None:
    transcript = spoken()
    words = [word for one in transcript.utterances for word in one.words][:6:2]
    found = [
        Redaction(n, "UNSURE", "[UNSURE]", word.start_ms, word.end_ms, (word.id,), 0.9, "rules: unsure")
        for n, word in enumerate(words)
    ]
    with desk.running.state.vault.engine.begin() as connection:
        keep_transcript(
            connection, desk.interview_id, transcript, found, second_looks(transcript.utterances, "en")
        )

    def unsure() -> list[Judged]:
        return sorted(
            (one for one in desk.redactions.values() if one.label == "UNSURE"), key=lambda one: one.start_ms
        )

    assert [(one.placeholder, one.identity_id) for one in unsure()] == [("[UNSURE]", None)] * 3
    desk.reviewer.decide(desk.interview_id, [unsure()[0].id], ACCEPTED, "s")
    count = desk.reviewer.decide(desk.interview_id, [unsure()[1].id], REJECTED, "s", DecisionScope.IDENTITY)
    assert count == 2
    assert [one.state for one in unsure()] == [ACCEPTED, REJECTED, REJECTED]
    desk.reviewer.step(desk.interview_id, "s", back=True)
    assert [one.state for one in unsure()] == [ACCEPTED, OPEN, OPEN]
    desk.reviewer.change(desk.interview_id, unsure()[2].id, "s", label="NAME")
    assert [one.state for one in unsure()] == [ACCEPTED, OPEN]
    named = [one for one in desk.redactions.values() if one.word_ids == (words[2].id,)]
    assert [(one.label, one.identity_id is None) for one in named] == [("NAME", False)]


def test_rejecting_shows_the_words_to_coders_and_counts_the_revision(desk: Desk) -> None:
    before = desk.interview.revision
    hope = desk.of("hope")[0]
    desk.reviewer.decide(desk.interview_id, [hope.id], REJECTED, "s")
    assert desk.of("hope")[0].state is REJECTED
    assert desk.interview.revision == (before or 0) + 1
    desk.reviewer.decide(desk.interview_id, [desk.of("kari")[0].id], ACCEPTED, "s")
    assert desk.interview.revision == (before or 0) + 1, "accepting changes nothing of what coders read"


def test_a_decision_is_undone_and_done_again(desk: Desk) -> None:
    before = desk.redactions
    hope = desk.of("hope")[0]
    desk.reviewer.decide(desk.interview_id, [hope.id], REJECTED, "s")
    after = desk.redactions
    desk.reviewer.step(desk.interview_id, "s", back=True)
    assert desk.redactions == before
    desk.reviewer.step(desk.interview_id, "s", back=False)
    assert desk.redactions == after
    with pytest.raises(ReviewRefused):
        desk.reviewer.step(desk.interview_id, "s", back=False)


def test_a_new_decision_ends_what_could_be_done_again(desk: Desk) -> None:
    desk.reviewer.decide(desk.interview_id, [desk.of("hope")[0].id], REJECTED, "s")
    desk.reviewer.step(desk.interview_id, "s", back=True)
    desk.reviewer.decide(desk.interview_id, [desk.of("kari")[0].id], ACCEPTED, "s")
    with pytest.raises(ReviewRefused):
        desk.reviewer.step(desk.interview_id, "s", back=False)


def test_words_are_added_here_and_wherever_they_are_said(desk: Desk) -> None:
    desk.reviewer.add(desk.interview_id, desk.words("Vestlia"), "PLACE", "s")
    (place,) = desk.of("vestlia")
    assert (place.label, place.state, place.detector, place.placeholder) == (
        "PLACE",
        ACCEPTED,
        "steward",
        "[PLACE-1]",
    )
    count = desk.reviewer.add(
        desk.interview_id, desk.words("Torbjorn"), "NAME", "s", DecisionScope.SAME_WORDS
    )
    assert count == 2
    assert len({one.placeholder for one in desk.of("torbjorn")}) == 1


def test_words_added_beside_a_redaction_join_it(desk: Desk) -> None:
    transcript = spoken()
    ids = desk.words("Kari Hansen held", transcript)
    desk.reviewer.add(desk.interview_id, ids, "NAME", "s")
    (one,) = desk.of("kari hansen held")
    assert one.word_ids == tuple(ids)
    assert not desk.of("kari hansen")
    desk.reviewer.step(desk.interview_id, "s", back=True)
    assert len(desk.of("kari hansen")) == 1


def test_everywhere_reaches_other_interviews_and_is_undone_there_too(desk: Desk) -> None:
    lines = (("S2", "Torbjorn lives in Vestlia with Hope"),)
    same = desk.add_interview(InterviewName("D03", "T", 3), spoken(*lines), ("Hope", "NAME"))
    other = desk.add_interview(InterviewName("D04", "C", 1), spoken(*lines), ("Hope", "NAME"))
    words = desk.words("Torbjorn")
    desk.reviewer.add(desk.interview_id, words, "NAME", "s", DecisionScope.SAME_WORDS, Reach.PARTICIPANT)
    assert len(same.of("torbjorn")) == 1
    assert not other.of("torbjorn")
    desk.reviewer.decide(
        desk.interview_id, [desk.of("hope")[0].id], REJECTED, "s", DecisionScope.SAME_WORDS, Reach.STUDY
    )
    assert [one.of("hope")[0].state for one in (desk, same, other)] == [REJECTED] * 3
    other.reviewer.step(other.interview_id, "s", back=True)
    assert [one.of("hope")[0].state for one in (desk, same, other)] == [REJECTED, REJECTED, OPEN]
    desk.reviewer.step(desk.interview_id, "s", back=True)
    assert [one.of("hope")[0].state for one in (desk, same, other)] == [OPEN] * 3
    desk.reviewer.step(desk.interview_id, "s", back=True)
    assert not same.of("torbjorn")


def test_undoing_leaves_alone_what_was_decided_otherwise_since(desk: Desk) -> None:
    same = desk.add_interview(InterviewName("D03", "T", 3), spoken(("S2", "Hope came")), ("Hope", "NAME"))
    desk.reviewer.decide(
        desk.interview_id, [desk.of("hope")[0].id], REJECTED, "s", DecisionScope.SAME_WORDS, Reach.STUDY
    )
    same.reviewer.decide(same.interview_id, [same.of("hope")[0].id], ACCEPTED, "t")
    desk.reviewer.step(desk.interview_id, "s", back=True)
    assert desk.of("hope")[0].state is OPEN
    assert (same.of("hope")[0].state, same.of("hope")[0].decided_by) == (ACCEPTED, "t")


def test_a_label_and_an_extent_are_changed(desk: Desk) -> None:
    one = desk.of("kari hansen")[0]
    desk.reviewer.change(desk.interview_id, one.id, "s", label="ORGANISATION")
    changed = desk.of("kari hansen")[0]
    assert (changed.label, changed.placeholder, changed.state) == (
        "ORGANISATION",
        "[ORGANISATION-1]",
        ACCEPTED,
    )
    desk.reviewer.change(desk.interview_id, one.id, "s", word_ids=desk.words("Hansen"))
    assert len(desk.of("hansen")) == 1
    ids = [desk.words("Kari")[0], desk.words("Torbjorn")[0]]
    with pytest.raises(ReviewRefused, match="side by side"):
        desk.reviewer.change(desk.interview_id, one.id, "s", word_ids=ids)


def test_what_is_not_there_or_no_kind_is_refused(desk: Desk) -> None:
    with pytest.raises(ReviewChanged):
        desk.reviewer.decide(desk.interview_id, [999], ACCEPTED, "s")
    with pytest.raises(ReviewChanged):
        desk.reviewer.add(desk.interview_id, [9999], "NAME", "s")
    with pytest.raises(ReviewRefused):
        desk.reviewer.add(desk.interview_id, desk.words("Vestlia"), "COLOUR", "s")


def test_words_of_the_second_look_are_cleared_here_or_in_the_study(desk: Desk) -> None:
    other = desk.add_interview(InterviewName("D04", "C", 1), spoken(("S2", "in Vestlia then Torbjorn")))
    assert {one.form for one in desk.state.looks} == {"vestlia", "torbjorn"}
    desk.reviewer.clear(desk.interview_id, ["vestlia"], False, "s")
    assert (desk.state.looks_open, other.state.looks_open) == (1, 2)
    desk.reviewer.clear(desk.interview_id, ["torbjorn"], True, "s")
    assert (desk.state.looks_open, other.state.looks_open) == (0, 1)
    desk.reviewer.step(desk.interview_id, "s", back=True)
    assert (desk.state.looks_open, other.state.looks_open) == (1, 2)
    desk.reviewer.add(desk.interview_id, desk.words("Torbjorn"), "NAME", "s", DecisionScope.SAME_WORDS)
    assert desk.state.looks_open == 0, "what is redacted needs no second look"


def test_events_hold_no_word(desk: Desk) -> None:
    desk.reviewer.decide(desk.interview_id, [desk.of("hope")[0].id], REJECTED, "s")
    desk.reviewer.clear(desk.interview_id, ["vestlia"], True, "s")
    with desk.running.state.vault.engine.connect() as connection:
        told = read_events(connection, Wanted(action="reviewed", limit=10))
    assert [event.detail for event in told] == [{"kind": "clear", "items": 1}, {"kind": "reject", "items": 1}]


def test_an_extent_that_reaches_into_another_redaction_uncovers_nothing(desk: Desk) -> None:
    hope, name = desk.of("hope")[0], desk.of("kari hansen")[0]
    desk.reviewer.add(desk.interview_id, desk.words("Vestlia"), "PLACE", "s")
    covered = {number for one in desk.redactions.values() for number in one.word_ids}
    desk.reviewer.change(
        desk.interview_id, hope.id, "s", word_ids=desk.words("Vestlia. Hope".replace(".", ""))
    )
    desk.reviewer.change(
        desk.interview_id, name.id, "s", word_ids=desk.words("Hansen held my hand in Vestlia")
    )
    now = {number for one in desk.redactions.values() if one.counts for number in one.word_ids}
    assert covered - now == set(desk.words("Kari Hansen")[:1]), "only the words that a person left out"


def test_two_who_decide_at_once_follow_one_another(desk: Desk) -> None:
    ids = [one.id for one in desk.redactions.values()]

    def accept(number: int) -> int:
        return desk.reviewer.decide(desk.interview_id, [number], ACCEPTED, f"s{number}")

    with ThreadPoolExecutor(len(ids)) as threads:
        assert list(threads.map(accept, ids)) == [1] * len(ids)
    assert {one.decided_by for one in desk.redactions.values()} == {f"s{number}" for number in ids}
