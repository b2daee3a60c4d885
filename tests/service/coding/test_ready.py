"""Being ready: one's codings stay as they are until it is taken back."""

from __future__ import annotations

from pathlib import Path

import pytest

from service.coding import codebook, codings
from service.coding.codings import Place
from service.coding.store import CodingStore, set_coded
from service.coding.values import Refused
from service.coding.writing import writing
from tests.service.coding.test_codings import ANN, code, mark, new_id, seen, store_at, version
from tests.service.conftest import INTERVIEW


@pytest.fixture
def store(tmp_path: Path) -> CodingStore:
    return store_at(f"sqlite:///{tmp_path / 'coding.sqlite'}")


def test_whoever_is_ready_changes_no_coding_until_that_is_taken_back(store: CodingStore) -> None:
    care = code(store, "care")
    one, gone = mark(store, "ann", care), mark(store, "ann", care)
    with writing(store.engine) as connection:
        codings.remove_coding(connection, ANN, gone.id, 1)
        set_coded(connection, INTERVIEW, "ann", True)
        for act in (
            lambda: codings.add_coding(connection, "ann", INTERVIEW, new_id(), Place(1, 2), care),
            lambda: codings.change_coding(connection, ANN, one.id, 1, code=None, weight=None),
            lambda: codings.remove_coding(connection, ANN, one.id, 1),
            lambda: codings.restore_coding(connection, ANN, gone.id, 2),
        ):
            with pytest.raises(Refused, match="ready"), connection.begin_nested():
                act()
        again = codings.add_coding(connection, "ann", INTERVIEW, one.id, Place(1, 3), care)
        assert again == one, "what was sent before and is sent again is there"
        codings.add_coding(connection, "ben", INTERVIEW, new_id(), Place(1, 2), care)
    assert seen(store, ANN) == {one.id: one}
    with writing(store.engine) as connection:
        set_coded(connection, INTERVIEW, "ann", False)
        changed = codings.change_coding(connection, ANN, one.id, 1, code=None, weight=None)
    assert seen(store, ANN) == {one.id: changed}


def test_a_lead_revises_the_codebook_while_coders_are_ready(store: CodingStore) -> None:
    care, warmth = code(store, "care"), code(store, "warmth")
    one = mark(store, "ann", care)
    with writing(store.engine) as connection:
        set_coded(connection, INTERVIEW, "ann", True)
        codebook.merge_codes(connection, "lea", care, version(store, care), warmth)
    assert seen(store, ANN)[one.id].code == warmth
