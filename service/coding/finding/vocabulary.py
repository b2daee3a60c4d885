"""The words of each interview, each once, so that those spelt alike are found without reading what was said."""

from __future__ import annotations

import sqlalchemy as sa

from service.coding import tables


def keep_vocabulary(connection: sa.Connection, interview_id: str) -> None:
    """Write down the folded words of an interview whose transcript was just written."""
    vocabulary, utterance = tables.vocabulary, tables.transcripts.utterance
    said = connection.execute(
        sa.select(utterance.c.folded).where(utterance.c.interview_id == interview_id)
    ).scalars()
    words = sorted({word for line in said for word in line.split()})
    connection.execute(sa.delete(vocabulary).where(vocabulary.c.interview_id == interview_id))
    connection.execute(sa.insert(vocabulary).values(interview_id=interview_id, words=" ".join(words)))


def known_words(connection: sa.Connection) -> set[str]:
    """Every word that is said in released interviews."""
    found: set[str] = set()
    for words in connection.execute(sa.select(tables.vocabulary.c.words)).scalars():
        found.update(words.split())
    return found
