"""Each detector of the union by itself: lists, restored case, employers, professions, boundaries, doubt."""

from __future__ import annotations

import pytest

from models.anonymisation.boundaries import joined, trimmed, whole
from models.anonymisation.detectors import PACKS, detectors_for
from models.anonymisation.doubt import without_doubtful
from models.anonymisation.frequency import zipf
from models.anonymisation.gazetteers import find_listed_names, find_listed_places, is_first_name, nicknames
from models.anonymisation.mentions import Label, Mention
from models.anonymisation.names import find_announced_names, find_unknown_words
from models.anonymisation.quasi import find_employers, find_professions
from models.anonymisation.truecase import as_spoken


def found_by(detector, text: str) -> set[str]:
    return {text[item.start : item.end].strip(".,?!") for item in detector(as_spoken(text))}


def test_frequent_words_are_told_from_rare_ones():
    assert zipf("the") > 7
    assert zipf("banana") > zipf("gallop") > zipf("zwrtlk") == 0


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("and then oscar came with amanda jackson", {"oscar", "amanda jackson"}),
        ("we asked Ingrid about it", {"Ingrid"}),
        ("i will hope for grace in may", set()),
        ("they flew to florence", set()),
    ],
)
def test_listed_names_are_found_where_they_are_no_everyday_words(text, names):
    assert found_by(find_listed_names, text) == names


def test_a_first_name_that_is_a_word_too_is_none_by_itself():
    assert is_first_name("jessica")
    assert not any(map(is_first_name, ("will", "rose", "come", "table")))


def test_pet_names_go_both_ways():
    assert "liz" in nicknames("elizabeth")
    assert "elizabeth" in nicknames("liz")


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("i grew up in hamburg and then central london", {"hamburg", "central london"}),
        ("We drove to Norway from Bath.", {"Norway"}),
        ("it was nice of you, i was reading in the bath", set()),
        ("she moved to new zealand", {"new zealand"}),
    ],
)
def test_listed_places_are_found_with_their_part_of_town(text, places):
    assert found_by(find_listed_places, text) == places


@pytest.mark.parametrize(
    ("text", "cased"),
    [
        ("i saw jessica in oslo", "I saw Jessica in Oslo"),
        ("on monday i'm with dr brauner", "on Monday I'm with Dr Brauner"),
        ("I saw jessica", "I saw Jessica"),
        ("We saw jessica", "We saw jessica"),
        ("i felt sore and took paracetamol", "I felt sore and took paracetamol"),
    ],
)
def test_text_without_capitals_gets_those_of_names_and_keeps_its_length(text, cased):
    spoken = as_spoken(text)

    assert spoken.cased == cased
    assert len(spoken.cased) == len(spoken.text)


def test_characters_that_grow_with_a_capital_keep_their_place():
    spoken = as_spoken("then ŉjessica met ßandra")

    assert len(spoken.cased) == len(spoken.text)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("my name is april and i'm tired", {"april"}),
        ("my sister ingrid came", {"ingrid"}),
        ("I met my brother Kwame and left", {"Kwame"}),
        ("thank you amanda", {"amanda"}),
        ("thank you again", set()),
        ("i'm tired and my mum is ill", set()),
        ("hi my name's doctor gem", {"gem"}),
    ],
)
def test_names_are_found_after_what_comes_before_a_name_with_and_without_case(text, names):
    assert found_by(find_announced_names, text) == names


def test_words_that_nobody_writes_are_names_where_case_is_missing():
    assert found_by(find_unknown_words, "ok so kravlund how are you") == {"kravlund"}
    assert found_by(find_unknown_words, "Ok so kravlund how are you") == set()


@pytest.mark.parametrize(
    ("text", "employers"),
    [
        ("I used to work at Coppergate & Sons, before.", {"Coppergate & Sons"}),
        ("I worked for the Blue Lamp Company then", {"Blue Lamp Company"}),
        ("she's a student at Wexcombe", {"Wexcombe"}),
        ("i work at blue kettle interiors and i like it", {"blue kettle interiors"}),
        ("i work at night and at home", set()),
        ("i work for myself", set()),
        ("he went to wexcombe primary school", {"wexcombe primary school"}),
        ("he went to the local school", set()),
        ("It's a team called Nether Rovers.", {"Nether Rovers"}),
    ],
)
def test_employers_schools_and_clubs_are_found_by_name_with_and_without_case(text, employers):
    assert found_by(find_employers, text) == employers


@pytest.mark.parametrize(
    ("text", "professions"),
    [
        ("I'm a hydrologist.", {"hydrologist"}),
        ("My father was a taxidermist in those days.", {"taxidermist"}),
        ("I'm a nurse.", set()),
        ("I'm a psychotherapist.", set()),
        ("He was the mayor of a small town.", {"the mayor", "mayor"}),
        ("I'm a bit tired.", set()),
    ],
)
def test_professions_are_found_when_few_people_have_them(text, professions):
    assert found_by(find_professions, text) <= professions
    assert bool(found_by(find_professions, text)) == bool(professions)


def spans(text: str, first: int, last: int, label: Label, uncased: bool = False) -> str:
    texts = text.split()
    found = whole(Mention(first, last, label, 0.9, "test"), texts, frozenset({0}), uncased)
    return " ".join(texts[found.first : found.last + 1])


def test_a_found_part_is_made_whole():
    assert spans("then Anna Maria Hansen left", 1, 1, Label.NAME) == "Anna Maria Hansen"
    assert spans("and jessica smith left", 1, 1, Label.NAME, uncased=True) == "jessica smith"
    assert spans("at number forty six Tower Avenue now", 4, 5, Label.PLACE) == "number forty six Tower Avenue"
    assert spans("on Monday the fifth of June", 3, 5, Label.DATE) == "Monday the fifth of June"
    assert spans("a five year old girl", 1, 1, Label.AGE) == "five year old"


def test_nothing_is_made_whole_across_the_end_of_a_passage():
    texts = ["so", "Anna", "Hansen", "left"]

    found = whole(Mention(1, 1, Label.NAME, 0.9, "test"), texts, frozenset({0, 2}), False)

    assert (found.first, found.last) == (1, 1)


def test_everyday_words_at_the_ends_of_a_name_are_left_out():
    texts = ["Okay", "Mrs", "Hansen", "um"]

    assert trimmed(Mention(0, 3, Label.NAME, 0.9, "test"), texts) == Mention(2, 2, Label.NAME, 0.9, "test")
    assert trimmed(Mention(0, 0, Label.NAME, 0.9, "test"), texts) is None


def test_two_parts_of_a_date_with_a_filler_between_are_one():
    texts = ["the", "seventh", "um", "June"]
    parts = [Mention(0, 1, Label.DATE, 0.9, "a"), Mention(3, 3, Label.DATE, 0.8, "b")]

    assert [(one.first, one.last) for one in joined(parts, texts, frozenset({0}))] == [(0, 3)]


def test_two_people_with_and_between_stay_two():
    texts = ["Anna", "and", "Tim"]
    parts = [Mention(0, 0, Label.NAME, 0.9, "a"), Mention(2, 2, Label.NAME, 0.8, "b")]

    assert joined(parts, texts, frozenset({0})) == parts


def test_a_dictionary_word_that_only_one_model_takes_for_a_name_is_none():
    texts = ["it", "felt", "shaky", "and", "Shaky"]
    dictionary = frozenset({"shaky"})

    def kept(*mentions: Mention) -> list[Mention]:
        return list(without_doubtful(mentions, texts, frozenset({0}), False, dictionary))

    one, other = Mention(2, 2, Label.NAME, 0.9, "a"), Mention(2, 2, Label.NAME, 0.8, "b")
    capital = Mention(4, 4, Label.NAME, 0.9, "a")
    by_rule = Mention(2, 2, Label.NAME, 0.9, "rules: introduction")
    assert kept(one) == []
    assert kept(one, other) == [one, other]
    assert kept(capital) == [capital]
    assert kept(by_rule) == [by_rule]


def test_a_language_without_a_pack_is_searched_by_rules_only():
    detectors = detectors_for("no", ())

    assert not detectors.searches_names
    assert "no" not in PACKS
    assert detectors.as_spoken("jeg heter kari").cased == "jeg heter kari"
