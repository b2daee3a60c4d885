"""The coefficients equal published worked examples, the package `krippendorff`, and what is counted by hand."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import krippendorff
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.coding.agreement.comparing import agreement
from service.coding.agreement.unitizing import alpha_u, unitized
from service.coding.agreement.values import Agreed, Compared, Mark, Reason, UsedBy
from tests.service.coding.agreement.made import compared, of_table, of_units


def overall(one: Compared) -> Agreed:
    return agreement([one]).overall


def test_kappa_of_the_example_of_cohen_1960() -> None:
    """Table 2 there: 200 cases, three values, kappa .492."""
    found = overall(of_table([[88, 14, 18], [10, 40, 10], [2, 6, 12]]))
    assert found.percent.value == pytest.approx(0.70)
    assert found.kappa.value == pytest.approx(0.492, abs=0.0005)


def test_kappa_of_the_fifty_grants() -> None:
    """The example of Wikipedia's article on Cohen's kappa: two readers, 50 applications, kappa .40."""
    found = overall(of_table([[20, 5], [10, 15]]))
    assert (found.percent.value, found.kappa.value) == pytest.approx((0.7, 0.4))


@pytest.mark.parametrize(
    ("first", "second", "published"),
    [
        ("0100000010", "1110010000", 0.095),
        ("aabbdcccedda", "babbbccceddd", 0.692),
    ],
)
def test_alpha_of_the_examples_of_krippendorff_2011(first: str, second: str, published: float) -> None:
    """Sections A (binary, Meg and Owen) and B (nominal, Ben and Gerry) there."""
    found = overall(of_units(list(first), list(second)))
    assert found.alpha.value == pytest.approx(published, abs=0.0005)


# Krippendorff: On the reliability of unitizing contiguous data. Sociological Methodology 25 (1995), page 57:
# 24 units; 1 is marked, 0 is a gap.
BERTHA, BILL = "001111111100001111110000", "000011110000000110000000"
JOHN, JILL = "111111111111111111000000", "111111111100000000000000"
GERRET, GILL = "001111110011001111001100", "110011110011110011001100"


@pytest.mark.parametrize(
    ("first", "second", "kappa"), [(BERTHA, BILL, 0.385), (JOHN, JILL, 0.385), (GERRET, GILL, 0.314)]
)
def test_of_the_examples_of_krippendorff_1995_cut_into_units(first: str, second: str, kappa: float) -> None:
    one = of_units(_marked(first), _marked(second))
    (code,) = agreement([one]).codes
    assert code.kappa.value == pytest.approx(kappa, abs=0.0005)
    if first is BERTHA:
        assert code.alpha.value == pytest.approx(0.329, abs=0.0005)


def _marked(text: str) -> list[str]:
    return ["marked" if one == "1" else "" for one in text]


# The reference: the equations as they are printed, unit by unit and ms by ms, for any number of coders.


def equations(coders: Sequence[Sequence[tuple[str, int, int]]], length: int) -> float:
    """u-alpha by equations 1 to 5 of Krippendorff et al. (2016), of units (value, start, end) that do not overlap."""
    continua = [_with_gaps(units, length) for units in coders]
    values = sorted({unit[0] for one in continua for unit in one})
    place = {value: number for number, value in enumerate(values)}
    observed = np.zeros((len(values), len(values)))
    own = np.zeros(len(values))
    for i, one in enumerate(continua):
        for value, start, end in one:
            own[place[value]] += (end - start) ** (2 if value else 1)
            for j, other in enumerate(continua):
                for with_value, begin, stop in other if i != j else ():
                    shared = max(0, min(end, stop) - max(start, begin))
                    observed[place[value], place[with_value]] += shared / (len(continua) - 1)
    margins, total = observed.sum(0), observed.sum()
    expected = total * (np.outer(margins, margins) - np.diag(own)) / (total**2 - own.sum())
    return float(1 - (total - np.trace(observed)) / (total - np.trace(expected)))


def _with_gaps(units: Sequence[tuple[str, int, int]], length: int) -> list[tuple[str, int, int]]:
    found, at = [], 0
    for value, start, end in sorted(units, key=lambda one: one[1]):
        found += [("", at, start)] if start > at else []
        found.append((value, start, end))
        at = end
    return found + ([("", at, length)] if at < length else [])


def test_the_equations_as_written_give_what_another_program_gives() -> None:
    """Three coders and a continuum of 20: u-alpha .474, and .433 with all values as one, by a program of others' that
    follows the same paper (its documentation states these)."""
    three = [
        [("1", 2, 5), ("1", 9, 11), ("2", 12, 20)],
        [("1", 2, 5), ("2", 7, 15)],
        [("1", 2, 5), ("2", 10, 15)],
    ]
    assert equations(three, 20) == pytest.approx(0.474, abs=0.0005)
    as_one = [[("any", start, end) for _, start, end in units] for units in three]
    assert equations(as_one, 20) == pytest.approx(0.433, abs=0.0005)


def test_unitizing_alpha_counted_by_hand() -> None:
    """A continuum of 10 s; the one marks 2 to 6, the other 4 to 8.

    Both mark 2 s, neither 4 s, each alone 2 s. Of l = 20 s, 8 s are marked and 12 s are gaps. Observed off the
    diagonal are 4 s, and 8 s as each is seen from both coders. S, in ms, is 2 * 4000² for the units and 12,000 for
    the gaps: l² - S = 4e8 - 32,012,000 = 367,988,000. Expected off the diagonal:
    20,000 * 2 * 8000 * 12,000 / 367,988,000 = 10,435.12 ms. So alpha is 1 - 8000 / 10,435.12 = 0.2334.
    """
    one = compared([Mark("a", 2000, 6000)], [Mark("a", 4000, 8000)], 10_000)
    found = overall(one)
    assert found.unitizing_alpha.value == pytest.approx(1 - 8000 / 10_435.12, abs=1e-6)
    assert (found.first_ms, found.second_ms, found.both_ms) == (4000, 4000, 2000)
    assert found.unitizing_alpha.value == agreement([one]).codes[0].unitizing_alpha.value


def test_alpha_u_of_the_example_of_krippendorff_2004() -> None:
    """Page 254 there: two observers, codes c and k that overlap, a continuum of 300. It states observed .0144 and
    expected .0532 on c, .0000 and .0490 on k, alpha_U .7286 on c from these rounded ones, 1 on k, .8591 on both."""
    begin = 150
    first = [("c", 225, 70), ("c", 370, 30), ("k", 180, 60), ("k", 300, 50)]
    second = [("c", 220, 80), ("c", 355, 20), ("c", 400, 20), ("k", 180, 60), ("k", 300, 50)]
    sides = [
        [Mark(code, at - begin, at - begin + long) for code, at, long in side] for side in (first, second)
    ]
    found = agreement([compared(sides[0], sides[1], 300, unit_ms=1)])
    assert found.codes[0].alpha_u.value == pytest.approx(0.7286, abs=0.0002)
    assert found.codes[1].alpha_u.value == 1
    assert found.overall.alpha_u.value == pytest.approx(0.859, abs=0.0005)
    for code, published in (("c", (0.0144, 0.0532)), ("k", (0.0, 0.0490))):
        one, other = (
            tuple((mark.start_ms, mark.end_ms) for mark in side if mark.code == code) for side in sides
        )
        observed, expected = unitized([one], [other], [300]).disagreement(np.ones((1, 1)))
        assert (observed[0], expected[0]) == pytest.approx(published, abs=0.00005)


@pytest.mark.parametrize(
    ("first", "second", "published"),
    [
        ([(2, 10), (14, 20)], [(4, 8), (15, 17)], 0.553),
        (
            [(0, 2), (2, 10), (10, 14), (14, 20), (20, 24)],
            [(0, 4), (4, 8), (8, 15), (15, 17), (17, 24)],
            0.066,
        ),
    ],
)
def test_alpha_u_of_examples_of_krippendorff_1995(
    first: list[tuple[int, int]], second: list[tuple[int, int]], published: float
) -> None:
    """Pairs A and D there, page 57, of a continuum that is cut ever finer."""
    finer = 1_000_000
    one, other = (tuple((start * finer, end * finer) for start, end in side) for side in (first, second))
    observed, expected = unitized([one], [other], [24 * finer]).disagreement(np.ones((1, 1)))
    assert alpha_u(observed, expected)[0] == pytest.approx(published, abs=0.0005)


units = st.lists(st.sampled_from(["", "a", "b", "c"]), min_size=1, max_size=40)


@given(st.data())
def test_alpha_is_that_of_the_package(data: st.DataObject) -> None:
    first = data.draw(units)
    second = data.draw(st.lists(st.sampled_from(["", "a", "b"]), min_size=len(first), max_size=len(first)))
    found = overall(of_units(first, second)).alpha.value
    values = ["", "a", "b", "c"]
    table = np.array([[values.index(value) for value in one] for one in (first, second)], dtype=float)
    if len(np.unique(table)) == 1:
        assert found is None
    else:
        assert found == pytest.approx(krippendorff.alpha(table, level_of_measurement="nominal"))


@given(st.data())
def test_unitizing_alpha_is_that_of_the_equations_as_written(data: st.DataObject) -> None:
    length = data.draw(st.integers(1, 60))
    both = [data.draw(_units(length)) for _ in range(2)]
    one = compared(*([Mark(*unit) for unit in each] for each in both), duration_ms=length, unit_ms=1)  # type: ignore[misc]
    found = overall(one).unitizing_alpha.value
    if found is not None:
        assert found == pytest.approx(equations(both, length))


@st.composite
def _units(draw: st.DrawFn, length: int) -> list[tuple[str, int, int]]:
    """Units that do not overlap; neighbours that touch have different values, as one value makes them one unit."""
    cuts = sorted(draw(st.sets(st.integers(0, length), max_size=8)))
    found: list[tuple[str, int, int]] = []
    for start, end in itertools.pairwise(cuts):
        value = draw(st.sampled_from(["", "a", "b"]))
        if value and not (found and found[-1][0] == value and found[-1][2] == start):
            found.append((value, start, end))
    return found


marks = st.lists(
    st.builds(
        lambda code, start, length: Mark(code, start, start + length),
        st.sampled_from("abc"),
        st.integers(0, 9000),
        st.integers(0, 4000),
    ),
    max_size=8,
)


@given(marks, marks)
def test_it_does_not_matter_who_is_first(first: list[Mark], second: list[Mark]) -> None:
    one, other = overall(compared(first, second, 10_000)), overall(compared(second, first, 10_000))
    assert (one.first_ms, one.second_ms, one.both_ms) == (other.second_ms, other.first_ms, other.both_ms)
    for name in ("percent", "kappa", "alpha", "unitizing_alpha", "alpha_u"):
        assert getattr(one, name).value == pytest.approx(getattr(other, name).value)


@given(marks)
def test_who_marks_the_same_agrees_wholly(both: list[Mark]) -> None:
    found = agreement([compared(both, both, 10_000)])
    for one in (found.overall, *found.codes):
        for name in ("percent", "kappa", "alpha", "unitizing_alpha", "alpha_u"):
            value = getattr(one, name).value
            assert value is None or value == pytest.approx(1)


@given(marks, marks, st.randoms())
def test_stretches_of_one_code_that_touch_or_nest_are_one(
    first: list[Mark], second: list[Mark], random: object
) -> None:
    cut = []
    for one in first:
        middle = (one.start_ms + one.end_ms) // 2
        cut += [Mark(one.code, one.start_ms, middle), Mark(one.code, middle, one.end_ms)]
        cut.append(Mark(one.code, one.start_ms + (one.end_ms - one.start_ms) // 4, middle))
    assert agreement([compared(cut, second, 10_000)]) == agreement([compared(first, second, 10_000)])


def test_where_nobody_coded_nothing_is_said_and_why() -> None:
    found = overall(compared([], [], 60_000))
    assert (found.percent.value, found.used_by) == (1.0, UsedBy.NOBODY)
    for one in (found.kappa, found.alpha, found.unitizing_alpha, found.alpha_u):
        assert (one.value, one.why_not) == (None, Reason.NOBODY_CODED)


def test_where_both_coded_everything_nothing_is_said_and_why() -> None:
    everything = [Mark("a", 0, 60_000)]
    for one in (overall(compared(everything, everything, 60_000)).kappa,):
        assert (one.value, one.why_not) == (None, Reason.ALL_CODED)


def test_where_one_coded_and_the_other_did_not_it_is_no_better_than_chance() -> None:
    found = agreement([compared([Mark("a", 0, 30_000)], [], 60_000)]).codes[0]
    assert (found.used_by, found.kappa.value, found.percent.value) == (UsedBy.FIRST, 0.0, 0.5)
    assert found.alpha.value is not None
    assert found.alpha.value < 0


def test_no_interview_no_agreement() -> None:
    found = agreement([])
    assert (found.interviews, found.codes) == (0, ())
    assert found.overall.percent.why_not is Reason.NO_INTERVIEW


def test_marks_shorter_than_half_a_unit_ask_for_shorter_units() -> None:
    short = [Mark("a", 0, 300)]
    assert overall(compared(short, short, 60_000)).kappa.why_not is Reason.TOO_SHORT
    assert overall(compared(short, short, 60_000, unit_ms=100)).kappa.value == 1.0
    assert overall(compared(short, short, 60_000)).unitizing_alpha.value == 1.0


def test_two_codes_on_one_stretch_are_a_value_of_their_own() -> None:
    both = [Mark("a", 0, 10_000), Mark("b", 0, 10_000)]
    found = agreement([compared(both, [Mark("a", 0, 10_000)], 20_000)])
    assert found.overall.percent.value == 0.5
    assert [(one.code, one.percent.value) for one in found.codes] == [("a", 1.0), ("b", 0.5)]


def test_intervals_are_of_the_interviews_and_the_same_every_time() -> None:
    many = [
        compared([Mark("a", 0, 30_000)], [Mark("a", 0, 30_000 - 900 * number)], 60_000, name=str(number))
        for number in range(12)
    ]
    found, again = agreement(many), agreement(many)
    assert found == again
    kappa = found.overall.kappa
    assert kappa.value is not None
    assert kappa.low is not None
    assert kappa.high is not None
    assert kappa.low < kappa.value < kappa.high < 1
    alone = agreement(many[:1]).overall.kappa
    assert (alone.low, alone.high, alone.why_not) == (None, None, Reason.ONE_INTERVIEW)


def test_a_code_in_one_interview_of_many_has_no_interval() -> None:
    one = compared([Mark("a", 0, 9000)], [Mark("a", 0, 8000)], 60_000)
    others = [compared([], [], 60_000, name=str(number)) for number in range(9)]
    kappa = agreement([one, *others]).codes[0].kappa
    assert kappa.value is not None
    assert (kappa.low, kappa.why_not) == (None, Reason.TOO_FEW_DEFINED)
