"""Pitch and loudness of a stretch with the words under them, as SVG that prints in black and grey.

Written by hand: a figure is lines, boxes and text, and so it is the same bytes for the same values.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

from models.intervals import within
from models.nuance.curves import Curve, Curves, draw
from models.nuance.track import Track
from models.values import Span
from service.transcript.times import format_ms

LONGEST_MS = 120_000
"""A longer stretch is no figure: at ten seconds a line it would fill more than a page."""

_LINE_MS = 10_000
_POINTS = 600
_WIDTH, _LEFT, _RIGHT = 760, 92, 24
_PITCH, _LEVEL, _GAP = 120, 70, 10
_ROW, _AXIS = 14, 34
_BETWEEN, _CAPTION = 16, 26
_FONT = "font-family:'Helvetica Neue',Helvetica,Arial,'Liberation Sans',sans-serif"
# Wide enough for a letter of the words' size, on the average.
_LETTER = 6.2
_HZ_STEPS = (50, 75, 100, 150, 200, 300, 400, 600)
_LEAST_RANGE = 1.8
_LEAST_RANGE_DB = 30
_QUIETEST_DB = -80

Along = Callable[[float], float]
"""From a value to a place on an axis."""


@dataclass(frozen=True, slots=True)
class Said:
    """A word as it stands in the figure, with who says it."""

    start_ms: int
    end_ms: int
    text: str
    speaker: str


@dataclass(frozen=True, slots=True)
class Figure:
    """What is drawn. ``empty``: nothing is known of the sound there. ``title`` says of which interview it is."""

    title: str
    span: Span
    track: Track
    words: Sequence[Said]
    speakers: Sequence[str]
    empty: Sequence[Span] = ()


def contours(figure: Figure) -> str:
    """The SVG of a stretch of at most :data:`LONGEST_MS`, ten seconds a line; pitch in Hz on a logarithmic axis.

    Raises ValueError for a stretch that is empty or longer.
    """
    if not 0 < figure.span.length_ms <= LONGEST_MS:
        raise ValueError("a figure is of two minutes at most")
    whole = draw(figure.track, figure.span, 4 * _POINTS, figure.empty)
    scale = _Scale(*_hz_range(whole.pitch), *_db_range(whole.level))
    parts: list[str] = []
    y = 8
    start = figure.span.start_ms
    while start < figure.span.end_ms:
        line = Span(start, min(figure.span.end_ms, start + _LINE_MS))
        drawn, height = _line(figure, line, scale, y)
        parts += drawn
        y += height + _BETWEEN
        start = line.end_ms
    parts.append(_text(8, y + 8, _caption(figure), size=11, anchor="start"))
    height = y + _CAPTION
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}"'
        f' height="{height}" role="img" style="{_FONT}">'
    )
    ground = f'<rect width="{_WIDTH}" height="{height}" fill="#fff"/>'
    return "\n".join((head, f"<title>{escape(_caption(figure))}</title>", ground, *parts, "</svg>", ""))


@dataclass(frozen=True, slots=True)
class _Scale:
    """The axes, the same on each line of a figure."""

    low_hz: float
    high_hz: float
    low_db: float
    high_db: float

    def pitch(self, hz: float, top: float) -> float:
        share = math.log(hz / self.low_hz) / math.log(self.high_hz / self.low_hz)
        return top + _PITCH * (1 - min(1.0, max(0.0, share)))

    def level(self, db: float, top: float) -> float:
        share = (db - self.low_db) / (self.high_db - self.low_db)
        return top + _LEVEL * (1 - min(1.0, max(0.0, share)))


def _caption(figure: Figure) -> str:
    return (
        f"{figure.title}, {format_ms(figure.span.start_ms)}-{format_ms(figure.span.end_ms)}. "
        "Pitch (Hz, logarithmic) and level (dB of full scale)"
        + (", blank where the sound is redacted." if figure.empty else ".")
    )


def _known(values: Iterable[float | None]) -> list[float]:
    return sorted(one for one in values if one is not None)


def _hz_range(pitch: Curve) -> tuple[float, float]:
    """Around what is there, without the few that are octave errors."""
    known = _known(pitch.middle)
    if not known:
        return 75.0, 300.0
    low, high = known[len(known) // 50] * 0.92, known[-1 - len(known) // 50] * 1.08
    if high / low < _LEAST_RANGE:
        wider = math.sqrt(_LEAST_RANGE * low / high)
        low, high = low / wider, high * wider
    return low, high


def _db_range(level: Curve) -> tuple[float, float]:
    known = [one for one in _known(level.middle) if one > _QUIETEST_DB]
    if not known:
        return -60.0, 0.0
    high = 10 * math.ceil(known[-1] / 10)
    low = 10 * math.floor(known[len(known) // 50] / 10)
    return float(min(low, high - _LEAST_RANGE_DB)), float(high)


def _line(figure: Figure, line: Span, scale: _Scale, top: int) -> tuple[list[str], int]:
    """One line of the figure, and its height."""
    # A last line that is shorter has the same scale of time.
    length = max(line.length_ms, _LINE_MS if figure.span.length_ms > _LINE_MS else 1)

    def x(ms: float) -> float:
        return _LEFT + (ms - line.start_ms) / length * (_WIDTH - _LEFT - _RIGHT)

    right = x(line.end_ms)
    curves = draw(figure.track, line, _POINTS, figure.empty)
    level_top = top + _PITCH + _GAP
    parts = []
    for hidden in within(line, figure.empty):
        parts.append(
            f'<rect x="{x(hidden.start_ms):.1f}" y="{top}" width="{x(hidden.end_ms) - x(hidden.start_ms):.1f}"'
            f' height="{_PITCH + _GAP + _LEVEL}" fill="#eee"/>'
        )
    for hz in _HZ_STEPS:
        if scale.low_hz <= hz <= scale.high_hz:
            parts += _tick(scale.pitch(hz, top), str(hz), right)
    for db in range(round(scale.low_db), round(scale.high_db) + 1, 10):
        parts += _tick(scale.level(db, level_top), f"{db}".replace("-", "−"), right)
    for box_top, height, label in ((top, _PITCH, "Pitch (Hz)"), (level_top, _LEVEL, "Level (dB)")):
        parts.append(
            f'<rect x="{_LEFT}" y="{box_top}" width="{right - _LEFT:.1f}" height="{height}" fill="none"'
            ' stroke="#000" stroke-width="0.6"/>'
        )
        middle = box_top + height / 2
        parts.append(
            f'<text x="14" y="{middle:.1f}" font-size="10" text-anchor="middle"'
            f' transform="rotate(-90 14 {middle:.1f})">{label}</text>'
        )
    parts += _drawn(curves, curves.pitch, x, lambda hz: scale.pitch(hz, top), 1.6)
    parts += _drawn(curves, curves.level, x, lambda db: scale.level(db, level_top), 1.0)
    y = level_top + _LEVEL
    words, rows = _spoken(figure, line, x, y + 4)
    parts += words
    y += 4 + rows * _ROW
    parts += _times(line, x, y)
    return parts, y + _AXIS - top


def _tick(y: float, label: str, right: float) -> tuple[str, str]:
    return (
        f'<line x1="{_LEFT}" x2="{right:.1f}" y1="{y:.1f}" y2="{y:.1f}" stroke="#ccc" stroke-width="0.5"/>',
        _text(_LEFT - 5, y + 3.5, label, size=9, anchor="end"),
    )


def _drawn(curves: Curves, curve: Curve, x: Along, y: Along, stroke: float) -> Iterator[str]:
    """The curve, broken where there is nothing."""
    run: list[str] = []
    for number, value in enumerate((*curve.middle, None)):
        if value is not None:
            at = x(curves.from_ms + (number + 0.5) * curves.bin_ms)
            run.append(f"{at:.1f},{y(value):.1f}")
            continue
        if len(run) == 1:
            at_x, at_y = run[0].split(",")
            yield f'<circle cx="{at_x}" cy="{at_y}" r="{stroke / 2}"/>'
        elif run:
            yield (
                f'<polyline points="{" ".join(run)}" fill="none" stroke="#000" stroke-width="{stroke}"'
                ' stroke-linejoin="round"/>'
            )
        run = []


def _spoken(figure: Figure, line: Span, x: Along, top: float) -> tuple[list[str], int]:
    """The words of each speaker, under the time they are said, and how many rows they take.

    Where words would run into one another the next one goes a row lower.
    """
    parts, row = [], 0
    for speaker in figure.speakers:
        said = [
            one
            for one in figure.words
            if one.speaker == speaker and line.start_ms <= one.start_ms < line.end_ms
        ]
        if not said:
            continue
        ends: list[float] = []
        parts.append(_text(_LEFT - 5, top + row * _ROW + 10, speaker[:14], size=9, anchor="end"))
        for one in said:
            begins, wide = x(one.start_ms), len(one.text) * _LETTER
            begins = max(_LEFT + 1.0, min(begins, _WIDTH - 2 - wide))
            free = next((place for place, end in enumerate(ends) if end <= begins), len(ends))
            if free == len(ends):
                ends.append(0.0)
            ends[free] = begins + wide + 4
            parts.append(_text(begins, top + (row + free) * _ROW + 10, one.text, size=10, anchor="start"))
        row += len(ends)
    return parts, row


def _times(line: Span, x: Along, y: float) -> list[str]:
    parts = []
    step = 1000 if line.length_ms > 3_000 else 500 if line.length_ms > 1_500 else 250
    for ms in range(-(-line.start_ms // step) * step, line.end_ms + 1, step):
        at = x(ms)
        parts.append(
            f'<line x1="{at:.1f}" x2="{at:.1f}" y1="{y}" y2="{y + 4}" stroke="#000" stroke-width="0.6"/>'
        )
        parts.append(_text(at, y + 14, _clock(ms, step), size=9, anchor="middle"))
    parts.append(
        f'<line x1="{_LEFT}" x2="{x(line.end_ms):.1f}" y1="{y}" y2="{y}" stroke="#000" stroke-width="0.6"/>'
    )
    parts.append(_text(_LEFT - 16, y + 14, "Time", size=9, anchor="end"))
    return parts


def _clock(ms: int, step: int) -> str:
    """``12:30``, or ``12:30.5`` where the steps are shorter than a second."""
    told = format_ms(ms).removeprefix("00:")
    return told if step >= 1000 else f"{told}.{ms % 1000 // 10:02d}"


def _text(x: float, y: float, text: str, *, size: int, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" text-anchor="{anchor}">{escape(text)}</text>'
