"""Two people at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from models.intervals import shared_by_two
from models.markers.rules import RULES_VERSION
from models.values import Marker, MarkerKind, Turn, VoicesAtOnce

OVERLAP_MS = 200
"""Shorter ones are within what edges stray by."""

# 12 of 16 marked from turns in twelve interviews were real (docs/markers.md).
_TURNS_PRECISION = 0.75


def find_overlaps(turns: Sequence[Turn], at_once: Sequence[VoicesAtOnce] | None = None) -> Iterator[Marker]:
    """Stretches of at least ``OVERLAP_MS`` in which two people speak: as heard, else as the turns have it.

    Strength: seconds.
    """
    if at_once is None:
        found = [VoicesAtOnce(one.start_ms, one.end_ms, _TURNS_PRECISION) for one in shared_by_two(turns)]
    else:
        found = list(at_once)
    for one in found:
        length_ms = one.end_ms - one.start_ms
        if length_ms >= OVERLAP_MS:
            yield Marker(
                kind=MarkerKind.OVERLAP,
                start_ms=one.start_ms,
                end_ms=one.end_ms,
                speaker=None,
                strength=round(length_ms / 1000, 3),
                confidence=one.score,
                rules=RULES_VERSION,
                evidence={"overlap_ms": float(length_ms)},
            )
