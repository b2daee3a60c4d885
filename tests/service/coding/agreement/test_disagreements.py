"""Where two coders disagree: found as what one would decide about."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from service.coding.agreement.disagreements import Disagreement, Found, Kind, find_disagreements
from service.coding.agreement.values import Mark, Pair
from tests.service.coding.agreement.made import compared

PAIR = Pair.of("ben", "ann")
LONG_MS = 100_000


def found(first: list[Mark], second: list[Mark], tolerance_ms: int = 0) -> Found:
    return find_disagreements(compared(first, second, LONG_MS), tolerance_ms)


def test_a_pair_has_one_order() -> None:
    assert (PAIR.first, PAIR.second) == ("ann", "ben")


def test_what_only_one_coded_is_one_disagreement() -> None:
    (one,) = found([Mark("a", 1000, 5000)], []).disagreements
    assert (one.kind, one.start_ms, one.end_ms, one.second) == (Kind.ONE_ONLY, 1000, 5000, ())


def test_edges_that_differ_are_one_disagreement_unless_they_are_near() -> None:
    first, second = [Mark("a", 1000, 5000)], [Mark("a", 1400, 6000)]
    (one,) = found(first, second).disagreements
    assert (one.kind, one.start_ms, one.end_ms) == (Kind.EDGES, 1000, 6000)
    near = found(first, second, tolerance_ms=1000)
    assert (near.disagreements, near.agreed) == ((), (Mark("a", 1400, 5000),))
    assert len(found(first, second, tolerance_ms=999).disagreements) == 1


def test_another_code_on_the_same_stretch_is_one_disagreement_of_both() -> None:
    (one,) = found([Mark("a", 1000, 5000)], [Mark("b", 2000, 9000)]).disagreements
    assert (one.kind, one.start_ms, one.end_ms) == (Kind.ANOTHER_CODE, 1000, 9000)
    assert (one.first, one.second) == ((Mark("a", 1000, 5000),), (Mark("b", 2000, 9000),))
    apart = found([Mark("a", 1000, 5000)], [Mark("b", 4000, 9000)]).disagreements
    assert [one.kind for one in apart] == [Kind.ONE_ONLY, Kind.ONE_ONLY]


def test_each_goes_with_the_one_with_which_it_shares_most() -> None:
    first = [Mark("a", 0, 10_000)]
    second = [Mark("b", 0, 10_000), Mark("c", 4000, 10_000)]
    kinds = {
        tuple(mark.code for mark in (*one.first, *one.second)): one.kind
        for one in found(first, second).disagreements
    }
    assert kinds == {("a", "b"): Kind.ANOTHER_CODE, ("c",): Kind.ONE_ONLY}


def test_one_long_stretch_against_two_short_ones_is_about_edges() -> None:
    (one,) = found([Mark("a", 0, 9000)], [Mark("a", 0, 4000), Mark("a", 5000, 9000)]).disagreements
    assert (one.kind, len(one.first), len(one.second)) == (Kind.EDGES, 1, 2)


def test_the_key_says_who_marked_what() -> None:
    (one,) = found([Mark("a", 1000, 5000)], []).disagreements
    (same,) = found([Mark("a", 1000, 3000), Mark("a", 3000, 5000)], []).disagreements
    (longer,) = found([Mark("a", 1000, 5001)], []).disagreements
    (other,) = found([], [Mark("a", 1000, 5000)]).disagreements
    assert one.key(PAIR) == same.key(PAIR)
    assert len({each.key(PAIR) for each in (one, longer, other)}) == 3
    assert one.key(PAIR) != one.key(Pair.of("ann", "cleo"))


marks = st.lists(
    st.builds(
        lambda code, start, length: Mark(code, start, start + length),
        st.sampled_from("abc"),
        st.integers(0, 50_000),
        st.integers(1, 20_000),
    ),
    max_size=8,
)


@given(marks, marks, st.integers(0, 5000))
def test_nothing_is_lost_and_nothing_is_both_agreed_and_open(
    first: list[Mark], second: list[Mark], tolerance_ms: int
) -> None:
    """Every ms that a coder gave a code is in a stretch that both agree on, or in a disagreement of that code, or
    within the tolerance of such edges."""
    told = found(first, second, tolerance_ms)
    for side in (0, 1):
        for mark in (first, second)[side]:
            alike = [one for one in told.agreed if one.code == mark.code]
            differing = [
                one for each in told.disagreements for one in _side(each, side) if one.code == mark.code
            ]
            for ms in (mark.start_ms, (mark.start_ms + mark.end_ms) // 2, mark.end_ms - 1):
                in_alike = any(one.start_ms - tolerance_ms <= ms < one.end_ms + tolerance_ms for one in alike)
                in_differing = any(one.start_ms <= ms < one.end_ms for one in differing)
                assert in_alike or in_differing
    swapped = found(second, first, tolerance_ms)
    assert len(swapped.disagreements) == len(told.disagreements)
    assert swapped.agreed == told.agreed


def _side(one: Disagreement, side: int) -> tuple[Mark, ...]:
    return (one.first, one.second)[side]


@given(marks)
def test_who_marks_the_same_has_nothing_to_decide(both: list[Mark]) -> None:
    assert found(both, both).disagreements == ()
