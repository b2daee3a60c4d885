from __future__ import annotations

import pytest

from models.anonymisation.addresses import find_addresses
from models.anonymisation.dates import find_dates, names_a_calendar_date
from models.anonymisation.mentions import Label, Mention, merged
from models.anonymisation.names import find_announced_names, find_capitalised_names
from models.anonymisation.numbers import find_ages, find_announced_numbers, find_answers, find_numbers
from models.anonymisation.truecase import as_spoken


def covered(found, text: str) -> set[str]:
    """What the detectors' finds cover, each the longest of those that overlap."""
    mentions = merged(
        Mention(item.start, item.end - 1, item.label, item.confidence, item.detector) for item in found
    )
    return {text[mention.first : mention.last + 1] for mention in mentions}


@pytest.mark.parametrize(
    ("text", "dates"),
    [
        ("born the seventh of June, nineteen seventy four.", {"the seventh of June, nineteen seventy four"}),
        ("It was on 12/03/1984, I think.", {"12/03/1984"}),
        ("Um, October, seventh. Uh.", {"October, seventh"}),
        ("see you Monday the fifth", {"Monday the fifth"}),
        ("I was diagnosed in the spring of ninety eight.", {"the spring of ninety eight"}),
        ("she was born April twenty one", {"April twenty one"}),
        ("I moved there in 2015 and left in March.", {"2015", "March"}),
        ("We met in May.", {"May"}),
        ("the twentieth of April nineteen eighty", {"the twentieth of April nineteen eighty"}),
        ("in two thousand and twelve", {"two thousand and twelve"}),
        ("My birthday is the third of the ninth, eighty two.", {"third of the ninth, eighty two"}),
    ],
)
def test_points_in_the_calendar_are_dates(text, dates):
    assert covered(find_dates(text), text) == dates


@pytest.mark.parametrize(
    "text",
    [
        "It lasted three days, or two weeks.",
        "I saw her yesterday, and last week, and today.",
        "Come back on Monday at ten.",
        "I may go, and then we march on.",
        "It cost 2,015 pounds and weighed 1985 grams.",
        "twenty minutes later",
    ],
)
def test_durations_relative_words_and_amounts_are_not(text):
    assert covered(find_dates(text), text) <= {"1985"}
    assert not any(names_a_calendar_date(part) for part in ("three days", "last week", "yesterday", "Monday"))


@pytest.mark.parametrize(
    ("text", "ages"),
    [
        ("I'm fifty years old now.", {"fifty years old"}),
        ("And I'm twenty six.", {"twenty six"}),
        ("She's just turned 41 and happy.", {"41"}),
        ("a boy aged nine", {"aged nine"}),
        ("You're fifty, OK. How can I help?", {"fifty"}),
        ("Twenty seven, OK. And how are you?", {"Twenty seven"}),
        ("I'm seven, thirty seven.", {"thirty seven"}),
        ("she was in her late forties", {"in her late forties"}),
        ("I'm one of three.", set()),
        ("I'm two months pregnant.", set()),
        ("I'm forty percent better.", set()),
        ("It took forty years.", set()),
    ],
)
def test_ages_are_told_apart_from_other_numbers(text, ages):
    assert covered(find_ages(text), text) == ages


@pytest.mark.parametrize(
    ("question", "answer", "told"),
    [
        ("And how old are you?", "Forty five. Alright.", {"Forty five"}),
        ("What's your date of birth?", "Um, ninety, three. Something.", {"ninety, three"}),
        ("How are you?", "Forty five.", set()),
        ("And how old are you?", "Old enough.", set()),
    ],
)
def test_the_answer_to_a_question_of_age_is_one(question, answer, told):
    assert covered(find_answers(question, answer), answer) == told


@pytest.mark.parametrize(
    ("text", "label", "number"),
    [
        ("call 07700 900 123 tonight", Label.PHONE, "07700 900 123"),
        (
            "it's oh seven double seven, um, oh oh nine oh",
            Label.PHONE,
            "oh seven double seven, um, oh oh nine oh",
        ),
        ("my NHS number is 943 476 5919.", Label.ID, "943 476 5919."),
        ("it says 4 8 1 5 1 6 here", Label.ID, "4 8 1 5 1 6"),
    ],
)
def test_long_numbers_identify(text, label, number):
    (found,) = find_numbers(text)

    assert found.label is label
    assert text[found.start : found.end] == number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("the case was 20781/03 then", "20781/03"),
        ("my reference is four four one nine, thanks", "four four one nine,"),
    ],
)
def test_shorter_numbers_identify_where_they_are_announced(text, number):
    assert [text[item.start : item.end] for item in find_announced_numbers(text)] == [number]


@pytest.mark.parametrize(
    "text",
    [
        "one, two, three, four, five, six, seven",
        "it cost 250,000 pounds",
        "between 2019 2020",
        "one or two, maybe three",
        "120 over 80, and then 75",
    ],
)
def test_counting_amounts_and_years_are_not_such_numbers(text):
    assert list(find_numbers(text)) == []


@pytest.mark.parametrize(
    ("text", "label", "found"),
    [
        ("write to anna.hansen@example.org please", Label.EMAIL, "anna.hansen@example.org"),
        (
            "at anna dot hansen at example dot co dot uk okay",
            Label.EMAIL,
            "anna dot hansen at example dot co dot uk",
        ),
        ("see www.example.org/me.", Label.URL, "www.example.org/me"),
        ("I live at 75 lakewood avenue", Label.PLACE, "75 lakewood avenue"),
        ("The Maple Street one", Label.PLACE, "Maple Street"),
        ("the postcode is SW1A 1AA", Label.PLACE, "SW1A 1AA"),
        ("at Riverside High School last year", Label.ORGANISATION, "Riverside High School"),
        ("the University of Bergen", Label.ORGANISATION, "University of Bergen"),
        ("on the ward, fourteen Hope Avenue, Soest", Label.PLACE, "fourteen Hope Avenue"),
        (
            "you can email me on anna k hansen at example dot com",
            Label.EMAIL,
            "anna k hansen at example dot com",
        ),
        ("we moved to Soest", Label.PLACE, "Soest"),
    ],
)
def test_addresses_and_institutions_are_found_whole(text, label, found):
    assert (label, found) in {
        (item.label, text[item.start : item.end]) for item in find_addresses(as_spoken(text))
    }


@pytest.mark.parametrize(
    "text", ["The School was closed.", "look at dot to dot", "I work for myself", "We met at ten."]
)
def test_what_has_no_name_of_its_own_is_no_address(text):
    assert list(find_addresses(as_spoken(text))) == []


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Hello, my name is, uh, Anna Hansen.", {"Anna Hansen"}),
        ("My name's Itha, and", {"Itha"}),
        ("they're called Polly and Tim.", {"Polly", "Tim"}),
        ("Thank you, Mrs. Smith.", {"Smith"}),
        ("my name is anna, yes", {"anna"}),
        ("it's called Trimethoprim", set()),
        ("Doctor Okay then", set()),
        ("My name is on the list.", set()),
    ],
)
def test_names_are_found_where_speech_announces_them(text, names):
    assert {text[item.start : item.end] for item in find_announced_names(as_spoken(text))} == names


def test_capitals_in_a_row_inside_a_sentence_are_a_name():
    text = "There's only one Asher Maclean in Soest. Then The End came, and I Love it."

    assert {text[item.start : item.end] for item in find_capitalised_names(as_spoken(text))} == {
        "Asher Maclean"
    }
