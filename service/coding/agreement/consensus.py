"""What was decided where two coders disagreed: who, when, why, with every change. It is nobody's own coding.

It tells what both coders marked, so whoever may not see both of them sees nothing of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import sqlalchemy as sa

from service.coding import tables
from service.coding.agreement.decisions import (
    ConsensusCoding,
    Decision,
    DecisionChange,
    Keep,
    add_decision,
    change_decision,
    changes_of,
    decisions_about,
    find_decision,
)
from service.coding.agreement.disagreements import Disagreement, find_disagreements
from service.coding.agreement.reading import compared, may_compare, standings, waited_for
from service.coding.agreement.values import Mark, Pair
from service.coding.anchors import Words, words_of
from service.coding.values import Coder, CodeState, NotThere, Refused
from service.coding.writing import hold_words

_ANY_UNIT_MS = 1000


@dataclass(frozen=True, slots=True)
class Consensus:
    """What two coders agree on in an interview: what both coded alike, what was decided, how much is left open.

    ``outdated`` are decisions about what one of them marked otherwise since; their codings are no part of it.
    """

    pair: Pair
    alike: tuple[ConsensusCoding, ...]
    decisions: tuple[Decision, ...]
    outdated: tuple[Decision, ...]
    left_open: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody decides. ``other`` is the stretch and code that is kept where :attr:`Keep.OTHER` says so."""

    keep: Keep
    why: str
    other: Mark | None = None


def decide(
    connection: sa.Connection,
    coder: Coder,
    interview_id: str,
    pair: Pair,
    key: str,
    version: int,
    wanted: Wanted,
) -> Decision:
    """Decide about a disagreement of two coders, or decide anew; ``version`` is 0 where nothing was decided yet.

    Raises NotThere where one may not see both coders' codings; Refused for others than these two and leads, and where
    they do not disagree so any more; DecisionOvertaken.
    """
    hold_words(connection, interview_id)
    if not may_compare(connection, coder, pair, interview_id):
        raise NotThere
    if not coder.leads and coder.name not in (pair.first, pair.second):
        raise Refused("The two coders decide, or a lead.")
    there = find_decision(connection, key)
    if there is not None and (there.interview_id, there.pair) != (interview_id, pair):
        raise NotThere
    about = _disagreement(connection, coder, interview_id, pair, key)
    if about is None:
        raise Refused("They do not disagree so any more: codings changed meanwhile. Load the list again.")
    marks = _kept(connection, interview_id, about, wanted)
    words = words_of(connection, interview_id)
    codings = tuple(_with_words(words, mark) for mark in marks)
    if there is None:
        if version != 0:
            raise NotThere
        now = datetime.now(UTC)
        new = Decision(
            key,
            interview_id,
            pair,
            about.kind,
            about.start_ms,
            about.end_ms,
            about.first,
            about.second,
            wanted.keep,
            codings,
            wanted.why,
            coder.name,
            1,
            now,
            now,
            False,
        )
        return add_decision(connection, new)
    changed = replace(there, keep=wanted.keep, codings=codings, why=wanted.why, removed=False)
    return change_decision(connection, there, replace(changed, who=coder.name), version, "consensus_decided")


def undo_decision(connection: sa.Connection, coder: Coder, key: str, version: int) -> Decision:
    """Put a decision back to what it was before its last change: open again, if that was the first.

    Undone once more, it is as before. Raises NotThere, Refused, DecisionOvertaken.
    """
    there = seen_decision(connection, coder, key)
    if not coder.leads and coder.name not in (there.pair.first, there.pair.second):
        raise Refused("The two coders decide, or a lead.")
    before = changes_of(connection, key, there.version - 1)
    if before:
        was = before[0]
        changed = replace(there, keep=was.keep, codings=was.codings, why=was.why, removed=was.removed)
    else:
        changed = replace(there, removed=True)
    return change_decision(connection, there, replace(changed, who=coder.name), version, "consensus_undone")


def seen_decision(connection: sa.Connection, coder: Coder, key: str) -> Decision:
    """A decision about codings that one may see, in a released interview. Raises NotThere."""
    there = find_decision(connection, key)
    if there is None or not may_compare(connection, coder, there.pair, there.interview_id):
        raise NotThere
    here = sa.select(tables.interview.c.id).where(tables.interview.c.id == there.interview_id)
    if connection.execute(here).first() is None:
        raise NotThere
    return there


def decision_history(connection: sa.Connection, coder: Coder, key: str) -> tuple[DecisionChange, ...]:
    """Everything that was decided about a disagreement, the oldest first. Raises NotThere."""
    seen_decision(connection, coder, key)
    return changes_of(connection, key)


def decisions_in(
    connection: sa.Connection, coder: Coder, pair: Pair, interview_ids: Iterable[str]
) -> tuple[Decision, ...]:
    """What was decided about two coders in these interviews, as far as one may see both; in order of time."""
    return tuple(
        one
        for interview_id in interview_ids
        if may_compare(connection, coder, pair, interview_id)
        for one in decisions_about(connection, pair, interview_id)
    )


def consensus_in(
    connection: sa.Connection, coder: Coder, interview_id: str, pair: Pair, tolerance_ms: int = 0
) -> Consensus:
    """What two coders agree on in an interview. A code that was merged meanwhile is told as the one it is in.

    Raises NotThere where one may not see both, or one of them is not there to compare.
    """
    (standing,) = standings(connection, coder, [interview_id]) or (None,)
    if standing is None or waited_for(coder, pair, standing):
        raise NotThere
    both = compared(connection, coder, pair, [standing], _ANY_UNIT_MS)
    if not both:
        raise NotThere
    found = find_disagreements(both[0], tolerance_ms)
    decided = [one for one in decisions_in(connection, coder, pair, [interview_id]) if not one.removed]
    open_now = {one.key(pair) for one in found.disagreements}
    words = words_of(connection, interview_id)
    return Consensus(
        pair,
        tuple(_with_words(words, mark) for mark in found.agreed),
        tuple(_of_now(connection, one) for one in decided if one.id in open_now),
        tuple(one for one in decided if one.id not in open_now),
        len(open_now - {one.id for one in decided}),
    )


def _disagreement(
    connection: sa.Connection, coder: Coder, interview_id: str, pair: Pair, key: str
) -> Disagreement | None:
    both = compared(connection, coder, pair, standings(connection, coder, [interview_id]), _ANY_UNIT_MS)
    found = [one for each in both for one in find_disagreements(each).disagreements]
    return next((one for one in found if one.key(pair) == key), None)


def _kept(
    connection: sa.Connection, interview_id: str, about: Disagreement, wanted: Wanted
) -> Sequence[Mark]:
    match wanted.keep:
        case Keep.FIRST:
            return about.first
        case Keep.SECOND:
            return about.second
        case Keep.BOTH:
            return (*about.first, *about.second)
        case Keep.NEITHER:
            return ()
        case Keep.OTHER:
            return (_refuse_impossible(connection, interview_id, wanted.other),)


def _refuse_impossible(connection: sa.Connection, interview_id: str, other: Mark | None) -> Mark:
    if other is None:
        raise Refused("Say which code and from when to when.")
    code, transcript = tables.code, tables.transcripts.transcript
    state = connection.execute(sa.select(code.c.state).where(code.c.id == other.code)).scalar_one_or_none()
    if state != CodeState.USED:
        raise Refused("There is no such code in the codebook.")
    duration_ms = connection.execute(
        sa.select(transcript.c.duration_ms).where(transcript.c.interview_id == interview_id)
    ).scalar_one()
    if not 0 <= other.start_ms < other.end_ms <= duration_ms:
        raise Refused("It ends after it starts, within the interview.")
    return other


def _with_words(words: Words, mark: Mark) -> ConsensusCoding:
    said = words.said_at(mark.start_ms, mark.end_ms)
    return ConsensusCoding(mark.code, mark.start_ms, mark.end_ms, *(said or (None, None)))


def _of_now(connection: sa.Connection, decision: Decision) -> Decision:
    table = tables.code
    merged = {
        row.id: row.merged_into
        for row in connection.execute(sa.select(table.c.id, table.c.merged_into))
        if row.merged_into
    }

    def followed(code: str) -> str:
        seen = {code}
        while code in merged and merged[code] not in seen:
            code = merged[code]
            seen.add(code)
        return code

    return replace(decision, codings=tuple(replace(one, code=followed(one.code)) for one in decision.codings))
