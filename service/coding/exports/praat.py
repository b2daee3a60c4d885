"""Praat TextGrids, in the long text format of Praat's manual ("TextGrid file formats")."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from service.coding.exports.lanes import Label, tiers_of
from service.coding.exports.values import Interview, Study


def textgrid(study: Study, interview: Interview) -> bytes:
    """Interval tiers over the whole interview, as ELAN's tiers (:mod:`service.coding.exports.elan`), in UTF-8."""
    tiers = tiers_of(study, interview)
    last_ms = max([interview.head.duration_ms, *(one.labels[-1].end_ms for one in tiers if one.labels)])
    lines = [
        'File type = "ooTextFile"',
        'Object class = "TextGrid"',
        "",
        "xmin = 0",
        f"xmax = {_seconds(last_ms)}",
        "tiers? <exists>",
        f"size = {len(tiers)}",
        "item []:",
    ]
    for number, tier in enumerate(tiers, 1):
        intervals = tuple(_without_gaps(tier.labels, last_ms))
        lines += [
            f"    item [{number}]:",
            '        class = "IntervalTier"',
            f"        name = {_quoted(tier.name)}",
            "        xmin = 0",
            f"        xmax = {_seconds(last_ms)}",
            f"        intervals: size = {len(intervals)}",
        ]
        for place, label in enumerate(intervals, 1):
            lines += [
                f"        intervals [{place}]:",
                f"            xmin = {_seconds(label.start_ms)}",
                f"            xmax = {_seconds(label.end_ms)}",
                f"            text = {_quoted(label.text)}",
            ]
    return ("\n".join(lines) + "\n").encode()


def _without_gaps(labels: Iterable[Label], end_ms: int) -> Iterator[Label]:
    """The labels with empty ones between them: intervals of a tier follow one another without a gap."""
    reached = 0
    for label in labels:
        if label.start_ms > reached:
            yield Label(reached, label.start_ms, "")
        yield label
        reached = label.end_ms
    if reached < end_ms:
        yield Label(reached, end_ms, "")


def _seconds(ms: int) -> str:
    return f"{ms // 1000}.{ms % 1000:03d}" if ms % 1000 else str(ms // 1000)


def _quoted(text: str) -> str:
    """Praat doubles quotes within quotes; a line break would stay one, and has no use in a label."""
    return '"' + " ".join(text.split()).replace('"', '""') + '"'
