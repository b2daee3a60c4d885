"""What there is to ask for, for whoever types a query."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from service.coding import tables
from service.coding.finding.fields import FIELDS, INTERVIEW_KINDS, KINDS, SPEAKERS, STATES, Field
from service.coding.finding.speaking import role_names
from service.coding.seeing import seeing
from service.coding.values import Coder, CodeState


@dataclass(frozen=True, slots=True)
class Terms:
    """The fields, and what can stand after some of them, by the field's name."""

    fields: tuple[Field, ...]
    values: Mapping[str, tuple[str, ...]]


def terms(connection: sa.Connection, coder: Coder) -> Terms:
    """What is there now, of codings as far as ``coder`` may see them."""
    code, theme, coding, marker = tables.code, tables.theme, tables.coding, tables.transcripts.marker

    def texts(statement: sa.Select[tuple[str]]) -> tuple[str, ...]:
        return tuple(sorted({str(row[0]) for row in connection.execute(statement)}, key=str.casefold))

    places = connection.execute(sa.select(tables.place)).all()
    may_see = seeing(connection, coder)
    coded = connection.execute(
        sa.select(coding.c.interview_id, coding.c.coder).where(~coding.c.removed).distinct()
    )
    # The distinct kinds and sorts are few: the index has them.
    sorts = connection.execute(
        sa.select(marker.c.kind, marker.c.subtype).where(marker.c.subtype.is_not(None)).distinct()
    )
    by_role = role_names(connection)
    return Terms(
        FIELDS,
        {
            "code": texts(sa.select(code.c.name).where(code.c.state == CodeState.USED)),
            "theme": texts(sa.select(theme.c.name).where(theme.c.state == CodeState.USED)),
            "coder": tuple(
                sorted(
                    {coder.name, *(whose for interview_id, whose in coded if may_see(interview_id, whose))}
                )
            ),
            "is": STATES,
            "marker": (*KINDS, *sorted(f"{kind}/{sort}" for kind, sort in sorts)),
            "speaker": (*SPEAKERS, *by_role),
            "role": by_role or tuple(sorted({one.role_code for one in places})),
            "group": tuple(sorted({one.group_code for one in places})),
            "participant": tuple(sorted({f"{one.group_code}-{one.role_code}" for one in places})),
            "interview": texts(sa.select(tables.interview.c.name)),
            "kind": INTERVIEW_KINDS,
            "wave": tuple(map(str, sorted({one.wave for one in places}))),
        },
    )
