"""What was asked where: suggestions come and go with the search, what a person said stays."""

from __future__ import annotations

import pytest

from models.guide_questions import AskedPlace
from models.values import Role
from service.guide.coverage import NoSuchPlace, PlaceState, asked_counts, point_to, take_away
from service.review.keeping import keep_transcript
from service.vault.interviews import set_role
from tests.service.conftest import make_transcript

from .conftest import GUIDE, OTHER_GUIDE, Asking

CONFIRMED, REJECTED, SUGGESTED = PlaceState.CONFIRMED, PlaceState.REJECTED, PlaceState.SUGGESTED


def test_before_any_search_nothing_is_asked(asking: Asking) -> None:
    found = asking.coverage()
    assert (found.searched, found.outdated, found.asker_known) == (False, False, True)
    assert asking.states() == {"beginning": [], "help": [], "ending": []}


def test_a_place_has_its_sentence_its_time_and_its_answer(asking: Asking) -> None:
    asking.find(asking.at("beginning", 0), asking.at("help", 2))
    first, second, third = asking.coverage().questions
    (place,) = first.places
    first_answer, last_answer = asking.utterances[1], asking.utterances[3]
    assert (place.text, place.start_ms) == ("How did it begin, Kari?", asking.utterances[0].start_ms)
    assert place.answer_ms == first_answer.end_ms - first_answer.start_ms
    assert second.places[0].answer_ms == last_answer.end_ms - last_answer.start_ms
    assert (first.asked, second.asked, third.asked) == (True, True, False)


def test_the_text_of_a_place_is_its_sentence_within_the_utterance(asking: Asking) -> None:
    said = asking.utterances[2]
    asking.find(AskedPlace("therapist-2/help", 2, said.words[5].start_ms, said.end_ms, 0.7))
    assert asking.coverage().questions[1].places[0].text == "did it help?"


def test_a_rejected_place_does_not_cut_the_answer_of_the_one_before(asking: Asking) -> None:
    asking.find(asking.at("beginning", 0), asking.at("help", 2))
    asking.judge(2, REJECTED)
    answers = [asking.utterances[1], asking.utterances[3]]
    assert asking.coverage().questions[0].places[0].answer_ms == sum(
        one.end_ms - one.start_ms for one in answers
    )
    assert asking.asked() == ["beginning"]


def test_people_who_speak_at_once_answer_no_longer_than_the_clock(asking: Asking) -> None:
    spoken = make_transcript(("S1", "Well?"), ("S2", "Yes it did."), ("S3", "Yes it did."))
    first, second, third = spoken.utterances
    shifted = tuple(
        type(word)(
            word.id,
            word.start_ms - third.start_ms + second.start_ms,
            word.end_ms - third.start_ms + second.start_ms,
            word.text,
            "S3",
            0.9,
            1.0,
        )
        for word in third.words
    )
    at_once = type(third)(third.id, "S3", second.start_ms, second.end_ms, shifted)
    told = type(spoken)(
        **{name: getattr(spoken, name) for name in spoken.__dataclass_fields__}
        | {"utterances": (first, second, at_once)}
    )
    with asking.running.state.vault.engine.begin() as connection:
        keep_transcript(connection, asking.running.interview_id, told, ())
    asking.find(AskedPlace("therapist-2/help", 0, first.start_ms, first.end_ms, 0.7))
    assert asking.coverage().questions[1].places[0].answer_ms == second.end_ms - second.start_ms


def test_while_nobody_is_known_to_ask_the_answer_is_of_those_who_did_not_ask_it(asking: Asking) -> None:
    with asking.running.state.vault.engine.begin() as connection:
        for label in ("S1", "S2"):
            set_role(connection, asking.running.interview_id, label, Role.UNKNOWN, "steward")
    asking.find(asking.at("beginning", 0))
    found = asking.coverage()
    assert found.asker_known is False
    others = [asking.utterances[1], asking.utterances[3]]
    assert found.questions[0].places[0].answer_ms == sum(one.end_ms - one.start_ms for one in others)


def test_a_new_search_replaces_suggestions_and_leaves_what_a_person_said(asking: Asking) -> None:
    asking.find(asking.at("beginning", 0), asking.at("help", 0), asking.at("ending", 0))
    asking.judge(1, CONFIRMED)
    asking.judge(2, REJECTED)
    asking.find(asking.at("beginning", 0, 0.6), asking.at("help", 0), asking.at("help", 2))
    assert asking.states() == {
        "beginning": [(0, "confirmed")],
        "help": [(0, "rejected"), (2, "suggested")],
        "ending": [],
    }


def test_what_a_person_said_stays_when_the_recording_is_processed_again(asking: Asking) -> None:
    asking.find(asking.at("beginning", 0), asking.at("help", 0))
    asking.judge(1, CONFIRMED)
    asking.judge(2, REJECTED)
    told = asking.running.transcript
    renumbered = type(told)(
        **{name: getattr(told, name) for name in told.__dataclass_fields__}
        | {
            "utterances": tuple(
                type(one)(one.id + 7, one.speaker, one.start_ms, one.end_ms, one.words)
                for one in told.utterances
            )
        }
    )
    with asking.running.state.vault.engine.begin() as connection:
        keep_transcript(connection, asking.running.interview_id, renumbered, ())
    assert asking.states() == {"beginning": [(7, "confirmed")], "help": [(7, "rejected")], "ending": []}
    assert asking.coverage().questions[0].places[0].text == "How did it begin, Kari?"
    first = asking.utterances[0]
    asking.find(AskedPlace("therapist-2/help", 7, first.start_ms, first.end_ms, 0.7))
    assert asking.states()["help"] == [(7, "rejected")], "what was rejected there is not suggested again"


def test_a_judgement_can_be_taken_back(asking: Asking) -> None:
    asking.find(asking.at("beginning", 0))
    for state in (REJECTED, SUGGESTED, CONFIRMED, SUGGESTED):
        asking.judge(1, state)
        assert asking.states()["beginning"] == [(0, str(state))]
    with pytest.raises(NoSuchPlace):
        asking.judge(9, CONFIRMED)


def point(asking: Asking, question: str, utterance: int) -> None:
    running = asking.running
    with running.state.vault.engine.begin() as connection:
        data_dir = running.state.settings.data_dir
        protocol = asking.protocol
        point_to(connection, data_dir, protocol, running.interview_id, question, utterance, "steward")


def test_a_person_points_to_a_place_and_takes_it_away(asking: Asking) -> None:
    point(asking, "therapist-2/ending", 2)
    (place,) = asking.coverage().questions[2].places
    assert (place.state, place.score, place.text) == (CONFIRMED, None, asking.utterances[2].text)
    asking.find()
    assert asking.asked() == ["ending"]
    with asking.running.state.vault.engine.begin() as connection:
        take_away(connection, asking.running.interview_id, place.number, "steward")
    assert asking.asked() == []


def test_a_place_a_person_pointed_to_is_never_a_mere_suggestion(asking: Asking) -> None:
    point(asking, "therapist-2/ending", 2)
    asking.judge(1, REJECTED)
    asking.judge(1, SUGGESTED)
    assert asking.states()["ending"] == [(2, "confirmed")]
    asking.find()
    assert asking.states()["ending"] == [(2, "confirmed")]


def test_pointing_to_a_suggested_place_confirms_it(asking: Asking) -> None:
    asking.find(asking.at("help", 2))
    point(asking, "therapist-2/help", 2)
    assert asking.states()["help"] == [(2, "confirmed")]
    with (
        asking.running.state.vault.engine.begin() as connection,
        pytest.raises(NoSuchPlace, match="reject the others"),
    ):
        take_away(connection, asking.running.interview_id, 1, "steward")


@pytest.mark.parametrize(("question", "utterance"), [("therapist-2/gone", 0), ("therapist-2/help", 99)])
def test_only_what_is_there_can_be_pointed_to(asking: Asking, question: str, utterance: int) -> None:
    with pytest.raises(NoSuchPlace):
        point(asking, question, utterance)


def test_the_search_is_outdated_when_guide_words_or_roles_change(asking: Asking) -> None:
    asking.find(asking.at("beginning", 0))
    assert asking.coverage().outdated is False
    asking.write(GUIDE.replace("Did it help?", "Was it any help?"))
    assert asking.coverage().outdated is True
    asking.write(GUIDE)
    assert asking.coverage().outdated is False
    with asking.running.state.vault.engine.begin() as connection:
        set_role(connection, asking.running.interview_id, "S2", Role.INTERVIEWER, "steward")
    assert asking.coverage().outdated is True
    asking.find()
    assert asking.coverage().outdated is False


def test_a_question_taken_out_of_the_guide_takes_its_places_with_it(asking: Asking) -> None:
    asking.find(asking.at("beginning", 0), asking.at("help", 2))
    asking.judge(2, CONFIRMED)
    asking.write(GUIDE.replace('[[question]]\nid = "help"\ntext = "Did it help?"\n', ""))
    found = asking.coverage()
    assert [one.asked_for.question.id for one in found.questions] == ["beginning", "ending"]
    others = [asking.utterances[1], asking.utterances[3]]
    assert found.questions[0].places[0].answer_ms == sum(one.end_ms - one.start_ms for one in others)
    asking.write(GUIDE)
    assert asking.states()["help"] == [(2, "confirmed")], "put back, it has what was said of it"


def place(asking: Asking, name: str, *, also: bool = False) -> None:
    address = f"/api/interviews/{asking.running.interview_id}/place"
    answer = asking.running.client.put(address, json={"name": name, "also": also})
    assert answer.status_code == 200, answer.text


def test_a_merged_interview_is_asked_by_both_guides(asking: Asking) -> None:
    asking.write(OTHER_GUIDE, "therapist-3.toml")
    place(asking, "D03-T3", also=True)
    third = asking.utterances[2]
    asking.find(
        asking.at("beginning", 0),
        AskedPlace("therapist-3/looking-back", 2, third.start_ms, third.end_ms, 0.7),
    )
    assert asking.asked() == ["beginning", "looking-back"]
    row = asking.running.client.get("/api/board?group=D03").json()["rows"][0]
    told = {cell["name"]: (cell["asked"], cell["questions"]) for cell in row["cells"] if cell["questions"]}
    assert told == {"D03-T2": (1, 3), "D03-T3": (1, 1)}


def test_an_interview_that_is_moved_is_not_searched_for_the_questions_of_its_new_guide(
    asking: Asking,
) -> None:
    asking.write(OTHER_GUIDE, "therapist-3.toml")
    asking.find(asking.at("beginning", 0), asking.at("help", 2))
    asking.judge(2, CONFIRMED)
    place(asking, "D03-T3")
    found = asking.coverage()
    assert (found.searched, found.outdated) == (False, False)
    assert asking.states() == {"looking-back": []}
    row = asking.running.client.get("/api/board?group=D03").json()["rows"][0]
    assert {cell["name"]: cell["asked"] for cell in row["cells"]}["D03-T3"] is None
    place(asking, "D03-T2")
    assert (asking.coverage().searched, asking.coverage().outdated) == (True, False), (
        "moved back, it is as it was"
    )
    assert asking.states()["help"] == [(2, "confirmed")]


def test_moved_to_a_place_with_the_same_guide_the_search_still_counts(asking: Asking) -> None:
    asking.find(asking.at("beginning", 0))
    place(asking, "D05-T2")
    assert (asking.coverage().searched, asking.asked()) == (True, ["beginning"])


def test_what_was_asked_is_counted_only_where_somebody_searched(asking: Asking) -> None:
    point(asking, "therapist-2/ending", 2)
    with asking.running.state.vault.engine.connect() as connection:
        assert asked_counts(connection, asking.protocol) == {}
    asking.find(asking.at("help", 2))
    asking.judge(2, REJECTED)
    with asking.running.state.vault.engine.connect() as connection:
        assert asked_counts(connection, asking.protocol) == {
            asking.running.interview_id: {"therapist-2/ending"}
        }
