"""The list of all memos: what a reader may see of them, found by their words."""

from __future__ import annotations

from pathlib import Path

import pytest

from service.coding import memos
from service.coding.erasing import erase_codings
from service.coding.memos import Listed, all_memos
from service.coding.store import CodingStore, set_coded, withdraw
from service.coding.values import About, Coder, NotThere
from service.coding.writing import writing
from tests.service.coding.test_codings import ANN, BEN, LEA, code, mark, new_id, release, store_at
from tests.service.conftest import CONVERSATION, INTERVIEW, make_transcript


@pytest.fixture
def store(tmp_path: Path) -> CodingStore:
    return store_at(f"sqlite:///{tmp_path / 'coding.sqlite'}")


def write(store: CodingStore, writer: Coder, about: About, subject: str, text: str) -> str:
    memo_id = new_id()
    with writing(store.engine) as connection:
        memos.add_memo(connection, writer, memo_id, about, subject, text)
    return memo_id


def ready(store: CodingStore, *coders: str) -> None:
    with writing(store.engine) as connection:
        for coder in coders:
            set_coded(connection, INTERVIEW, coder, True)


def listed(store: CodingStore, reader: Coder, text: str = "", about: About | None = None) -> list[Listed]:
    with store.engine.connect() as connection:
        return list(all_memos(connection, reader, text=text, about=about))


def texts(store: CodingStore, reader: Coder) -> set[str]:
    return {one.memo.text for one in listed(store, reader)}


def test_memos_are_listed_with_what_they_are_about_and_found_by_words(store: CodingStore) -> None:
    care = code(store, "care")
    write(store, ANN, About.CODE, care, "Closeness, naïvely.")
    write(store, ANN, About.INTERVIEW, INTERVIEW, "a slow one")
    write(store, ANN, About.PARTICIPANT, "D03-T", "of the therapist")
    write(store, ANN, About.STUDY, "", "where this goes")
    found = [(one.named, one.interview) for one in listed(store, ANN)]
    assert found == [("", None), ("D03-T", None), ("D03-T2", "D03-T2"), ("care", None)]
    assert [one.named for one in listed(store, BEN, "naively")] == ["care"]
    assert [one.memo.text for one in listed(store, ANN, about=About.STUDY)] == ["where this goes"]


def test_memos_on_interviews_and_codings_are_blind_until_both_are_ready(store: CodingStore) -> None:
    one = mark(store, "ann", None)
    write(store, ANN, About.CODING, one.id, "on a coding")
    hidden = write(store, ANN, About.INTERVIEW, INTERVIEW, "on the interview")
    assert texts(store, BEN) == set()
    with store.engine.connect() as connection, pytest.raises(NotThere):
        memos.memo_history(connection, BEN, hidden)
    ready(store, "ann")
    assert texts(store, BEN) == set()
    ready(store, "ben")
    assert texts(store, BEN) == {"on a coding", "on the interview"}


def test_a_memo_on_a_coding_that_one_may_not_see_stays_hidden(store: CodingStore) -> None:
    one = mark(store, "ann", None)
    write(store, LEA, About.CODING, one.id, "what a lead says of it")
    ready(store, "lea", "ben")
    assert texts(store, BEN) == set()
    with store.engine.connect() as connection:
        assert memos.memos_in(connection, BEN, INTERVIEW) == ()
    ready(store, "ann")
    assert texts(store, BEN) == texts(store, ANN) == {"what a lead says of it"}


def test_what_is_taken_back_is_hidden_and_what_is_kept_is_for_leads_and_its_writer(
    store: CodingStore,
) -> None:
    write(store, ANN, About.INTERVIEW, INTERVIEW, "my own xylophone")
    write(store, ANN, About.GROUP, "D03", "of the group")
    with writing(store.engine) as connection:
        withdraw(connection, INTERVIEW)
    assert texts(store, ANN) == texts(store, LEA) == set()
    release(store, make_transcript(*CONVERSATION))
    assert texts(store, ANN) == {"my own xylophone", "of the group"}
    with writing(store.engine) as connection:
        erase_codings(connection, INTERVIEW, keep=True)
        withdraw(connection, INTERVIEW)
    assert [(one.named, one.interview) for one in listed(store, LEA)] == [("", None)]
    assert texts(store, ANN) == texts(store, LEA) == {"my own xylophone"}
    assert texts(store, BEN) == set()
