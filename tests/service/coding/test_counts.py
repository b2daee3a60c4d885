"""How often codes were given: of codings that the reader may see, in released interviews."""

from __future__ import annotations

from pathlib import Path

import pytest

from service.coding import codings
from service.coding.counts import CodeCount, InInterview, count_codes
from service.coding.erasing import erase_codings
from service.coding.store import CodingStore, set_coded, withdraw
from service.coding.values import Coder
from service.coding.writing import writing
from tests.service.coding.test_codings import ANN, BEN, LEA, code, mark, store_at
from tests.service.conftest import INTERVIEW


@pytest.fixture
def store(tmp_path: Path) -> CodingStore:
    return store_at(f"sqlite:///{tmp_path / 'coding.sqlite'}")


def counted(store: CodingStore, reader: Coder) -> dict[str | None, CodeCount]:
    with store.engine.connect() as connection:
        return {one.code: one for one in count_codes(connection, reader)}


def here(codings: int) -> tuple[InInterview, ...]:
    return (InInterview("D03-T2", codings),)


def test_only_what_one_may_see_is_counted(store: CodingStore) -> None:
    care, warmth = code(store, "care"), code(store, "warmth")
    mark(store, "ann", care)
    gone = mark(store, "ann", care)
    mark(store, "ann", None)
    mark(store, "ben", warmth)
    with writing(store.engine) as connection:
        codings.remove_coding(connection, ANN, gone.id, 1)
    mine = {care: CodeCount(care, here(1)), None: CodeCount(None, here(1))}
    theirs = {warmth: CodeCount(warmth, here(1))}
    assert counted(store, ANN) == mine
    assert counted(store, BEN) == theirs
    assert counted(store, LEA) == mine | theirs
    with writing(store.engine) as connection:
        set_coded(connection, INTERVIEW, "ann", True)
    assert counted(store, ANN) == mine
    assert counted(store, BEN) == theirs
    with writing(store.engine) as connection:
        set_coded(connection, INTERVIEW, "ben", True)
    assert counted(store, ANN) == counted(store, BEN) == mine | theirs


def test_what_is_not_released_is_hidden_and_what_was_kept_is_told_to_leads(store: CodingStore) -> None:
    care = code(store, "care")
    mark(store, "ann", care)
    with writing(store.engine) as connection:
        withdraw(connection, INTERVIEW)
    assert counted(store, ANN) == {}
    assert counted(store, LEA) == {care: CodeCount(care, (), hidden=1)}
    with writing(store.engine) as connection:
        erase_codings(connection, INTERVIEW, keep=True)
    assert counted(store, ANN) == {}
    assert counted(store, LEA) == {care: CodeCount(care, (), kept=1)}
