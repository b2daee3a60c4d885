"""Propagation beyond the same word: inflections, pet names, misspellings of the recogniser; the study's own list."""

from __future__ import annotations

import pytest

from models.anonymisation.find import EntitySearch
from models.anonymisation.known import KnownEntity, ListError, known_entity, read_list
from models.anonymisation.mentions import Label
from models.anonymisation.propagation import propagated


def words_found(text: str, *forms: tuple[str, Label], uncased: bool = False) -> list[str]:
    texts = text.split()
    wanted = {tuple(form.split()): label for form, label in forms}
    flags = [uncased] * len(texts)
    found = propagated(texts, wanted, frozenset({0}), flags)
    return [" ".join(texts[one.first : one.last + 1]) for one in found]


def test_plurals_genitives_and_hyphens_are_the_same_name():
    said = "the Brandvolds and Kwames aunt and Kwame-Andre left"

    assert words_found(said, ("kwame brandvold", Label.NAME)) == ["Brandvolds", "Kwames", "Kwame-Andre"]


def test_pet_names_are_the_same_name():
    assert words_found("then Liz called", ("elizabeth hansen", Label.NAME)) == ["Liz"]


def test_a_name_spelt_otherwise_is_found_when_it_sounds_the_same():
    assert words_found("so Catrin and Katrine met Hanson", ("katrin hansen", Label.NAME)) == [
        "Catrin",
        "Katrine",
        "Hanson",
    ]


def test_everyday_words_that_sound_like_a_name_stay():
    assert words_found("they carry a market bag and marry", ("kari marit", Label.NAME)) == []


def test_a_misspelt_mention_says_whom_it_means():
    (found,) = propagated(["with", "Brandvoll"], {("brandvold",): Label.NAME})

    assert found.meant == ("brandvold",)


def test_a_name_said_often_without_case_is_still_one():
    said = "oscar came and oscar left and oscar slept"

    assert words_found(said, ("oscar", Label.NAME), uncased=True) == ["oscar"] * 3


def test_a_word_said_often_without_case_is_none():
    assert words_found("target and target", ("target", Label.ORGANISATION), uncased=True) == []


def test_a_name_that_is_a_word_counts_where_somebody_is_called_by_it():
    said = "okay hope how are you i hope so"

    assert words_found(said, ("hope", Label.NAME), uncased=True) == ["hope"]
    assert words_found("Hope, how are you? I hope so.", ("hope", Label.NAME)) == ["Hope,"]


def found_in(search: EntitySearch, *texts: str, propagate: bool = True) -> list[list[str]]:
    return [
        [text[span.start : span.end] for span in spans]
        for text, spans in zip(texts, search.find(texts, propagate), strict=True)
    ]


@pytest.fixture(scope="module")
def rules_only() -> EntitySearch:
    return EntitySearch(())


def test_what_is_found_in_one_text_is_found_in_all(rules_only):
    said = ("That was Brandvold I think.", "My name is Kwame Brandvold.")

    assert found_in(rules_only, *said) == [["Brandvold"], ["Kwame Brandvold"]]
    assert found_in(rules_only, *said, propagate=False)[0] == []


def test_spans_are_the_texts_own_characters_without_punctuation(rules_only):
    text = "\n  My name is,\tuh,  “Kwame  Brandvold”!\nYes."

    (spans,) = rules_only.find([text])

    assert [(text[one.start : one.end], one.label) for one in spans] == [("Kwame  Brandvold", Label.NAME)]


def test_long_texts_are_searched_to_their_end(rules_only):
    text = "and so it went on. " * 300 + "My name is Kwame Brandvold."

    assert found_in(rules_only, text) == [["Kwame Brandvold"]]
    assert found_in(rules_only, "", "   ") == [[], []]


def test_the_studys_own_list_is_found_whatever_its_case():
    search = EntitySearch((), "en", tuple(read_list(["Solgarden\tPLACE", "# a note", "", "Tveit Brandvold"])))

    assert not search.searches_names
    said = "at Solgarden with tveit and brandvold"
    (spans,) = search.find([said], propagate=False)
    assert [(said[one.start : one.end], one.label) for one in spans] == [
        ("Solgarden", Label.PLACE),
        ("tveit", Label.NAME),
        ("brandvold", Label.NAME),
    ]


def test_a_list_with_a_label_that_is_none_is_refused_by_its_line_alone():
    with pytest.raises(ListError) as caught:
        tuple(read_list(["Kwame", "Solgarden\tHOSPITAL"]))

    assert caught.value.line == 2
    assert "Solgarden" not in str(caught.value)


def test_listed_values_are_compared_bare():
    assert known_entity("Mrs. Tveit's") == KnownEntity(("tveit",), Label.NAME)
    assert known_entity("--") is None
