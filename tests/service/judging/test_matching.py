"""Decisions hold for the markers they were made of, wherever those move to, and for no others."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from models.values import Judgement, Marker, MarkerKind, Span
from service.judging.matching import SLACK_MS, Decision, Spoken, as_found, is_same_place, judged

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
SPOKEN = (Spoken(0, "S1", 0, 10_000), Spoken(1, "S2", 10_500, 20_000))


def heard(
    start_ms: int,
    end_ms: int,
    kind: MarkerKind = MarkerKind.LAUGHTER,
    subtype: str | None = None,
    speaker: str | None = "S1",
) -> Marker:
    return Marker(kind, start_ms, end_ms, speaker, 1.5, 0.8, "4", subtype, evidence={"score": 2.0})


def decided(judgement: Judgement, marker: Marker, number: int = 1) -> Decision:
    return Decision(
        number,
        judgement,
        marker.kind,
        marker.subtype,
        marker.start_ms,
        marker.end_ms,
        marker.speaker,
        "stig",
        NOON,
        found=(marker,) if judgement is Judgement.CONFIRMED else (),
    )


lengths = st.integers(60, 20_000)
starts = st.integers(0, 3_600_000)


@given(starts, lengths, st.floats(-1, 1), st.floats(-1, 1))
def test_a_rejected_marker_stays_away_when_its_edges_move(
    start_ms: int, length_ms: int, first: float, last: float
) -> None:
    most = SLACK_MS + length_ms // 2 - 1
    moved = heard(start_ms + int(first * most), start_ms + length_ms + int(last * most))
    assume(moved.end_ms > moved.start_ms)
    rejection = decided(Judgement.REJECTED, heard(start_ms, start_ms + length_ms))
    made = judged([moved], [rejection], SPOKEN)
    assert made.markers == ()
    assert made.decisions[0].found == (moved,)


@given(starts, lengths, st.integers(SLACK_MS, 5_000), lengths, st.booleans())
def test_a_neighbour_of_a_rejected_marker_stays(
    start_ms: int, length_ms: int, gap_ms: int, other_ms: int, before: bool
) -> None:
    end_ms = start_ms + length_ms
    if before:
        neighbour = heard(start_ms - gap_ms - other_ms, start_ms - gap_ms)
    else:
        neighbour = heard(end_ms + gap_ms, end_ms + gap_ms + other_ms)
    rejection = decided(Judgement.REJECTED, heard(start_ms, end_ms))
    assert judged([neighbour], [rejection], SPOKEN).markers == (neighbour,)


@given(starts, lengths, st.integers(201, 20_000))
def test_one_that_only_touches_it_stays_too(start_ms: int, length_ms: int, other_ms: int) -> None:
    end_ms = start_ms + length_ms
    touching = heard(end_ms, end_ms + other_ms)
    rejection = decided(Judgement.REJECTED, heard(start_ms, end_ms))
    assert judged([touching], [rejection], SPOKEN).markers == (touching,)


markers = st.builds(
    lambda start, length, kind, speaker: heard(start, start + length, kind, speaker=speaker),
    st.integers(0, 20_000),
    st.integers(60, 4_000),
    st.sampled_from([MarkerKind.LAUGHTER, MarkerKind.PAUSE, MarkerKind.VOLUME]),
    st.sampled_from(["S1", "S2", None]),
)


def _place(one: Marker | Decision) -> tuple[object, ...]:
    return one.kind, one.start_ms, one.end_ms


@settings(max_examples=60)
@given(st.lists(markers, max_size=12, unique_by=_place), st.data())
def test_what_was_found_can_be_told_from_what_is_kept(found: list[Marker], data: st.DataObject) -> None:
    confirmed = data.draw(st.lists(st.sampled_from(found), max_size=3, unique_by=_place)) if found else []
    others = data.draw(st.lists(markers, max_size=5, unique_by=_place))
    decisions = [decided(Judgement.CONFIRMED, one, number) for number, one in enumerate(confirmed)]
    # A marker is confirmed or rejected, never both.
    free = [one for one in others if _place(one) not in map(_place, confirmed)]
    said = st.sampled_from([Judgement.REJECTED, Judgement.ADDED])
    decisions += [decided(data.draw(said), one, 10 + number) for number, one in enumerate(free)]
    made = judged(found, decisions, SPOKEN)
    again = as_found(made.markers, made.decisions)
    assert sorted(map(repr, again)) == sorted(map(repr, found))
    assert judged(again, made.decisions, SPOKEN) == made, "judging what was judged changes nothing"
    assert all(one.judged is not Judgement.REJECTED for one in made.markers)


def test_a_rejection_is_of_the_kind_and_whatever_its_sort() -> None:
    raised = heard(1_000, 4_000, MarkerKind.VOLUME, "raised")
    rejection = decided(Judgement.REJECTED, raised)
    lowered, faster = replace(raised, subtype="lowered"), replace(raised, kind=MarkerKind.TEMPO)
    assert judged([lowered, faster], [rejection], SPOKEN).markers == (faster,)


def test_a_confirmation_is_of_the_sort_too() -> None:
    raised = heard(1_000, 4_000, MarkerKind.VOLUME, "raised")
    lowered = replace(raised, subtype="lowered")
    made = judged([lowered], [decided(Judgement.CONFIRMED, raised)], SPOKEN)
    assert {one.subtype: one.judged for one in made.markers} == {
        "raised": Judgement.CONFIRMED,
        "lowered": None,
    }


def test_a_long_marker_with_a_short_decision_inside_is_another() -> None:
    long = heard(0, 20_000)
    assert judged([long], [decided(Judgement.REJECTED, heard(9_600, 10_400))], SPOKEN).markers == (long,)
    assert is_same_place(Span(0, 20_000), Span(9_600, 10_400)), "a piece of a rejected one is not"


def test_two_people_at_once_are_two_markers_and_a_voice_with_another_label_is_one() -> None:
    mine, yours = heard(1_000, 3_000), heard(1_100, 3_100, speaker="S2")
    rejection = decided(Judgement.REJECTED, mine)
    assert judged([mine, yours], [rejection], SPOKEN).markers == (yours,)
    assert judged([yours], [rejection], SPOKEN).markers == ()


def test_a_marker_between_two_decisions_is_of_the_nearer_one() -> None:
    confirmed = decided(Judgement.CONFIRMED, heard(0, 1_000), 1)
    rejected = decided(Judgement.REJECTED, heard(1_200, 1_600), 2)
    (kept,) = judged([heard(0, 1_400)], [confirmed, rejected], SPOKEN).markers
    assert (kept.end_ms, kept.judged) == (1_400, Judgement.CONFIRMED)


def test_a_confirmed_marker_keeps_its_numbers_and_stays_when_it_is_not_found_again() -> None:
    laughter = heard(1_000, 2_000)
    first = judged([laughter], [decided(Judgement.CONFIRMED, laughter)], SPOKEN)
    assert first.markers == (replace(laughter, judged=Judgement.CONFIRMED),)
    later = judged([], first.decisions, SPOKEN)
    assert later.markers == (replace(laughter, judged=Judgement.CONFIRMED, utterance=0),)


def test_a_confirmed_way_of_speaking_rests_while_the_words_are_anothers() -> None:
    raised = heard(1_000, 4_000, MarkerKind.VOLUME, "raised")
    decision = decided(Judgement.CONFIRMED, raised)
    resting = judged([], [decision], [Spoken(0, "S2", 0, 10_000)])
    assert resting.markers == ()
    assert resting.decisions[0].dormant
    assert as_found(resting.markers, resting.decisions) == ()
    (back,) = judged([], resting.decisions, SPOKEN).markers
    assert back.judged is Judgement.CONFIRMED
    assert back.speaker == "S1"


def test_what_was_added_stands_in_the_place_of_what_is_found_there() -> None:
    added = decided(Judgement.ADDED, heard(12_000, 13_000, speaker="S2"))
    made = judged([heard(12_100, 12_900, speaker="S2")], [added], SPOKEN)
    (kept,) = made.markers
    assert (kept.start_ms, kept.end_ms, kept.judged, kept.rules) == (
        12_000,
        13_000,
        Judgement.ADDED,
        "person",
    )
    assert (kept.utterance, kept.strength, kept.evidence) == (1, 1.0, {})
    assert as_found(made.markers, made.decisions) == (heard(12_100, 12_900, speaker="S2"),)
