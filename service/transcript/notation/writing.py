"""Words and markers as lines of text in a notation, in segments that know their place: the one way they are written,
for the page and for files."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from models.disfluency import clean
from models.intervals import overlap_ms
from models.values import Marker, MarkerKind, Utterance, Word
from service.transcript.notation.short_pauses import short_pauses
from service.transcript.notation.signs import (
    WITH_SHORT_PAUSES,
    Alone,
    Around,
    Notation,
    sign_of,
    word_as_written,
)

_OF_DISFLUENT_WORDS = (MarkerKind.FILLER, MarkerKind.DISFLUENCY)


class Side(StrEnum):
    """Where a sign stands to its word: by itself before or after it, or around the words from one to another."""

    BEFORE = "before"
    AFTER = "after"
    OPENS = "opens"
    CLOSES = "closes"


@dataclass(frozen=True, slots=True)
class Segment:
    """A word or a sign. ``at`` is the place of its first character in the line's text.

    ``word`` is the id of the word, or of the one that a sign stands at. ``side`` is None for a word; ``marker`` is what
    the sign is written for, or what changed how the word is spelt.
    """

    at: int
    text: str
    word: int
    marker: Marker | None = None
    side: Side | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """An utterance as it is written."""

    utterance: Utterance
    segments: tuple[Segment, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Between:
    """A sign on a line of its own: what was heard between utterances."""

    marker: Marker
    text: str


@dataclass(frozen=True, slots=True)
class Written:
    """The lines in order of time, and the markers that signs were written for."""

    lines: tuple[Line | Between, ...]
    markers: tuple[Marker, ...]
    notation: Notation


def write(
    utterances: Sequence[Utterance], markers: Sequence[Marker], notation: Notation, verbatim: bool = True
) -> Written:
    """The utterances in the notation. Without ``verbatim``, without disfluent words and filler sounds.

    What was heard within an utterance of its speaker stands among its words, by its middle; all else between lines.
    """
    if notation in WITH_SHORT_PAUSES:
        # Before words are left out, since a gap that a word left is no silence.
        markers = (*markers, *short_pauses(utterances, markers))
    shown = utterances
    if not verbatim:
        shown = clean(tuple(utterances))
        markers = [one for one in markers if one.kind not in _OF_DISFLUENT_WORDS]
    alone: list[tuple[Marker, Alone]] = []
    around: list[tuple[Marker, Around]] = []
    for marker in sorted(markers, key=lambda one: (one.start_ms, one.end_ms)):
        sign = sign_of(marker, notation)
        if isinstance(sign, Alone):
            alone.append((marker, sign))
        elif sign is not None:
            around.append((marker, sign))
    alone.sort(key=lambda one: _middle(one[0]))
    middles = [_middle(marker) for marker, _ in alone]
    starts = [marker.start_ms for marker, _ in around]
    longest_ms = max((marker.end_ms - marker.start_ms for marker, _ in around), default=0)
    within: set[int] = set()
    lines: list[tuple[int, int, Line | Between]] = []
    used: list[Marker] = []
    for utterance in shown:
        there = range(bisect_left(middles, utterance.start_ms), bisect_left(middles, utterance.end_ms))
        inside = [place for place in there if place not in within and _is_of(alone[place][0], utterance)]
        within.update(inside)
        first, end = (
            bisect_left(starts, utterance.start_ms - longest_ms),
            bisect_left(starts, utterance.end_ms),
        )
        spans = [one for one in around[first:end] if _is_of(one[0], utterance)]
        line = _line(utterance, [alone[place] for place in inside], spans, notation)
        used += [segment.marker for segment in line.segments if segment.marker is not None]
        lines.append((utterance.start_ms, 1, line))
    for place, (marker, sign) in enumerate(alone):
        if place not in within:
            lines.append((marker.start_ms, 0, Between(marker, sign.write(marker))))
            used.append(marker)
    lines.sort(key=lambda one: one[:2])
    return Written(tuple(line for _, _, line in lines), tuple(used), notation)


def _is_of(marker: Marker, utterance: Utterance) -> bool:
    """Whether the marker is the utterance's speaker's, or nobody's."""
    return marker.speaker in (None, utterance.speaker)


def _covers(marker: Marker, word: Word) -> bool:
    """Whether the marker lies over half of the word or more, or half of it over the word."""
    shared = overlap_ms(marker.start_ms, marker.end_ms, word.start_ms, word.end_ms)
    shorter = min(marker.end_ms - marker.start_ms, word.end_ms - word.start_ms)
    return shared > 0 and 2 * shared >= shorter


@dataclass(frozen=True, slots=True)
class _Placed:
    """A sign around words, from the place of the first to that of the last."""

    marker: Marker
    sign: Around
    first: int
    last: int


def _placed(utterance: Utterance, spans: Iterable[tuple[Marker, Around]]) -> Iterator[_Placed]:
    """The signs around words, the widest first. None begins or ends at a redacted word: which it reaches says how long
    they are."""
    found = []
    for marker, sign in spans:
        covered = [
            place
            for place, word in enumerate(utterance.words)
            if word.redaction is None and _covers(marker, word)
        ]
        if covered:
            found.append(_Placed(marker, sign, covered[0], covered[-1]))
    return iter(sorted(found, key=lambda one: (one.first, -one.last)))


def _line(
    utterance: Utterance,
    inside: Iterable[tuple[Marker, Alone]],
    spans: Iterable[tuple[Marker, Around]],
    notation: Notation,
) -> Line:
    waiting = list(inside)
    placed = tuple(_placed(utterance, spans))
    pieces: list[tuple[str, Segment]] = []
    for place, word in enumerate(utterance.words):
        while waiting and _middle(waiting[0][0]) <= word.start_ms:
            marker, alone = waiting.pop(0)
            pieces.append((" ", Segment(0, alone.write(marker), word.id, marker, Side.BEFORE)))
        gap = " "
        for one in placed:
            if one.first == place and one.sign.opens:
                pieces.append((gap, Segment(0, one.sign.opens, word.id, one.marker, Side.OPENS)))
                gap = ""
        pieces.append((gap, _spelt(word, place, placed, notation)))
        pieces += [
            ("", Segment(0, one.sign.closes, word.id, one.marker, Side.CLOSES))
            for one in reversed(placed)
            if one.last == place and one.sign.closes
        ]
    last = utterance.words[-1].id if utterance.words else -1
    pieces += [(" ", Segment(0, sign.write(one), last, one, Side.AFTER)) for one, sign in waiting]
    text, segments = "", []
    for gap, segment in pieces:
        text += gap if text else ""
        segments.append(Segment(len(text), segment.text, segment.word, segment.marker, segment.side))
        text += segment.text
    return Line(utterance, tuple(segments), text)


def _middle(marker: Marker) -> int:
    return (marker.start_ms + marker.end_ms) // 2


def _spelt(word: Word, place: int, placed: Iterable[_Placed], notation: Notation) -> Segment:
    """The word as it is written. What stands for a redacted word stays as it is."""
    if word.redaction is not None:
        return Segment(0, word.text, word.id)
    text = word_as_written(word.text, notation)
    for one in placed:
        if one.sign.capitals and one.first <= place <= one.last:
            return Segment(0, text.upper(), word.id, one.marker)
    return Segment(0, text, word.id)
