"""Changes of identities, kept with what was before and after, so that each can be undone and done again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa

from models.codec import from_json, to_json
from service.identities.identities import refresh
from service.identities.numbers import hold_identities
from service.identities.scopes import scope_for, scope_of
from service.vault import tables
from service.vault.recordings import aware, now, record_event


class ChangeRefused(Exception):  # noqa: N818 - reads as what happened
    """The identities can't be changed so; ``str()`` says why and what to do."""


class ChangeKind(StrEnum):
    """What a person did."""

    RENAMED = "renamed"
    MERGED = "merged"
    SPLIT = "split"
    MOVED = "moved"
    LABELLED = "labelled"
    LISTED = "listed"
    UNLISTED = "unlisted"


class ChangeState(StrEnum):
    """``done`` counts; ``undone`` can be done again."""

    DONE = "done"
    UNDONE = "undone"


@dataclass(frozen=True, slots=True)
class IdentityKept:
    """An identity as it was."""

    id: int
    scope: str
    label: str
    number: int
    stand_in: str
    set_by: str | None


@dataclass(frozen=True, slots=True)
class FormKept:
    """A form of it as it was."""

    scope: str
    label: str
    form: str
    identity: int
    listed_by: str | None
    placed_by: str | None


@dataclass(frozen=True, slots=True)
class MentionKept:
    """A redaction that spoke of it: known again by the words it covers."""

    interview: str
    words: tuple[int, ...]
    identity: int
    placed_by: str | None


@dataclass(frozen=True, slots=True)
class Kept:
    """Identities with all that belongs to them, at one moment."""

    identities: tuple[IdentityKept, ...] = ()
    forms: tuple[FormKept, ...] = ()
    mentions: tuple[MentionKept, ...] = ()

    @property
    def ids(self) -> set[int]:
        return {one.id for one in self.identities}


@dataclass(slots=True)
class Touched:
    """What a change is about to touch: as it is before, and all identities that it touched."""

    kept: Kept
    ids: set[int]

    @classmethod
    def before(cls, connection: sa.Connection, ids: set[int]) -> Touched:
        return cls(_kept(connection, ids), set(ids))


@dataclass(frozen=True, slots=True)
class Change:
    """One change as it was recorded; ``identities`` are those it touched."""

    id: int
    at: datetime
    actor: str
    kind: ChangeKind
    state: ChangeState
    before: Kept
    after: Kept

    @property
    def identities(self) -> set[int]:
        return self.before.ids | self.after.ids


@dataclass(frozen=True, slots=True)
class Changed:
    """A change that was made: its number, and the interviews whose text it changed."""

    id: int
    interviews: tuple[str, ...]


def record_change(
    connection: sa.Connection,
    kind: ChangeKind,
    touched: Touched,
    actor: str,
    numbers: Mapping[str, int] | None = None,
) -> Changed:
    """Keep what was changed, and let all redactions concerned say what is so now, in all interviews."""
    interviews = refresh(connection, touched.ids)
    table = tables.identity_change
    made = connection.execute(
        sa.insert(table)
        .values(
            at=now(),
            actor=actor,
            kind=kind,
            state=ChangeState.DONE,
            before=to_json(touched.kept).decode(),
            after=to_json(_kept(connection, touched.ids)).decode(),
        )
        .returning(table.c.id)
    ).scalar_one()
    detail = {"change": made, "interviews": len(interviews), **(numbers or {})}
    record_event(connection, actor, f"identity_{kind}", "identities", detail)
    return Changed(made, interviews)


def changes(connection: sa.Connection, limit: int = 50) -> tuple[Change, ...]:
    """The changes, the newest first."""
    table = tables.identity_change
    rows = connection.execute(sa.select(table).order_by(table.c.id.desc()).limit(limit))
    return tuple(_change(row) for row in rows)


def undo(connection: sa.Connection, number: int, actor: str) -> Changed:
    """Take a change back. Raises :class:`ChangeRefused`."""
    return _step(connection, number, actor, back=True)


def redo(connection: sa.Connection, number: int, actor: str) -> Changed:
    """Do again a change that was undone. Raises :class:`ChangeRefused`."""
    return _step(connection, number, actor, back=False)


def _step(connection: sa.Connection, number: int, actor: str, *, back: bool) -> Changed:
    hold_identities(connection)
    table = tables.identity_change
    row = connection.execute(sa.select(table).where(table.c.id == number)).first()
    if row is None:
        raise ChangeRefused("There is no such change.")
    change = _change(row)
    if change.state is not (ChangeState.DONE if back else ChangeState.UNDONE):
        raise ChangeRefused("That was undone already." if back else "That was not undone.")
    later = connection.execute(sa.select(table).where(table.c.id > number, table.c.state == ChangeState.DONE))
    if any(not change.identities.isdisjoint(_change(one).identities) for one in later):
        raise ChangeRefused("The same identities were changed again later. Undo the later changes first.")
    take, put = (change.after, change.before) if back else (change.before, change.after)
    _restore(connection, take, put)
    interviews = refresh(connection, change.identities)
    connection.execute(
        sa.update(table)
        .where(table.c.id == number)
        .values(state=ChangeState.UNDONE if back else ChangeState.DONE)
    )
    what = "identity_change_undone" if back else "identity_change_redone"
    record_event(connection, actor, what, "identities", {"change": number, "interviews": len(interviews)})
    return Changed(number, interviews)


def _restore(connection: sa.Connection, take: Kept, put: Kept) -> None:
    identity, form, redaction = tables.identity, tables.identity_form, tables.redaction
    ids = take.ids | put.ids
    for one in put.identities:
        connection.execute(
            sa.update(identity)
            .where(identity.c.id == one.id)
            .values(
                scope=one.scope,
                label=one.label,
                number=one.number,
                stand_in=one.stand_in,
                set_by=one.set_by,
            )
        )
    for held in {*take.forms, *put.forms}:
        # A form that is somebody else's by now stays theirs.
        connection.execute(
            sa.delete(form).where(
                form.c.scope == held.scope,
                form.c.label == held.label,
                form.c.form == held.form,
                form.c.identity_id.in_(ids),
            )
        )
    taken = {
        (row.scope, row.label, row.form)
        for row in connection.execute(sa.select(form.c.scope, form.c.label, form.c.form))
    }
    rows = [
        {
            "scope": held.scope,
            "label": held.label,
            "form": held.form,
            "identity_id": held.identity,
            "listed_by": held.listed_by,
            "placed_by": held.placed_by,
        }
        for held in put.forms
        if (held.scope, held.label, held.form) not in taken
    ]
    if rows:
        connection.execute(sa.insert(form), rows)
    before = {(one.interview, one.words): one for one in put.mentions}
    for row in connection.execute(
        sa.select(
            redaction.c.interview_id,
            redaction.c.id,
            redaction.c.word_ids,
            redaction.c.label,
            redaction.c.form,
        ).where(redaction.c.identity_id.in_(ids))
    ).all():
        was = before.get((row.interview_id, tuple(row.word_ids)))
        values: dict[str, object] | None = None
        if was is not None:
            values = {"identity_id": was.identity, "placed_by": was.placed_by}
        elif row.form is not None:
            # Found since then: whoever has its form now.
            known = _holder(connection, row.interview_id, row.form, ids)
            values = {"identity_id": known} if known is not None else None
        if values is not None:
            connection.execute(
                sa.update(redaction)
                .where(redaction.c.interview_id == row.interview_id, redaction.c.id == row.id)
                .values(values)
            )


def _holder(connection: sa.Connection, interview_id: str, text: str, ids: set[int]) -> int | None:
    form = tables.identity_form
    scope = scope_of(connection, interview_id)
    return (
        connection.execute(
            sa.select(form.c.identity_id).where(
                form.c.form == text,
                form.c.identity_id.in_(ids),
                form.c.scope.in_((scope, scope_for("PLACE", scope))),
            )
        )
        .scalars()
        .first()
    )


def _kept(connection: sa.Connection, ids: set[int]) -> Kept:
    identity, form, redaction = tables.identity, tables.identity_form, tables.redaction
    return Kept(
        tuple(
            IdentityKept(row.id, row.scope, row.label, row.number, row.stand_in, row.set_by)
            for row in connection.execute(
                sa.select(identity).where(identity.c.id.in_(ids)).order_by(identity.c.id)
            )
        ),
        tuple(
            FormKept(row.scope, row.label, row.form, row.identity_id, row.listed_by, row.placed_by)
            for row in connection.execute(sa.select(form).where(form.c.identity_id.in_(ids)))
        ),
        tuple(
            MentionKept(row.interview_id, tuple(row.word_ids), row.identity_id, row.placed_by)
            for row in connection.execute(
                sa.select(
                    redaction.c.interview_id,
                    redaction.c.word_ids,
                    redaction.c.identity_id,
                    redaction.c.placed_by,
                ).where(redaction.c.identity_id.in_(ids))
            )
        ),
    )


def _change(row: sa.Row[tuple[object, ...]]) -> Change:
    held = row._mapping
    return Change(
        held["id"],
        aware(held["at"]),
        held["actor"],
        ChangeKind(held["kind"]),
        ChangeState(held["state"]),
        from_json(Kept, held["before"].encode()),
        from_json(Kept, held["after"].encode()),
    )
