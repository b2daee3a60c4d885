"""What quotes somebody who withdraws is emptied wherever it stands; what only talks of the same things stays."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from service.coding import codebook, memos, tables
from service.coding.codebook import CodeWords
from service.coding.erasing import erase_codings
from service.coding.quotes import Said
from service.coding.store import CodingStore
from service.coding.values import About
from service.coding.writing import writing
from tests.service.coding.test_codings import ANN, INTERVIEW, new_id, store_at

SAID = "He held my hand. I don't know why, but he held my hand."


@pytest.mark.parametrize(
    ("text", "quotes"),
    [
        ("as she says, “he HELD my hand… I don’t” know", True),
        ("held my hand. I don't", True),
        ("he held my hand", False),
        ("he held somebody's hand, and nobody knows why", False),
        ("", False),
        (None, False),
        (7, False),
    ],
)
def test_five_words_in_a_row_are_a_quote_however_they_are_written(text: object, quotes: bool) -> None:
    assert Said.of([SAID]).is_quoted_in(text) is quotes


def test_what_was_said_in_two_places_is_not_one_sentence() -> None:
    said = Said.of(["one two three", "four five six"])
    assert not said
    assert not said.is_quoted_in("one two three four five six")
    assert Said.of(["one two three", "four five six"], 3).is_quoted_in("and four five six")


@pytest.mark.parametrize("keep", [False, True])
def test_memos_on_something_else_lose_what_they_quote_in_past_versions_too(
    tmp_path: Path, keep: bool
) -> None:
    store: CodingStore = store_at(f"sqlite:///{tmp_path / 'coding.sqlite'}")
    ids = {name: new_id() for name in ("now", "before", "never")}
    with writing(store.engine) as connection:
        care = codebook.add_code(connection, "ann", new_id(), CodeWords("care"))
        memos.add_memo(connection, ANN, ids["now"], About.CODE, care.id, f"such as: {SAID}")
        memos.add_memo(connection, ANN, ids["before"], About.STUDY, "", f"I thought of: {SAID}")
        memos.edit_memo(connection, ANN, ids["before"], 1, "I think otherwise")
        memos.add_memo(connection, ANN, ids["never"], About.CODE, care.id, "it is about hands")
        erase_codings(connection, INTERVIEW, keep=keep)
    with store.engine.connect() as connection:
        memo, past = tables.memo, tables.memo_change
        left = {row.id: row.text for row in connection.execute(sa.select(memo))}
        texts = {(row.memo_id, row.version): row.text for row in connection.execute(sa.select(past))}
    assert left == {
        ids["now"]: "",
        ids["before"]: "I think otherwise",
        ids["never"]: "it is about hands",
    }
    assert texts == {
        (ids["now"], 1): "",
        (ids["before"], 1): "",
        (ids["before"], 2): "I think otherwise",
        (ids["never"], 1): "it is about hands",
    }
