"""Markers that are passed on tell nothing of what is masked."""

from __future__ import annotations

from models.redacted_sound.markers import markers_beside
from models.values import Marker, MarkerKind, Span

MASKED = [Span(5_000, 6_000)]


def marker(kind: MarkerKind, start: int, end: int) -> Marker:
    return Marker(kind, start, end, "S1", 3.141, 0.9, "3", evidence={"words": 7.0, "seconds": 2.23})


def test_what_touches_no_mask_stays_as_it_is() -> None:
    told = [marker(MarkerKind.PAUSE, 3_000, 5_000), marker(MarkerKind.RATE, 6_000, 9_000)]
    assert markers_beside(told, MASKED) == tuple(told)


def test_how_a_redacted_word_was_said_is_not_told() -> None:
    for kind in (
        MarkerKind.FILLER,
        MarkerKind.OVERLAP,
        MarkerKind.INAUDIBLE,
        MarkerKind.PAUSE,
        MarkerKind.EMPHASIS,
        MarkerKind.VOICE_BREAK,
        MarkerKind.FADING,
        MarkerKind.LATENCY,
    ):
        assert markers_beside([marker(kind, 5_200, 6_100)], MASKED) == ()


def test_of_an_utterance_with_a_redacted_word_no_counts_are_told() -> None:
    (rate,) = markers_beside([marker(MarkerKind.RATE, 4_000, 9_000)], MASKED)
    assert (rate.evidence, rate.strength) == ({}, 3.1)


def test_a_pause_after_a_redacted_word_stays_without_its_exact_length() -> None:
    (pause,) = markers_beside([marker(MarkerKind.PAUSE, 5_900, 9_000)], MASKED)
    assert pause.evidence == {}
