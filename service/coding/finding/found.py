"""What a query found: counted, page by page, and as rows to take out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
import sqlalchemy as sa

from service.coding import tables
from service.coding.finding.evaluating import Evaluation
from service.coding.finding.meaning import Meanings
from service.coding.finding.parsing import parse
from service.coding.finding.query import Query, written
from service.coding.finding.timeline import Timeline
from service.coding.finding.times import Times
from service.coding.moments import Moment, Stretch, moments_at
from service.coding.values import Coder

_AT_ONCE = 400


@dataclass(frozen=True, slots=True)
class Count:
    """How many moments there are of something, and how long they are together."""

    of: str
    moments: int
    total_ms: int


@dataclass(frozen=True, slots=True)
class Counts:
    """How many moments there are, in how many interviews, by interview, group, role (as the study calls it) and wave.

    What was found in none is in none of the lists. An interview of two waves counts for the first.
    """

    moments: int
    total_ms: int
    interviews: tuple[Count, ...]
    groups: tuple[Count, ...]
    roles: tuple[Count, ...]
    waves: tuple[Count, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """What a query found, as it was read. ``waiting``: how many interviews can't be asked for their meaning yet."""

    query: Query
    line: Timeline
    times: Times
    waiting: int = 0
    role_names: Mapping[str, str] = field(default_factory=dict)

    @property
    def written(self) -> str:
        """The query as it was understood."""
        return written(self.query)

    def stretches(self, after: int = 0, limit: int | None = None) -> tuple[Stretch, ...]:
        """The moments' places in order of interview and time, ``limit`` of those that follow the first ``after``."""
        end = None if limit is None else after + limit
        some = Times(self.times.starts[after:end], self.times.ends[after:end])
        numbers = self.line.whose(some)
        offsets = self.line.offsets[numbers]
        return tuple(
            Stretch(self.line.interviews[number].id, start, stop)
            for number, start, stop in zip(
                numbers.tolist(),
                (some.starts - offsets).tolist(),
                (some.ends - offsets).tolist(),
                strict=True,
            )
        )

    def counts(self) -> Counts:
        """How much there is."""
        interviews, size = self.line.interviews, len(self.line.interviews)
        whose = self.line.whose(self.times)
        moments = np.bincount(whose, minlength=size).tolist()
        lengths = np.bincount(whose, weights=self.times.ends - self.times.starts, minlength=size).tolist()

        def by(names: list[str]) -> tuple[Count, ...]:
            counted: dict[str, tuple[int, int]] = {}
            for name, many, ms in zip(names, moments, lengths, strict=True):
                before = counted.get(name, (0, 0))
                counted[name] = (before[0] + many, before[1] + int(ms))
            return tuple(
                Count(name, many, ms) for name, (many, ms) in sorted(counted.items(), key=_in_order) if many
            )

        return Counts(
            len(self.times),
            self.times.total_ms,
            by([one.name for one in interviews]),
            by([one.group for one in interviews]),
            by([self.role_names.get(one.role, one.role) for one in interviews]),
            by([str(one.wave) for one in interviews]),
        )


def _in_order(item: tuple[str, tuple[int, int]]) -> tuple[int, str]:
    name = item[0]
    return (int(name) if name.isdecimal() else 0, name)


def find(
    connection: sa.Connection,
    coder: Coder,
    asked: str | Query,
    name_pattern: str,
    meanings: Meanings | None = None,
) -> Found:
    """What the query finds for ``coder``. Raises :class:`service.coding.finding.problem.QueryProblem`."""
    query = parse(asked) if isinstance(asked, str) else asked
    evaluation = Evaluation(connection, coder, name_pattern, meanings)
    times = evaluation.times(query)
    role = tables.role
    names = {str(row[0]): str(row[1]) for row in connection.execute(sa.select(role.c.code, role.c.name))}
    return Found(query, evaluation.line, times, evaluation.waiting, names)


def moments_of(
    connection: sa.Connection, coder: Coder, found: Found, after: int = 0, limit: int | None = None
) -> Iterator[Moment]:
    """The moments with their words and the codings there that ``coder`` may see."""
    end = len(found.times) if limit is None else min(after + limit, len(found.times))
    for start in range(after, end, _AT_ONCE):
        yield from moments_at(connection, coder, found.stretches(start, min(_AT_ONCE, end - start)))
