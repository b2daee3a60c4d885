"""The table of kinds is whole."""

from __future__ import annotations

import pytest

from models.markers import HEARD_KINDS
from models.markers.pauses import AFTER_QUESTION, BEFORE_ANSWER, BETWEEN_TURNS, WITHIN_TURN, find_pauses
from models.markers.table import RULES, STRENGTHS
from models.values import MarkerKind, Span
from tests.models.markers.made import utterance


def test_every_kind_has_one_rule_and_a_unit():
    found = [kind for rule in RULES for kind in rule.kinds]
    assert sorted([*found, MarkerKind.FILLER, MarkerKind.DIMENSIONS]) == sorted(MarkerKind)
    assert set(STRENGTHS) == set(MarkerKind)


def test_what_words_and_turns_make_is_not_heard():
    assert {MarkerKind.PAUSE, MarkerKind.RATE, MarkerKind.LOUDNESS, MarkerKind.INAUDIBLE}.isdisjoint(
        HEARD_KINDS
    )


@pytest.mark.parametrize(
    ("text", "second", "subtype"),
    [
        ("well", "S1", WITHIN_TURN),
        ("well.", "S2", BETWEEN_TURNS),
        ("well?", "S2", BEFORE_ANSWER),
        ('well?"', "S2", BEFORE_ANSWER),
        ("well?", "S1", AFTER_QUESTION),
    ],
)
def test_a_pause_says_what_it_stands_between(text: str, second: str, subtype: str):
    spoken = [utterance(1, "S1", 0, 1_000, text), utterance(2, second, 3_000, 4_000)]
    (found,) = find_pauses(spoken, [Span(0, 1_000), Span(3_000, 4_000)], [], 1_000)
    assert found.subtype == subtype


def test_a_question_within_an_utterance_that_goes_on_was_not_left_open():
    spoken = [utterance(1, "S1", 0, 4_000, "why?", "because", "of", "that?")]
    (found,) = find_pauses(spoken, [Span(0, 1_000), Span(2_500, 4_000)], [], 1_000)
    assert found.subtype == WITHIN_TURN
