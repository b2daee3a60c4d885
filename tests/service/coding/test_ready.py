"""Being ready: one's codings stay as they are until it is taken back."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from service.coding import codebook, codings, tables
from service.coding.codings import Place
from service.coding.seeing import changed_after_seeing, seen_others
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


def test_what_was_seen_is_kept_when_ready_is_taken_back(store: CodingStore) -> None:
    care = code(store, "care")
    blind, merged = mark(store, "ann", None), mark(store, "ann", care)
    with writing(store.engine) as connection:
        set_coded(connection, INTERVIEW, "ann", True)
        assert seen_others(connection, INTERVIEW) == {}
        set_coded(connection, INTERVIEW, "ben", True)
        since = seen_others(connection, INTERVIEW)
        assert set(since) == {"ann", "ben"}
        set_coded(connection, INTERVIEW, "ann", False)
        set_coded(connection, INTERVIEW, "ann", True)
        set_coded(connection, INTERVIEW, "ann", False)
        assert seen_others(connection, INTERVIEW) == since
        assert changed_after_seeing(connection, INTERVIEW) == frozenset()
    later, warmth = mark(store, "ann", None), code(store, "warmth")
    with writing(store.engine) as connection:
        codebook.merge_codes(connection, "lea", care, version(store, care), warmth)
        assert changed_after_seeing(connection, INTERVIEW) == {later.id}
        codings.change_coding(connection, ANN, blind.id, 1, code=warmth, weight=None)
        codings.remove_coding(connection, ANN, later.id, 1)
        assert changed_after_seeing(connection, INTERVIEW) == {blind.id, later.id}
        assert merged.id not in changed_after_seeing(connection, INTERVIEW)


def test_who_were_ready_together_is_kept_also_where_neither_knew_of_the_other(store: CodingStore) -> None:
    now = datetime.now(UTC)
    with writing(store.engine) as connection:
        for who in ("ann", "ben"):
            connection.execute(sa.insert(tables.ready).values(interview_id=INTERVIEW, coder=who, at=now))
        assert seen_others(connection, INTERVIEW) == {}
        set_coded(connection, INTERVIEW, "ann", False)
        assert set(seen_others(connection, INTERVIEW)) == {"ann", "ben"}


def test_two_who_are_ready_at_once_know_of_each_other(store: CodingStore) -> None:
    """On PostgreSQL the second waits; on SQLite there is one writer anyway."""
    begun, both = threading.Event(), threading.Barrier(2)

    def say(who: str, first: bool) -> None:
        both.wait(10)
        if not first:
            begun.wait(10)
        with writing(store.engine) as connection:
            set_coded(connection, INTERVIEW, who, True)
            begun.set()
            if first:
                time.sleep(0.3)

    threads = [threading.Thread(target=say, args=one) for one in (("ann", True), ("ben", False))]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    with store.engine.connect() as connection:
        assert set(seen_others(connection, INTERVIEW)) == {"ann", "ben"}
