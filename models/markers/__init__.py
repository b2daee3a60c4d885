"""Nuances heard at a time, as rules over words, speech, turns, levels and the track.

docs/markers.md defines each kind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from models.intervals import joined
from models.loudness import Levels
from models.markers.inaudible import find_inaudible, without_explained
from models.markers.material import Material
from models.markers.measures import find_loudness, find_rates
from models.markers.overlaps import find_overlaps
from models.markers.pauses import (
    AFTER_QUESTION,
    BEFORE_ANSWER,
    BETWEEN_TURNS,
    WITHIN_TURN,
    find_pauses,
)
from models.markers.rules import RULES_VERSION, in_order_of_time
from models.markers.table import AGAINST_BASELINE, HEARD_KINDS, RULES, TELLS_OF_WORDS
from models.nuance.summary import Baseline
from models.nuance.track import Track
from models.values import Marker, Span, Turn, Utterance, VoicesAtOnce

__all__ = [
    "AFTER_QUESTION",
    "AGAINST_BASELINE",
    "BEFORE_ANSWER",
    "BETWEEN_TURNS",
    "HEARD_KINDS",
    "RULES_VERSION",
    "TELLS_OF_WORDS",
    "WITHIN_TURN",
    "find_against_baselines",
    "find_inaudible",
    "find_loudness",
    "find_markers",
    "find_overlaps",
    "find_pauses",
    "find_rates",
    "find_read_markers",
    "in_order_of_time",
    "without_explained",
]


def find_markers(
    utterances: Sequence[Utterance],
    speech: Sequence[Span],
    turns: Sequence[Turn],
    levels: Levels,
    pause_ms: int,
    seams_ms: Sequence[int] = (),
    track: Track | None = None,
    at_once: Sequence[VoicesAtOnce] | None = None,
    baselines: Mapping[str, Baseline] | None = None,
) -> tuple[Marker, ...]:
    """All markers in order of time. ``turns`` keep overlaps; at ``seams_ms`` one file ends and the next begins.

    Without a ``track`` there are none of its sounds, manners and voices. ``baselines`` by speaker are taken instead
    of what is usual in this recording.
    """
    material = Material(
        utterances, joined(speech), turns, levels, pause_ms, seams_ms, track, at_once, baselines
    )
    return in_order_of_time(without_explained([marker for rule in RULES for marker in rule.find(material)]))


def find_read_markers(
    utterances: Sequence[Utterance],
    speech: Sequence[Span],
    turns: Sequence[Turn],
    levels: Levels,
    pause_ms: int,
) -> tuple[Marker, ...]:
    """The markers that a correction of words or turns changes: all kinds but :data:`HEARD_KINDS`."""
    material = Material(utterances, joined(speech), turns, levels, pause_ms)
    return in_order_of_time(marker for rule in RULES if not rule.heard for marker in rule.find(material))


def find_against_baselines(material: Material) -> tuple[Marker, ...]:
    """The markers of the kinds :data:`AGAINST_BASELINE`, as :func:`find_markers` finds them in the same material."""
    rules = (rule for rule in RULES if AGAINST_BASELINE.issuperset(rule.kinds))
    return in_order_of_time(marker for rule in rules for marker in rule.find(material))
