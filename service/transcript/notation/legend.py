"""What the signs of a text mean."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from models.values import Marker
from service.transcript.notation.signs import SIGNS, Notation, Sign, sign_of


@dataclass(frozen=True, slots=True)
class Explained:
    """A sign as it looks, and what it means."""

    sign: str
    means: str


NAMES = {
    Notation.PLAIN: "plain words",
    Notation.JEFFERSON: "Jefferson's notation (2004)",
    Notation.GAT2: "GAT 2, minimal (Selting et al. 2011)",
}

_NOTES = {
    Notation.JEFFERSON: "Points, commas and question marks are the recogniser's and say nothing of intonation.",
    Notation.GAT2: "Words are written small and without punctuation; intonation is not marked.",
}


def legend(notation: Notation, markers: Iterable[Marker] | None = None) -> tuple[Explained, ...]:
    """The signs of the notation, each once and in the order of its table; only those of ``markers`` where given."""
    found: Iterable[Sign | None] = (
        (sign for row in SIGNS[notation].values() for sign in row.values())
        if markers is None
        else {(one.kind, one.subtype): sign_of(one, notation) for one in markers}.values()
    )
    told = dict.fromkeys(Explained(sign.shown, sign.means) for sign in found if sign is not None)
    order = [Explained(sign.shown, sign.means) for row in SIGNS[notation].values() for sign in row.values()]
    return tuple(
        dict.fromkeys([one for one in order if one in told] + [one for one in told if one not in order])
    )


def legend_lines(notation: Notation, markers: Iterable[Marker]) -> Iterator[str]:
    """The legend as lines of text, for files. Plain words need none."""
    if notation is Notation.PLAIN:
        return
    yield f"Written in {NAMES[notation]}."
    if notation in _NOTES:
        yield _NOTES[notation]
    for one in legend(notation, markers):
        yield f"{one.sign}  {one.means}"


def note(notation: Notation) -> str:
    """What a reader should know of the notation besides its signs; may be empty."""
    return _NOTES.get(notation, "")
