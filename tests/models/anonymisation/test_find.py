"""The whole finder without a language model: what rules and propagation do by themselves, in any language."""

from __future__ import annotations

import string

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from models.anonymisation.common_words import doubles_as_word
from models.anonymisation.coverage import searches_names
from models.anonymisation.find import RULES_VERSION, find_entities
from models.anonymisation.identity import bare
from models.anonymisation.names import TITLES
from models.anonymisation.redact import apply_redactions
from models.codec import from_json, to_json
from models.problems import ProblemCode, RecordingProblem
from models.values import Anonymisation

from .conftest import transcript_of


def anonymised(transcript) -> list[str]:
    return [
        utterance.text for utterance in apply_redactions(transcript, find_entities(transcript, ())).utterances
    ]


def test_a_name_told_once_is_redacted_everywhere_under_one_number(say):
    transcript = say(
        ("S1", "Hello, my name is Anna Hansen."),
        ("S2", "Thank you, Anna. And this is for Mrs Hansen's file,"),
        ("S2", "says anna."),
    )

    assert anonymised(transcript) == [
        "Hello, my name is [NAME-1].",
        "Thank you, [NAME-1]. And this is for Mrs [NAME-1]'s file,",
        "says [NAME-1].",
    ]


def test_two_people_get_two_numbers_in_order_of_appearance(say):
    transcript = say("They're called Polly and Tim.", "Tim came, then Polly.")

    assert anonymised(transcript) == [
        "They're called [NAME-1] and [NAME-2].",
        "[NAME-2] came, then [NAME-1].",
    ]


def test_a_mention_over_the_end_of_an_utterance_is_one_redaction_in_each(say):
    transcript = say(("S1", "My name is Anna"), ("S1", "Hansen and I paint."))

    found = find_entities(transcript, ())

    assert [item.placeholder for item in found.redactions] == ["[NAME-1]", "[NAME-1]"]
    assert [item.word_ids for item in found.redactions] == [(103,), (104,)]
    assert anonymised(transcript) == ["My name is [NAME-1]", "[NAME-1] and I paint."]


def test_durations_and_relative_words_stay_and_dates_go(say):
    transcript = say("Three days after the seventh of June 2019, last week I mean, I called 07700 900 123.")

    assert anonymised(transcript) == ["Three days after [DATE-1], last week I mean, I called [PHONE-1]."]


def test_the_answer_to_how_old_are_you_is_an_age(say):
    transcript = say(("S1", "How old are you now?"), ("S2", "Forty five. Why?"))

    assert anonymised(transcript)[1] == "[AGE-1]. Why?"


def test_without_a_model_for_the_language_the_provenance_says_that_names_were_not_searched(say):
    found = find_entities(say("Jeg heter Kari, skriv til kari@eksempel.no", language="no"), ())

    assert not searches_names(found)
    assert found.provenance.parameters["rules"] == RULES_VERSION
    assert found.provenance.parameters["language"] == "no"
    assert [item.label for item in found.redactions] == ["EMAIL"]


def test_an_empty_transcript_has_no_redactions(say):
    assert find_entities(transcript_of(), ()).redactions == ()


def test_redactions_are_written_and_read_unchanged_and_the_same_every_time(say):
    transcript = say("My name is Anna Hansen and I live in Bergen.")

    found = find_entities(transcript, ())

    assert from_json(Anonymisation, to_json(found)) == found
    assert to_json(find_entities(transcript, ())) == to_json(found)


def test_nothing_said_is_in_what_goes_to_logs_and_jobs(say):
    found = find_entities(say("My name is Anna Hansen, anna@example.org."), ())

    assert "anna" not in to_json(found.provenance).decode().lower()


def test_a_folder_without_a_model_is_said_to_be_damaged(say, tmp_path):
    with pytest.raises(RecordingProblem) as caught:
        find_entities(say("Hello."), (tmp_path,))

    assert caught.value.code is ProblemCode.MODEL_DAMAGED


TRIGGERS = """
My name is Mrs I'm born in May seven oh double at dot com the 2015 call years old Road
"""
PIECES = st.one_of(
    st.text(min_size=1, max_size=8).map(lambda text: "".join(text.split()) or "x"),
    st.sampled_from(TRIGGERS.split()),
)
SPOKEN = st.tuples(st.sampled_from(["S1", "S2"]), st.lists(PIECES, min_size=1, max_size=12))


@settings(deadline=None)
@given(sentences=st.lists(SPOKEN, max_size=5))
def test_whatever_is_said_redactions_cover_whole_words_of_one_utterance_and_never_overlap(sentences):
    transcript = transcript_of(*((speaker, " ".join(words)) for speaker, words in sentences))

    found = find_entities(transcript, ())

    covered = [word_id for item in found.redactions for word_id in item.word_ids]
    assert len(covered) == len(set(covered))
    assert covered == sorted(covered)
    utterance_of = {word.id: utterance.id for utterance in transcript.utterances for word in utterance.words}
    assert all(len({utterance_of[word_id] for word_id in item.word_ids}) == 1 for item in found.redactions)
    done = apply_redactions(transcript, found)
    assert [len(utterance.words) > 0 for utterance in done.utterances] == [True] * len(transcript.utterances)


NAMES = st.text(alphabet=string.ascii_lowercase + "åøé", min_size=3, max_size=9).map(str.capitalize)
FILLING = st.lists(
    st.sampled_from(["and", "then", "she", "came", "home,", "I", "think.", "It", "was"]), max_size=6
)


@settings(max_examples=60, deadline=None)
@given(first=NAMES, last=NAMES, before=FILLING, between=FILLING)
def test_a_name_once_introduced_is_nowhere_in_the_anonymised_transcript(first, last, before, between):
    for name in (first, last):
        assume(not doubles_as_word(bare(name)) and bare(name) not in TITLES)
    transcript = transcript_of(
        ("S1", " ".join([*before, "so", first.lower(), *between, f"{last}'s"])),
        ("S2", f"My name is {first} {last}."),
        ("S1", " ".join(["Yes,", f"{first},", *between, last.upper()])),
    )
    found = find_entities(transcript, ())

    done = apply_redactions(transcript, found)

    left = {bare(word.text) for utterance in done.utterances for word in utterance.words}
    assert not left & {bare(first), bare(last)}
    kept = {word.id for utterance in done.utterances for word in utterance.words if word.redaction is None}
    assert kept.isdisjoint(word_id for item in found.redactions for word_id in item.word_ids)
    assert apply_redactions(done, found) == done


def test_what_several_found_says_so_and_what_was_left_is_listed_for_a_second_look(say):
    transcript = say("My name is Margaret Hansen.", "Margaret Hansen met Torbjorn at the brandvoll.")

    found = find_entities(transcript, ())

    by_several = [item for item in found.redactions if len(item.detectors) > 1]
    assert by_several
    assert all(item.detector in item.detectors for item in found.redactions)
    assert all(list(item.detectors) == sorted(item.detectors) for item in found.redactions)
    assert 0 < found.redactions[0].rarity <= 1
    assert found.second_look is not None
    assert "brandvoll" in {look.form for look in found.second_look}
    assert from_json(Anonymisation, to_json(found)) == found
