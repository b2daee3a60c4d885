"""Runs of rows in which something holds."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray


def runs_of(flags: NDArray[np.bool_]) -> Iterator[tuple[int, int]]:
    """First row of each run, and the row after its last."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], flags.astype(np.int8), [0]))))
    for first, end in edges.reshape(-1, 2):
        yield int(first), int(end)
