"""The voice breaks within a word."""

from __future__ import annotations

import pytest

from models.markers.voice_breaks import find_voice_breaks
from models.values import MarkerKind
from tests.models.markers.made import material, utterance
from tests.models.nuance.sounds import track


def spoken():
    return track(10), [utterance(1, "S1", 1_000, 5_000, *["word"] * 4)]


@pytest.mark.parametrize(("hertz", "semitones"), [(180.0, 7.0), (85.0, -6.0)])
def test_a_jump_of_the_pitch_within_a_word_is_marked(hertz: float, semitones: float):
    made, said = spoken()
    made.pitch[made.rows(2_500, 3_000)] = hertz
    (found,) = find_voice_breaks(material(made, said))
    assert (found.kind, found.subtype, found.utterance) == (MarkerKind.VOICE_BREAK, "jump", 1)
    assert found.start_ms < 2_500 < found.end_ms
    assert found.strength == pytest.approx(semitones, abs=0.2)
    assert found.confidence == 0.5


def test_a_voice_that_is_gone_for_a_moment_while_the_sound_goes_on_is_marked():
    made, said = spoken()
    made.voicing[made.rows(2_400, 2_500)] = 0
    made.level[made.rows(2_400, 2_500)] -= 6
    (found,) = find_voice_breaks(material(made, said))
    assert (found.subtype, found.evidence["dip_db"]) == ("loss", 6)
    assert found.strength == pytest.approx(0.1, abs=0.02)


@pytest.mark.parametrize(
    ("column", "value"), [("level", -60.0), ("tilt", 0.0)], ids=["a stop is silent", "a hiss is sharp"]
)
def test_a_voiceless_consonant_is_no_break(column: str, value: float):
    made, said = spoken()
    made.voicing[made.rows(2_400, 2_500)] = 0
    getattr(made, column)[made.rows(2_400, 2_500)] = value
    assert list(find_voice_breaks(material(made, said))) == []


def test_where_the_pitch_jumps_all_the_time_it_is_no_voices():
    made, _ = spoken()
    said = [utterance(1, "S1", 0, 10_000, *["word"] * 10)]
    for start in range(500, 10_000, 1_000):
        made.pitch[made.rows(start, start + 500)] = 190
    assert list(find_voice_breaks(material(made, said))) == []


@pytest.mark.parametrize("hertz", [60.0, 240.0])
def test_an_octave_is_creak_or_an_error(hertz: float):
    made, said = spoken()
    made.pitch[made.rows(2_500, 3_000)] = hertz
    assert list(find_voice_breaks(material(made, said))) == []


def test_a_glide_and_a_step_between_words_are_no_breaks():
    made, said = spoken()
    rows = made.rows(2_300, 2_700)
    for number in range(rows.start, rows.stop):
        made.pitch[number] = 120 * 2 ** (min(7, (number - rows.start) * 0.5) / 12)
    made.pitch[rows.stop : made.rows(0, 3_000).stop] = 120 * 2 ** (7 / 12)
    assert list(find_voice_breaks(material(made, said))) == []
    assert list(find_voice_breaks(material(None, said))) == []
