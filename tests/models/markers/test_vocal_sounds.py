"""Sounds that are no words, from made scores."""

from __future__ import annotations

import pytest

from models.loudness import Levels
from models.markers import find_markers
from models.markers.table import RULES
from models.markers.vocal_sounds import find_vocal_sounds
from models.nuance.sound_events import CLASSES
from models.values import Marker, MarkerKind, Span, Turn
from tests.models.markers.made import material, utterance
from tests.models.nuance.sounds import track


def sounds(events: dict[int, dict[str, float]], utterances=(), turns=()):
    made = track(10, classes=CLASSES, events=events)
    return list(find_vocal_sounds(material(made, utterances, turns)))


@pytest.mark.parametrize(
    ("name", "score", "kind"),
    [
        ("Laughter", -1.0, MarkerKind.LAUGHTER),
        ("Giggle", -2.5, MarkerKind.LAUGHTER),
        ("Crying, sobbing", 0.5, MarkerKind.CRYING),
        ("Sigh", 1.0, MarkerKind.BREATH),
        ("Cough", 4.0, MarkerKind.COUGH),
    ],
)
def test_in_a_pause_each_is_heard_by_its_name(name: str, score: float, kind: MarkerKind):
    (found,) = sounds({8: {name: score}})
    assert found.kind is kind
    assert found.subtype == "in_pause"
    assert found.evidence["score"] == pytest.approx(score, abs=0.4)
    assert 3_840 - 100 <= found.start_ms < found.end_ms <= 4_800 + 100


def test_nothing_is_heard_below_the_thresholds():
    assert sounds({8: {"Laughter": -5.5, "Sigh": -1.6, "Cough": -1.0, "Crying, sobbing": -3.1}}) == []


def test_neighbouring_windows_are_one_sound():
    (found,) = sounds({row: {"Laughter": -1.0} for row in (6, 7, 8, 9)})
    assert found.end_ms - found.start_ms >= 1_900


def test_a_sound_has_one_name_and_crying_is_a_candidate_beside_a_long_one():
    assert [one.kind for one in sounds({8: {"Sigh": 2.0, "Cough": 1.0, "Laughter": -3.0}})] == [
        MarkerKind.BREATH
    ]
    long = sounds({row: {"Pant": 3.0, "Crying, sobbing": -1.0} for row in range(4, 12)})
    assert sorted(one.kind for one in long) == [MarkerKind.BREATH, MarkerKind.CRYING]


def test_crying_is_never_sure():
    (found,) = sounds({8: {"Crying, sobbing": 6.0}})
    assert found.confidence <= 0.5


def test_over_words_only_what_stands_out_is_heard():
    spoken = [utterance(1, "S1", 0, 10_000, *["word"] * 20)]
    (found,) = sounds({8: {"Laughter": -2.0}}, spoken)
    assert found.subtype == "over_words"
    assert found.utterance == 1
    assert sounds({8: {"Laughter": -2.0, "Breathing": -3.0}}, spoken) == []
    assert sounds({8: {"Sigh": 5.0}}, spoken) == []
    assert sounds({8: {"Crying, sobbing": 5.0}}, spoken) == []


def test_a_sound_ends_where_words_begin():
    spoken = [utterance(1, "S1", 0, 3_900), utterance(2, "S1", 4_600, 10_000)]
    (found,) = sounds({8: {"Laughter": 0.0}}, spoken)
    assert (found.start_ms >= 3_880, found.end_ms <= 4_620) == (True, True)


def test_it_is_whose_turn_it_is_and_nobodys_in_nobodys():
    assert sounds({8: {"Sigh": 2.0}}, turns=[Turn(0, 10_000, "S2")])[0].speaker == "S2"
    assert sounds({8: {"Sigh": 2.0}})[0].speaker is None


def test_where_somebody_laughs_no_words_are_missed():
    made = track(10, classes=CLASSES, events={row: {"Laughter": 1.0} for row in (8, 9)})
    spoken = [utterance(1, "S1", 0, 3_000), utterance(2, "S1", 8_000, 10_000)]
    speech = [Span(0, 3_000), Span(3_900, 5_200), Span(8_000, 10_000)]
    turns = [Turn(0, 10_000, "S1")]
    heard = find_markers(spoken, speech, turns, Levels(()), 1_000, track=made)
    assert {one.kind for one in heard} & {MarkerKind.LAUGHTER, MarkerKind.INAUDIBLE} == {MarkerKind.LAUGHTER}
    silent = find_markers(spoken, speech, turns, Levels(()), 1_000)
    assert MarkerKind.INAUDIBLE in {one.kind for one in silent}


def test_music_is_no_laughter():
    assert sounds({row: {"Laughter": -2.0, "Music": 3.0} for row in range(20)}) == []


def test_without_scores_nothing_is_heard():
    assert list(find_vocal_sounds(material(None))) == []
    assert list(find_vocal_sounds(material(track(5)))) == []
    assert any(MarkerKind.LAUGHTER in rule.kinds and rule.heard for rule in RULES)


@pytest.mark.parametrize(
    ("scores", "spoken", "heard"),
    [
        ({"Laughter": -4.4, "Speech": -0.8}, False, True),
        ({"Laughter": -4.4, "Speech": 1.0}, False, False),
        ({"Laughter": -4.4, "Speech": -0.8, "Whimper": -4.3}, False, False),
        ({"Laughter": -3.8, "Speech": 1.4}, True, True),
        ({"Laughter": -3.8, "Speech": 2.4}, True, False),
        ({"Laughter": -3.8, "Speech": 1.4, "Whimper": -5.0}, True, False),
    ],
)
def test_faint_laughter_is_heard_where_speech_is_weak(scores: dict[str, float], spoken: bool, heard: bool):
    words = [utterance(1, "S1", 0, 10_000, *["word"] * 20)] if spoken else []
    assert [one.kind for one in sounds({8: scores}, words)] == [MarkerKind.LAUGHTER] * heard


def cleared_throat(voicing: float, rise_ms: int) -> Marker:
    """A sound of 0.4 s that scores as a sigh."""
    made = track(10, voicing=voicing, level=-70, classes=CLASSES, events={8: {"Sigh": 1.0}})
    made.level[made.rows(4_000, 4_400)] = -30
    for ms in range(0, rise_ms, 16):
        made.level[made.rows(4_000 + ms, 4_016 + ms)] = -70 + 40 * ms / rise_ms
    (found,) = find_vocal_sounds(material(made))
    return found


def test_a_voiced_sound_that_begins_at_once_is_a_cleared_throat_and_never_sure():
    found = cleared_throat(voicing=0.9, rise_ms=0)
    assert found.kind is MarkerKind.COUGH
    assert found.confidence <= 0.45
    assert found.evidence["voiced"] == 1
    assert found.evidence["onset_db"] == pytest.approx(40)


def test_what_swells_or_has_no_voice_stays_a_breath():
    assert cleared_throat(voicing=0.9, rise_ms=200).kind is MarkerKind.BREATH
    assert cleared_throat(voicing=0.1, rise_ms=0).kind is MarkerKind.BREATH
