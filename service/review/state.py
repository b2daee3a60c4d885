"""How far the review of an interview has come, and what is left before it can be released."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from service.review.judged import Judged, judged
from service.review.looking import Look, second_look
from service.vault import tables
from service.vault.interviews import RedactionState
from service.vault.recordings import aware, now, record_event


class ReviewRefused(Exception):  # noqa: N818 - reads as what happened
    """It can't be decided so; ``str()`` says why and what to do."""


class ReviewChanged(Exception):  # noqa: N818 - reads as what happened
    """What was to be decided is no longer there."""


@dataclass(frozen=True, slots=True)
class ReviewState:
    """``looked`` is False when nobody made the second look; who finished it, when, whatever came up since."""

    redactions: tuple[Judged, ...]
    looks: tuple[Look, ...]
    looked: bool
    finished_by: str | None
    finished_at: datetime | None

    @property
    def open(self) -> int:
        """Redactions that nobody has decided on."""
        return sum(one.state is RedactionState.OPEN for one in self.redactions)

    @property
    def decided(self) -> int:
        return len(self.redactions) - self.open

    @property
    def looks_open(self) -> int:
        """Words of the second look that nobody cleared or redacted."""
        return sum(not one.cleared for one in self.looks)

    @property
    def ready(self) -> bool:
        """Whether everything was looked at."""
        return self.looked and not self.open and not self.looks_open

    @property
    def done(self) -> bool:
        return self.ready and self.finished_at is not None

    @property
    def left(self) -> str | None:
        """What is left, as a sentence; None when it is done."""
        if not self.looked:
            return "Nobody has made the second look yet. Look for names again, then review it."
        things = []
        if self.open:
            things.append(_counted(self.open, "redaction is", "redactions are"))
        if self.looks_open:
            things.append(
                _counted(self.looks_open, "word of the second look is", "words of the second look are")
            )
        if things:
            return f"{' and '.join(things)} still to be looked at. Review it before you release it."
        if self.finished_at is None:
            return "Everything is looked at, but the review is not finished. Finish it before you release it."
        return None


def _counted(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"


def review_state(connection: sa.Connection, interview_id: str) -> ReviewState:
    """How far the review of the interview is."""
    redactions = judged(connection, interview_id)
    table = tables.review
    row = connection.execute(sa.select(table).where(table.c.interview_id == interview_id)).first()
    return ReviewState(
        redactions,
        second_look(connection, interview_id, redactions),
        row is not None and row.looked_at is not None,
        None if row is None else row.finished_by,
        None if row is None or row.finished_at is None else aware(row.finished_at),
    )


def finish(connection: sa.Connection, interview_id: str, actor: str) -> None:
    """Note that a person has looked at everything. Raises :class:`ReviewRefused` while something is left."""
    state = review_state(connection, interview_id)
    if not state.ready:
        raise ReviewRefused(state.left or "")
    table = tables.review
    connection.execute(
        sa.update(table)
        .where(table.c.interview_id == interview_id)
        .values(finished_by=actor, finished_at=now())
    )
    detail = {"redactions": len(state.redactions), "second_look": len(state.looks)}
    record_event(connection, actor, "review_finished", interview_id, detail)


def reopen(connection: sa.Connection, interview_id: str, actor: str) -> None:
    """Take back that the review is finished; what was decided stays."""
    table = tables.review
    changed = connection.execute(
        sa.update(table)
        .where(table.c.interview_id == interview_id, table.c.finished_at.is_not(None))
        .values(finished_by=None, finished_at=None)
    )
    if changed.rowcount:
        record_event(connection, actor, "review_reopened", interview_id)
