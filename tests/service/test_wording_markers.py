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
        (marker(MarkerKind.VOICE, "creak"), "creak voice"),
        (marker(MarkerKind.PAUSE, "within_turn"), "pause 1.5 s"),
        (marker(MarkerKind.PAUSE, "before_answer"), "pause 1.5 s before the answer"),
        (marker(MarkerKind.LAUGHTER), "laughter 1.5 s"),
    ],
)
def test_a_way_of_speaking_says_how_far_it_is_from_usual(made: Marker, words: str) -> None:
    assert marker_text(made) == words
