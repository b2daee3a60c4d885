"""What may remain is worked out from what detectors found together and apart, and not given where it can't be."""

from __future__ import annotations

import math
import random

import pytest

from models.anonymisation.remaining import KEPT, PERSON, Seen, WhyNot, remaining, sources_of


def seen(label: str, *detectors: str, times: int = 1) -> list[Seen]:
    return [Seen(label, detectors)] * times


def test_two_sources_give_chapmans_estimate() -> None:
    found = [
        *seen("NAME", "spacy", "rampart", times=30),
        *seen("NAME", "spacy", times=4),
        *seen("NAME", "rampart", times=3),
    ]
    (one,) = remaining(found)
    assert (one.found, one.once, one.twice, one.sources) == (37, 7, 30, 2)
    assert one.remaining == pytest.approx(35 * 34 / 31 - 1 - 37)
    assert one.low is not None
    assert one.high is not None
    assert 0 <= one.low < one.remaining < one.high < 6


def test_more_sources_give_chaos_lower_bound() -> None:
    found = [
        *seen("NAME", "a", "b", "c", times=30),
        *seen("NAME", "a", times=4),
        *seen("NAME", "b", "c", times=3),
    ]
    (one,) = remaining(found)
    assert one.remaining == pytest.approx(2 / 3 * 4 * 3 / (2 * 4))


def test_the_interval_holds_the_truth_when_sources_err_independently() -> None:
    draw = random.Random(7)
    held = 0
    for _ in range(300):
        caught = [
            tuple(name for name, rate in (("a", 0.8), ("b", 0.7), ("c", 0.6)) if draw.random() < rate)
            for _ in range(120)
        ]
        found = [Seen("NAME", detectors) for detectors in caught if detectors]
        (one,) = remaining(found)
        assert one.low is not None
        assert one.high is not None
        held += math.floor(one.low) <= 120 - len(found) <= math.ceil(one.high)
    assert held >= 270, "the interval is shown in whole mentions"


def test_when_all_were_found_by_several_some_may_still_remain() -> None:
    (one,) = remaining(seen("NAME", "a", "b", times=10))
    assert (one.remaining, one.low) == (0, 0)
    assert one.high is not None
    assert one.high > 1


@pytest.mark.parametrize(
    ("found", "why"),
    [
        (seen("NAME", "a", "b", times=4), WhyNot.TOO_FEW),
        (seen("AGE", "rules: age", times=9), WhyNot.ONE_SOURCE),
        (seen("DATE", "a", times=5) + seen("DATE", "b", times=5), WhyNot.NO_OVERLAP),
        (seen("NAME", "propagation", times=9), WhyNot.TOO_FEW),
    ],
)
def test_nothing_is_said_where_nothing_can_be(found: list[Seen], why: WhyNot) -> None:
    (one,) = remaining(found)
    assert one.why_not is why
    assert (one.remaining, one.low, one.high) == (None, None, None)


def test_rules_are_one_source_and_what_follows_others_is_none() -> None:
    assert sources_of(["rules: age", "rules: date", "lists: names"]) == {"rules", "lists"}
    assert sources_of(["propagation", KEPT]) == frozenset()
    assert sources_of([PERSON]) == {PERSON}
