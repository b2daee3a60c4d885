"""When a file counts as completely copied."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from service.intake.folder import Version
from service.intake.settling import Settling

DONE = Version(100, 7)


def test_one_look_is_never_enough() -> None:
    assert Settling(5).observe("a", DONE, at=1000.0) == 5


def test_a_file_that_stays_the_same_for_the_settling_time_is_ready() -> None:
    settling = Settling(5)
    settling.observe("a", DONE, at=0)
    assert settling.observe("a", DONE, at=3) == 2
    assert settling.observe("a", DONE, at=5) == 0


def test_a_change_of_size_or_time_begins_the_wait_anew() -> None:
    settling = Settling(5)
    settling.observe("a", DONE, at=0)
    assert settling.observe("a", Version(101, 7), at=4) == 5
    assert settling.observe("a", Version(101, 8), at=8) == 5
    assert settling.observe("a", Version(101, 8), at=13) == 0


def test_a_file_that_was_gone_meanwhile_begins_anew() -> None:
    settling = Settling(5)
    settling.observe("a", DONE, at=0)
    settling.keep_only(["b"])
    assert settling.observe("a", DONE, at=60) == 5


def test_files_settle_each_by_itself() -> None:
    settling = Settling(5)
    settling.observe("a", DONE, at=0)
    settling.observe("b", DONE, at=4)
    assert settling.observe("a", DONE, at=5) == 0
    assert settling.observe("b", DONE, at=5) == 4


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 4)), max_size=30))
def test_ready_means_seen_the_same_at_every_look_for_the_settling_time(looks: list[tuple[int, int]]) -> None:
    settling, at = Settling(5), 0
    streak: tuple[int, int] | None = None
    for size, step in looks:
        at += step
        if streak is None or streak[0] != size:
            streak = (size, at)
        ready = settling.observe("a", Version(size, 0), at) == 0
        assert ready == (at - streak[1] >= 5)
