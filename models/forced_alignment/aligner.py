"""Exact times for recognised words, stretch by stretch; what can't be aligned keeps the recogniser's times."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Protocol

from models.audio.samples import Float32, Samples
from models.forced_alignment.stretches import Stretch, plan_stretches
from models.intervals import joined, within
from models.values import Progress, RecognisedWord, Span, Timing

ENGLISH = "en"
# The shortest way through a phoneme's three states is 30 ms; three phonemes squeezed into that are a failure.
_LEAST_MS = 30
_SQUEEZED = 0.5
# No English word said on its own takes longer, unless it is drawn out over a pause.
_MOST_WORD_MS = 2_000
# The recogniser's times are off by 60-110 ms (median) and rarely by more than half a second: a stretch whose words lie
# farther off on the median was laid onto other speech.
_MOST_DISAGREEMENT_MS = 700
_LONGEST_JOINT_MS = 45_000

Reader = Callable[[Span], Float32]


class StretchAligner(Protocol):
    """Lays texts onto one stretch of sound; :class:`PocketSphinxAligner` says more."""

    def align(self, audio: Float32, texts: Sequence[str]) -> tuple[Span | None, ...] | None: ...


class Aligner:
    """Aligns with what there is for a language: loads it when first needed."""

    def __init__(self, g2p: Path | None, ctc: Path | None = None) -> None:
        """``g2p`` is the folder of the weights for words outside the English dictionary; ``ctc`` that of an aligner
        for other languages (:mod:`models.forced_alignment.ctc_aligner`)."""
        self._g2p = g2p
        self._ctc_folder = ctc

    def align(
        self,
        samples: Samples,
        words: Sequence[RecognisedWord],
        speech: Sequence[Span],
        language: str,
        channel: int | None = None,
        progress: Progress = lambda _: None,
        chunk: Span | None = None,
    ) -> tuple[RecognisedWord, ...]:
        """The same words in the same order, with exact times where they could be found.

        ``words`` are in order of time; the results don't overlap one another and stay within ``chunk``, which is the
        whole recording when None. ``speech`` is where somebody speaks. With ``channel``, only what that channel's own
        speaker says is heard. ``progress`` gets ms from the start of the chunk.
        """
        engine, timing = self._engine(language)
        if engine is None or not words:
            return tuple(words)
        bounds = chunk or Span(0, samples.duration_ms)
        read = _reader(samples, channel)
        stretches = plan_stretches(words, speech, bounds)
        aligned: dict[int, list[RecognisedWord]] = {}
        for number, stretch in enumerate(stretches):
            found = _try(engine, timing, read, words, stretch)
            if found is not None:
                aligned[number] = found
            progress(stretch.span.end_ms - bounds.start_ms)
        for number in sorted(set(range(len(stretches))) - set(aligned)):
            if number not in aligned:
                aligned |= _with_neighbours(engine, timing, read, words, stretches, number)
        result: list[RecognisedWord] = []
        for number, stretch in enumerate(stretches):
            if number in aligned:
                result += aligned[number]
            else:
                result += _in_parts(engine, timing, read, words, stretch, speech)
        return apart(result, bounds)

    def realign(
        self,
        samples: Samples,
        words: Sequence[RecognisedWord],
        within: Span,
        language: str,
        channel: int | None = None,
    ) -> tuple[RecognisedWord, ...]:
        """The words of one corrected utterance, laid onto the sound of ``within``."""
        engine, timing = self._engine(language)
        if engine is None or not words:
            return tuple(words)
        spans = engine.align(_reader(samples, channel)(within), [word.text for word in words])
        if spans is None:
            return tuple(words)
        return apart(_placed(words, _moved(spans, within.start_ms), within, timing), within)

    def _engine(self, language: str) -> tuple[StretchAligner | None, Timing]:
        if language == ENGLISH:
            return self._pocketsphinx, Timing.POCKETSPHINX
        return (self._ctc, Timing.CTC) if self._ctc_folder else (None, Timing.RECOGNISER)

    @cached_property
    def _pocketsphinx(self) -> StretchAligner:
        from models.forced_alignment.pocketsphinx_aligner import PocketSphinxAligner
        from models.forced_alignment.pronunciation import Pronouncer

        return PocketSphinxAligner(Pronouncer(self._g2p) if self._g2p else None)

    @cached_property
    def _ctc(self) -> StretchAligner:
        from models.forced_alignment.ctc_aligner import CtcAligner

        assert self._ctc_folder is not None
        return CtcAligner(self._ctc_folder)


def _try(
    engine: StretchAligner,
    timing: Timing,
    read: Reader,
    words: Sequence[RecognisedWord],
    stretch: Stretch,
) -> list[RecognisedWord] | None:
    """The words of a stretch, aligned, or None when they don't fit its sound."""
    own = words[stretch.first : stretch.end]
    spans = engine.align(read(stretch.span), [word.text for word in own])
    if spans is None:
        return None
    moved = _moved(spans, stretch.span.start_ms)
    return _placed(own, moved, stretch.span, timing) if is_plausible(own, moved) else None


def _with_neighbours(
    engine: StretchAligner,
    timing: Timing,
    read: Reader,
    words: Sequence[RecognisedWord],
    stretches: Sequence[Stretch],
    number: int,
) -> dict[int, list[RecognisedWord]]:
    """The words of a stretch that failed, and of those it was joined with, by the numbers of their stretches.

    The recogniser's times may put the first word after a silence before it, where its sound is not. Together with its
    neighbours the stretch has both the word and the sound.
    """
    for before, after in ((0, 1), (1, 0), (1, 1)):
        first, last = number - before, number + after
        if first < 0 or last >= len(stretches):
            continue
        joint = stretches[first : last + 1]
        span = Span(joint[0].span.start_ms, joint[-1].span.end_ms)
        if span.length_ms > _LONGEST_JOINT_MS:
            continue
        found = _try(engine, timing, read, words, Stretch(joint[0].first, joint[-1].end, span))
        if found is not None:
            begin = joint[0].first
            return {
                first + place: found[one.first - begin : one.end - begin] for place, one in enumerate(joint)
            }
    return {}


def _in_parts(
    engine: StretchAligner,
    timing: Timing,
    read: Reader,
    words: Sequence[RecognisedWord],
    stretch: Stretch,
    speech: Sequence[Span],
) -> list[RecognisedWord]:
    """The words of a stretch that failed as a whole, cut at every silence: noise spoils only its own part."""
    own = words[stretch.first : stretch.end]
    parts = plan_stretches(own, speech, stretch.span, long_ms=0)
    if len(parts) < 2:
        return list(own)
    result: list[RecognisedWord] = []
    for part in parts:
        found = _try(engine, timing, read, own, part)
        result += own[part.first : part.end] if found is None else found
    return result


def is_plausible(words: Sequence[RecognisedWord], spans: Sequence[Span | None]) -> bool:
    """Whether the words can have been said there: not squeezed, not drawn out, not far from where they were heard."""
    pairs = [(word, span) for word, span in zip(words, spans, strict=True) if span is not None]
    if not pairs:
        return False
    squeezed = sum(
        span.length_ms <= _LEAST_MS * max(1, len(word.text.strip(".,!?")) // 3) for word, span in pairs
    )
    if squeezed > _SQUEEZED * len(pairs) and len(pairs) > 1:
        return False
    if any(span.length_ms > _MOST_WORD_MS for _, span in pairs):
        return False
    off = sorted(abs(span.start_ms - word.start_ms) for word, span in pairs)
    return off[len(off) // 2] <= _MOST_DISAGREEMENT_MS


def _moved(spans: Sequence[Span | None], by_ms: int) -> list[Span | None]:
    return [span and Span(span.start_ms + by_ms, span.end_ms + by_ms) for span in spans]


def _placed(
    words: Sequence[RecognisedWord], spans: Sequence[Span | None], bounds: Span, timing: Timing
) -> list[RecognisedWord]:
    """The words at their spans; those without one share the gap between their neighbours."""
    result: list[RecognisedWord] = []
    index = 0
    while index < len(words):
        span = spans[index]
        if span is not None:
            result.append(replace(words[index], start_ms=span.start_ms, end_ms=span.end_ms, timing=timing))
            index += 1
            continue
        end = index
        while end < len(words) and spans[end] is None:
            end += 1
        following = spans[end] if end < len(words) else None
        start_ms = result[-1].end_ms if result else bounds.start_ms
        gap = Span(start_ms, max(start_ms, following.start_ms if following else bounds.end_ms))
        result += spread(words[index:end], gap)
        index = end
    return result


def spread(words: Sequence[RecognisedWord], gap: Span) -> list[RecognisedWord]:
    """The words side by side in the gap, as long as they are written; near where they were heard if it is wide."""
    total = sum(len(word.text) for word in words)
    heard = Span(
        min(max(words[0].start_ms, gap.start_ms), gap.end_ms),
        max(min(words[-1].end_ms, gap.end_ms), gap.start_ms),
    )
    room = heard if heard.length_ms > 0 else gap
    placed, passed = [], 0
    for word in words:
        start = room.start_ms + room.length_ms * passed // total
        passed += len(word.text)
        end = room.start_ms + room.length_ms * passed // total
        placed.append(replace(word, start_ms=start, end_ms=max(start, end), timing=Timing.SPREAD))
    return placed


def apart(words: Sequence[RecognisedWord], bounds: Span) -> tuple[RecognisedWord, ...]:
    """The words in their order, each at least 1 ms long, none before the end of the one before, within the bounds."""
    result: list[RecognisedWord] = []
    floor = bounds.start_ms
    for place, word in enumerate(words):
        # Room is left for those that follow: 1 ms each.
        latest = bounds.end_ms - (len(words) - place)
        start = max(floor, min(word.start_ms, latest))
        following = words[place + 1].start_ms if place + 1 < len(words) else bounds.end_ms
        end = max(start + 1, min(word.end_ms, max(following, start + 1), latest + 1))
        result.append(replace(word, start_ms=start, end_ms=end))
        floor = end
    return tuple(result)


def _reader(samples: Samples, channel: int | None) -> Reader:
    if channel is None:
        return lambda span: samples.read(span)
    from models.audio.samples import frames_of
    from models.channel_turns import read_own

    return lambda span: read_own(samples, channel, *frames_of(span))


def cut_to_speech(
    words: Sequence[RecognisedWord], speech: Sequence[Span], gap_ms: int
) -> tuple[RecognisedWord, ...]:
    """The words, each ended where a silence longer than ``gap_ms`` begins in it: none is stretched over one."""
    phrases = joined(speech, gap_ms)
    result = []
    for word in words:
        parts = within(Span(word.start_ms, word.end_ms), phrases)
        if len(parts) > 1:
            longest = max(parts, key=lambda part: part.length_ms)
            result.append(replace(word, start_ms=longest.start_ms, end_ms=longest.end_ms))
        else:
            result.append(word)
    return tuple(result)
