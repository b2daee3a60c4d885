"""Every marker reads as plain words and numbers."""

from __future__ import annotations

import pytest

from models.values import Marker, MarkerKind
from service.wording import marker_text


def marker(kind: MarkerKind, subtype: str | None = None, **evidence: float) -> Marker:
    return Marker(kind, 1_000, 2_500, "S1", 3.2, 0.8, "4", subtype=subtype, evidence=evidence)


@pytest.mark.parametrize("kind", MarkerKind)
def test_every_kind_has_words(kind: MarkerKind) -> None:
    assert marker_text(marker(kind, "whisper", value=20.0, usual=15.0))
    assert marker_text(marker(kind)), "as coders have it beside what is redacted"


SUBTYPES = ("lively", "jump", "loss", "late", "high", "pitch", "level", "tempo", "pausing")


@pytest.mark.parametrize("kind", MarkerKind)
@pytest.mark.parametrize("subtype", SUBTYPES)
def test_every_subtype_has_words_without_its_numbers(kind: MarkerKind, subtype: str) -> None:
    assert marker_text(marker(kind, subtype))


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (marker(MarkerKind.VOLUME, "raised", value=-20, usual=-26), "2.0 x louder than this speaker's usual"),
        (
            marker(MarkerKind.VOLUME, "lowered", value=-32, usual=-26),
            "2.0 x softer than this speaker's usual",
        ),
        (marker(MarkerKind.TEMPO, "slower", value=10, usual=15), "1.5 x slower than this speaker's usual"),
        (
            marker(MarkerKind.PITCH, "higher", value=40, usual=36),
            "4 semitones higher than this speaker's usual",
        ),
        (marker(MarkerKind.PITCH, "higher"), "higher than this speaker's usual"),
        (marker(MarkerKind.VOLUME, "lowered"), "softer than this speaker's usual"),
        (marker(MarkerKind.VOICE, "creak"), "creak voice"),
        (marker(MarkerKind.PAUSE, "within_turn"), "pause 1.5 s"),
        (marker(MarkerKind.PAUSE, "before_answer"), "pause 1.5 s before the answer"),
        (marker(MarkerKind.LAUGHTER), "laughter 1.5 s"),
        (
            marker(MarkerKind.PITCH, "monotone", value=2, usual=5),
            "pitch moves 0.4 x as much as this speaker's usual",
        ),
        (marker(MarkerKind.PITCH, "lively"), "pitch moves more than this speaker's usual"),
        (
            marker(MarkerKind.EMPHASIS, louder_db=6, higher_semitones=4),
            "2.0 x louder and 4 semitones higher than the words beside it",
        ),
        (
            marker(MarkerKind.FADING, fall_db=12, usual_db=2),
            "dies away: the end is 4.0 x softer than what goes before, usually 1.3 x softer",
        ),
        (marker(MarkerKind.VOICE_BREAK, "jump"), "voice breaks: jumps 3 semitones up"),
        (marker(MarkerKind.VOICE_BREAK, "loss"), "voice breaks: no voice for 3.20 s"),
        (marker(MarkerKind.LATENCY), "answers after 3.2 s"),
        (
            marker(MarkerKind.LATENCY, "late", usual_ms=500),
            "answers after 3.2 s, later than this speaker's usual 0.5 s",
        ),
        (
            marker(MarkerKind.ACTIVATION, "high", low=2.1, high=4.3),
            "activation +3.2 (+2.1 to +4.3), 0 is this speaker's usual",
        ),
        (
            marker(MarkerKind.SHIFT, "pitch", before=30, after=33),
            "from here on 3 semitones higher than in the minutes before",
        ),
        (
            marker(MarkerKind.SHIFT, "level", before=-30, after=-24),
            "from here on 2.0 x louder than in the minutes before",
        ),
        (
            marker(MarkerKind.SHIFT, "tempo", before=10, after=15),
            "from here on 1.5 x faster than in the minutes before",
        ),
        (
            marker(MarkerKind.SHIFT, "pausing", before=0.05, after=0.3),
            "from here on with more silence (30 % of the time, not 5 %) than in the minutes before",
        ),
    ],
)
def test_a_way_of_speaking_says_how_far_it_is_from_usual(made: Marker, words: str) -> None:
    assert marker_text(made) == words
