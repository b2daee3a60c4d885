"""What is wrong with a query, and where."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from service.coding.finding.query import Place


class QueryProblem(Exception):  # noqa: N818 - what it is, not that it is an error
    """A query that can't be read or answered; ``str()`` says what is wrong and what to do.

    ``expected`` is what may stand at ``place``; ``instead`` is a text for that place that was probably meant.
    """

    def __init__(
        self, message: str, place: Place, expected: tuple[str, ...] = (), instead: str | None = None
    ) -> None:
        super().__init__(message)
        self.place = place
        self.expected = expected
        self.instead = instead


def nearest(given: str, known: Iterable[str]) -> str | None:
    """What of ``known`` is spelt most like ``given``, None where nothing is."""
    spelt = {one.casefold(): one for one in known}
    found = get_close_matches(given.casefold(), spelt, n=1, cutoff=0.6)
    return spelt[found[0]] if found else None
