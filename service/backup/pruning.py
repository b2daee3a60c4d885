"""Which snapshots stay."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from service.backup.repository import made_at


@dataclass(frozen=True, slots=True)
class Policy:
    """How many to keep: the newest, and the newest of each of the last days and weeks that have one."""

    last: int = 0
    daily: int = 0
    weekly: int = 0

    def __bool__(self) -> bool:
        return bool(self.last or self.daily or self.weekly)


def outdated(names: Sequence[str], policy: Policy) -> tuple[str, ...]:
    """The snapshots that need not be kept, of all names, the oldest first. The newest one always stays."""
    newest_first = sorted(names, reverse=True)
    kept = set(newest_first[: max(1, policy.last)])
    kept |= _first_of_each(newest_first, policy.daily, lambda at: at.date().toordinal())
    kept |= _first_of_each(newest_first, policy.weekly, lambda at: at.isocalendar()[:2])
    return tuple(name for name in sorted(names) if name not in kept)


def _first_of_each(
    newest_first: Sequence[str], how_many: int, period: Callable[[datetime], object]
) -> set[str]:
    first: dict[object, str] = {}
    for name in newest_first:
        first.setdefault(period(made_at(name)), name)
    return set(list(first.values())[:how_many])
