"""The version of the rules, and the order markers stand in."""

from __future__ import annotations

from collections.abc import Iterable

from models.values import Marker

RULES_VERSION = "6"
"""Changes whenever the same words, speech, levels and track would give other markers.

1: pauses, rate, loudness, inaudible stretches.
2: overlaps; word edges are exact where they were aligned, so inaudible stretches reach up to them.
3: the confidence of overlaps is the share of them that is real.
4: pauses before answers and after questions; sounds that are no words, manner of speaking, voice quality,
   hesitations, turn taking.
5: what is usual for a speaker rests on all their interviews; markers say on how much speech; emphasis, dying away,
   breaks of the voice, monotone and lively pitch, latencies of answers, activation, shifts;
   edges of pauses by how loud the speech is, breath between them left out; fillers with an evenly falling pitch;
   faint laughter; throat clearing by the track.
6: edges of pauses also by what is loud above 2 kHz; a voice that dies away ends midway; a silence shorter than asked
   for by less than its edges are known counts; emphasis against words at the same place in a phrase.
"""


def in_order_of_time(markers: Iterable[Marker]) -> tuple[Marker, ...]:
    """The markers as a transcript holds them: by start, end and kind."""
    return tuple(sorted(markers, key=lambda marker: (marker.start_ms, marker.end_ms, marker.kind)))
