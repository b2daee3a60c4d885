"""Who somebody is, by the words around the mentions of them."""

from __future__ import annotations

import pytest

from models.standins.relations import Mentioned, Relation, find_relation, said_as


def mention(before: str = "", after: str = "", speaker: str = "C") -> Mentioned:
    return Mentioned(tuple(before.split()), tuple(after.split()), speaker)


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (mention("and my sister", "said"), Relation("sister", "C")),
        (mention("my older brother who's called"), Relation("brother", "C")),
        (mention("my mum,", "told"), Relation("mother", "C")),
        (mention("my sister's name is"), Relation("sister", "C")),
        (mention("and", "is my best friend"), Relation("friend", "C")),
        (mention("and then", ", my boss, said"), None),
        (mention("and then", "my boss, said"), Relation("boss", "C")),
        (mention("I saw Dr", "about it"), Relation("the doctor")),
        (mention("the therapist", "said"), Relation("the therapist")),
        (mention("and Auntie"), Relation("aunt", "C")),
        (mention("I went to"), None),
        (mention("his sister"), None),
    ],
)
def test_a_mention_tells_the_relation(one: Mentioned, expected: Relation | None) -> None:
    assert find_relation([one]) == expected


def test_what_most_mentions_say_holds_and_your_sister_is_the_others() -> None:
    mentions = [
        mention("how is your sister", speaker="T"),
        mention("then"),
        mention("my sister"),
        mention("my friend"),
    ]
    assert find_relation(mentions) == Relation("sister", "C")
    assert find_relation([mention("then")]) is None


def test_it_is_said_from_where_the_speaker_stands() -> None:
    sister = Relation("sister", "C")
    assert sister.phrase == "my sister"
    assert said_as(sister, mention("then")) == "my sister"
    assert said_as(sister, mention("and", speaker="T")) == "your sister"
    assert said_as(sister, mention("my sister")) == "[name]"
    doctor = Relation("the doctor")
    assert said_as(doctor, mention("I saw")) == "the doctor"
    assert said_as(doctor, mention("I saw Dr")) == "[name]"
