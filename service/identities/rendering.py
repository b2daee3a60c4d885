"""What stands in the place of a mention: the style of stand-ins, the identity, and how it was said there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Style(StrEnum):
    """How stand-ins look: ``[NAME-3]``, a name that could be one, or who it is to the participant."""

    NUMBERED = "numbered"
    REALISTIC = "realistic"
    ROLES = "roles"


class Dates(StrEnum):
    """What becomes of dates where they are not numbered."""

    SHIFTED = "shifted"
    COARSENED = "coarsened"


@dataclass(frozen=True, slots=True)
class Styles:
    """The style that is in force in the study."""

    names: Style = Style.NUMBERED
    dates: Dates = Dates.SHIFTED


@dataclass(frozen=True, slots=True)
class Identity:
    """Somebody or something that interviews speak of. ``number`` is unique within ``label``; ``set_by`` wrote the
    stand-in, None where Lytt made it."""

    id: int
    scope: str
    label: str
    number: int
    stand_in: str
    set_by: str | None = None

    @property
    def numbered(self) -> str:
        """``[NAME-3]``."""
        return f"[{self.label}-{self.number}]"

    @property
    def plain(self) -> bool:
        """Whether every mention gets the stand-in as it is, however it was said."""
        return self.set_by is not None or self.stand_in == self.numbered


def placeholder_of(
    identity: Identity, styles: Styles, words: Sequence[str], offset_days: int | None = None
) -> str:
    """What stands for one mention of the identity, which was said with these words.

    ``offset_days`` is the participant's secret, by which dates are moved.
    """
    return identity.stand_in
