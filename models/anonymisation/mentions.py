"""What a detector finds, first as characters of a passage, then as whole words of the transcript."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum


class Label(StrEnum):
    """The types of entity; a placeholder is ``[LABEL-number]``. ``UNSURE`` may be any or none, and has no number."""

    NAME = "NAME"
    PLACE = "PLACE"
    ORGANISATION = "ORGANISATION"
    DATE = "DATE"
    AGE = "AGE"
    PHONE = "PHONE"
    EMAIL = "EMAIL"
    URL = "URL"
    ID = "ID"
    PROFESSION = "PROFESSION"
    UNSURE = "UNSURE"


UNSURE_PLACEHOLDER = f"[{Label.UNSURE}]"
"""What stands for words that may not be what was said."""

PRECEDENCE = (
    Label.EMAIL,
    Label.URL,
    Label.PHONE,
    Label.ID,
    Label.AGE,
    Label.NAME,
    Label.DATE,
    Label.PLACE,
    Label.ORGANISATION,
    Label.PROFESSION,
    Label.UNSURE,
)
"""Which label a stretch gets when detectors disagree: the narrower definition first."""


@dataclass(frozen=True, slots=True)
class Found:
    """An entity in the text of a passage, from character ``start`` to ``end``, exclusive."""

    start: int
    end: int
    label: Label
    confidence: float
    detector: str


@dataclass(frozen=True, slots=True)
class Mention:
    """An entity as whole words: positions ``first`` to ``last``, inclusive, in the transcript's words in order.

    ``meant`` are the bare words of the identity it speaks of, where its own words are another spelling of them.
    ``detectors`` are all that found it, in order of name; ``detector`` is the one whose label it has.
    """

    first: int
    last: int
    label: Label
    confidence: float
    detector: str
    meant: tuple[str, ...] | None = None
    detectors: tuple[str, ...] = ()


def together(one: Mention, other: Mention) -> tuple[str, ...]:
    """All that found one of two mentions that are one."""
    found = {one.detector, other.detector, *one.detectors, *other.detectors}
    return tuple(sorted(found))


def merged(mentions: Iterable[Mention]) -> tuple[Mention, ...]:
    """The mentions in order, those that share words made one that covers them all.

    The merged one takes the label of higher precedence, and the confidence and detector that go with that label; all
    that found a part of it found it.
    """
    result: list[Mention] = []
    for mention in sorted(
        mentions, key=lambda m: (m.first, -m.last, PRECEDENCE.index(m.label), -m.confidence)
    ):
        if not result or mention.first > result[-1].last:
            result.append(mention)
            continue
        other = result[-1]
        leading = min(other, mention, key=lambda m: (PRECEDENCE.index(m.label), -m.confidence))
        result[-1] = replace(
            leading,
            first=min(other.first, mention.first),
            last=max(other.last, mention.last),
            detectors=together(other, mention),
        )
    return tuple(result)
