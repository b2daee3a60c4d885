"""What a person decided stays decided, whatever is found later and however the words are written by then."""

from __future__ import annotations

from dataclasses import replace

from models.values import Transcript
from service.vault.interviews import RedactionState
from tests.service.review.conftest import FOUND, LINES, Desk, spoken

ACCEPTED, REJECTED, OPEN = RedactionState.ACCEPTED, RedactionState.REJECTED, RedactionState.OPEN


def renumbered(transcript: Transcript, by: int, shift_ms: int = 300) -> Transcript:
    """The same words as another run of the recogniser writes them down: other ids, a little later."""
    return replace(
        transcript,
        utterances=tuple(
            replace(
                one,
                start_ms=one.start_ms + shift_ms,
                end_ms=one.end_ms + shift_ms,
                words=tuple(
                    replace(
                        word,
                        id=word.id + by,
                        start_ms=word.start_ms + shift_ms,
                        end_ms=word.end_ms + shift_ms,
                    )
                    for word in one.words
                ),
            )
            for one in transcript.utterances
        ),
    )


def decide(desk: Desk, form: str, state: RedactionState, place: int = 0) -> None:
    desk.reviewer.decide(desk.interview_id, [desk.of(form)[place].id], state, "stig")


def test_decisions_stay_when_the_same_is_found_again(desk: Desk) -> None:
    decide(desk, "hope", REJECTED)
    decide(desk, "kari", ACCEPTED)
    desk.reviewer.add(desk.interview_id, desk.words("Vestlia"), "PLACE", "stig")
    before = {key: (one.state, one.label, one.decided_by) for key, one in desk.redactions.items()}
    desk.keep(spoken(), *FOUND)
    assert {key: (one.state, one.label, one.decided_by) for key, one in desk.redactions.items()} == before


def test_decisions_follow_words_that_were_written_down_anew(desk: Desk) -> None:
    decide(desk, "hope", REJECTED)
    decide(desk, "kari", ACCEPTED, place=1)
    desk.reviewer.add(desk.interview_id, desk.words("Vestlia"), "PLACE", "stig")
    again = renumbered(spoken(), by=7)
    desk.keep(again, *FOUND)
    assert desk.of("hope")[0].state is REJECTED
    assert [one.state for one in desk.of("kari")] == [OPEN, ACCEPTED]
    (place,) = desk.of("vestlia")
    assert (place.state, place.word_ids) == (ACCEPTED, tuple(desk.words("Vestlia", again)))


def test_ids_that_are_other_words_now_are_not_mistaken(desk: Desk) -> None:
    desk.reviewer.add(desk.interview_id, desk.words("Vestlia"), "PLACE", "stig")
    desk.keep(renumbered(spoken(), by=1))
    (place,) = desk.of("vestlia")
    assert place.state is ACCEPTED
    assert place.word_ids == tuple(number + 1 for number in desk.words("Vestlia"))


def test_what_a_person_accepted_stays_when_nothing_finds_it(desk: Desk) -> None:
    decide(desk, "kari hansen", ACCEPTED)
    desk.keep(spoken())
    assert [one.state for one in desk.of("kari hansen")] == [ACCEPTED]
    assert not desk.of("hope"), "what nobody decided on goes with what found it"


def test_rejected_words_stay_rejected_when_they_are_not_found_for_once(desk: Desk) -> None:
    decide(desk, "hope", REJECTED)
    desk.keep(spoken())
    desk.keep(spoken(), *FOUND)
    assert [one.state for one in desk.of("hope")] == [REJECTED]


def test_found_beyond_what_was_accepted_comes_up_again_with_all_of_it(desk: Desk) -> None:
    decide(desk, "kari hansen", ACCEPTED)
    desk.keep(spoken(), ("Kari Hansen held", "NAME"))
    (one,) = desk.of("kari hansen held")
    assert one.state is OPEN
    assert not desk.of("kari hansen")


def test_found_beyond_what_was_rejected_is_open(desk: Desk) -> None:
    decide(desk, "hope", REJECTED)
    desk.keep(spoken(), ("Hope came", "NAME"))
    assert [one.state for one in desk.of("hope came")] == [OPEN]


def test_a_persons_extent_and_label_stay(desk: Desk) -> None:
    one = desk.of("kari hansen")[0]
    desk.reviewer.change(desk.interview_id, one.id, "stig", label="ORGANISATION")
    desk.keep(spoken(), *FOUND)
    (kept,) = desk.of("kari hansen")
    assert (kept.label, kept.state) == ("ORGANISATION", ACCEPTED)
    assert kept.placeholder.startswith("[ORGANISATION-")


def corrected(old: str, new: str) -> Transcript:
    return spoken(*((speaker, text.replace(old, new)) for speaker, text in LINES))


def test_added_words_that_are_written_otherwise_come_up_to_be_looked_at(desk: Desk) -> None:
    desk.reviewer.add(desk.interview_id, desk.words("Vestlia"), "PLACE", "stig")
    desk.keep(corrected("Vestlia", "Westlake"))
    (one,) = desk.of("westlake")
    assert (one.state, one.label) == (OPEN, "PLACE")
    assert one.counts, "until somebody looks it stays hidden"
    desk.keep(corrected("Vestlia", "Westlake"))
    assert [one.state for one in desk.of("westlake")] == [OPEN], "and is not lost by another search"


def test_an_accepted_name_whose_spelling_is_corrected_stays_hidden(desk: Desk) -> None:
    decide(desk, "kari hansen", ACCEPTED)
    desk.keep(corrected("Hansen", "Hanssen"))
    (one,) = desk.of("kari hanssen")
    assert one.state is OPEN


def test_added_words_that_are_gone_come_up_without_words(desk: Desk) -> None:
    desk.reviewer.add(desk.interview_id, desk.words("Torbjorn was there"), "NAME", "stig")
    desk.keep(spoken(*LINES[:-1]))
    (one,) = [one for one in desk.redactions.values() if not one.word_ids]
    assert (one.state, one.said) == (OPEN, ("Torbjorn", "was", "there."))
    assert desk.state.open == 1 + len([held for held in desk.redactions.values() if held.word_ids])
    desk.keep(spoken(*LINES[:-1]))
    assert [held.id for held in desk.redactions.values() if not held.word_ids], "it waits for a person"


def test_numbers_of_placeholders_do_not_collide(desk: Desk) -> None:
    desk.reviewer.add(desk.interview_id, desk.words("Torbjorn"), "NAME", "stig")
    desk.keep(spoken(), *FOUND)
    stands = {one.form: one.placeholder for one in desk.redactions.values()}
    assert stands["kari"] == stands.pop("kari hansen"), "the only Kari is Kari Hansen"
    assert len(set(stands.values())) == len(stands)


def test_decisions_of_before_a_new_search_are_not_undone_one_by_one(desk: Desk) -> None:
    decide(desk, "hope", REJECTED)
    desk.keep(spoken(), *FOUND)
    answer = desk.running.client.post("/api/interviews/D03-T2/review/undo")
    assert answer.status_code == 409
    assert "nothing to undo" in answer.json()["detail"]


def test_accepted_neighbours_that_are_found_as_one_lose_no_word(desk: Desk) -> None:
    desk.reviewer.add(desk.interview_id, desk.words("held my"), "NAME", "stig")
    desk.reviewer.add(desk.interview_id, desk.words("hand in"), "NAME", "stig")
    desk.keep(spoken(), ("my hand", "NAME"))
    (one,) = desk.of("held my hand in")
    assert one.state is OPEN


def test_lost_words_that_were_accepted_are_not_asked_about_again(desk: Desk) -> None:
    desk.reviewer.add(desk.interview_id, desk.words("Torbjorn was there"), "NAME", "stig")
    desk.keep(spoken(*LINES[:-1]))
    (lost,) = [one for one in desk.redactions.values() if not one.word_ids]
    desk.reviewer.decide(desk.interview_id, [lost.id], ACCEPTED, "stig")
    desk.keep(spoken(*LINES[:-1]))
    assert [one.state for one in desk.redactions.values() if not one.word_ids] == [ACCEPTED]
