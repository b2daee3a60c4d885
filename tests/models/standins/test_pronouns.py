"""Suggestions are only suggestions: chosen ones are applied word by word and taken back exactly."""

from __future__ import annotations

import pytest

from models.standins.pronoun_cases import FORMS, Case, Pronoun, read_pronoun
from models.standins.pronouns import (
    Certainty,
    Change,
    NotAsBefore,
    Printed,
    SpokenText,
    Suggestion,
    Why,
    apply,
    suggest,
    undo,
    words_for_role,
)
from models.standins.sentences import Token

WORDS = {1: "She's", 2: "tired", 3: "of", 4: "her", 5: "work."}
SUBJECT = Suggestion((Change(1, "She's", "He's"),), "C", Certainty.LIKELY, Why.NAMED)
OWNER = Suggestion((Change(4, "her", "his"),), "C", Certainty.UNSURE, Why.CASE)


def test_chosen_suggestions_are_applied_and_taken_back() -> None:
    changed = apply(WORDS, [SUBJECT])
    assert changed == WORDS | {1: "He's"}
    assert undo(changed, [SUBJECT]) == WORDS
    both = apply(WORDS, [SUBJECT, OWNER])
    assert both == WORDS | {1: "He's", 4: "his"}
    assert undo(undo(both, [OWNER]), [SUBJECT]) == WORDS
    assert apply(WORDS, []) == WORDS
    assert WORDS[1] == "She's", "what is given is not changed"


def test_what_is_no_longer_as_it_was_is_refused() -> None:
    with pytest.raises(NotAsBefore):
        apply(apply(WORDS, [SUBJECT]), [SUBJECT])
    with pytest.raises(NotAsBefore):
        undo(WORDS, [SUBJECT])
    with pytest.raises(NotAsBefore):
        apply(WORDS, [Suggestion((Change(9, "she", "he"),), "C", Certainty.LIKELY, Why.NAMED)])
    other = Suggestion((Change(1, "She's", "They're"),), "T", Certainty.UNSURE, Why.NAMED)
    with pytest.raises(NotAsBefore):
        apply(WORDS, [SUBJECT, other])


def said(speaker: str, *tokens: tuple[str, str, str, int]) -> SpokenText:
    """A sentence by its tokens: text, tag, dependency, head."""
    made = tuple(
        Token(place, 0, text, tag, dep, head, 0) for place, (text, tag, dep, head) in enumerate(tokens)
    )
    return SpokenText(speaker, tuple(range(10, 10 + len(made))), tuple(one.text for one in made), made)


HE_LISTENED = (("he", "PRP", "nsubj", 1), ("listened", "VBD", "ROOT", 1))
THERAPIST = (("My", "PRP$", "poss", 1), ("therapist", "NN", "nsubj", 2), ("came", "VBD", "ROOT", 2))
BROTHER = (("My", "PRP$", "poss", 1), ("brother", "NN", "nsubj", 2), ("came", "VBD", "ROOT", 2))
PEOPLE = (
    Printed("C", Pronoun.HE, words_for_role("client"), "S1"),
    Printed("T", Pronoun.SHE, words_for_role("therapist")),
)


def suggested(*texts: SpokenText) -> list[tuple[str, str, str]]:
    every = frozenset(range(10, 40))
    return [(one.changes[0].after, one.person, one.certainty) for one in suggest(texts, PEOPLE, every)]


def test_who_was_named_last_is_meant_and_third_persons_keep_their_pronouns() -> None:
    assert suggested(said("S1", *THERAPIST, *HE_LISTENED)) == [("she", "T", "likely")]
    assert suggested(said("S1", *BROTHER, *HE_LISTENED)) == []
    assert suggested(said("S1", *THERAPIST), said("S1", *BROTHER), said("S1", *HE_LISTENED)) == [
        ("she", "T", "unsure")
    ]


def test_where_nobody_is_named_it_may_be_the_other_one_and_never_who_speaks() -> None:
    assert suggested(said("S1", *HE_LISTENED)) == [("she", "T", "unsure")]
    assert suggested(said("S1", ("she", "PRP", "nsubj", 0))) == [], "printed as she already"
    assert suggested(said("S2", *HE_LISTENED)) == [], "of two that can be meant nobody knows"


def test_only_wanted_words_get_suggestions() -> None:
    assert suggest([said("S1", *THERAPIST, *HE_LISTENED)], PEOPLE, frozenset({10, 11})) == ()


def test_every_case_has_one_form_and_is_read_back_from_it() -> None:
    for pronoun, forms in FORMS.items():
        assert set(forms) == set(Case)
        for case in (Case.SUBJECT, Case.REFLEXIVE):
            told = read_pronoun((Token(0, 0, forms[case], "PRP", "nsubj", 0, 0),), 0)
            assert told is not None
            assert (told.pronoun, told.case) == (pronoun, case)
    assert read_pronoun((Token(0, 0, "table", "NN", "ROOT", 0, 0),), 0) is None
