"""Speech without words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from models.intervals import covered_ms, joined, overlap_ms, without
from models.markers.rules import RULES_VERSION
from models.values import Marker, MarkerKind, Span, Timing, Turn, Utterance

# Speech of 0.6 s holds two to three syllables (4-5 a second): less than a word's worth of it is not missed.
INAUDIBLE_MS = 600
# The recogniser's word edges stray by up to a quarter of a second, aligned ones by a tenth of it.
_WORD_EDGE_MS = {Timing.POCKETSPHINX: 50, Timing.CTC: 50}
_LOOSE_EDGE_MS = 250
# Speech detection takes laughter and coughs for speech: no words are missed there.
_SOUNDS = (MarkerKind.LAUGHTER, MarkerKind.CRYING, MarkerKind.BREATH, MarkerKind.COUGH)


def find_inaudible(
    utterances: Sequence[Utterance], speech: Sequence[Span], turns: Sequence[Turn]
) -> Iterator[Marker]:
    """Speech of at least ``INAUDIBLE_MS`` without a word. Strength: seconds."""
    words = [
        Span(max(0, word.start_ms - edge), word.end_ms + edge)
        for utterance in utterances
        for word in utterance.words
        for edge in [_WORD_EDGE_MS.get(word.timing, _LOOSE_EDGE_MS)]
    ]
    for stretch in without(speech, words):
        if stretch.length_ms < INAUDIBLE_MS:
            continue
        held: dict[str, int] = {}
        for turn in turns:
            shared = overlap_ms(stretch.start_ms, stretch.end_ms, turn.start_ms, turn.end_ms)
            if shared:
                held[turn.speaker] = held.get(turn.speaker, 0) + shared
        speaker = max(held, key=lambda name: held[name]) if held else None
        share = min(1.0, held[speaker] / stretch.length_ms) if speaker else 0.0
        yield Marker(
            kind=MarkerKind.INAUDIBLE,
            start_ms=stretch.start_ms,
            end_ms=stretch.end_ms,
            speaker=speaker,
            strength=round(stretch.length_ms / 1000, 3),
            # Two detectors that agree on speech: half a confidence each.
            confidence=round(0.5 + share / 2, 3),
            rules=RULES_VERSION,
            evidence={"speech_ms": float(stretch.length_ms), "turn_share": round(share, 3)},
        )


def without_explained(markers: Sequence[Marker]) -> tuple[Marker, ...]:
    """The markers but for inaudible stretches of which a sound without words is half or more."""
    sounds = joined(Span(one.start_ms, one.end_ms) for one in markers if one.kind in _SOUNDS)
    return tuple(
        one
        for one in markers
        if one.kind is not MarkerKind.INAUDIBLE
        or 2 * covered_ms(Span(one.start_ms, one.end_ms), sounds) < one.end_ms - one.start_ms
    )
