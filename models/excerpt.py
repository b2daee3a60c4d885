"""The speech of a stretch put end to end for the recogniser, and the way back to interview time."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from models.audio.samples import Float32, Samples
from models.values import Span

# Kept around speech: onsets and breaths help the recogniser; 400 ms is faster-whisper's own default.
MARGIN_MS = 400
# Silences up to this long stay: the recogniser hears phrasing in them (faster-whisper's own default).
KEPT_SILENCE_MS = 2_000


@dataclass(frozen=True)
class Piece:
    """A stretch that was kept: where it begins in the excerpt, and what it is in the interview."""

    offset_ms: int
    span: Span


@dataclass(frozen=True)
class Excerpt:
    """Speech without the long silences between. ``pieces`` are in order and non-empty."""

    pieces: tuple[Piece, ...]

    @property
    def length_ms(self) -> int:
        return self.pieces[-1].offset_ms + self.pieces[-1].span.length_ms if self.pieces else 0

    def audio(self, samples: Samples, channel: int | None = None) -> Float32:
        """The 16 kHz samples of the pieces, end to end."""
        parts = [samples.read(piece.span, channel) for piece in self.pieces]
        return np.concatenate(parts) if parts else np.zeros(0, dtype=np.float32)

    def interview_span(self, start_ms: float, end_ms: float) -> Span:
        """A word's time in the interview. A word lies within one piece: that of its middle."""
        piece = self._piece_at((start_ms + end_ms) / 2)
        shift = piece.span.start_ms - piece.offset_ms
        start = min(max(round(start_ms) + shift, piece.span.start_ms), piece.span.end_ms - 1)
        end = min(max(round(end_ms) + shift, start + 1), piece.span.end_ms)
        return Span(start, end)

    def interview_ms(self, at_ms: float) -> int:
        """A moment's time in the interview."""
        return self.interview_span(at_ms, at_ms).start_ms

    def _piece_at(self, at_ms: float) -> Piece:
        index = bisect_right([piece.offset_ms for piece in self.pieces], at_ms) - 1
        return self.pieces[max(0, index)]


def excerpt_of(speech: Sequence[Span], chunk: Span) -> Excerpt:
    """The speech within ``chunk`` with its margins; silences of at most ``KEPT_SILENCE_MS`` between stay."""
    kept: list[Span] = []
    for span in speech:
        start, end = max(span.start_ms, chunk.start_ms), min(span.end_ms, chunk.end_ms)
        if end <= start:
            continue
        start, end = max(start - MARGIN_MS, chunk.start_ms), min(end + MARGIN_MS, chunk.end_ms)
        if kept and start - kept[-1].end_ms <= KEPT_SILENCE_MS - 2 * MARGIN_MS:
            kept[-1] = Span(kept[-1].start_ms, end)
        else:
            kept.append(Span(start, end))
    pieces: list[Piece] = []
    offset = 0
    for span in kept:
        pieces.append(Piece(offset, span))
        offset += span.length_ms
    return Excerpt(tuple(pieces))
