"""Which markers a person's decisions are about, whenever markers are found again.

Rules, levels and words change, so a marker that is found again may lie a little elsewhere. A decision is of a marker
of its kind when the two share enough time (:func:`is_same_place`); of a marker's subtype too, if it confirms it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from models.markers import AGAINST_BASELINE, in_order_of_time
from models.values import Judgement, Marker, MarkerKind, Span

LEAST_SHARED = 0.3
"""Intersection over union from which two markers of a kind are the same one."""
SLACK_MS = 100
"""How far beyond a decision's edges a marker may lie and still be inside it."""
RULES_OF_PERSONS = "person"
"""What made a marker that a person added."""

_OF_WORDS = AGAINST_BASELINE | {
    MarkerKind.RATE,
    MarkerKind.LOUDNESS,
    MarkerKind.DISFLUENCY,
    MarkerKind.HESITATION,
}
"""Kinds that say something of how somebody says words: where others say them, they say nothing."""
_IN_SECONDS = frozenset(
    {
        MarkerKind.PAUSE,
        MarkerKind.INAUDIBLE,
        MarkerKind.OVERLAP,
        MarkerKind.FILLER,
        MarkerKind.LAUGHTER,
        MarkerKind.CRYING,
        MarkerKind.BREATH,
        MarkerKind.COUGH,
        MarkerKind.INTERRUPTION,
        MarkerKind.BACKCHANNEL,
    }
)


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person said of one marker. ``note`` may tell who somebody is: vault only.

    ``found`` are the markers it is about, as they were found last: those that it takes away, or the one that it
    confirms. ``dormant`` while it confirms one that is not found at present and that nobody's words bear out.
    """

    id: int
    judgement: Judgement
    kind: MarkerKind
    subtype: str | None
    start_ms: int
    end_ms: int
    speaker: str | None
    made_by: str
    made_at: datetime
    note: str | None = None
    found: tuple[Marker, ...] = ()
    dormant: bool = False

    @property
    def span(self) -> Span:
        return Span(self.start_ms, self.end_ms)


@dataclass(frozen=True, slots=True)
class Spoken:
    """An utterance without its words."""

    id: int
    speaker: str
    start_ms: int
    end_ms: int


@dataclass(frozen=True, slots=True)
class Judged:
    """The markers as they are kept, in order of time, and the decisions with what they are about by now."""

    markers: tuple[Marker, ...]
    decisions: tuple[Decision, ...]


def shared(one: Span, other: Span) -> float:
    """Intersection over union of two stretches, 0 to 1."""
    both = min(one.end_ms, other.end_ms) - max(one.start_ms, other.start_ms)
    whole = max(one.end_ms, other.end_ms) - min(one.start_ms, other.start_ms)
    return max(0, both) / whole if whole else 1.0


def is_same_place(decided: Span, found: Span) -> bool:
    """Whether what is found is what was decided on.

    It is if they share :data:`LEAST_SHARED` of the time that either takes, or if half of what is found lies within what
    was decided on, :data:`SLACK_MS` more at either edge. So both edges may move by 100 ms and half the marker's length,
    and a marker that became several is met in all of them; a long one with a decision somewhere inside is another, and
    so is whatever lies 100 ms beside it.
    """
    if shared(decided, found) >= LEAST_SHARED:
        return True
    start, end = decided.start_ms - SLACK_MS, decided.end_ms + SLACK_MS
    inside = min(end, found.end_ms) - max(start, found.start_ms)
    return inside > 0 and 2 * inside >= found.length_ms


def judged(found: Sequence[Marker], decisions: Sequence[Decision], spoken: Sequence[Spoken]) -> Judged:
    """What becomes of ``found``, every marker that was found, by what people decided; ``spoken`` in order of time.

    A rejected marker goes. A confirmed one says so; it stays when it is not found again, unless it is of words that its
    speaker no longer says there. What was added stands in the place of what is found there of its kind. The same result
    comes of what is found whatever was found before.
    """
    found = in_order_of_time(found)
    about = _assigned(found, decisions)
    taken = {place for places in about.values() for place in places}
    markers = [marker for place, marker in enumerate(found) if place not in taken]
    settled = []
    for decision in decisions:
        here = tuple(found[place] for place in about.get(decision.id, ()))
        if decision.judgement is Judgement.REJECTED:
            settled.append(replace(decision, found=here, dormant=False))
        elif decision.judgement is Judgement.ADDED:
            markers.append(_added(decision, spoken))
            settled.append(replace(decision, found=here, dormant=False))
        elif here:
            markers += [replace(marker, judged=Judgement.CONFIRMED) for marker in here]
            settled.append(replace(decision, found=here, dormant=False))
        else:
            kept = tuple(
                _placed(marker, spoken) for marker in decision.found if _is_borne_out(marker, spoken)
            )
            markers += [replace(marker, judged=Judgement.CONFIRMED) for marker in kept]
            settled.append(replace(decision, dormant=not kept))
    return Judged(in_order_of_time(markers), tuple(settled))


def as_found(markers: Sequence[Marker], decisions: Sequence[Decision]) -> tuple[Marker, ...]:
    """The markers that were found, out of those that are kept: the inverse of :func:`judged`."""
    own = [marker for marker in markers if marker.judged is None]
    held = [marker for decision in decisions if not decision.dormant for marker in decision.found]
    return in_order_of_time([*own, *held])


def _assigned(found: Sequence[Marker], decisions: Sequence[Decision]) -> dict[int, list[int]]:
    """The places in ``found`` of the markers that each decision is about. A marker has one decision at most: the one
    that it shares most time with, and among equals one that rejects."""
    by_kind: dict[MarkerKind, list[int]] = defaultdict(list)
    for place, marker in enumerate(found):
        by_kind[marker.kind].append(place)
    best: dict[int, tuple[float, bool, int]] = {}
    for decision in decisions:
        for place in _candidates(decision, found, by_kind[decision.kind]):
            marker = found[place]
            much = shared(decision.span, Span(marker.start_ms, marker.end_ms))
            rank = (much, decision.judgement is Judgement.REJECTED, decision.id)
            if place not in best or rank > best[place]:
                best[place] = rank
    about: dict[int, list[int]] = defaultdict(list)
    for place, (_, _, number) in sorted(best.items()):
        about[number].append(place)
    return about


def _candidates(decision: Decision, found: Sequence[Marker], places: Sequence[int]) -> Sequence[int]:
    here = [
        place
        for place in places
        if is_same_place(decision.span, Span(found[place].start_ms, found[place].end_ms))
        and (decision.judgement is not Judgement.CONFIRMED or found[place].subtype == decision.subtype)
    ]
    # Two people can do the same at once; where nobody does it under this label, the voices were told apart anew.
    same = [place for place in here if found[place].speaker == decision.speaker]
    return same or here


def _added(decision: Decision, spoken: Sequence[Spoken]) -> Marker:
    length_ms = decision.end_ms - decision.start_ms
    marker = Marker(
        decision.kind,
        decision.start_ms,
        decision.end_ms,
        decision.speaker,
        length_ms / 1000 if decision.kind in _IN_SECONDS else 0.0,
        1.0,
        RULES_OF_PERSONS,
        decision.subtype,
        judged=Judgement.ADDED,
    )
    return _placed(marker, spoken)


def _placed(marker: Marker, spoken: Sequence[Spoken]) -> Marker:
    """The marker with the utterance that it stands at by now: its speaker's own, or the last that began before it."""
    middle = (marker.start_ms + marker.end_ms) // 2
    here = list(_at(spoken, middle))
    own = next((one for one in here if one.speaker == marker.speaker), here[0] if here else None)
    if own is None:
        own = next((one for one in reversed(spoken) if one.start_ms <= middle), None)
    return replace(marker, utterance=None if own is None else own.id)


def _is_borne_out(marker: Marker, spoken: Sequence[Spoken]) -> bool:
    """Whether a confirmed marker that is not found can be one still."""
    if marker.kind not in _OF_WORDS:
        return True
    middle = (marker.start_ms + marker.end_ms) // 2
    return any(one.speaker == marker.speaker for one in _at(spoken, middle))


def _at(spoken: Sequence[Spoken], ms: int) -> Iterator[Spoken]:
    return (one for one in spoken if one.start_ms <= ms < one.end_ms)
