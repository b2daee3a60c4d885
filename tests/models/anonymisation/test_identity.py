from __future__ import annotations

import pytest

from models.anonymisation.identity import bare, form_of, placeholders, same_person, settled_labels
from models.anonymisation.mentions import Label, Mention, merged
from models.anonymisation.passages import PASSAGE_WORDS, passages
from models.anonymisation.propagation import propagated


@pytest.mark.parametrize(
    ("text", "compared"),
    [
        ("Anna's,", "anna"),
        ("ANNA", "anna"),
        ("José", "jose"),
        ("(Anna’s)", "anna"),
        ("James'", "james"),
        ("--", ""),
    ],
)
def test_words_are_compared_bare(text, compared):
    assert bare(text) == compared


def test_titles_and_articles_do_not_tell_identities_apart():
    assert form_of(["Dr.", "Hansen,"], Label.NAME) == ("hansen",)
    assert form_of(["the", "Old", "Mill"], Label.PLACE) == ("old", "mill")
    assert form_of(["0770", "090-0"], Label.PHONE) == ("0770" + "0900",)


def test_a_first_name_is_the_person_when_only_one_bears_it():
    people = same_person([("anna",), ("anna", "hansen"), ("hansen",), ("kim",)])

    assert people[("anna",)] == people[("hansen",)] == ("anna", "hansen")
    assert people[("kim",)] == ("kim",)


def test_a_first_name_two_people_bear_stands_for_neither():
    people = same_person([("anna",), ("anna", "hansen"), ("anna", "berg")])

    assert people[("anna",)] == ("anna",)


def test_part_of_a_persons_name_is_a_name_whatever_it_was_called():
    labels = settled_labels([(("jessica", "smith"), Label.NAME), (("smith",), Label.ORGANISATION)])

    assert labels[("smith",)] is Label.NAME


def test_a_form_called_several_things_is_what_it_is_called_most():
    forms = [(("kim",), Label.ORGANISATION), (("kim",), Label.NAME), (("kim",), Label.NAME)]

    assert settled_labels(forms) == {("kim",): Label.NAME}


def test_placeholders_count_from_one_within_their_label_in_order_of_appearance():
    made = placeholders(
        [(Label.NAME, ("kim",)), (Label.PLACE, ("oslo",)), (Label.NAME, ("anna",)), (Label.NAME, ("kim",))]
    )

    assert list(made.values()) == ["[NAME-1]", "[PLACE-1]", "[NAME-2]"]


def test_overlapping_mentions_become_one_that_covers_both():
    name = Mention(3, 4, Label.NAME, 0.8, "a")
    email = Mention(4, 6, Label.EMAIL, 0.9, "b")

    assert merged([name, email]) == (Mention(3, 6, Label.EMAIL, 0.9, "b", detectors=("a", "b")),)


def test_passages_join_neighbouring_utterances_of_a_speaker_and_lose_no_word(say):
    transcript = say(
        ("S1", "I met"), ("S1", "Anna there."), ("S2", "Did you?"), ("S1", "word " * (PASSAGE_WORDS * 3))
    )

    found = list(passages(transcript.utterances))

    assert [passage.text for passage in found[:2]] == ["I met Anna there.", "Did you?"]
    total = sum(len(utterance.words) for utterance in transcript.utterances)
    assert [passage.first for passage in found] == [0, 4, 6]
    assert sum(len(passage.starts) for passage in found) == total


def test_characters_are_mapped_to_every_word_they_touch(say):
    (passage,) = passages(say("I met Anna's sister.").utterances)
    start = passage.text.index("Anna")

    assert passage.words_at(start, start + 4) == (2, 2)
    assert passage.words_at(0, len(passage.text)) == (0, 3)
    assert passage.words_at(1, 2) is None


def positions(texts: str, *forms: tuple[tuple[str, ...], Label]) -> list[tuple[int, int]]:
    return [(mention.first, mention.last) for mention in propagated(texts.split(), dict(forms))]


def test_a_name_is_found_everywhere_whatever_its_case_and_ending():
    assert positions("Then KARI said kari's and Karin left", (("kari",), Label.NAME)) == [(1, 1), (3, 3)]


def test_the_parts_of_a_name_are_found_too():
    assert positions("Hansen saw Anna Hansen", (("anna", "hansen"), Label.NAME)) == [(0, 0), (2, 3)]


def test_the_parts_of_a_place_are_not():
    assert positions("york is not New York", (("new", "york"), Label.PLACE)) == [(3, 4)]


def test_a_name_that_is_a_word_counts_only_with_a_capital_inside_a_sentence():
    assert positions("will you ask Will. Will you?", (("will",), Label.NAME)) == [(3, 3)]


def test_a_name_this_interview_has_nearly_always_in_lower_case_is_taken_for_a_word():
    assert positions("a birch, a birch, a birch and Birch", (("birch",), Label.NAME)) == [(7, 7)]
