"""Markers for people who may only hear the redacted sound: none tells of what is masked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from models.intervals import covered_ms, joined
from models.values import Marker, MarkerKind, Span

_OF_AN_INSTANT = frozenset(
    {
        MarkerKind.PAUSE,
        MarkerKind.INAUDIBLE,
        MarkerKind.FILLER,
        MarkerKind.OVERLAP,
        MarkerKind.LAUGHTER,
        MarkerKind.CRYING,
        MarkerKind.BREATH,
        MarkerKind.COUGH,
        MarkerKind.DISFLUENCY,
        MarkerKind.INTERRUPTION,
        MarkerKind.BACKCHANNEL,
        MarkerKind.EMPHASIS,
        MarkerKind.VOICE_BREAK,
        MarkerKind.LATENCY,
        MarkerKind.FADING,
    }
)


def markers_beside(markers: Sequence[Marker], masked: Sequence[Span]) -> tuple[Marker, ...]:
    """The markers as they may be passed on with a sound in which ``masked`` is taken out.

    Of one that touches a masked stretch the evidence is left out, such as how many words were counted, and the
    strength is told to one decimal. A sound of its own (a pause, a filler, two at once, what could not be understood)
    that mostly lies in masked stretches is left out.
    """
    spans = joined(masked)
    kept = []
    for marker in markers:
        whole = Span(marker.start_ms, max(marker.end_ms, marker.start_ms + 1))
        hidden_ms = covered_ms(whole, spans)
        if not hidden_ms:
            kept.append(marker)
        elif marker.kind not in _OF_AN_INSTANT or 2 * hidden_ms <= whole.length_ms:
            kept.append(replace(marker, strength=round(marker.strength, 1), evidence={}))
    return tuple(kept)
