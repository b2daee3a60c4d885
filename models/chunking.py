"""Cutting a long recording into pieces that are transcribed, and kept, one by one."""

from __future__ import annotations

from collections.abc import Sequence

from models.values import Span

# A silence this long is certainly between words: stop closures stay under 100-150 ms.
_CLEAR_SILENCE_MS = 400


def plan_chunks(speech: Sequence[Span], duration_ms: int, chunk_ms: int) -> tuple[Span, ...]:
    """Chunks that tile the recording from 0 to its end, in order, without gap or overlap.

    Each is about ``chunk_ms`` long (half to one and a half) and ends in the middle of the longest
    silence near its target end, so that no word is cut. Only speech without any silence for as long as ``chunk_ms`` is
    cut blindly.
    """
    if duration_ms <= 0:
        return ()
    silences = _silences(speech, duration_ms)
    chunks: list[Span] = []
    start = 0
    while duration_ms - start > chunk_ms * 1.5:
        end = _cut(silences, start, chunk_ms)
        chunks.append(Span(start, end))
        start = end
    chunks.append(Span(start, duration_ms))
    return tuple(chunks)


def _silences(speech: Sequence[Span], duration_ms: int) -> list[Span]:
    edges = [0, *(edge for span in speech for edge in (span.start_ms, span.end_ms)), duration_ms]
    pairs = zip(edges[::2], edges[1::2], strict=True)
    return [Span(start, end) for start, end in pairs if end > start]


def _cut(silences: Sequence[Span], start: int, chunk_ms: int) -> int:
    target = start + chunk_ms
    earliest, latest = start + chunk_ms // 2, start + chunk_ms + chunk_ms // 2
    within = [
        (silence, min(max((silence.start_ms + silence.end_ms) // 2, earliest), latest))
        for silence in silences
        if silence.end_ms > earliest and silence.start_ms < latest
    ]
    if not within:
        return target
    # Any clear silence will do, so the nearest; if there is none, the longest that there is.
    clear = [(silence, middle) for silence, middle in within if silence.length_ms >= _CLEAR_SILENCE_MS]
    if clear:
        return min(clear, key=lambda pair: abs(pair[1] - target))[1]
    return max(within, key=lambda pair: (pair[0].length_ms, -abs(pair[1] - target)))[1]
