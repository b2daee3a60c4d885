"""What a withdrawal takes out of texts that are not of the interview: names, examples, memos elsewhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from service.coding import codebook, memos
from service.coding.codebook import CodeWords
from service.coding.erasing import count_coded, erase_codings
from service.coding.quotes import quotes, runs, without_quotes
from service.coding.store import CodingStore
from service.coding.values import About, NotThere
from service.coding.writing import writing
from tests.service.coding.test_codings import ANN, LEA, code, everything, new_id, store_at
from tests.service.conftest import CONVERSATION, INTERVIEW, make_transcript

SAID = runs("It was like walking on eggshells, every single day of that year.", 5)


@pytest.fixture
def store(tmp_path: Path) -> CodingStore:
    return store_at(f"sqlite:///{tmp_path / 'coding.sqlite'}")


def said(words: int, start: int = 0) -> str:
    longest = max(make_transcript(*CONVERSATION).utterances, key=lambda one: len(one.words))
    return " ".join(word.text for word in longest.words[start : start + words])


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (
            "She felt it: “like walking, on eggshells every SINGLE day”, she says.",
            "She felt it: [withdrawn] she says.",
        ),
        ("walking on eggshells every", "walking on eggshells every"),
        ("like walking on eggshells every, it was like walking on eggshells", "[withdrawn]"),
        ("a\nlike walking on eggshells every\nb", "a\n[withdrawn]\nb"),
        ("", ""),
    ],
)
def test_five_words_in_a_row_are_taken_out_of_a_memo(text: str, left: str) -> None:
    assert without_quotes(text, SAID, 5) == left
    assert quotes(text, SAID, 5) == (text != left)


def test_a_name_that_quotes_becomes_withdrawn_in_every_version(store: CodingStore) -> None:
    code(store, "withdrawn 4")
    vivo, other, short = code(store, said(5)), code(store, f"{said(6)} again"), code(store, said(4))
    theme = new_id()
    with writing(store.engine) as connection:
        codebook.edit_code(connection, "lea", vivo, 2, CodeWords(name="eggshells"))
        codebook.put_theme(connection, "lea", theme, None, f"about {said(5)}", "", [vivo])
        assert count_coded(connection, [INTERVIEW]).quoting == 3
        erase_codings(connection, INTERVIEW, keep=False)
        erase_codings(connection, INTERVIEW, keep=False)
        book, before = codebook.current(connection), codebook.at_version(connection, 4)
    assert said(5) not in everything(store)
    names = {one.id: one.name for one in book.codes}
    assert (names[vivo], names[short]) == ("eggshells", said(4))
    old = {one.id: one.name for one in before.codes}
    numbered = {old[vivo], names[other], next(one.name for one in book.themes)}
    assert numbered == {"withdrawn 5", "withdrawn 6", "withdrawn 7"}
    assert old[other] == names[other]


def test_memos_elsewhere_lose_what_they_quote_and_keep_the_rest(store: CodingStore) -> None:
    care, memo_id = code(store, "care"), new_id()
    with writing(store.engine) as connection:
        memos.add_memo(connection, ANN, memo_id, About.CODE, care, f"So “{said(5)}” is the xylophone.")
        memos.edit_memo(connection, ANN, memo_id, 1, f"{said(7)} is the xylophone.")
        erase_codings(connection, INTERVIEW, keep=True)
        left = [one.text for one in memos.memo_history(connection, LEA, memo_id)]
        with pytest.raises(NotThere):
            memos.memo_history(connection, LEA, new_id())
    assert left == ["So [withdrawn] is the xylophone.", "[withdrawn] is the xylophone."]
    assert said(5) not in everything(store)
