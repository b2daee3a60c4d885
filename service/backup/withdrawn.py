"""What was withdrawn, and rows without it: for restoring, and for old snapshots in which it still lies."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from service.backup.owners import kept_tables
from service.backup.rows import Row, Rows, Value, read_rows
from service.backup.values import VAULT, Withdrawn
from service.coding.forgetting import Forgetting, Item
from service.vault import tables

TOMBSTONES = ("withdrawal", "tombstone")
"""The tables that say what was withdrawn, parents first."""

_VOICEPRINT, _CODE = "voiceprint", "code"
_PARTICIPANT = "participant"


def withdrawn_in(tombstones: Iterable[Rows], *, finished: bool) -> Withdrawn:
    """What rows of the tables :data:`TOMBSTONES` say: all of it, or only what was erased to the end."""
    held = list(tombstones)
    found, counted = Withdrawn(), set()
    for rows in held:
        if rows.table != "withdrawal":
            continue
        columns = ("id", "scope", "study_id", "use", "interviews", "finished_at")
        at = {name: rows.place(name) for name in columns}
        for row in rows.rows:
            if finished and row[at["finished_at"]] is None:
                continue
            counted.add(row[at["id"]])
            named = tuple(str(each) for each in _listed(row[at["interviews"]]))
            who = () if row[at["study_id"]] is None else (str(row[at["study_id"]]),)
            if row[at["use"]] is None:
                people = who if row[at["scope"]] == _PARTICIPANT else ()
                found |= Withdrawn(named, participants=people, voices=people)
            elif row[at["use"]] == _VOICEPRINT:
                found |= Withdrawn(voiceprints=named, voices=who)
            elif row[at["use"]] == _CODE:
                found |= Withdrawn(releases=named)
    for rows in held:
        if rows.table == "tombstone":
            # A subject is an interview, or a recording of one: no interview has a recording's id.
            subject, of = rows.place("subject"), rows.place("withdrawal_id")
            found |= Withdrawn(tuple(str(row[subject]) for row in rows.rows if row[of] in counted))
    return found


def _listed(value: object) -> list[object]:
    return list(value) if isinstance(value, list) else []


def has_tombstones(connection: sa.Connection) -> bool:
    """Whether the database is one that knows withdrawals."""
    return bool(sa.inspect(connection).has_table("tombstone"))


@dataclass(frozen=True, slots=True)
class Beside:
    """What else must be known to thin out rows.

    ``gone_files`` are artefacts that were withdrawn interviews' alone, ``gone_identities`` whom only they spoke of, or
    nobody does any more; ``voices`` the interviews and labels under which a withdrawn voice is heard. ``forms`` are the
    spellings that the vault still knows, as they are stored; None where there is no vault to ask.
    """

    gone_files: Collection[str]
    gone_identities: Collection[Value]
    voices: Collection[tuple[Value, Value]]
    forms: Collection[str] | None
    forgetting: Callable[[], Forgetting | None]
    """Asked only where rows of coders' texts are thinned: it reads the words that were said. None where they are not
    in the snapshot."""


def without(rows: Rows, withdrawn: Withdrawn, beside: Beside) -> Rows:
    """The rows that may stay of those that lie together with others'."""
    match rows.table:
        case "artefact":
            return _leaving_out(rows, "file", set(beside.gone_files))
        case "identity":
            return _leaving_out(rows, "id", beside.gone_identities)
        case "identity_form":
            kept = _leaving_out(rows, "identity_id", beside.gone_identities)
            if beside.forms is None or not withdrawn.interviews:
                return kept
            # What was said in a withdrawn interview only is no spelling any more, of whomever it was.
            return _leaving_out(kept, "form", set(kept.values("form")) - set(beside.forms))
        case "identity_change" if withdrawn.interviews:
            # They hold whole identities as they were, anybody's; the vault forgets them all at a withdrawal, too.
            return Rows(rows.table, rows.columns, ())
        case "date_offset":
            return _leaving_out(rows, "participant", {*withdrawn.participants, *withdrawn.interviews})
        case "memo" | "memo_change":
            # Study ids of participants; what else a memo is about has ids that are no study ids.
            others = _leaving_out(rows, "subject", set(withdrawn.participants))
            forgetting = beside.forgetting()
            return others if forgetting is None else _rewritten(others, "text", forgetting.memo)
        case "listening_note" | "listening_session":
            forgetting = beside.forgetting()
            if forgetting is not None:
                for column in ("text",) if rows.table == "listening_note" else ("name", "source"):
                    rows = _rewritten(rows, column, forgetting.memo)
        case "consensus" | "consensus_change":
            forgetting = beside.forgetting()
            return rows if forgetting is None else _rewritten(rows, "why", forgetting.memo)
        case "code" | "theme" | "codebook_change":
            forgetting = beside.forgetting()
            return rows if forgetting is None else _without_quotes(rows, forgetting)
        case "voice" | "voiceprint":
            interview, label = rows.place("interview_id"), rows.place("label")
            left = tuple(row for row in rows.rows if (row[interview], row[label]) not in beside.voices)
            return Rows(rows.table, rows.columns, left)
    return rows


THINNED = frozenset(
    {
        "artefact",
        "code",
        "codebook_change",
        "consensus",
        "consensus_change",
        "identity",
        "identity_form",
        "identity_change",
        "date_offset",
        "listening_note",
        "listening_session",
        "memo",
        "memo_change",
        "theme",
        "voice",
        "voiceprint",
    }
)
"""The tables that :func:`without` knows."""


def _leaving_out(rows: Rows, column: str, values: Collection[object]) -> Rows:
    place = rows.place(column)
    kept: tuple[Row, ...] = tuple(row for row in rows.rows if row[place] not in values)
    return rows if len(kept) == len(rows.rows) else Rows(rows.table, rows.columns, kept)


def items_in(rows: Rows) -> Iterator[Item]:
    """The codes and themes in rows of them, or of changes of the codebook."""
    if rows.table == "codebook_change":
        before, after = rows.place("before"), rows.place("after")
        for row in rows.rows:
            for side in (row[before], row[after]):
                yield from (item for item in _listed(side) if isinstance(item, dict))
        return
    names = [column.name for column in rows.columns]
    yield from (dict(zip(names, row, strict=True)) for row in rows.rows)


def _without_quotes(rows: Rows, forgetting: Forgetting) -> Rows:
    if rows.table != "codebook_change":
        items = tuple(tuple(forgetting.item(item).values()) for item in items_in(rows))
        return rows if items == rows.rows else Rows(rows.table, rows.columns, items)
    for side in ("before", "after"):
        rows = _rewritten(rows, side, lambda items: [forgetting.item(item) for item in items])
    return rows


def _rewritten(rows: Rows, column: str, rewritten: Callable[[Any], Value]) -> Rows:
    place = rows.place(column)
    changed = tuple((*row[:place], rewritten(row[place]), *row[place + 1 :]) for row in rows.rows)
    return rows if changed == rows.rows else Rows(rows.table, rows.columns, changed)


def tombstones_of(connection: sa.Connection) -> tuple[Rows, ...]:
    """The rows of the tables :data:`TOMBSTONES`; none where the database has no such tables yet."""
    if not has_tombstones(connection):
        return ()
    return tuple(
        rows
        for table in kept_tables(VAULT)
        if table.name in TOMBSTONES
        for _, rows in read_rows(connection, table, None)
    )


def withdrawn_now(engine: sa.Engine) -> Withdrawn:
    """What the vault knows as withdrawn."""
    with engine.connect() as connection:
        return withdrawn_in(tombstones_of(connection), finished=False)


def forms_now(engine: sa.Engine) -> frozenset[str]:
    """The spellings of identities that the vault knows, as they are stored: sealed, the same for the same."""
    with engine.connect() as connection:
        held = [rows for _, rows in read_rows(connection, tables.identity_form, None)]
    return frozenset(str(form) for rows in held for form in rows.values("form"))
