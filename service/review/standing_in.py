"""What stands for words that a person redacts: the place where a redaction made by hand gets its identity."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa

from models.anonymisation.identity import form_of
from models.anonymisation.mentions import UNSURE_PLACEHOLDER, Label
from service.identities.assigning import settle
from service.identities.forms import as_text
from service.identities.numbers import hold_identities
from service.review.judged import Judged, judged, same
from service.vault import tables

_NUMBERED = re.compile(r"-(\d+)\]$")


@dataclass(frozen=True, slots=True)
class StandIn:
    """What coders read instead, and the identity it stands for, if that is known."""

    placeholder: str
    identity_id: int | None


def stand_in(label: str, said: Iterable[str], others: Iterable[Judged]) -> StandIn:
    """For words that are said the same as those of another redaction of this label, what stands for those.

    Else the next number of the label among ``others``, the redactions of the interview. What is unsure speaks of
    nobody and has no number.
    """
    if label == Label.UNSURE:
        return StandIn(UNSURE_PLACEHOLDER, None)
    form = same(said)
    numbers = [0]
    for other in others:
        if other.label != label:
            continue
        if form and other.form == form and other.counts:
            return StandIn(other.placeholder, other.identity_id)
        found = _NUMBERED.search(other.placeholder)
        if found:
            numbers.append(int(found[1]))
    return StandIn(f"[{label}-{max(numbers) + 1}]", None)


def give_identities(connection: sa.Connection, interview_id: str) -> None:
    """Let every redaction that a person made or changed speak of somebody, and have what stands for them."""
    table = tables.redaction
    unmeant = [
        {"which": one.id, "meant": as_text(form)}
        for one in judged(connection, interview_id)
        if one.counts
        and one.meant is None
        and one.word_ids
        and one.label != Label.UNSURE
        and (form := form_of(one.said, Label(one.label)))
    ]
    if not unmeant:
        return
    hold_identities(connection)
    connection.execute(
        sa.update(table)
        .where(table.c.interview_id == interview_id, table.c.id == sa.bindparam("which"))
        .values(form=sa.bindparam("meant")),
        unmeant,
    )
    settle(connection, interview_id)
