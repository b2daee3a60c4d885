"""A query as values, and as it is written.

Of a query that was read, :func:`written` gives a text that reads as the same query.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands in the text of a query: from a character on, up to another."""

    start: int = 0
    end: int = 0


NOWHERE = Place()
"""Of a query that nobody typed. What a query means does not depend on where its parts stand."""


class Comparison(StrEnum):
    AT_LEAST = ">="
    ABOVE = ">"
    AT_MOST = "<="
    BELOW = "<"
    EQUAL = "="


@dataclass(frozen=True, slots=True)
class Limit:
    """What a number must be."""

    comparison: Comparison
    number: float

    def holds(self, value: float) -> bool:
        """Whether a number is so."""
        match self.comparison:
            case Comparison.AT_LEAST:
                return value >= self.number
            case Comparison.ABOVE:
                return value > self.number
            case Comparison.AT_MOST:
                return value <= self.number
            case Comparison.BELOW:
                return value < self.number
            case Comparison.EQUAL:
                return value == self.number


@dataclass(frozen=True, slots=True)
class Said:
    """Utterances with these words one after the other. ``word*`` is a beginning, ``word~`` anything spelt alike."""

    words: str
    place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Like:
    """Utterances that mean about the same; ``limit`` is of the cosine, None: as much as by default."""

    words: str
    limit: Limit | None = None
    place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class SpokenBy:
    """Utterances of a label (``S1``) or of who it is (``participant``)."""

    speaker: str
    place: Place = field(default=NOWHERE, compare=False)


class Of(StrEnum):
    """By what whole interviews are chosen."""

    GROUP = "group"
    ROLE = "role"
    PARTICIPANT = "participant"
    INTERVIEW = "interview"
    KIND = "kind"


@dataclass(frozen=True, slots=True)
class Interviews:
    """Whole interviews of a group, a role, a participant, a kind, or one of them."""

    of: Of
    value: str
    place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Waves:
    """Whole interviews of the waves from ``first`` to ``last``."""

    first: int
    last: int
    place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Between:
    """The time of every interview from ``start_ms`` on, up to ``end_ms`` or (None) its end."""

    start_ms: int
    end_ms: int | None
    place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Coded:
    """Codings with a code, or one of a theme's, or any.

    ``below``: also those with codes below it. ``coder`` is whose, None for anybody's; ``weight`` what weight they must
    have; ``changed``: only those whose words are others now.
    """

    code: str | None = None
    theme: str | None = None
    below: bool = True
    coder: str | None = None
    weight: Limit | None = None
    changed: bool = False
    named: bool | None = None
    place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Uncoded:
    """What is said and lies under no coding."""

    place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Heard:
    """Markers of a kind and subtype, or any; of a strength; of a speaker, as in :class:`SpokenBy`."""

    kind: str | None
    subtype: str | None = None
    strength: Limit | None = None
    speaker: str | None = None
    place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Noted:
    """What memos with these words are about; with ``None``, any memos. ``writer`` is whose."""

    words: str | None
    writer: str | None = None
    place: Place = field(default=NOWHERE, compare=False)


Leaf = (
    Said | Like | SpokenBy | Interviews | Waves | Between | Coded | Uncoded | Heard | Noted
)  # what is looked up


@dataclass(frozen=True, slots=True)
class Not:
    """All other time of the interviews."""

    part: Query


@dataclass(frozen=True, slots=True)
class And:
    """The time that all have in common."""

    parts: tuple[Query, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """The time of any of them."""

    parts: tuple[Query, ...]


@dataclass(frozen=True, slots=True)
class Beside:
    """The whole stretches of ``found`` with one of ``other`` at most ``within_ms`` away; None: overlapping.

    ``without``: those with none.
    """

    found: Query
    other: Query
    within_ms: int | None = None
    without: bool = False


Query = Leaf | Not | And | Or | Beside

RESERVED = frozenset({"and", "or", "not", "with", "near", "by", "weight", "changed", "only"})
"""Words that are not said but meant, unless they stand in quotes."""

_PLAIN = re.compile(r"[\w][\w.*~/+-]*")
_LEVELS: dict[type, int] = {Or: 0, And: 1, Beside: 2}


def written(query: Query) -> str:
    """The query as text."""
    match query:
        case Or(parts) | And(parts):
            word = " or " if isinstance(query, Or) else " and "
            return word.join(_inside(part, _LEVELS[type(query)] + 1) for part in parts)
        case Beside(found, other, within_ms, without):
            how = "with" if within_ms is None else f"near {length(within_ms)}"
            return f"{_inside(found, 2)} {'not ' * without}{how} {_inside(other, 3)}"
        case Not(part):
            return f"not {_inside(part, 3)}"
        case _:
            return _leaf(query)


def _inside(query: Query, level: int) -> str:
    text = written(query)
    return f"({text})" if _LEVELS.get(type(query), 3) < level else text


def _leaf(query: Leaf) -> str:
    match query:
        case Said(words):
            return quoted(words)
        case Like(words, limit):
            return f"like:{quoted(words)}{_limit(limit)}"
        case SpokenBy(speaker):
            return f"speaker:{value(speaker)}"
        case Interviews(of, which):
            return f"{of}:{value(which)}"
        case Waves(first, last):
            return f"wave:{first}" if first == last else f"wave:{first}-{last}"
        case Between(start_ms, end_ms):
            return f"time:{_clock(start_ms)}-{'' if end_ms is None else _clock(end_ms)}"
        case Coded():
            return _coded(query)
        case Uncoded():
            return "is:uncoded"
        case Heard(kind, subtype, strength, speaker):
            named = "*" if kind is None else kind if subtype is None else f"{kind}/{subtype}"
            return f"marker:{named}{_limit(strength)}{_by(speaker)}"
        case Noted(words, writer):
            return f"memo:{'*' if words is None else quoted(words)}{_by(writer)}"


def _coded(query: Coded) -> str:
    coder = query.coder
    if query.code is not None:
        head = f"code:{value(query.code)}"
    elif query.theme is not None:
        head = f"theme:{value(query.theme)}"
    elif query.named is False:
        head = "is:unnamed"
    elif coder is not None:
        head, coder = f"coder:{value(coder)}", None
    else:
        head = "is:coded"
    weight = f" weight{_limit(query.weight)}" if query.weight else ""
    return f"{head}{' only' * (not query.below)}{_by(coder)}{weight}{' changed' * query.changed}"


def _by(whose: str | None) -> str:
    return "" if whose is None else f" by {value(whose)}"


def _limit(limit: Limit | None) -> str:
    return "" if limit is None else f" {limit.comparison} {limit.number:.10g}"


def value(text: str) -> str:
    """A value of a field, in quotes where it needs them."""
    return text if _PLAIN.fullmatch(text) and text.casefold() not in RESERVED else quoted(text)


def quoted(text: str) -> str:
    """A text in quotes."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def length(ms: int) -> str:
    """A length of time as queries say it: ``30s``, ``2m``, ``1500ms``."""
    if ms % 1000:
        return f"{ms}ms"
    return f"{ms // 1000}s" if ms % 60_000 or not ms else f"{ms // 60_000}m"


def _clock(ms: int) -> str:
    seconds, rest = divmod(ms, 1000)
    text = f"{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    return f"{text}.{rest:03d}" if rest else text
