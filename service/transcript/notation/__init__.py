"""Markers written into the text in a notation: plain words, Jefferson's, or GAT 2. docs/notation.md lists the signs."""

from __future__ import annotations

from service.transcript.notation.legend import Explained, legend
from service.transcript.notation.signs import DEFAULT, Notation
from service.transcript.notation.writing import Between, Line, Segment, Side, Written, write

__all__ = [
    "DEFAULT",
    "Between",
    "Explained",
    "Line",
    "Notation",
    "Segment",
    "Side",
    "Written",
    "legend",
    "write",
]
