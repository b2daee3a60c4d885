"""A list of codes is added as one change, and undone as one."""

from __future__ import annotations

from pathlib import Path

import pytest

from service.coding import codebook
from service.coding.codebook import Listed
from service.coding.store import CodingStore
from service.coding.values import CodeState, Overtaken, Refused
from service.coding.writing import writing
from tests.service.coding.test_codings import code, mark, new_id, store_at


@pytest.fixture
def store(tmp_path: Path) -> CodingStore:
    return store_at(f"sqlite:///{tmp_path / 'coding.sqlite'}")


def used(store: CodingStore) -> dict[str, str | None]:
    with store.engine.connect() as connection:
        book = codebook.current(connection)
    return {one.name: one.parent for one in book.codes if one.state is CodeState.USED}


def test_a_list_is_one_change_that_is_undone_at_once(store: CodingStore) -> None:
    there, care, small, warmth = code(store, "closeness"), new_id(), new_id(), new_id()
    listed = [
        Listed(care, " care ", there, "looking after"),
        Listed(small, "small care", care),
        Listed(warmth, "warmth"),
    ]
    for _ in range(2):
        with writing(store.engine) as connection:
            added = codebook.add_codes(connection, "ann", listed)
    assert [one.version for one in added] == [2, 2, 2]
    assert added[0].definition == "looking after"
    assert used(store) == {"closeness": None, "care": there, "small care": care, "warmth": None}
    with writing(store.engine) as connection:
        [change] = codebook.changes(connection, after=1)
        assert (change.number, change.act, len(change.after.codes)) == (2, "codes_added", 3)
        codebook.undo_change(connection, "lea", 2)
    assert used(store) == {"closeness": None}


def test_a_list_that_can_not_be_added_adds_nothing(store: CodingStore) -> None:
    care = code(store, "care")
    for listed, problem in (
        ([Listed(new_id(), "warmth"), Listed(new_id(), "Care")], Refused),
        ([Listed(new_id(), "warmth"), Listed(new_id(), "warmth")], Refused),
        ([Listed(new_id(), "warmth", new_id())], Refused),
        ([Listed(new_id(), "warmth"), Listed(care, "cares")], Overtaken),
    ):
        with pytest.raises(problem), writing(store.engine) as connection:
            codebook.add_codes(connection, "ann", listed)
    assert used(store) == {"care": None}
    with store.engine.connect() as connection:
        assert codebook.current(connection).version == 1


def test_a_list_is_not_undone_where_something_is_coded_with_it(store: CodingStore) -> None:
    care = new_id()
    with writing(store.engine) as connection:
        codebook.add_codes(connection, "ann", [Listed(care, "care"), Listed(new_id(), "warmth")])
    mark(store, "ann", care)
    with pytest.raises(Refused, match="coded with"), writing(store.engine) as connection:
        codebook.undo_change(connection, "lea", 1)
    assert set(used(store)) == {"care", "warmth"}
