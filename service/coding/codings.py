"""Codings: stretches of interviews that coders marked, with every change of each. Only a withdrawal deletes any.

Ids are made by whoever asks, so that the same request sent twice adds one. Each change says which version it is of.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from service.coding import tables
from service.coding.anchors import words_of
from service.coding.feed.noting import Kind, Noted, note
from service.coding.seeing import keep_coded, may_see, refuse_ready, seen_coders, seen_where
from service.coding.values import (
    WITHDRAWN,
    Anchor,
    Coder,
    CodeState,
    Coding,
    NotThere,
    Overtaken,
    Refused,
    in_utc,
)
from service.coding.writing import add_once, hold_words

_BLOCK = 500


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody wants a coding: at words, from edge to edge of them unless times are given."""

    first_word: int
    last_word: int
    start_ms: int | None = None
    end_ms: int | None = None


@dataclass(frozen=True, slots=True)
class CodingChange:
    """Who made a coding what it is in ``after``, which is its version too."""

    at: datetime
    who: str
    act: str
    codebook_change: int | None
    after: Coding


def add_coding(
    connection: sa.Connection,
    coder: str,
    interview_id: str,
    coding_id: str,
    place: Place,
    code: str | None,
    weight: int | None = None,
) -> Coding:
    """Mark a stretch of a released interview. The same one asked for again is the one that is there.

    Raises Refused where there is no such word or code, or the coder is ready; Overtaken where the id is another coding
    of the same coder's; NotThere where it is somebody else's.
    """
    hold_words(connection, interview_id)
    words = words_of(connection, interview_id, (place.first_word, place.last_word))
    anchor = words.anchor(place.first_word, place.last_word, place.start_ms, place.end_ms)
    now = datetime.now(UTC)
    digest = words.digest(anchor.first_word, anchor.last_word)
    new = Coding(coding_id, interview_id, coder, code, anchor, weight, digest, False, 1, now, now, False)
    if not add_once(connection, tables.coding, _row(new)):
        there = _find(connection, coding_id)
        if there is None or there.coder != coder or there.interview_id != interview_id:
            raise NotThere
        # What was changed since it was added is still the one that was asked for.
        if there.version > 1 or (there.code, there.anchor, there.weight) == (code, anchor, weight):
            return there
        raise Overtaken(there)
    refuse_ready(connection, interview_id, coder)
    _refuse_unused(connection, code)
    _log(connection, new, coder, "coding_added")
    keep_coded(connection, interview_id)
    return new


def change_coding(
    connection: sa.Connection,
    coder: Coder,
    coding_id: str,
    version: int,
    *,
    code: str | None,
    weight: int | None,
    place: Place | None = None,
) -> Coding:
    """Give one's coding a code, a weight, other edges. Raises NotThere, Refused, Overtaken."""
    there = own_coding(connection, coder, coding_id, version)
    refuse_ready(connection, there.interview_id, coder.name)
    hold_words(connection, there.interview_id)
    if there.removed:
        raise Refused("The coding was removed. Restore it first.")
    if code != there.code:
        _refuse_unused(connection, code)
    changed = replace(there, code=code, weight=weight)
    if place is not None:
        words = words_of(connection, there.interview_id, (place.first_word, place.last_word))
        anchor = words.anchor(place.first_word, place.last_word, place.start_ms, place.end_ms)
        digest = words.digest(anchor.first_word, anchor.last_word)
        changed = replace(changed, anchor=anchor, words_digest=digest, words_changed=False)
    return _write(connection, there, changed, coder.name, "coding_changed")


def remove_coding(connection: sa.Connection, coder: Coder, coding_id: str, version: int) -> Coding:
    """Take one's coding away; it can be restored. Raises NotThere, Refused, Overtaken."""
    there = own_coding(connection, coder, coding_id, version)
    if there.removed:
        return there
    refuse_ready(connection, there.interview_id, coder.name)
    return _write(connection, there, replace(there, removed=True), coder.name, "coding_removed")


def restore_coding(connection: sa.Connection, coder: Coder, coding_id: str, version: int) -> Coding:
    """Put one's removed coding back; where its code went meanwhile, it comes back with the code that has its codings,
    or with none. Raises NotThere, Refused, Overtaken."""
    there = own_coding(connection, coder, coding_id, version)
    if not there.removed:
        return there
    refuse_ready(connection, there.interview_id, coder.name)
    back = replace(there, removed=False, code=_followed(connection, there.code))
    return _write(connection, there, back, coder.name, "coding_restored")


def accept_words(connection: sa.Connection, coder: Coder, coding_id: str, version: int) -> Coding:
    """Say that one's coding stands for the words that are there now: where :meth:`Words.now` finds it. It may be said
    when one is ready too, since the coding means what it meant.

    Raises NotThere, Overtaken; Refused where nothing is said at its time any more.
    """
    there = own_coding(connection, coder, coding_id, version)
    hold_words(connection, there.interview_id)
    words = words_of(connection, there.interview_id)
    anchor = words.now(there.anchor)
    if anchor is None:
        raise Refused("No words are at its time any more. Give it others, or remove it.")
    digest = words.digest(anchor.first_word, anchor.last_word)
    changed = replace(there, anchor=anchor, words_digest=digest, words_changed=False)
    return _write(connection, there, changed, coder.name, "words_accepted")


def suggested_anchors(
    connection: sa.Connection, interview_id: str, codings: Sequence[Coding]
) -> dict[str, Anchor | None]:
    """Of codings whose words changed: where they would stand if that was accepted, by id."""
    flagged = [one for one in codings if one.words_changed]
    if not flagged:
        return {}
    words = words_of(connection, interview_id)
    return {one.id: words.now(one.anchor) for one in flagged}


def codings_in(connection: sa.Connection, coder: Coder, interview_id: str) -> tuple[Coding, ...]:
    """The codings of an interview that ``coder`` may see, in order of time."""
    coding = tables.coding
    statement = sa.select(coding).where(coding.c.interview_id == interview_id, ~coding.c.removed)
    if (seen := seen_coders(connection, coder, interview_id)) is not None:
        statement = statement.where(coding.c.coder.in_(seen))
    rows = connection.execute(statement.order_by(coding.c.start_ms, coding.c.end_ms, coding.c.id))
    return tuple(_coding(row) for row in rows)


def own_codings(
    connection: sa.Connection,
    coder: str,
    *,
    code: str | None = None,
    words_changed: bool | None = None,
    after: str = "",
    limit: int = 500,
) -> tuple[tuple[Coding, str], ...]:
    """One's codings in released interviews with the names of these, by id, those that follow ``after``."""
    coding, interview = tables.coding, tables.interview
    statement = (
        sa.select(coding, interview.c.name)
        .join(interview, interview.c.id == coding.c.interview_id)
        .where(coding.c.coder == coder, ~coding.c.removed, coding.c.id > after)
    )
    if code is not None:
        statement = statement.where(coding.c.code == code)
    if words_changed is not None:
        statement = statement.where(coding.c.words_changed == words_changed)
    rows = connection.execute(statement.order_by(coding.c.id).limit(limit)).all()
    return tuple((_coding(row), row.name) for row in rows)


def codings_with(
    connection: sa.Connection, reader: Coder, code: str, *, offset: int = 0, limit: int = 500
) -> tuple[Coding, ...]:
    """The codings with a code that ``reader`` may see in released interviews, by interview and in order of time."""
    coding, interview = tables.coding, tables.interview
    rows = connection.execute(
        sa.select(coding)
        .join(interview, interview.c.id == coding.c.interview_id)
        .where(
            coding.c.code == code,
            ~coding.c.removed,
            seen_where(reader, coding.c.interview_id, coding.c.coder),
        )
        .order_by(interview.c.name, coding.c.start_ms, coding.c.end_ms, coding.c.id)
        .offset(offset)
        .limit(limit)
    )
    return tuple(_coding(row) for row in rows)


def seen_coding(connection: sa.Connection, coder: Coder, coding_id: str) -> Coding:
    """A coding of a released interview that ``coder`` may see. Raises NotThere."""
    there = _find(connection, coding_id)
    if there is None or not may_see(connection, coder, there.interview_id, there.coder):
        raise NotThere
    here = sa.select(tables.interview.c.id).where(tables.interview.c.id == there.interview_id)
    if connection.execute(here).first() is None:
        raise NotThere
    return there


def released_codings(connection: sa.Connection, ids: Collection[str]) -> tuple[Coding, ...]:
    """Of these codings, whoever made them, those that are not removed and of a released interview."""
    coding, interview = tables.coding, tables.interview
    rows = connection.execute(
        sa.select(coding)
        .join(interview, interview.c.id == coding.c.interview_id)
        .where(coding.c.id.in_(ids), ~coding.c.removed)
    )
    return tuple(_coding(row) for row in rows)


def own_coding(connection: sa.Connection, coder: Coder, coding_id: str, version: int) -> Coding:
    """One's coding at the version one knows. Raises NotThere, also for what one may not see; Refused for somebody
    else's; Overtaken."""
    there = seen_coding(connection, coder, coding_id)
    if there.coder != coder.name:
        raise Refused("It is somebody else's coding.")
    if there.version != version:
        raise Overtaken(there)
    return there


def history(connection: sa.Connection, coder: Coder, coding_id: str) -> tuple[CodingChange, ...]:
    """Everything that was done to a coding, the oldest first. Raises NotThere."""
    seen_coding(connection, coder, coding_id)
    change = tables.coding_change
    rows = connection.execute(
        sa.select(change).where(change.c.coding_id == coding_id).order_by(change.c.version)
    )
    return tuple(
        CodingChange(in_utc(row.at), row.who, row.act, row.codebook_change, _from_json(row.after))
        for row in rows
    )


def recode_all(connection: sa.Connection, who: str, code: str, into: str, act: str, change: int) -> int:
    """Give every coding of a code another, removed ones too. Returns how many."""
    ids = connection.execute(sa.select(tables.coding.c.id).where(tables.coding.c.code == code)).scalars()
    return recode(connection, who, tuple(ids), code, into, act, change)


def recode(
    connection: sa.Connection,
    who: str,
    ids: Collection[str],
    code: str,
    into: str | None,
    act: str,
    change: int,
) -> int:
    """Give these codings another code. Returns how many. Raises Refused where one of them has not ``code``."""
    wanted = sorted(set(ids))
    coding = tables.coding
    for start in range(0, len(wanted), _BLOCK):
        some = wanted[start : start + _BLOCK]
        rows = connection.execute(
            sa.select(coding).where(coding.c.id.in_(some), coding.c.code == code).with_for_update()
        ).all()
        if len(rows) != len(some):
            raise Refused("One of these codings is not of this code.")
        for row in rows:
            there = _coding(row)
            _write(connection, there, replace(there, code=into), who, act, change)
    return len(wanted)


def back_to_codes(connection: sa.Connection, who: str, undone: int, change: int) -> int:
    """Give the codings that a change of the codebook recoded the code they had, where nobody changed them since and
    they still have the code that it gave them. Returns how many."""
    table, coding, later = tables.coding_change, tables.coding, tables.coding_change.alias()
    by_hand = sa.exists().where(
        later.c.coding_id == coding.c.id,
        later.c.version > table.c.version,
        later.c.codebook_change.is_(None),
    )
    rows = connection.execute(
        sa.select(coding, table.c.version.label("then"), table.c.after)
        .join(table, table.c.coding_id == coding.c.id)
        .where(table.c.codebook_change == undone, ~by_hand)
    ).all()
    back = [row for row in rows if row.code == row.after["code"]]
    for row in back:
        there = _coding(row)
        was = connection.execute(
            sa.select(table.c.after).where(table.c.coding_id == there.id, table.c.version == row.then - 1)
        ).scalar_one()
        _write(connection, there, replace(there, code=was["code"]), who, "change_undone", change)
    return len(back)


def _followed(connection: sa.Connection, code: str | None) -> str | None:
    table = tables.code
    seen: set[str] = set()
    while code is not None and code not in seen:
        seen.add(code)
        row = connection.execute(
            sa.select(table.c.state, table.c.merged_into).where(table.c.id == code)
        ).first()
        if row is None or row.state == CodeState.REMOVED:
            return None
        if row.state == CodeState.USED:
            return code
        code = row.merged_into
    return None


def _refuse_unused(connection: sa.Connection, code: str | None) -> None:
    """A code that is being merged or removed is waited for, so that no coding is left with it."""
    if code is None:
        return
    table = tables.code
    found = sa.select(table.c.state).where(table.c.id == code).with_for_update(read=True)
    if connection.execute(found).scalar_one_or_none() != CodeState.USED:
        raise Refused("There is no such code in the codebook.")


def _find(connection: sa.Connection, coding_id: str) -> Coding | None:
    row = connection.execute(sa.select(tables.coding).where(tables.coding.c.id == coding_id)).first()
    return _coding(row) if row is not None else None


def _write(
    connection: sa.Connection,
    there: Coding,
    changed: Coding,
    who: str,
    act: str,
    codebook_change: int | None = None,
) -> Coding:
    new = replace(changed, version=there.version + 1, changed_at=datetime.now(UTC))
    coding = tables.coding
    written = connection.execute(
        sa.update(coding)
        .where(coding.c.id == there.id, coding.c.version == there.version)
        .values(**_row(new))
    )
    if written.rowcount != 1:
        raise Overtaken(_find(connection, there.id) or there)
    _log(connection, new, who, act, codebook_change)
    if there.removed != new.removed:
        keep_coded(connection, new.interview_id)
    return new


def _log(
    connection: sa.Connection, new: Coding, who: str, act: str, codebook_change: int | None = None
) -> None:
    after = {
        key: value.isoformat() if isinstance(value, datetime) else value for key, value in _row(new).items()
    }
    connection.execute(
        sa.insert(tables.coding_change).values(
            coding_id=new.id,
            version=new.version,
            interview_id=new.interview_id,
            at=new.changed_at,
            who=who,
            act=act,
            codebook_change=codebook_change,
            after=after,
        )
    )
    # Whoever follows is not told of what was kept of a withdrawn interview.
    if not new.interview_id.startswith(WITHDRAWN):
        note(connection, Noted(Kind.CODING, new.id, act, new.version))


def _row(one: Coding) -> dict[str, Any]:
    return {
        "id": one.id,
        "interview_id": one.interview_id,
        "coder": one.coder,
        "code": one.code,
        "first_word": one.anchor.first_word,
        "last_word": one.anchor.last_word,
        "start_ms": one.anchor.start_ms,
        "end_ms": one.anchor.end_ms,
        "weight": one.weight,
        "words_digest": one.words_digest,
        "words_changed": one.words_changed,
        "version": one.version,
        "made_at": one.made_at,
        "changed_at": one.changed_at,
        "removed": one.removed,
    }


def _coding(row: Any) -> Coding:
    return Coding(
        row.id,
        row.interview_id,
        row.coder,
        row.code,
        Anchor(row.first_word, row.last_word, row.start_ms, row.end_ms),
        row.weight,
        row.words_digest,
        row.words_changed,
        row.version,
        in_utc(row.made_at),
        in_utc(row.changed_at),
        row.removed,
    )


def _from_json(after: dict[str, Any]) -> Coding:
    times = {key: datetime.fromisoformat(after[key]) for key in ("made_at", "changed_at")}
    anchor = Anchor(after["first_word"], after["last_word"], after["start_ms"], after["end_ms"])
    kept = {
        key: value
        for key, value in after.items()
        if key not in ("first_word", "last_word", "start_ms", "end_ms")
    }
    return Coding(**{**kept, **times, "anchor": anchor})
