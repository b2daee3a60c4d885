"""Changing sound on its way from the decoder to the writers, block by block."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Block = NDArray[Any]
"""Frames shaped (frames, channels), of int16 or of float32 samples from -1 to 1; an edit keeps the type."""


class Edit(Protocol):
    """Takes blocks that follow one another and gives as many frames in all; it may hold some back in between."""

    def add(self, block: Block) -> Block: ...

    def finish(self) -> Block | None: ...


EditMaker = Callable[[int, int], Edit]
"""Makes an edit for a rate in Hz and a number of channels. Each writer has its rate, and so its own edit."""


class Untouched:
    """The edit that changes nothing."""

    def add(self, block: Block) -> Block:
        return block

    def finish(self) -> Block | None:
        return None


def untouched(_rate: int, _channels: int) -> Edit:
    """Makes the edit that changes nothing."""
    return Untouched()


class OneAfterTheOther:
    """Several edits as one."""

    def __init__(self, edits: Sequence[Edit]) -> None:
        self._edits = tuple(edits)

    def add(self, block: Block) -> Block:
        for edit in self._edits:
            block = edit.add(block)
        return block

    def finish(self) -> Block | None:
        rest: Block | None = None
        for edit in self._edits:
            passed = edit.add(rest) if rest is not None and len(rest) else None
            held = edit.finish()
            parts = [part for part in (passed, held) if part is not None and len(part)]
            rest = np.concatenate(parts) if parts else None
        return rest
