"""The redactions of an interview with what a person decided of them, and how they are put back."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa

from models.anonymisation.remaining import KEPT, PERSON
from models.codec import from_json, to_json
from service.transcript.folding import fold
from service.vault import tables
from service.vault.interviews import RedactionState
from service.vault.recordings import aware

_POSSESSIVE = re.compile(r"['’]s?(?=\W*$)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class About:
    """What is known of a redaction's words: as they were said, and how rare the rarest is."""

    said: tuple[str, ...]
    rarity: float


@dataclass(frozen=True, slots=True)
class Judged:
    """A redaction as it is kept. ``said`` are its words, so that they are known again when the transcript is another.

    One whose words are gone has no ``word_ids``: it replaces nothing, and waits for a person. ``meant`` are the bare
    words of whom it speaks of (:mod:`service.identities.forms`), ``placed_by`` who said that it speaks of its identity.
    """

    id: int
    label: str
    placeholder: str
    start_ms: int
    end_ms: int
    word_ids: tuple[int, ...]
    confidence: float
    detector: str
    detectors: tuple[str, ...]
    identity_id: int | None
    state: RedactionState
    decided_by: str | None
    decided_at: datetime | None
    said: tuple[str, ...] = ()
    rarity: float = 1.0
    meant: str | None = None
    placed_by: str | None = None

    @property
    def counts(self) -> bool:
        """Whether it replaces words: nobody said that they don't identify anyone."""
        return self.state is not RedactionState.REJECTED

    @property
    def by_person(self) -> bool:
        """Whether a person added it, changed what it covers or is, or accepted it in words that are others now."""
        return PERSON in self.detectors or KEPT in self.detectors

    @property
    def form(self) -> str:
        """Its words as compared."""
        return same(self.said)


def same(words: Iterable[str]) -> str:
    """Words as compared: without case, accents, punctuation and a possessive ending.

    "Anna's," is "anna", "Kari Hansen" is "kari hansen".
    """
    return " ".join(filter(None, (fold(_POSSESSIVE.sub("", word)) for word in words)))


def judged(connection: sa.Connection, interview_id: str) -> tuple[Judged, ...]:
    """Every redaction of the interview, rejected ones too, in order of time."""
    table = tables.redaction
    rows = connection.execute(sa.select(table).where(table.c.interview_id == interview_id)).all()
    found = [_judged(row._mapping) for row in rows]
    return tuple(sorted(found, key=lambda one: (one.start_ms, one.id)))


def _judged(row: sa.RowMapping) -> Judged:
    about = from_json(About, row["about"].encode()) if row["about"] else About((), 1.0)
    return Judged(
        row["id"],
        row["label"],
        row["placeholder"],
        row["start_ms"],
        row["end_ms"],
        tuple(row["word_ids"]),
        row["confidence"],
        row["detector"],
        tuple(row["detectors"]) or (row["detector"],),
        row["identity_id"],
        RedactionState(row["state"]),
        row["decided_by"],
        None if row["decided_at"] is None else aware(row["decided_at"]),
        about.said,
        about.rarity,
        row["form"],
        row["placed_by"],
    )


def put(
    connection: sa.Connection, interview_id: str, before: Iterable[Judged], after: Iterable[Judged]
) -> None:
    """Replace redactions by others: those of ``before`` that are not in ``after`` go."""
    table = tables.redaction
    old, new = {one.id: one for one in before}, {one.id: one for one in after}
    gone = [number for number, one in old.items() if new.get(number) != one]
    come = [one for number, one in new.items() if old.get(number) != one]
    if gone:
        connection.execute(sa.delete(table).where(table.c.interview_id == interview_id, table.c.id.in_(gone)))
    if come:
        connection.execute(sa.insert(table), [_row(interview_id, one) for one in come])


def _row(interview_id: str, one: Judged) -> dict[str, object]:
    return {
        "interview_id": interview_id,
        "id": one.id,
        "label": one.label,
        "placeholder": one.placeholder,
        "start_ms": one.start_ms,
        "end_ms": one.end_ms,
        "word_ids": list(one.word_ids),
        "confidence": one.confidence,
        "detector": one.detector,
        "detectors": list(one.detectors),
        "identity_id": one.identity_id,
        "state": str(one.state),
        "decided_by": one.decided_by,
        "decided_at": one.decided_at,
        "about": to_json(About(one.said, one.rarity)).decode(),
        "form": one.meant,
        "placed_by": one.placed_by,
    }


def decided(one: Judged, state: RedactionState, actor: str, at: datetime) -> Judged:
    """The redaction as a person judges it."""
    return replace(one, state=state, decided_by=actor, decided_at=at)
