"""The steward's decisions on redactions and on words that were not redacted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from enum import StrEnum

import sqlalchemy as sa

from models.anonymisation.mentions import Label
from models.anonymisation.remaining import PERSON
from service.coding.store import CodingStore
from service.review.changes import ChangeKind, Part, Snapshot, record, step
from service.review.judged import Judged, decided, judged
from service.review.looking import not_cleared
from service.review.passing_on import bring_up_to_date
from service.review.risk import WEIGHTS
from service.review.standing_in import stand_in
from service.review.state import ReviewChanged, ReviewRefused
from service.review.words import Placed, SpokenWords
from service.transcript.readers import ConnectionReader
from service.vault import tables
from service.vault.interviews import RedactionState
from service.vault.recordings import now, record_event
from service.vault.store import Vault

MOST_WORDS = 50
"""Of one redaction."""


class DecisionScope(StrEnum):
    """What else a decision on a redaction is for: nothing, all that are said the same, all of one identity."""

    MENTION = "mention"
    SAME_WORDS = "same_words"
    IDENTITY = "identity"


class Reach(StrEnum):
    """In which interviews: this one, all of its participant, all."""

    INTERVIEW = "interview"
    PARTICIPANT = "participant"
    STUDY = "study"


class Reviewer:
    """Decides in one vault; what coders read of released interviews follows at once."""

    def __init__(self, vault: Vault, store: CodingStore) -> None:
        self._vault = vault
        self._store = store

    def decide(
        self,
        interview_id: str,
        redactions: Sequence[int],
        state: RedactionState,
        actor: str,
        scope: DecisionScope = DecisionScope.MENTION,
        reach: Reach = Reach.INTERVIEW,
    ) -> int:
        """Accept or reject redactions, or open them again; returns how many were decided otherwise than before.

        With a wider scope those that are open are decided too; rejecting also takes back what was accepted, since
        words that are said everywhere identify nobody anywhere. Raises :class:`ReviewChanged` when one isn't there.
        """
        kind = {
            RedactionState.ACCEPTED: ChangeKind.ACCEPT,
            RedactionState.REJECTED: ChangeKind.REJECT,
            RedactionState.OPEN: ChangeKind.REOPEN,
        }[state]

        def parts(connection: sa.Connection) -> Iterable[Part]:
            here = {one.id: one for one in judged(connection, interview_id)}
            if not set(redactions) <= here.keys():
                raise ReviewChanged
            chosen = [here[number] for number in redactions]
            for other in _reached(connection, interview_id, reach):
                own = tuple(here.values()) if other == interview_id else judged(connection, other)
                meant = [
                    one
                    for one in own
                    if (one in chosen and other == interview_id)
                    or _is_meant(one, chosen, scope, state, other == interview_id)
                ]
                yield from _changed(other, meant, [_settled(one, state, actor) for one in meant])

        return self._make(interview_id, kind, parts, actor)

    def change(
        self,
        interview_id: str,
        redaction: int,
        actor: str,
        label: str | None = None,
        word_ids: Sequence[int] | None = None,
        scope: DecisionScope = DecisionScope.MENTION,
    ) -> int:
        """Say what a redaction is, or which words it covers; it counts as accepted. A label can be for all of the same
        words. Raises :class:`ReviewChanged`, and :class:`ReviewRefused` when it can't be so."""

        def parts(connection: sa.Connection) -> Iterable[Part]:
            everything = judged(connection, interview_id)
            one = next((one for one in everything if one.id == redaction), None)
            if one is None:
                raise ReviewChanged
            wanted = _label(label or one.label)
            if word_ids is not None:
                words = SpokenWords(ConnectionReader(connection), interview_id)
                run = _one_run(words, word_ids)
                others = [
                    other
                    for other in everything
                    if other.id != one.id and other.counts and _touches(other, run)
                ]
                covered = {placed.word.id for placed in run}.union(*(other.word_ids for other in others))
                new = _pieces(one, covered, words, wanted, everything, actor)
                yield from _changed(interview_id, (one, *others), new)
                return
            meant = [
                other
                for other in everything
                if other.id == one.id
                or (scope is not DecisionScope.MENTION and other.counts and _is_same(other, one, scope))
            ]
            yield from _changed(interview_id, meant, _relabelled(meant, wanted, everything, actor))

        return self._make(interview_id, ChangeKind.CHANGE, parts, actor)

    def add(
        self,
        interview_id: str,
        word_ids: Sequence[int],
        label: str,
        actor: str,
        scope: DecisionScope = DecisionScope.MENTION,
        reach: Reach = Reach.INTERVIEW,
    ) -> int:
        """Redact words that were not; with ``SAME_WORDS`` wherever they are said. Returns how many were added or
        changed. Raises as :meth:`change`."""
        wanted = _label(label)

        def parts(connection: sa.Connection) -> Iterable[Part]:
            words = SpokenWords(ConnectionReader(connection), interview_id)
            chosen = _runs(words, word_ids)
            forms = tuple(dict.fromkeys(_form(run) for run in chosen))
            yield from _added(
                connection,
                interview_id,
                words,
                chosen,
                () if scope is DecisionScope.MENTION else forms,
                wanted,
                actor,
            )
            if scope is DecisionScope.MENTION:
                return
            for other in _reached(connection, interview_id, reach):
                if other != interview_id:
                    spoken = SpokenWords(ConnectionReader(connection), other)
                    yield from _added(connection, other, spoken, (), forms, wanted, actor)

        return self._make(interview_id, ChangeKind.ADD, parts, actor)

    def clear(self, interview_id: str, forms: Sequence[str], whole_study: bool, actor: str) -> int:
        """Say of words of the second look that they name nobody, here or in the whole study."""

        def parts(connection: sa.Connection) -> Iterable[Part]:
            of = None if whole_study else interview_id
            # What was cleared before stays so when this is undone.
            new = not_cleared(connection, of, forms)
            if new:
                yield Part(
                    interview_id,
                    Snapshot(whole_study=whole_study),
                    Snapshot(cleared=new, whole_study=whole_study),
                )

        return self._make(interview_id, ChangeKind.CLEAR, parts, actor)

    def step(self, interview_id: str, actor: str, *, back: bool) -> ChangeKind:
        """Undo the latest decision, or do it again; returns what it was. Raises :class:`ReviewRefused` for none."""
        with self._vault.engine.begin() as connection:
            _hold(connection, interview_id)
            made = step(connection, interview_id, actor, back=back)
            if made is None:
                raise ReviewRefused("There is nothing to undo." if back else "There is nothing to do again.")
            change, touched = made
            what = "review_undone" if back else "review_redone"
            record_event(
                connection, actor, what, interview_id, {"change": change.id, "kind": str(change.kind)}
            )
        self._pass_on(touched)
        return change.kind

    def _make(
        self,
        interview_id: str,
        kind: ChangeKind,
        parts: Callable[[sa.Connection], Iterable[Part]],
        actor: str,
    ) -> int:
        with self._vault.engine.begin() as connection:
            _hold(connection, interview_id)
            made = list(parts(connection))
            if not made:
                return 0
            touched = record(connection, interview_id, kind, made, actor)
            decided = 0
            for part in made:
                count = max(len(part.after.redactions), len(part.before.redactions), len(part.after.cleared))
                decided += count
                record_event(
                    connection, actor, "reviewed", part.interview_id, {"kind": str(kind), "items": count}
                )
        self._pass_on(touched)
        return decided

    def _pass_on(self, touched: Sequence[str]) -> None:
        if touched:
            bring_up_to_date(self._vault, self._store, touched)


def _hold(connection: sa.Connection, interview_id: str) -> None:
    """Nobody else decides in the interview until this transaction ends."""
    table = tables.interview
    # What is locked is what is written; SQLite knows no other lock.
    connection.execute(sa.update(table).where(table.c.id == interview_id).values(name=table.c.name))


def _reached(connection: sa.Connection, interview_id: str, reach: Reach) -> list[str]:
    """The interviews with a transcript within reach, this one first."""
    if reach is Reach.INTERVIEW:
        return [interview_id]
    interview, transcript = tables.interview, tables.transcripts.transcript
    asked = sa.select(interview.c.id).join(transcript, transcript.c.interview_id == interview.c.id)
    if reach is Reach.PARTICIPANT:
        here = connection.execute(sa.select(interview).where(interview.c.id == interview_id)).one()
        asked = asked.where(
            interview.c.group_code.is_not(None),
            interview.c.group_code == here.group_code,
            interview.c.role_code == here.role_code,
        )
    others = connection.execute(
        asked.where(interview.c.id != interview_id).order_by(interview.c.id)
    ).scalars()
    return [interview_id, *others]


def _is_same(one: Judged, other: Judged, scope: DecisionScope) -> bool:
    if one.label != other.label:
        return False
    if scope is DecisionScope.IDENTITY:
        if one.identity_id is not None or other.identity_id is not None:
            return one.identity_id == other.identity_id
        return one.placeholder == other.placeholder
    return bool(one.form) and one.form == other.form


def _is_meant(
    one: Judged, chosen: Sequence[Judged], scope: DecisionScope, state: RedactionState, here: bool
) -> bool:
    if scope is DecisionScope.MENTION or not one.word_ids:
        return False
    if state is RedactionState.ACCEPTED and one.state is not RedactionState.OPEN:
        return False
    if one.label == Label.UNSURE and one.state is not RedactionState.OPEN:
        return False  # They have nothing in common but that nobody knows what they are.
    if scope is DecisionScope.IDENTITY and not here and one.identity_id is None:
        return False  # Placeholders are numbered within an interview.
    return any(_is_same(one, other, scope) for other in chosen)


def _settled(one: Judged, state: RedactionState, actor: str) -> Judged:
    if state is RedactionState.OPEN:
        return replace(one, state=state, decided_by=None, decided_at=None)
    return decided(one, state, actor, now())


def _changed(interview_id: str, before: Iterable[Judged], after: Iterable[Judged]) -> Iterable[Part]:
    """The change without what stays as it is."""
    old, new = {one.id: one for one in before}, {one.id: one for one in after}
    same = {number for number in old.keys() & new.keys() if _told(old[number]) == _told(new[number])}
    took = tuple(one for number, one in old.items() if number not in same)
    gave = tuple(one for number, one in new.items() if number not in same)
    if took or gave:
        yield Part(interview_id, Snapshot(took), Snapshot(gave))


def _told(one: Judged) -> Judged:
    return replace(one, decided_by=None, decided_at=None)


def _label(label: str) -> str:
    if label not in WEIGHTS:
        raise ReviewRefused("There is no such kind of redaction.")
    return label


def _runs(words: SpokenWords, word_ids: Sequence[int]) -> tuple[tuple[Placed, ...], ...]:
    if not word_ids or not set(word_ids) <= words.by_id.keys():
        raise ReviewChanged
    if len(set(word_ids)) > MOST_WORDS:
        raise ReviewRefused(f"At most {MOST_WORDS} words can be redacted at a time.")
    return tuple(words.runs(word_ids))


def _one_run(words: SpokenWords, word_ids: Sequence[int]) -> tuple[Placed, ...]:
    runs = _runs(words, word_ids)
    if len(runs) != 1:
        raise ReviewRefused("Only words that stand side by side in an utterance can be one redaction.")
    return runs[0]


def _form(run: Sequence[Placed]) -> str:
    return " ".join(one.form for one in run if one.form)


def _touches(one: Judged, run: Iterable[Placed]) -> bool:
    return not {placed.word.id for placed in run}.isdisjoint(one.word_ids)


def _over(
    one: Judged, run: Sequence[Placed], words: SpokenWords, label: str, others: Sequence[Judged], actor: str
) -> Judged:
    """The redaction over these words, as a person says."""
    ids = tuple(placed.word.id for placed in run)
    said = words.said(ids)
    chosen = stand_in(label, said, [other for other in others if other.id != one.id])
    if label == one.label and one.placeholder and one.counts:
        chosen = replace(chosen, placeholder=one.placeholder, identity_id=one.identity_id)
    new = replace(
        one,
        label=label,
        placeholder=chosen.placeholder,
        identity_id=chosen.identity_id,
        meant=one.meant if said == one.said and label == one.label else None,
        placed_by=one.placed_by if chosen.identity_id == one.identity_id else None,
        start_ms=min(placed.word.start_ms for placed in run),
        end_ms=max(placed.word.end_ms for placed in run),
        word_ids=ids,
        said=said,
        detectors=tuple(sorted({*one.detectors, PERSON})),
    )
    return decided(new, RedactionState.ACCEPTED, actor, now())


def _pieces(
    one: Judged,
    covered: Iterable[int],
    words: SpokenWords,
    label: str,
    others: Sequence[Judged],
    actor: str,
) -> list[Judged]:
    """The redaction over these words; several when they don't stand side by side, so that none is left out."""
    next_id = max((one.id, *(other.id for other in others))) + 1
    pieces = []
    for number, run in enumerate(words.runs(covered)):
        piece = one if number == 0 else replace(one, id=next_id + number)
        pieces.append(_over(piece, run, words, label, others, actor))
    return pieces


def _relabelled(meant: Sequence[Judged], label: str, others: Sequence[Judged], actor: str) -> list[Judged]:
    known = [one for one in others if one not in meant]
    new = []
    for one in meant:
        if one.label != label:
            chosen = stand_in(label, one.said, known)
            one = replace(
                one,
                label=label,
                placeholder=chosen.placeholder,
                identity_id=chosen.identity_id,
                meant=None,
                placed_by=None,
                detectors=tuple(sorted({*one.detectors, PERSON})),
            )
        new.append(decided(one, RedactionState.ACCEPTED, actor, now()))
        known.append(new[-1])
    return new


def _added(
    connection: sa.Connection,
    interview_id: str,
    words: SpokenWords,
    chosen: Iterable[tuple[Placed, ...]],
    forms: Sequence[str],
    label: str,
    actor: str,
) -> Iterable[Part]:
    """The chosen words and, for each form, all that are said so, redacted in one interview."""
    before = judged(connection, interview_id)
    current = {one.id: one for one in before}
    runs = list(chosen)
    for form in forms:
        runs += words.like(form)
    next_id = max(current, default=-1) + 1
    for run in runs:
        ids = {placed.word.id for placed in run}
        touched = [one for one in current.values() if one.counts and _touches(one, run)]
        inside = next((one for one in touched if ids <= set(one.word_ids)), None)
        if inside is not None:
            if inside.state is RedactionState.OPEN:
                current[inside.id] = decided(inside, RedactionState.ACCEPTED, actor, now())
            continue
        covered = ids.union(*(one.word_ids for one in touched))
        for one in touched:
            del current[one.id]
        empty = Judged(
            next_id, label, "", 0, 0, (), 1.0, PERSON, (PERSON,), None, RedactionState.OPEN, None, None
        )
        first = touched[0] if touched else empty
        for one in _pieces(first, covered, words, label, (*before, *current.values()), actor):
            current[one.id] = one
            next_id = max(next_id, one.id + 1)
    old = {one.id: one for one in before}
    took = [one for one in before if current.get(one.id) != one]
    gave = [one for number, one in current.items() if old.get(number) != one]
    return list(_changed(interview_id, took, gave))
