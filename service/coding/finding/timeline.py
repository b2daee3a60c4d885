"""The released interviews on one line, so that sets of instants of all of them are one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from service.coding import tables
from service.coding.finding.parsing import LONGEST_NEAR_MS
from service.coding.finding.times import Ms, Times, both, times

_APART_MS = 4 * LONGEST_NEAR_MS


@dataclass(frozen=True, slots=True)
class PlacedInterview:
    """A released interview of the line."""

    id: str
    name: str
    group: str
    role: str
    wave: int
    duration_ms: int
    language: str | None
    revision: int


class Timeline:
    """The interviews in order of their names, each at its own stretch of the line."""

    def __init__(self, interviews: tuple[PlacedInterview, ...]) -> None:
        self.interviews = interviews
        self.place = {one.id: number for number, one in enumerate(interviews)}
        lengths = np.array([one.duration_ms + _APART_MS for one in interviews], dtype=np.int64)
        self.offsets: Ms = np.cumsum(lengths) - lengths
        durations = np.array([one.duration_ms for one in interviews], dtype=np.int64)
        self.everything = Times(self.offsets, self.offsets + durations)

    def whole(self, ids: Iterable[str]) -> Times:
        """These interviews from beginning to end."""
        places = sorted({self.place[one] for one in ids if one in self.place})
        return Times(self.everything.starts[places], self.everything.ends[places])

    def within(self, start_ms: int, end_ms: int | None) -> Times:
        """A stretch of each interview, as far as it is long."""
        starts = self.offsets + start_ms
        ends = self.everything.ends if end_ms is None else self.offsets + end_ms
        there = (starts < self.everything.ends) & (ends > starts)
        return both(times(starts[there], ends[there]), self.everything)

    def laid(self, stretches: Iterable[tuple[str, Ms]]) -> Times:
        """Stretches of interviews, as starts and ends that take turns. Cut at the ends of interviews."""
        there = [(self.offsets[self.place[one]], values) for one, values in stretches if one in self.place]
        if not there:
            return times(self.offsets[:0], self.offsets[:0])
        starts = np.concatenate([values[0::2] + offset for offset, values in there])
        ends = np.concatenate([values[1::2] + offset for offset, values in there])
        return both(times(starts, ends), self.everything)

    def whose(self, found: Times) -> NDArray[np.intp]:
        """For each stretch the number of its interview."""
        return np.searchsorted(self.offsets, found.starts, side="right") - 1


def timeline(connection: sa.Connection) -> Timeline:
    """The interviews that are released now."""
    interview, transcript = tables.interview, tables.transcripts.transcript
    rows = connection.execute(
        sa.select(
            interview.c.id,
            interview.c.name,
            interview.c.group_code,
            interview.c.role_code,
            interview.c.wave,
            transcript.c.duration_ms,
            transcript.c.language,
            transcript.c.revision,
        )
        .join(transcript, transcript.c.interview_id == interview.c.id)
        .order_by(interview.c.name)
    )
    return Timeline(tuple(PlacedInterview(*row) for row in rows))
