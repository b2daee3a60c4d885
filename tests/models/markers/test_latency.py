"""How soon answers come."""

from __future__ import annotations

import pytest

from models.markers.latency import LEAST_ANSWERS, find_latencies
from models.values import Utterance
from tests.models.markers.made import material, utterance


def conversation(latencies_ms: list[int]) -> list[Utterance]:
    said = []
    for number, latency in enumerate(latencies_ms):
        start = number * 20_000
        said.append(utterance(2 * number, "S1", start, start + 2_000, "and", "then?"))
        said.append(utterance(2 * number + 1, "S2", start + 2_000 + latency, start + 8_000, "well", "yes."))
    return said


def test_each_answer_has_its_latency_and_few_have_no_usual():
    late, at_once, over = find_latencies(material(None, conversation([600, 0, -300])))
    assert [late.strength, at_once.strength, over.strength] == [0.6, 0.0, -0.3]
    assert (late.start_ms, late.end_ms, late.speaker, late.utterance) == (2_000, 2_600, "S2", 1)
    assert at_once.end_ms == at_once.start_ms + 1
    assert (over.start_ms, over.end_ms) == (41_700, 42_000)
    assert {late.subtype, at_once.subtype, over.subtype} == {None}
    assert "usual_ms" not in late.evidence


@pytest.mark.parametrize(("latency", "name"), [(5_000, "late"), (-1_500, "early"), (700, None)])
def test_an_answer_unusual_for_who_gives_it_says_so(latency: int, name: str | None):
    said = conversation([400, 500, 300, 450, 350, 400, 500, 300, 400, 450, latency])
    *_, last = find_latencies(material(None, said))
    assert last.subtype == name
    assert last.evidence["usual_ms"] == 400
    assert last.evidence["answers"] > LEAST_ANSWERS


def test_a_statement_and_one_who_goes_on_are_not_answered():
    spoken = [
        utterance(1, "S1", 0, 1_000, "well."),
        utterance(2, "S2", 1_500, 2_000, "why?"),
        utterance(3, "S2", 2_500, 3_000, "tell."),
        utterance(4, "S1", 3_500, 4_000, "no."),
    ]
    assert list(find_latencies(material(None, spoken))) == []


def test_what_comes_much_later_answers_nothing():
    spoken = [utterance(1, "S1", 0, 1_000, "why?"), utterance(2, "S2", 60_000, 61_000, "so.")]
    assert list(find_latencies(material(None, spoken))) == []
