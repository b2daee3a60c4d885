"""Judging markers: confirm, reject, add, take back; undo and redo. Released interviews are brought up to date."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import sqlalchemy as sa

from models.values import Judgement, Marker, MarkerKind, Span
from service.coding.store import CodingStore
from service.judging import changes
from service.judging.adding import LONGEST_NOTE, JudgementRefused, check_addable
from service.judging.changes import Change
from service.judging.decisions import decisions_of
from service.judging.keeping import keep_decisions
from service.judging.matching import Decision
from service.review.passing_on import bring_up_to_date
from service.transcript.readers import ConnectionReader
from service.transcript.reading import StoredMarker, head, markers_between, speakers
from service.undoing import ChangeState
from service.vault import tables
from service.vault.recordings import now, record_event
from service.vault.store import Vault

GONE = "This marker is no longer there. Load the interview again."


@dataclass(frozen=True, slots=True)
class Place:
    """How a marker is named from outside: its kind, its times, whose it is. Ids change when markers are found anew."""

    kind: MarkerKind
    start_ms: int
    end_ms: int
    speaker: str | None


@dataclass(frozen=True, slots=True)
class Listed:
    """A marker as a list shows it. ``id`` is None for one that was rejected; ``decision`` is what was said of it."""

    id: int | None
    marker: Marker
    decision: Decision | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a judgement, or its undoing, made: all markers that overlap the stretch it touched, and the revision."""

    change: Change | None
    revision: int
    span: Span
    markers: tuple[Listed, ...]


class Judge:
    """Judges markers in one vault, and passes on what coders have of it."""

    def __init__(self, vault: Vault, store: CodingStore) -> None:
        self._vault = vault
        self._store = store

    def decide(
        self, interview_id: str, place: Place, judgement: Judgement, actor: str, note: str | None = None
    ) -> Outcome:
        """Confirm or reject a marker that was found. There is no change when that was said of it before.

        Raises :class:`JudgementRefused` when there is no such marker, or it was added by a person.
        """

        def made(connection: sa.Connection) -> tuple[Decision | None, Decision | None]:
            listed = _find(connection, interview_id, place)
            before = listed.decision
            if before is not None and before.judgement is Judgement.ADDED:
                raise JudgementRefused("Somebody added this marker. Take it out instead.")
            marker = listed.marker
            after = Decision(
                before.id if before else changes.next_number(connection, interview_id),
                judgement,
                marker.kind,
                marker.subtype,
                marker.start_ms,
                marker.end_ms,
                marker.speaker,
                actor,
                now(),
                _note(note) if note is not None else before.note if before else None,
                before.found if before else (replace(marker, judged=None),),
            )
            same = before is not None and (before.judgement, before.note) == (after.judgement, after.note)
            return (before, before) if same else (before, after)

        return self._make(interview_id, actor, made)

    def add(
        self,
        interview_id: str,
        place: Place,
        subtype: str | None,
        actor: str,
        note: str | None = None,
    ) -> Outcome:
        """Add a marker that nobody marked. Raises :class:`JudgementRefused` when it can't be there, or is there."""

        def made(connection: sa.Connection) -> tuple[Decision | None, Decision | None]:
            reader = ConnectionReader(connection)
            known = head(reader, interview_id)
            if known is None:
                raise JudgementRefused(
                    "The interview has no transcript yet. Wait until its recording is done."
                )
            check_addable(place.kind, subtype, place.start_ms, place.end_ms, known.duration_ms)
            labels = {one.label for one in speakers(reader, interview_id)}
            if place.speaker is not None and place.speaker not in labels:
                raise JudgementRefused("There is no such speaker in the interview.")
            for one in listed_markers(connection, interview_id):
                if _is_at(one.marker, place) and one.id is not None:
                    raise JudgementRefused("There is such a marker already. Confirm it instead.")
            return None, Decision(
                changes.next_number(connection, interview_id),
                Judgement.ADDED,
                place.kind,
                subtype,
                place.start_ms,
                place.end_ms,
                place.speaker,
                actor,
                now(),
                _note(note),
            )

        return self._make(interview_id, actor, made)

    def clear(self, interview_id: str, decision: int, actor: str) -> Outcome:
        """Take a decision back: the marker is as nobody judged it, and one that was added goes.

        Raises :class:`JudgementRefused` when there is no such decision.
        """

        def made(connection: sa.Connection) -> tuple[Decision | None, Decision | None]:
            for one in decisions_of(connection, interview_id):
                if one.id == decision:
                    return one, None
            raise JudgementRefused("This was taken back already. Load the interview again.")

        return self._make(interview_id, actor, made)

    def step(self, interview_id: str, actor: str, *, back: bool) -> Outcome:
        """Undo the latest decision, or do again what was undone last. Raises :class:`JudgementRefused` for none."""
        with self._vault.engine.begin() as connection:
            _hold(connection, interview_id)
            found = changes.latest(connection, interview_id, back=back)
            if found is None:
                raise JudgementRefused(
                    "There is nothing to undo." if back else "There is nothing to do again."
                )
            put = found.before if back else found.after
            state = ChangeState.UNDONE if back else ChangeState.DONE
            touched = self._put(connection, interview_id, found.decision.id, put)
            changes.set_state(connection, interview_id, found.id, state)
            what = "judgement_undone" if back else "judgement_redone"
            record_event(connection, actor, what, interview_id, {"judgement": found.decision.id})
            outcome = _outcome(connection, interview_id, found.decision.id, found.before, found.after)
        self._pass_on(interview_id, touched)
        return replace(outcome, change=replace(found, state=state))

    def _make(
        self,
        interview_id: str,
        actor: str,
        made: Callable[[sa.Connection], tuple[Decision | None, Decision | None]],
    ) -> Outcome:
        with self._vault.engine.begin() as connection:
            _hold(connection, interview_id)
            before, after = made(connection)
            if before is not None and before == after:
                return _outcome(connection, interview_id, before.id, before, after)
            change = changes.record(connection, interview_id, actor, before, after)
            touched = self._put(connection, interview_id, change.decision.id, after)
            what = "judgement_taken_back" if after is None else f"marker_{after.judgement}"
            kind = str(change.decision.kind)
            record_event(
                connection, actor, what, interview_id, {"judgement": change.decision.id, "kind": kind}
            )
            outcome = _outcome(connection, interview_id, change.decision.id, before, after)
        self._pass_on(interview_id, touched)
        return replace(outcome, change=change)

    def _put(self, connection: sa.Connection, interview_id: str, number: int, put: Decision | None) -> bool:
        held = decisions_of(connection, interview_id)
        others = [one for one in held if one.id != number]
        wanted = others if put is None else sorted([*others, put], key=lambda one: one.id)
        return keep_decisions(connection, interview_id, wanted)

    def _pass_on(self, interview_id: str, touched: bool) -> None:
        if touched:
            bring_up_to_date(self._vault, self._store, (interview_id,))


def listed_markers(connection: sa.Connection, interview_id: str) -> tuple[Listed, ...]:
    """Every marker of the interview in order of time, also those that were rejected, with what was said of each."""
    stored = markers_between(ConnectionReader(connection), interview_id)
    decisions = decisions_of(connection, interview_id)
    confirmed = {
        _key(marker): one for one in decisions if one.judgement is Judgement.CONFIRMED for marker in one.found
    }
    added = {_own_key(one): one for one in decisions if one.judgement is Judgement.ADDED}

    def said(one: StoredMarker) -> Decision | None:
        if one.marker.judged is Judgement.CONFIRMED:
            return confirmed.get(_key(one.marker))
        return added.get(_key(one.marker)) if one.marker.judged is Judgement.ADDED else None

    listed = [Listed(one.id, one.marker, said(one)) for one in stored]
    for one in decisions:
        if one.judgement is Judgement.REJECTED:
            listed += [
                Listed(None, replace(marker, judged=Judgement.REJECTED), one)
                for marker in one.found or (_alone(one),)
            ]
    return tuple(sorted(listed, key=lambda one: (one.marker.start_ms, one.marker.end_ms, one.marker.kind)))


def _outcome(connection: sa.Connection, interview_id: str, number: int, *sides: Decision | None) -> Outcome:
    now_there = [one for one in decisions_of(connection, interview_id) if one.id == number]
    about = [one for one in (*sides, *now_there) if one is not None]
    edges = [(one.start_ms, one.end_ms) for one in about]
    edges += [(marker.start_ms, marker.end_ms) for one in about for marker in one.found]
    span = Span(min(start for start, _ in edges), max(end for _, end in edges))
    known = head(ConnectionReader(connection), interview_id)
    here = [
        one
        for one in listed_markers(connection, interview_id)
        if one.marker.start_ms < span.end_ms and one.marker.end_ms > span.start_ms
    ]
    return Outcome(None, known.revision if known else 0, span, tuple(here))


def _alone(decision: Decision) -> Marker:
    """What was rejected and is not found any more: its place, without numbers."""
    return Marker(
        decision.kind, decision.start_ms, decision.end_ms, decision.speaker, 0.0, 0.0, "", decision.subtype
    )


def _key(marker: Marker) -> tuple[object, ...]:
    return marker.kind, marker.subtype, marker.start_ms, marker.end_ms, marker.speaker


def _own_key(one: Decision) -> tuple[object, ...]:
    return one.kind, one.subtype, one.start_ms, one.end_ms, one.speaker


def _find(connection: sa.Connection, interview_id: str, place: Place) -> Listed:
    here = [one for one in listed_markers(connection, interview_id) if _is_at(one.marker, place)]
    if not here:
        raise JudgementRefused(GONE)
    return next((one for one in here if one.id is not None), here[0])


def _is_at(marker: Marker, place: Place) -> bool:
    return (marker.kind, marker.start_ms, marker.end_ms, marker.speaker) == (
        place.kind,
        place.start_ms,
        place.end_ms,
        place.speaker,
    )


def _note(note: str | None) -> str | None:
    written = " ".join((note or "").split())
    if len(written) > LONGEST_NOTE:
        raise JudgementRefused(f"The note is too long: at most {LONGEST_NOTE:,} characters.")
    return written or None


def _hold(connection: sa.Connection, interview_id: str) -> None:
    """Nobody else judges in the interview until this transaction ends."""
    table = tables.interview
    # What is locked is what is written; SQLite knows no other lock.
    connection.execute(sa.update(table).where(table.c.id == interview_id).values(name=table.c.name))
