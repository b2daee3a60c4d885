"""Moments as rows of a table."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa

from service.coding import tables
from service.coding.finding.found import Found, moments_of
from service.coding.values import Coder
from service.transcript.times import format_ms

COLUMNS = (
    "interview",
    "group",
    "role",
    "wave",
    "start_ms",
    "end_ms",
    "start",
    "length_s",
    "speaker",
    "speaker_role",
    "codes",
    "coders",
    "text",
)
"""What stands in each column. ``codes`` and ``coders`` are of the codings there that one may see, each once."""


def rows_of(
    connection: sa.Connection, coder: Coder, found: Found
) -> Iterator[tuple[str, tuple[str | int, ...]]]:
    """Each moment as a row under :data:`COLUMNS`, with the id of its interview."""
    code = tables.code
    names = {str(row[0]): str(row[1]) for row in connection.execute(sa.select(code.c.id, code.c.name))}
    for one in moments_of(connection, coder, found):
        codes = sorted({names.get(each.code or "", "") for each in one.codings} - {""})
        yield (
            one.interview_id,
            (
                one.interview,
                one.group,
                one.role,
                one.wave,
                one.start_ms,
                one.end_ms,
                format_ms(one.start_ms, fraction=True),
                f"{(one.end_ms - one.start_ms) / 1000:.3f}",
                one.speaker,
                one.speaker_role,
                "; ".join(codes),
                "; ".join(sorted({each.coder for each in one.codings})),
                one.text,
            ),
        )
