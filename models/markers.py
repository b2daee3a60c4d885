"""Nuances heard at a time, as rules over words, speech and levels. docs/markers.md defines each kind."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from statistics import median

from models.intervals import covered_ms, joined, overlap_ms, shared_by_two, within, without
from models.loudness import Levels
from models.values import Marker, MarkerKind, Span, Timing, Turn, Utterance

RULES_VERSION = "3"
"""Changes whenever the same words, speech and levels would give other markers.

1: pauses, rate, loudness, inaudible stretches.
2: overlaps; word edges are exact where they were aligned, so inaudible stretches reach up to them.
3: the confidence of overlaps is the share of them that is real.
"""

WITHIN_TURN = "within_turn"
BETWEEN_TURNS = "between_turns"

# Speech of 0.6 s holds two to three syllables (4-5 a second): less than a word's worth of it is not missed.
INAUDIBLE_MS = 600
# The recogniser's word edges stray by up to a quarter of a second, aligned ones by a tenth of it.
_WORD_EDGE_MS = {Timing.POCKETSPHINX: 50, Timing.CTC: 50}
_LOOSE_EDGE_MS = 250
OVERLAP_MS = 200
"""Shorter ones are within what turns' edges stray by."""

# 12 of 16 marked in twelve interviews were real (docs/markers.md).
_OVERLAP_PRECISION = 0.75

# Fewer words or less speech say nothing about a person's rate or level.
_LEAST_WORDS = 3
_LEAST_SPEECH_MS = 500


def find_markers(
    utterances: Sequence[Utterance],
    speech: Sequence[Span],
    turns: Sequence[Turn],
    levels: Levels,
    pause_ms: int,
    seams_ms: Sequence[int] = (),
) -> tuple[Marker, ...]:
    """All markers in order of time. ``turns`` keep overlaps; at ``seams_ms`` one file ends and the next begins."""
    spoken = joined(speech)
    found = [
        *find_pauses(utterances, spoken, turns, pause_ms, seams_ms),
        *find_inaudible(utterances, spoken, turns),
        *find_overlaps(turns),
        *find_rates(utterances, spoken),
        *find_loudness(utterances, spoken, levels),
    ]
    return in_order_of_time(found)


def in_order_of_time(markers: Iterable[Marker]) -> tuple[Marker, ...]:
    """The markers as a transcript holds them: by start, end and kind."""
    return tuple(sorted(markers, key=lambda marker: (marker.start_ms, marker.end_ms, marker.kind)))


def find_pauses(
    utterances: Sequence[Utterance],
    speech: Sequence[Span],
    turns: Sequence[Turn],
    pause_ms: int,
    seams_ms: Sequence[int] = (),
) -> Iterator[Marker]:
    """Silences of at least ``pause_ms`` between speech, but for those at seams: how long they were nobody knows.

    Strength: seconds.
    """
    claimed = joined(Span(turn.start_ms, turn.end_ms) for turn in turns)
    words = sorted(
        ((word.start_ms + word.end_ms, utterance) for utterance in utterances for word in utterance.words),
        key=lambda one: one[0],
    )
    for before, after in pairwise(speech):
        silence = Span(before.end_ms, after.start_ms)
        if silence.length_ms < pause_ms or any(silence.start_ms <= at <= silence.end_ms for at in seams_ms):
            continue
        last, following = _around(words, silence)
        if last is None or following is None:
            continue
        same = last.speaker == following.speaker
        doubt = covered_ms(silence, claimed) / silence.length_ms
        yield Marker(
            kind=MarkerKind.PAUSE,
            subtype=WITHIN_TURN if same else BETWEEN_TURNS,
            start_ms=silence.start_ms,
            end_ms=silence.end_ms,
            speaker=last.speaker if same else None,
            strength=round(silence.length_ms / 1000, 3),
            confidence=round(1 - doubt, 3),
            rules=RULES_VERSION,
            utterance=last.id,
            evidence={"silence_ms": float(silence.length_ms)},
        )


def _around(
    words: Sequence[tuple[int, Utterance]], silence: Span
) -> tuple[Utterance | None, Utterance | None]:
    """Who spoke last before the silence, and first after it, by the middle of their words."""
    place = bisect_right(words, silence.start_ms + silence.end_ms, key=lambda one: one[0])
    last = words[place - 1][1] if place else None
    following = words[place][1] if place < len(words) else None
    return last, following


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


def find_overlaps(turns: Sequence[Turn]) -> Iterator[Marker]:
    """Stretches of at least ``OVERLAP_MS`` in which two people speak. Strength: seconds."""
    for stretch in shared_by_two(turns):
        if stretch.length_ms >= OVERLAP_MS:
            yield Marker(
                kind=MarkerKind.OVERLAP,
                start_ms=stretch.start_ms,
                end_ms=stretch.end_ms,
                speaker=None,
                strength=round(stretch.length_ms / 1000, 3),
                confidence=_OVERLAP_PRECISION,
                rules=RULES_VERSION,
                evidence={"overlap_ms": float(stretch.length_ms)},
            )


def find_rates(utterances: Sequence[Utterance], speech: Sequence[Span]) -> Iterator[Marker]:
    """Words a second of speech, pauses left out, for each utterance long enough. Strength: words/s."""
    for utterance in utterances:
        spoken_ms = covered_ms(Span(utterance.start_ms, utterance.end_ms), speech)
        if len(utterance.words) < _LEAST_WORDS or spoken_ms < _LEAST_SPEECH_MS:
            continue
        yield Marker(
            kind=MarkerKind.RATE,
            start_ms=utterance.start_ms,
            end_ms=utterance.end_ms,
            speaker=utterance.speaker,
            strength=round(len(utterance.words) * 1000 / spoken_ms, 3),
            confidence=round(sum(word.confidence for word in utterance.words) / len(utterance.words), 3),
            rules=RULES_VERSION,
            utterance=utterance.id,
            evidence={"words": float(len(utterance.words)), "speech_ms": float(spoken_ms)},
        )


def find_loudness(
    utterances: Sequence[Utterance], speech: Sequence[Span], levels: Levels
) -> Iterator[Marker]:
    """Level of each utterance against the median of its speaker's. Strength: dB, above the median positive."""
    measured: list[tuple[Utterance, int, float]] = []
    for utterance in utterances:
        whole = Span(utterance.start_ms, utterance.end_ms)
        heard = within(whole, speech)
        spoken_ms = sum(span.length_ms for span in heard)
        level = levels.of(heard)
        if spoken_ms >= _LEAST_SPEECH_MS and level is not None:
            measured.append((utterance, spoken_ms, level))
    usual = {
        speaker: median(level for utterance, _, level in measured if utterance.speaker == speaker)
        for speaker in {utterance.speaker for utterance, _, _ in measured}
    }
    for utterance, spoken_ms, level in measured:
        yield Marker(
            kind=MarkerKind.LOUDNESS,
            start_ms=utterance.start_ms,
            end_ms=utterance.end_ms,
            speaker=utterance.speaker,
            strength=round(level - usual[utterance.speaker], 1),
            # A level settles within a few seconds of speech.
            confidence=round(min(1.0, spoken_ms / 2_000), 3),
            rules=RULES_VERSION,
            utterance=utterance.id,
            evidence={"level_db": round(level, 1), "median_db": round(usual[utterance.speaker], 1)},
        )
