"""How much texts mean the same."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models import text_likeness
from models.text_embedding import TextVectors
from models.text_likeness import likeness
from tests.models.plain_vectors import embed

SAID = ["where do you work", "how do you sleep", "have you been around anyone else"]
ASKED = ["what is your occupation", "is your rest good", "have you been abroad"]


def test_there_is_a_figure_for_each_pair() -> None:
    assert likeness(embed(SAID), embed(ASKED[:2])).shape == (3, 2)


def test_a_text_is_as_alike_as_can_be_to_itself() -> None:
    figures = likeness(embed(SAID), embed(SAID))
    assert np.diag(figures) == pytest.approx(np.ones(3), abs=1e-5)
    assert (figures <= 1 + 1e-5).all()


def test_the_same_in_other_words_is_nearest() -> None:
    figures = likeness(embed(SAID), embed(ASKED))
    assert figures[0].argmax() == 0
    assert figures[1].argmax() == 1


def test_a_rare_word_in_common_weighs_more_than_a_frequent_one() -> None:
    every = ["which river", "which bridge", "which lake", "which island"]
    frequent_alone, rare = likeness(embed([*every, "a bridge"]), embed(["which bridge"]))[[0, 4], 0]
    assert rare > frequent_alone


def test_portions_are_whole_texts() -> None:
    texts = [(1,) * 5000, (2,), (3,) * 4095, (4,)]
    assert text_likeness._portions(texts) == [(0, 1), (1, 3), (3, 4)]


@settings(max_examples=30, deadline=None)
@given(st.lists(st.sampled_from([*SAID, *ASKED, "yes", "?"]), min_size=1, max_size=30))
def test_a_text_said_in_portions_is_as_alike_as_in_one_go(texts: list[str]) -> None:
    """The text fills several portions when it is said often enough; how often does not change its vectors."""
    vectors = embed(texts)
    often = 1 + text_likeness._ROWS_AT_A_TIME // len(np.concatenate(vectors.piece_vectors))
    many = TextVectors(
        np.tile(vectors.texts, (often, 1)), vectors.pieces * often, vectors.piece_vectors * often
    )
    figures = likeness(many, embed(ASKED))
    assert figures == pytest.approx(np.tile(figures[: len(texts)], (often, 1)), abs=1e-5)


def test_nothing_said_has_no_figures() -> None:
    assert likeness(TextVectors(np.zeros((0, 64), np.float32), (), ()), embed(ASKED)).shape == (0, 3)
