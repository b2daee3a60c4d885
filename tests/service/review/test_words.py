"""Words that are said the same, and what stands for words that a person redacts."""

from __future__ import annotations

import pytest

from service.review.judged import same
from service.review.standing_in import stand_in
from service.review.words import SpokenWords
from service.transcript.readers import ConnectionReader
from tests.service.review.conftest import Desk


@pytest.mark.parametrize(
    ("words", "form"),
    [
        (("Anna's,",), "anna"),
        (("ANNA’S",), "anna"),
        (("José!",), "jose"),
        (("Kari", "Hansen."), "kari hansen"),
        (("—",), ""),
        (("don't",), "dont"),
    ],
)
def test_words_are_compared_without_case_accents_and_a_possessive_ending(
    words: tuple[str, ...], form: str
) -> None:
    assert same(words) == form


def test_all_places_of_words_are_found_within_utterances(desk: Desk) -> None:
    with desk.running.state.vault.engine.connect() as connection:
        words = SpokenWords(ConnectionReader(connection), desk.interview_id)
    assert [len(run) for run in words.like("kari")] == [1, 1, 1]
    assert [words.said(one.word.id for one in run) for run in words.like("kari hansen")] == [
        ("Kari", "Hansen")
    ]
    assert list(words.like("kari kari")) == []
    assert list(words.like("")) == []
    first = words.all[0].word
    assert [one.word for one in words.between(first.start_ms, first.end_ms)] == [first]


def test_the_same_words_get_the_same_stand_in_and_others_the_next_number(desk: Desk) -> None:
    known = list(desk.redactions.values())
    kari = desk.of("kari")[0]
    assert stand_in("NAME", ["Kari's"], known).placeholder == kari.placeholder
    numbers = {int(one.placeholder.strip("[]").split("-")[1]) for one in known}
    assert stand_in("NAME", ["Torbjorn"], known).placeholder == f"[NAME-{max(numbers) + 1}]"
    assert stand_in("PLACE", ["Kari"], known).placeholder == "[PLACE-1]"
