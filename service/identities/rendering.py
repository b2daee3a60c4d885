"""What stands in the place of a mention: the style of stand-ins, the identity, and how it was said there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from models.anonymisation.identity import Form
from models.anonymisation.mentions import Label
from models.standins.ages import UNREAD as UNREAD_AGE
from models.standins.ages import band_age
from models.standins.dates import Coarseness, Treatment, coarsen_date, shift_date
from models.standins.names import NameStandIn, read_name, said
from models.standins.relations import Mentioned, Relation, said_as

_AROUND = " .,;:?!"


class Style(StrEnum):
    """How stand-ins look: ``[NAME-3]``; or a name that could be one, or who it is to whom ("my sister"), with both of
    which places are told by their kind, dates moved, ages banded."""

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
class Spoken:
    """How a mention was said: its words, all forms of whom it speaks of, the weeks by which its participant's dates
    are moved, the day of the interview, and what is said around it; with roles who it is to whom."""

    words: tuple[str, ...] = ()
    forms: tuple[Form, ...] = ()
    weeks: int | None = None
    held_on: date | None = None
    mentioned: Mentioned | None = None
    relation: Relation | None = None


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


_SPOKEN_ANEW = (Label.DATE, Label.AGE)


def follows_words(identity: Identity, styles: Styles) -> bool:
    """Whether what stands for a mention of the identity depends on how it was said there."""
    if identity.set_by is not None or styles.names is Style.NUMBERED:
        return False
    return identity.label in _SPOKEN_ANEW or (identity.label == Label.NAME and not identity.plain)


def placeholder_of(identity: Identity, styles: Styles, spoken: Spoken) -> str:
    """What stands for one mention of the identity.

    A drawn name is said as the real one was ("Anna" by its first name), "my sister" is "your sister" when another says
    it, a date is moved or coarsened, an age gets its band; what can't be read so is numbered.
    """
    if not follows_words(identity, styles):
        return identity.stand_in
    text = " ".join(spoken.words).strip(_AROUND)
    match identity.label:
        case Label.DATE:
            if styles.dates is Dates.SHIFTED and spoken.weeks is not None:
                made = shift_date(text, spoken.weeks, said_on=spoken.held_on)
            else:
                made = coarsen_date(text, Coarseness.YEAR, said_on=spoken.held_on)
            return identity.numbered if made.treatment is Treatment.UNREAD else made.text
        case Label.AGE:
            before = () if spoken.mentioned is None else spoken.mentioned.before
            band = band_age(text, before=before)
            return identity.numbered if band == UNREAD_AGE else band
    if styles.names is Style.ROLES:
        if spoken.relation is None or spoken.mentioned is None:
            return identity.stand_in
        return said_as(spoken.relation, spoken.mentioned, identity.numbered)
    return said(spoken.words, read_name(spoken.forms), NameStandIn.parse(identity.stand_in))
