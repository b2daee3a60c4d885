"""A drawn name keeps gender and origin, is like no real one, and each form of the real one is said with it."""

from __future__ import annotations

from random import Random

import pytest
from jellyfish import damerau_levenshtein_distance, metaphone

from models.anonymisation.identity import bare
from models.standins.likeness import Taken, pet_names
from models.standins.name_lists import (
    ORIGINS,
    Gender,
    first_names_of,
    gender_of,
    names_of,
    origin_of_language,
)
from models.standins.names import NamesExhausted, NameStandIn, RealName, draw_name, read_name, said


@pytest.mark.parametrize(
    ("forms", "home", "gender", "origin"),
    [
        ([("anna", "hansen"), ("anna",)], "norwegian", Gender.FEMININE, "norwegian"),
        ([("helvi", "hyytia")], "english", Gender.FEMININE, "finnish"),
        ([("aditya", "rao")], "english", Gender.MASCULINE, "indian"),
        ([("jose", "garcia")], "english", Gender.MASCULINE, "spanish"),
        ([("peter", "smith")], "english", Gender.MASCULINE, "english"),
        ([("giulia", "rossi")], "english", Gender.FEMININE, "italian"),
        ([("kari", "virtanen")], "norwegian", Gender.MASCULINE, "finnish"),
        ([("kari",)], "norwegian", Gender.FEMININE, "norwegian"),
        ([("liz",)], "english", Gender.FEMININE, "english"),
        ([("xqzt",)], "norwegian", Gender.UNKNOWN, "norwegian"),
    ],
)
def test_gender_and_origin_are_told_by_the_name(forms, home, gender, origin) -> None:
    real = read_name(forms, home)
    assert (real.gender, real.origin) == (gender, origin)


def test_what_is_known_of_a_person_goes_before_what_the_name_says() -> None:
    assert read_name([("andrea",)], gender=Gender.MASCULINE).gender is Gender.MASCULINE
    assert read_name([("morris",)], titled={"morris"}).last == ("morris",)
    assert read_name([("morris",)], titled={"morris"}).first == ()


@pytest.mark.parametrize(
    ("form", "first", "last"),
    [
        (("anna", "marie", "hansen"), ("anna", "marie"), ("hansen",)),
        (("elizabeth", "van", "der", "berg"), ("elizabeth",), ("van", "der", "berg")),
        (("mary", "jane"), ("mary", "jane"), ()),
        (("dr", "hansen"), (), ("hansen",)),
    ],
)
def test_first_and_last_names_are_told_apart(form, first, last) -> None:
    real = read_name([form])
    assert (real.first, real.last) == (first, last)


@pytest.mark.parametrize("origin", ORIGINS)
def test_every_origin_has_names_to_draw(origin: str) -> None:
    lists = names_of(origin)
    assert len(first_names_of(origin, Gender.FEMININE)) >= 10
    assert len(first_names_of(origin, Gender.MASCULINE)) >= 10
    assert len(lists.last_of(Gender.FEMININE)) >= 5
    for gender in (Gender.FEMININE, Gender.MASCULINE):
        assert all(gender_of(bare(name), origin) is gender for name in first_names_of(origin, gender))


def test_a_language_without_names_of_its_own_takes_english_ones() -> None:
    assert origin_of_language("no") == "norwegian"
    assert origin_of_language("tlh") == "english"


def test_a_drawn_name_is_like_no_real_one_and_never_drawn_twice() -> None:
    real = [read_name([(first, last)]) for first, last in (("anna", "hansen"), ("peter", "smith"))]
    words = ["Anna", "Hansen", "Peter", "Smith", "Elizabeth", "Kathryn", "Johnson", "Maria"]
    taken, random, drawn = Taken(words), Random(7), set()
    for number in range(120):
        one = draw_name(real[number % 2], taken, random)
        taken.add([one.first, one.last])
        for name in (one.first, one.last):
            assert name not in drawn
            drawn.add(name)
            word = bare(name)
            for other in map(bare, words):
                assert damerau_levenshtein_distance(word, other) > 1
                assert metaphone(word) != metaphone(other)
                assert word not in pet_names(other)


def test_gender_is_kept_and_initials_are_not() -> None:
    random = Random(3)
    for first, last in (("anna", "hansen"), ("kari", "nordmann"), ("ola", "berg"), ("lars", "dahl")):
        real = read_name([(first, last)], "norwegian")
        for _ in range(20):
            drawn = draw_name(real, Taken([first, last]), random, "norwegian")
            assert gender_of(bare(drawn.first), real.origin) is real.gender
            assert bare(drawn.first)[0] != first[0]
            assert bare(drawn.last)[0] != last[0]


def test_the_same_chance_draws_the_same_name() -> None:
    real = read_name([("anna", "hansen")])
    assert draw_name(real, Taken([]), Random(5)) == draw_name(real, Taken([]), Random(5))


def test_relatives_share_a_last_name() -> None:
    first = draw_name(read_name([("anna", "hansen")]), Taken(["anna", "hansen"]), Random(1))
    other = draw_name(read_name([("per", "hansen")]), Taken(["per", "hansen"]), Random(2), last=first.last)
    assert other.last == first.last


def test_where_an_origin_is_used_up_names_of_home_are_drawn_and_then_none() -> None:
    real = RealName(("mai",), ("tran",), Gender.FEMININE, "vietnamese")
    vietnamese = names_of("vietnamese")
    used = [*vietnamese.feminine, *vietnamese.masculine]
    assert draw_name(real, Taken([]), Random(1)).first in vietnamese.feminine
    assert draw_name(real, Taken([], used), Random(1)).first in first_names_of("english", Gender.FEMININE)
    everything = [
        name for origin in ORIGINS for name in (*names_of(origin).feminine, *names_of(origin).masculine)
    ]
    with pytest.raises(NamesExhausted):
        draw_name(read_name([("anna",)]), Taken([], everything), Random(1))


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["Anna"], "Ingrid"),
        (["Hansen"], "Dahl"),
        (["Anna", "Hansen"], "Ingrid Dahl"),
        (["Anna", "Marie", "Hansen"], "Ingrid Dahl"),
        (["Anna's"], "Ingrid"),
        (["Annie"], "Ingrid"),
        (["Ana,"], "Ingrid"),
        (["Hanson"], "Dahl"),
        (["Hansens"], "Dahl"),
        (["Dr", "Hansen"], "Dr Dahl"),
        (["hansen,", "anna"], "Dahl Ingrid"),
        (["A.", "Hansen"], "I. Dahl"),
    ],
)
def test_each_form_is_said_with_the_part_that_stands_for_it(words, expected) -> None:
    real = read_name([("anna", "marie", "hansen")])
    assert said(words, real, NameStandIn("Ingrid", "Dahl")) == expected


def test_a_stand_in_is_read_back_from_its_text() -> None:
    assert NameStandIn.parse("Ingrid Dahl") == NameStandIn("Ingrid", "Dahl")
    assert NameStandIn.parse("Anne Lise Dahl") == NameStandIn("Anne Lise", "Dahl")
    assert NameStandIn.parse("Ingrid") == NameStandIn("Ingrid", "Ingrid")
    assert NameStandIn.parse(str(NameStandIn("Ingrid", "Dahl"))) == NameStandIn("Ingrid", "Dahl")
