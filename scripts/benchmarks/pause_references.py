"""Where the silences of an interview are, by its reference words laid onto the sound.

The times at which read sentences were placed count the silence, the breath and the room at their ends as speech, and
the level tells breath from speech no better. Aligned words say where the first and the last sound of a word are, and
know nothing of speech detection, levels or the recogniser.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.forced_alignment.pocketsphinx_aligner import PocketSphinxAligner
from models.intervals import joined
from models.values import SAMPLE_RATE, Span

# Sound heard around a sentence, as far as no other sentence is in it: without a silence at its end the aligner draws
# the last word out to the end of the sound.
_AROUND_MS = 700
_OVERLAP_MS = 50
_NEAR_MS = 500


@dataclass(frozen=True)
class References:
    """Silences between words and, where a sentence could not be aligned, stretches of which nothing is known."""

    silences: tuple[Span, ...]
    unknown: tuple[Span, ...]

    def knows(self, span: Span) -> bool:
        return not any(
            span.start_ms < other.end_ms + _NEAR_MS and span.end_ms > other.start_ms - _NEAR_MS
            for other in self.unknown
        )


def aligned_silences(stm: Path, pcm: NDArray[np.int16], aligner: PocketSphinxAligner) -> References:
    """The silences of the interview between the words of anybody."""
    length = len(pcm) * 1000 // SAMPLE_RATE
    rows = [line.split(None, 6) for line in stm.read_text(encoding="utf-8").splitlines() if line.strip()]
    spans = [Span(round(float(row[3]) * 1000), round(float(row[4]) * 1000)) for row in rows]
    words: list[Span] = []
    unknown: list[Span] = []
    for row, span in zip(rows, spans, strict=True):
        heard = _surroundings(span, spans, length)
        audio = pcm[heard.start_ms * SAMPLE_RATE // 1000 : heard.end_ms * SAMPLE_RATE // 1000]
        found = aligner.align(audio.astype(np.float32) / np.float32(32768), row[6].split())
        if found is None:
            unknown.append(heard)
            words.append(heard)
            continue
        words += [
            Span(heard.start_ms + one.start_ms, heard.start_ms + one.end_ms)
            for one in found
            if one is not None
        ]
    return References(gaps(words), tuple(unknown))


def placed_silences(rttm: Path) -> tuple[Span, ...]:
    """The silences between the stretches of speech as the interview was put together."""
    rows = [line.split() for line in rttm.read_text(encoding="utf-8").splitlines() if line.strip()]
    return gaps(
        [Span(round(float(row[3]) * 1000), round((float(row[3]) + float(row[4])) * 1000)) for row in rows]
    )


def gaps(spans: Sequence[Span]) -> tuple[Span, ...]:
    return tuple(Span(before.end_ms, after.start_ms) for before, after in pairwise(joined(spans)))


def _surroundings(span: Span, all_spans: Sequence[Span], length_ms: int) -> Span:
    before = [one.end_ms for one in all_spans if one.end_ms <= span.start_ms + _OVERLAP_MS]
    after = [one.start_ms for one in all_spans if one.start_ms >= span.end_ms - _OVERLAP_MS]
    start = max(span.start_ms - _AROUND_MS, max(before, default=0))
    end = min(span.end_ms + _AROUND_MS, min(after, default=length_ms))
    return Span(max(0, min(start, span.start_ms)), min(length_ms, max(end, span.end_ms)))
