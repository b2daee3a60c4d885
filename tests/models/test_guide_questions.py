"""Where the questions of a guide were asked: the rules on plain vectors, and the bundled model on a few sentences."""

from __future__ import annotations

import pytest

from models.config import ModelsConfig
from models.guide_questions import ASKED_FROM, AskedPlace, GuideQuestion, find_asked
from models.host import ModelHost
from models.problems import RecordingProblem
from models.registry.locate import locate
from models.registry.manifest import Task
from models.values import Utterance, Word
from service.settings import Settings
from tests.models.plain_vectors import embed

WORD_MS = 300
WORK = GuideQuestion("work", ("What is your job?", "What occupation is yours?"))
HOME = GuideQuestion("home", ("Where do you reside?", "Where is your home?"))
SLEEP = GuideQuestion("sleep", ("How do you sleep?", "Is your rest good?"))
TRAVEL = GuideQuestion("travel", ("Did you go abroad lately?", "Was there a journey lately?"))
GUIDE = (WORK, HOME, SLEEP, TRAVEL)


def said(*spoken: str) -> tuple[Utterance, ...]:
    """Utterances one after the other, each word 300 ms long, numbered from 0."""
    found: list[Utterance] = []
    at = 0
    for number, text in enumerate(spoken):
        words = tuple(
            Word(at + place, (at + place) * WORD_MS, (at + place + 1) * WORD_MS, token, "S1", 1.0, 1.0)
            for place, token in enumerate(text.split())
        )
        found.append(Utterance(number, "S1", words[0].start_ms, words[-1].end_ms, words))
        at += len(words)
    return tuple(found)


def places(*spoken: str, guide: tuple[GuideQuestion, ...] = GUIDE) -> dict[str, list[int]]:
    """The utterances in which each question was found, the surest first."""
    found: dict[str, list[int]] = {}
    for place in find_asked(guide, said(*spoken), embed):
        found.setdefault(place.question, []).append(place.utterance)
    return found


def test_a_question_is_found_in_other_words_and_order() -> None:
    assert places(
        "Thanks for coming.", "How is your rest?", "The weather was fine.", "What is your work?"
    ) == {
        "work": [3],
        "sleep": [1],
    }


def test_a_place_has_the_times_of_its_sentence_and_a_score() -> None:
    (place,) = find_asked((WORK,), said("Thanks for coming. What is your work?"), embed)
    assert place == AskedPlace("work", 0, 3 * WORD_MS, 7 * WORD_MS, place.score)
    assert place.score >= ASKED_FROM


def test_a_question_nobody_asked_has_no_place() -> None:
    assert "travel" not in places("What is your work?", "Where do you live?", "How do you sleep?")


def test_no_sentences_no_places() -> None:
    assert find_asked(GUIDE, (), embed) == ()
    assert find_asked(GUIDE, said("OK.", "Um."), embed) == ()


def test_no_questions_no_places() -> None:
    assert find_asked((), said("What is your work?"), embed) == ()


def test_a_sentence_asks_the_question_it_is_nearest_to() -> None:
    near = GuideQuestion("work-at-home", ("Do you work at home?", "Is your home your work place?"))
    assert places("Do you work at home?", guide=(WORK, HOME, near)) == {"work-at-home": [0]}


def test_what_is_said_in_any_interview_asks_no_question_of_the_guide() -> None:
    vague = GuideQuestion("more", ("Can you tell me more about the kids?",))
    assert places("Can you tell me more about that?", guide=(vague,)) == {}
    assert places("Can you tell me more about your children?", guide=(vague,)) == {"more": [0]}


def test_a_question_is_found_in_a_clause_of_a_sentence() -> None:
    assert places("Before I forget about the forms from last week, what is your occupation?") == {"work": [0]}


def test_two_questions_in_one_sentence_are_both_found() -> None:
    assert places("So where do you live now, and what is your work?") == {"work": [0], "home": [0]}


def test_fillers_do_not_hide_a_question() -> None:
    assert places("Um, OK, so, uh, what is is your, um, work?") == {"work": [0]}


def test_a_question_is_found_in_speech_without_any_marks() -> None:
    before = "the bridge over that river was painted green again before winter came with much snow "
    assert places(before + "what is your occupation " + "tomorrow brings other boats along both shores") == {
        "work": [0]
    }


def test_where_questions_are_marked_a_statement_asks_less_surely() -> None:
    marked = ["Which river?", "Which bridge?", "Which lake?", "Which island?", "What is your work?"]
    among_marked = find_asked((WORK,), said(*marked, "What is your work."), embed, asked_from=0)
    asks, states = (one for one in among_marked if one.utterance >= 4)
    assert (asks.utterance, states.utterance) == (4, 5)
    assert asks.score > states.score


def test_without_marks_every_sentence_may_ask() -> None:
    with_mark = find_asked((WORK,), said("What is your work?"), embed, asked_from=0)
    without = find_asked((WORK,), said("What is your work"), embed, asked_from=0)
    assert with_mark[0].score == pytest.approx(without[0].score)


def test_a_question_asked_again_and_again_has_its_three_surest_places() -> None:
    asked = ["What is your work?", "What is your job?", "What occupation is yours?", "What is your job then?"]
    found = find_asked((WORK,), said(*asked), embed)
    assert len(found) == 3
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)


def test_a_sentence_and_its_clauses_are_one_place() -> None:
    assert places("Well, what is your work, what is your job?") == {"work": [0]}


def test_places_come_in_the_order_of_the_guide() -> None:
    found = find_asked(GUIDE, said("How do you sleep?", "Where do you live?", "What is your work?"), embed)
    assert [one.question for one in found] == ["work", "home", "sleep"]


@pytest.fixture(scope="module")
def host() -> ModelHost:
    folder = Settings().models_folder
    try:
        locate("minilm-l6", folder, Task.TEXT_EMBEDDING)
    except RecordingProblem:
        pytest.skip("the default models are not installed: lytt models fetch")
    return ModelHost(ModelsConfig(models_dir=folder))


@pytest.mark.models
def test_the_bundled_model_finds_questions_of_a_guide_in_other_words(host: ModelHost) -> None:
    guide = (
        GuideQuestion("start", ("How did you become a gardener?", "What made you choose this profession?")),
        GuideQuestion(
            "colleagues", ("How do you get on with the others in the team?", "What are your colleagues like?")
        ),
        GuideQuestion("hard", ("What is difficult in your work?", "Are there things that weigh on you?")),
        GuideQuestion("pay", ("Is what you earn enough to live on?", "Are you satisfied with your wages?")),
    )
    spoken = (
        "Thank you for taking the time.",
        "So, um, why did you start to work in gardens?",
        "I see.",
        "And the people you work with, what are they like?",
        "Mm, that sounds nice.",
        "And is there anything about it that you find hard?",
        "OK, thank you, that was all.",
    )
    found = host.find_questions(guide, said(*spoken))
    surest: dict[str, int] = {}
    for place in found:
        surest.setdefault(place.question, place.utterance)
    assert surest == {"start": 1, "colleagues": 3, "hard": 5}


@pytest.mark.models
def test_the_bundled_model_tells_what_a_question_is_about_from_how_it_begins(host: ModelHost) -> None:
    guide = (
        GuideQuestion("abroad", ("Have you been abroad recently?", "Did you travel to another country?")),
    )
    elsewhere = said("Have you been around anyone else?", "Have you been going into work?")
    assert host.find_questions(guide, elsewhere) == ()
    assert host.find_questions(guide, said("Were you on holiday in a foreign country?"))
