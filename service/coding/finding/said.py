"""What is said in each interview, in short: its words, each once, and who speaks when.

Words that are spelt alike, and the time of speakers, are found by it without reading every utterance.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import sqlalchemy as sa

from service.coding import tables
from service.coding.finding.stretches import Laid


def keep_said(connection: sa.Connection, interview_id: str) -> None:
    """Write it down of an interview whose transcript was just written."""
    said, utterance = tables.said, tables.transcripts.utterance
    rows = connection.execute(
        sa.select(utterance.c.speaker, utterance.c.start_ms, utterance.c.end_ms, utterance.c.folded)
        .where(utterance.c.interview_id == interview_id)
        .order_by(utterance.c.start_ms, utterance.c.id)
    ).all()
    speakers = sorted({row.speaker for row in rows})
    spans = [(row.start_ms, row.end_ms, speakers.index(row.speaker)) for row in rows]
    words = sorted({word for row in rows for word in row.folded.split()})
    connection.execute(sa.delete(said).where(said.c.interview_id == interview_id))
    connection.execute(
        sa.insert(said).values(
            interview_id=interview_id,
            words=" ".join(words),
            speakers=speakers,
            spans=np.array(spans, dtype="<i4").tobytes(),
        )
    )


def known_words(connection: sa.Connection) -> set[str]:
    """Every word that is said in released interviews."""
    found: set[str] = set()
    for words in connection.execute(sa.select(tables.said.c.words)).scalars():
        found.update(words.split())
    return found


def utterances_of(
    connection: sa.Connection, is_meant: Callable[[str, str], bool] | None = None
) -> list[Laid]:
    """When somebody speaks whose label of an interview ``is_meant``; None: whoever speaks."""
    said = tables.said
    found: list[Laid] = []
    for interview_id, speakers, spans in connection.execute(
        sa.select(said.c.interview_id, said.c.speakers, said.c.spans)
    ):
        rows = np.frombuffer(spans, dtype="<i4").reshape(-1, 3)
        if is_meant is not None:
            meant = [number for number, label in enumerate(speakers) if is_meant(interview_id, label)]
            rows = rows[np.isin(rows[:, 2], meant)]
        found.append((str(interview_id), rows[:, :2].astype(np.int64).ravel()))
    return found
