"""Which redactions are looked at first: those that identify most, of which least is certain."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum

from models.anonymisation.remaining import PERSON, sources_of
from service.review.judged import Judged

WEIGHTS = {
    "NAME": 1.0,
    "PHONE": 1.0,
    "EMAIL": 1.0,
    "ID": 1.0,
    "URL": 1.0,
    "PLACE": 0.7,
    "ORGANISATION": 0.7,
    "DATE": 0.5,
    "AGE": 0.5,
    "PROFESSION": 0.5,
    "UNSURE": 0.5,
}
"""Direct identifiers count fully, since one of them says who it is; quasi-identifiers by how few people share one. The
two classes are those of ISO/IEC 20889; the figures are ours, and only their order matters."""
_OTHER_WEIGHT = 1.0

_LEAST = 0.25
"""Of doubt and disagreement, so that no factor alone puts something last."""
_UNSURE = 0.7
_RARE = 0.6


class Why(StrEnum):
    """What makes a redaction worth a look."""

    LOST = "lost"
    DISAGREED = "disagreed"
    UNSURE = "unsure"
    RARE = "rare"
    DIRECT = "direct"


@dataclass(frozen=True, slots=True)
class Risk:
    """How much a redaction is worth a look, 0 to 1, and why."""

    value: float
    why: tuple[Why, ...]


def searching(redactions: Iterable[Judged]) -> dict[str, frozenset[str]]:
    """For each label the sources that found any of it here: those that could have found another.

    A person who adds what is missing doesn't miss what is found.
    """
    found: dict[str, set[str]] = {}
    for one in redactions:
        found.setdefault(one.label, set()).update(sources_of(one.detectors) - {PERSON})
    return {label: frozenset(sources) for label, sources in found.items()}


def risk(one: Judged, sources: Collection[str]) -> Risk:
    """``weight x doubt x rarity x disagreement``; ``sources`` are those that look for its label (:func:`searching`).

    - weight: :data:`WEIGHTS`
    - doubt: 1 - 0.75 x the detector's confidence
    - rarity: 0.5 + 0.5 x how rare its rarest word is (:func:`models.anonymisation.frequency.rarity`)
    - disagreement: 0.25 + 0.75 x the share of sources that did not find it

    One whose words are gone, or are others now, comes first: 1.
    """
    if not one.word_ids:
        return Risk(1.0, (Why.LOST,))
    mine = sources_of(one.detectors)
    missed = 1 - len(mine & set(sources)) / len(sources) if sources else 0.0
    weight = WEIGHTS.get(one.label, _OTHER_WEIGHT)
    doubt = 1 - (1 - _LEAST) * one.confidence
    rarity = 0.5 + 0.5 * one.rarity
    disagreement = _LEAST + (1 - _LEAST) * missed
    reasons = {
        Why.DISAGREED: missed > 0,
        Why.UNSURE: one.confidence < _UNSURE,
        Why.RARE: one.rarity >= _RARE,
        Why.DIRECT: weight == 1.0,
    }
    value = round(weight * doubt * rarity * disagreement, 4)
    return Risk(value, tuple(why for why, holds in reasons.items() if holds))
