"""What pages report that they played, for the event log: the same for both sides."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from service.api.schemas import Ms, Schema

_JOINED_WITHIN_MS = 500
"""Played stretches this close together are one."""


class Stretch(Schema):
    from_ms: Ms
    to_ms: Ms


class Listened(Schema):
    """What was played, from when to when."""

    stretches: Annotated[list[Stretch], Field(min_length=1, max_length=200)]

    def played(self, length_ms: int) -> list[tuple[int, int]]:
        """What was played of an interview of this length, each time once."""
        return joined([(one.from_ms, min(one.to_ms, length_ms)) for one in self.stretches])


def joined(stretches: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The stretches in order of time, those that touch or overlap made one, empty ones left out."""
    made: list[tuple[int, int]] = []
    for start, end in sorted(one for one in stretches if one[0] < one[1]):
        if made and start <= made[-1][1] + _JOINED_WITHIN_MS:
            made[-1] = (made[-1][0], max(made[-1][1], end))
        else:
            made.append((start, end))
    return made
