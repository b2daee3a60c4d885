"""Moments: what is said and coded at a stretch, as each may see it."""

from __future__ import annotations

from pathlib import Path

import pytest

from service.coding.moments import READ_MS, Moment, Stretch, moments_at
from service.coding.store import CodingStore, set_coded, withdraw
from service.coding.values import Coder
from service.coding.writing import writing
from tests.service.coding.test_codings import ANN, BEN, LEA, code, mark, store_at
from tests.service.conftest import INTERVIEW


@pytest.fixture
def store(tmp_path: Path) -> CodingStore:
    return store_at(f"sqlite:///{tmp_path / 'coding.sqlite'}")


def at(store: CodingStore, coder: Coder, *stretches: tuple[int, int]) -> tuple[Moment, ...]:
    with store.engine.connect() as connection:
        return moments_at(connection, coder, [Stretch(INTERVIEW, *one) for one in stretches])


def test_a_moment_says_where_it_is_what_is_said_and_by_whom(store: CodingStore) -> None:
    whole, second = at(store, ANN, (0, READ_MS), (4500, 5700))
    assert (whole.interview, whole.group, whole.role, whole.wave) == ("D03-T2", "D03", "T", 2)
    assert whole.text.startswith("How did it begin, Kari? He held my hand.")
    assert not whole.cut
    assert (whole.speaker, whole.first_word) == ("S2", 1)
    assert (second.text, second.speaker) == ("He held my", "S2")
    assert (second.first_word, second.last_word) == (6, 8)


def test_of_a_long_stretch_the_beginning_is_read_and_of_silence_nothing(store: CodingStore) -> None:
    long, silent = at(store, ANN, (0, READ_MS + 1), (900_000, 901_000))
    assert long.cut
    assert long.text
    assert (silent.text, silent.speaker, silent.speaker_role, silent.first_word) == ("", "", "", None)


def test_codings_there_are_seen_by_whom_they_may_be(store: CodingStore) -> None:
    sad = code(store, "sadness")
    ann, ben = mark(store, "ann", sad, 1, 3), mark(store, "ben", sad, 2, 6)
    span = (0, ben.anchor.end_ms)

    def seen(coder: Coder) -> set[str]:
        return {one.id for one in at(store, coder, span)[0].codings}

    assert (seen(ANN), seen(BEN), seen(LEA)) == ({ann.id}, {ben.id}, {ann.id, ben.id})
    with writing(store.engine) as connection:
        set_coded(connection, INTERVIEW, "ann", True)
    assert seen(ANN) == {ann.id}
    with writing(store.engine) as connection:
        set_coded(connection, INTERVIEW, "ben", True)
    assert seen(ANN) == {ann.id, ben.id}


def test_what_is_not_released_has_no_moments(store: CodingStore) -> None:
    with writing(store.engine) as connection:
        withdraw(connection, INTERVIEW)
    assert at(store, LEA, (0, 1000)) == ()


def test_many_stretches_keep_their_order(store: CodingStore) -> None:
    stretches = [(start, start + 400) for start in range(4000, 0, -4)]
    assert [(one.start_ms, one.end_ms) for one in at(store, ANN, *stretches)] == stretches
