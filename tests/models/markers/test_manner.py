"""Ways of speaking against the speaker's own usual."""

from __future__ import annotations

import pytest

from models.loudness import Levels
from models.markers import find_markers
from models.markers.manner import find_manners
from models.markers.voice_quality import find_voice_qualities
from models.nuance.summary import LEAST_UTTERANCES
from models.values import MarkerKind, Span
from tests.models.markers.made import material, talker, utterance
from tests.models.nuance.sounds import track


def spoken(count: int = 40):
    return talker(count), track(count * 3)


def test_a_steady_voice_has_no_markers():
    utterances, made = spoken()
    assert list(find_manners(material(made, utterances))) == []
    assert list(find_voice_qualities(material(made, utterances))) == []


@pytest.mark.parametrize(
    ("column", "value", "kind", "name"),
    [
        ("level", -20, MarkerKind.VOLUME, "raised"),
        ("level", -42, MarkerKind.VOLUME, "lowered"),
        ("pitch", 160, MarkerKind.PITCH, "higher"),
        ("pitch", 90, MarkerKind.PITCH, "lower"),
    ],
)
def test_what_is_far_from_usual_is_marked_and_says_by_how_much(column: str, value: float, kind, name: str):
    utterances, made = spoken()
    getattr(made, column)[made.rows(30_000, 32_000)] = value
    (found,) = find_manners(material(made, utterances))
    assert (found.kind, found.subtype, found.utterance, found.speaker) == (kind, name, 10, "S1")
    assert (found.start_ms, found.end_ms) == (30_000, 32_000)
    assert abs(found.strength) >= 3
    assert found.evidence["stretches"] == 40
    assert 0 < found.confidence <= 1


def test_fast_speech_is_faster():
    utterances, made = spoken()
    utterances[20] = utterance(20, "S1", 60_000, 62_000, *["seven letters"] * 12)
    (found,) = find_manners(material(made, utterances))
    assert (found.kind, found.subtype) == (MarkerKind.TEMPO, "faster")


def test_a_small_difference_is_not_heard_however_steady_the_voice():
    utterances, made = spoken()
    made.level[made.rows(30_000, 32_000)] = -27
    assert list(find_manners(material(made, utterances))) == []


@pytest.mark.parametrize("count", [3, LEAST_UTTERANCES - 1])
def test_of_a_speaker_with_little_speech_nothing_is_marked(count: int):
    utterances, made = spoken(count)
    made.level[made.rows(3_000, 5_000)] = 0
    made.voicing[made.rows(6_000, 8_000)] = 0
    assert list(find_manners(material(made, utterances))) == []
    assert list(find_voice_qualities(material(made, utterances))) == []


def test_each_speaker_has_their_own_usual():
    quiet = talker(40)
    loud = [
        utterance(100 + n, "S2", 120_000 + n * 3_000, 122_000 + n * 3_000, *["seven letters"] * 4)
        for n in range(40)
    ]
    made = track(240)
    made.level[made.rows(120_000, 240_000)] = -15
    assert list(find_manners(material(made, [*quiet, *loud]))) == []


def test_a_baseline_from_elsewhere_counts_instead_of_this_recording():
    utterances, made = spoken()
    calm = material(made, utterances).baselines
    few, loud = spoken(5)
    loud.level[:] = -15
    speech = [Span(one.start_ms, one.end_ms) for one in few]
    alone = find_markers(few, speech, [], Levels(()), 1_000, track=loud)
    against = find_markers(few, speech, [], Levels(()), 1_000, track=loud, baselines=calm)
    assert [one.kind for one in alone if one.kind is MarkerKind.VOLUME] == []
    assert {one.subtype for one in against if one.kind is MarkerKind.VOLUME} == {"raised"}


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"voicing": 0, "tilt": 0, "harmonicity": -2}, "whisper"),
        ({"voicing": 0, "tilt": 9, "harmonicity": 2}, "creak"),
        ({"pitch": 60, "harmonicity": 2}, "creak"),
        ({"pitch": 300}, "falsetto"),
    ],
)
def test_voices_of_another_kind_are_told_apart(changes: dict[str, float], name: str):
    utterances, made = spoken()
    for column, value in changes.items():
        getattr(made, column)[made.rows(30_000, 32_000)] = value
    (found,) = find_voice_qualities(material(made, utterances))
    assert (found.kind, found.subtype, found.utterance) == (MarkerKind.VOICE, name, 10)


def test_a_raised_moment_of_a_long_utterance_is_found():
    utterances, made = spoken()
    utterances = [one for one in utterances if not 15_000 <= one.start_ms < 36_000]
    utterances.append(utterance(50, "S1", 15_000, 35_000, *["word."] * 40))
    made.level[made.rows(24_000, 28_500)] = -15
    (found,) = [one for one in find_manners(material(made, utterances)) if one.kind is MarkerKind.VOLUME]
    assert found.start_ms > 20_000
    assert found.end_ms < 31_000
