"""The moment one voice follows another without a silence is put where the voices change."""

from __future__ import annotations

import numpy as np
import pytest

from models.change_points import PROBE_MS, STEP_MS, refine_changes
from models.values import Diarization, Span, Turn

A, B = np.array([1.0, 0.0], dtype=np.float32), np.array([0.0, 1.0], dtype=np.float32)
VOICES = {"A": A, "B": B}
SPEECH = (Span(0, 10_000),)


def sounding(changes_at_ms: int):
    """Vectors of a recording in which A speaks until then, and B after: a probe across it is a mixture."""

    def embed(spans):
        rows = []
        for span in spans:
            share = min(1.0, max(0.0, (changes_at_ms - span.start_ms) / span.length_ms))
            rows.append(share * A + (1 - share) * B)
        return np.array(rows, dtype=np.float32)

    return embed


def both(*turns: Turn) -> Diarization:
    return Diarization(turns, turns)


@pytest.mark.parametrize("truth", [4_200, 5_900])
def test_a_change_is_moved_to_where_the_voices_change(truth: int):
    found = both(Turn(0, 5_000, "A"), Turn(5_000, 10_000, "B"))
    refined = refine_changes(found, SPEECH, VOICES, sounding(truth))
    for turns in (refined.turns, refined.exclusive):
        before, after = turns
        assert (before.speaker, after.speaker) == ("A", "B")
        assert before.end_ms == after.start_ms
        assert abs(before.end_ms - truth) <= STEP_MS


def test_a_change_that_is_right_stays_to_the_millisecond():
    found = both(Turn(0, 5_000, "A"), Turn(5_000, 10_000, "B"))
    assert refine_changes(found, SPEECH, VOICES, sounding(5_030)) == found


def test_a_change_at_a_silence_is_not_heard_again():
    found = both(Turn(0, 4_800, "A"), Turn(5_200, 10_000, "B"))
    speech = (Span(0, 4_800), Span(5_200, 10_000))

    def embed(_spans):
        pytest.fail("nothing is to be embedded")

    assert refine_changes(found, speech, VOICES, embed) == found


def test_probes_that_say_nothing_move_nothing():
    found = both(Turn(0, 5_000, "A"), Turn(5_000, 10_000, "B"))

    def embed(spans):
        return np.full((len(spans), 2), np.nan, dtype=np.float32)

    assert refine_changes(found, SPEECH, VOICES, embed) == found


def test_a_turn_is_never_moved_past_its_own_ends():
    found = both(Turn(3_000, 5_000, "A"), Turn(5_000, 6_500, "B"))
    for truth in (0, 10_000):
        refined = refine_changes(found, (Span(3_000, 6_500),), VOICES, sounding(truth))
        assert min(turn.start_ms for turn in refined.turns) == 3_000
        assert max(turn.end_ms for turn in refined.turns) == 6_500
        # At least half a probe of each is left: nothing nearer the edge can be heard.
        assert all(turn.end_ms - turn.start_ms >= PROBE_MS // 2 - STEP_MS for turn in refined.turns)
