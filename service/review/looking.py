"""The second look: words that were not redacted and may identify someone, and which of them a person cleared."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from models.codec import from_json, to_json
from models.values import SecondLook
from service.review.judged import Judged
from service.vault import tables
from service.vault.recordings import now


@dataclass(frozen=True, slots=True)
class Look:
    """A word to look at, with the places where nothing was decided of it. ``cleared``: a person said it names nobody,
    in this interview or, if ``whole_study``, in any."""

    text: str
    form: str
    reasons: tuple[str, ...]
    rarity: float
    word_ids: tuple[int, ...]
    cleared: bool
    whole_study: bool


@dataclass(frozen=True, slots=True)
class _About:
    text: str
    form: str
    reasons: tuple[str, ...]
    rarity: float


def keep_second_look(
    connection: sa.Connection, interview_id: str, looked: Sequence[SecondLook] | None
) -> None:
    """Replace what is to be looked at; None: nobody looked, and the review waits until somebody does."""
    table = tables.second_look
    connection.execute(sa.delete(table).where(table.c.interview_id == interview_id))
    rows = [
        {
            "interview_id": interview_id,
            "id": number,
            "about": to_json(_About(one.text, one.form, one.reasons, one.rarity)).decode(),
            "word_ids": list(one.word_ids),
        }
        for number, one in enumerate(looked or ())
    ]
    if rows:
        connection.execute(sa.insert(table), rows)
    review = tables.review
    looked_at = None if looked is None else now()
    changed = connection.execute(
        sa.update(review).where(review.c.interview_id == interview_id).values(looked_at=looked_at)
    )
    if changed.rowcount == 0:
        connection.execute(sa.insert(review).values(interview_id=interview_id, looked_at=looked_at))


def second_look(
    connection: sa.Connection, interview_id: str, redactions: Iterable[Judged]
) -> tuple[Look, ...]:
    """What is to be looked at, the rarest first; words of which a redaction was decided, either way, are not."""
    decided = {number for one in redactions for number in one.word_ids}
    cleared = _cleared(connection, interview_id)
    table = tables.second_look
    rows = connection.execute(
        sa.select(table.c.about, table.c.word_ids).where(table.c.interview_id == interview_id)
    )
    looks = []
    for row in rows:
        left = tuple(number for number in row.word_ids if number not in decided)
        if left:
            about = from_json(_About, row.about.encode())
            of_study = cleared.get(about.form)
            looks.append(
                Look(
                    about.text,
                    about.form,
                    about.reasons,
                    about.rarity,
                    left,
                    of_study is not None,
                    bool(of_study),
                )
            )
    return tuple(sorted(looks, key=lambda one: (-len(one.reasons), -one.rarity, one.form)))


def _cleared(connection: sa.Connection, interview_id: str) -> dict[str, bool]:
    """The cleared forms; whether for the whole study."""
    table = tables.cleared_word
    rows = connection.execute(
        sa.select(table.c.form, table.c.interview_id)
        .where(sa.or_(table.c.interview_id == interview_id, table.c.interview_id.is_(None)))
        .order_by(table.c.interview_id.is_(None))
    )
    return {row.form: row.interview_id is None for row in rows}


def not_cleared(connection: sa.Connection, interview_id: str | None, forms: Iterable[str]) -> tuple[str, ...]:
    """Those of the words of which :func:`clear` has not said it yet."""
    table = tables.cleared_word
    wanted = tuple(dict.fromkeys(forms))
    known = connection.execute(sa.select(table.c.form).where(_of(interview_id), table.c.form.in_(wanted)))
    found = set(known.scalars())
    return tuple(form for form in wanted if form not in found)


def clear(connection: sa.Connection, interview_id: str | None, forms: Iterable[str], actor: str) -> None:
    """Say that these words name nobody, in one interview or (None) in the whole study."""
    new = not_cleared(connection, interview_id, forms)
    if new:
        made = {"interview_id": interview_id, "cleared_by": actor, "cleared_at": now()}
        connection.execute(sa.insert(tables.cleared_word), [{"form": form, **made} for form in new])


def unclear(connection: sa.Connection, interview_id: str | None, forms: Iterable[str]) -> None:
    """Take back what :func:`clear` said."""
    table = tables.cleared_word
    connection.execute(sa.delete(table).where(_of(interview_id), table.c.form.in_(tuple(forms))))


def _of(interview_id: str | None) -> sa.ColumnElement[bool]:
    owner = tables.cleared_word.c.interview_id
    return owner.is_(None) if interview_id is None else owner == interview_id
