"""What a person decided stays decided when names are looked for again, in words that may be others by now."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from models.anonymisation.remaining import KEPT, PERSON
from service.review.judged import Judged, same
from service.review.words import Placed, SpokenWords
from service.vault.interviews import RedactionState

SAME_PLACE_MS = 2_000
"""A word of a new transcript this near is the word of the old one, if it is said the same: recognisers place words
within a second or so, and a name said twice within two is decided alike."""


@dataclass(frozen=True, slots=True)
class _Found:
    """Where a decided redaction's words are now; ``changed`` when they are not said the same any more."""

    words: tuple[Placed, ...]
    changed: bool = False


def carried(before: Sequence[Judged], found: Sequence[Judged], words: SpokenWords) -> tuple[Judged, ...]:
    """The redactions found now, with the decisions of those before.

    - The same words, by their ids or by text and time, keep what was decided. One that a person accepted, added or
      changed is kept when nothing finds it any more.
    - Found beyond what was accepted: both become one, open. Found within it: as it was accepted.
    - Accepted words that are said otherwise now, or are gone, come up open; if nothing is said at that time, without
      words.
    - What was rejected is rejected again if it covers nothing else. Rejected words that are said otherwise are
      forgotten.

    What was decided gets ids after those of ``found``.
    """
    left = {one.id: one for one in found}
    next_id = max(left, default=-1) + 1
    kept: list[Judged] = []
    for old in _accepted_first(before):
        where = _find(old, words)
        ids = {one.word.id for one in where.words}
        if old.state is RedactionState.REJECTED:
            touched = [one for one in left.values() if not ids.isdisjoint(one.word_ids)]
            left.update({one.id: _decided_as(one, old) for one in touched if ids.issuperset(one.word_ids)})
            if ids and not where.changed and not touched:
                kept.append(_over(replace(old, id=next_id), where.words, words))
                next_id += 1
            continue
        if not ids:
            lost = replace(old, id=next_id, word_ids=())
            kept.append(_open(lost) if old.word_ids else lost)
            next_id += 1
            continue
        touched = [one for one in (*kept, *left.values()) if not ids.isdisjoint(one.word_ids)]
        for one in touched:
            left.pop(one.id, None)
        kept = [one for one in kept if one not in touched]
        covered = ids.union(*(one.word_ids for one in touched))
        new = _merged(old, touched, next_id)
        if where.changed or len(covered) > len(ids):
            new = _open(new)
        for run in words.runs(covered):
            kept.append(_over(replace(new, id=next_id), run, words))
            next_id += 1
    return tuple(sorted((*left.values(), *kept), key=lambda one: (one.start_ms, one.id)))


def _accepted_first(before: Iterable[Judged]) -> list[Judged]:
    """Those that a person judged, or made and has yet to look at."""
    judged = [one for one in before if one.state is not RedactionState.OPEN or one.by_person]
    return sorted(judged, key=lambda one: (one.state is RedactionState.REJECTED, one.start_ms, one.id))


def _find(old: Judged, words: SpokenWords) -> _Found:
    here = words.placed(old.word_ids)
    form = old.form
    if (
        old.word_ids
        and len(here) == len(old.word_ids)
        and (same(words.said(old.word_ids)) == form or not form)
    ):
        return _Found(tuple(here))
    near = [run for run in words.like(form) if abs(run[0].word.start_ms - old.start_ms) <= SAME_PLACE_MS]
    if near:
        return _Found(min(near, key=lambda run: abs(run[0].word.start_ms - old.start_ms)))
    # The ids are of other words, or these words were corrected: what is said at the time is looked at.
    at_the_time = [one for one in here if _overlaps(one, old)]
    return _Found(tuple(at_the_time) or words.between(old.start_ms, old.end_ms), changed=True)


def _overlaps(one: Placed, old: Judged) -> bool:
    return one.word.start_ms < old.end_ms and old.start_ms < one.word.end_ms


def _decided_as(one: Judged, old: Judged) -> Judged:
    return replace(one, state=old.state, decided_by=old.decided_by, decided_at=old.decided_at)


def _open(one: Judged) -> Judged:
    """To be looked at again, and kept until it is."""
    detectors = tuple(sorted({*one.detectors, KEPT}))
    return replace(one, state=RedactionState.OPEN, decided_by=None, decided_at=None, detectors=detectors)


def _merged(old: Judged, touched: Sequence[Judged], number: int) -> Judged:
    """The old decision with what is known now: a person's label stays, else the new one counts."""
    if not touched:
        return replace(old, id=number)
    new = touched[0]
    detectors = {detector for one in touched for detector in one.detectors}
    if old.by_person:
        detectors |= {PERSON, KEPT} & set(old.detectors)
        if old.label != new.label:
            new = replace(
                new,
                label=old.label,
                placeholder=old.placeholder,
                identity_id=old.identity_id,
                meant=old.meant,
                placed_by=old.placed_by,
            )
    return replace(_decided_as(new, old), id=number, detectors=tuple(sorted(detectors)))


def _over(one: Judged, run: Sequence[Placed], words: SpokenWords) -> Judged:
    ids = tuple(placed.word.id for placed in run)
    said = words.said(ids)
    return replace(
        one,
        word_ids=ids,
        # In other words it may speak of somebody else.
        meant=one.meant if same(said) == one.form else None,
        start_ms=min(placed.word.start_ms for placed in run),
        end_ms=max(placed.word.end_ms for placed in run),
        said=said,
    )
