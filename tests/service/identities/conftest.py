"""Interviews of a study in which people are spoken of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import sqlalchemy as sa

from models.anonymisation.identity import form_of
from models.anonymisation.mentions import Label
from models.values import Provenance, Redaction, Transcript, Word
from service.naming import InterviewName
from service.review.keeping import keep_transcript
from service.vault import tables
from service.vault.recordings import now
from tests.service.conftest import make_transcript

SEARCHED = Provenance("entities", "spacy-en-md", "1", {"names_searched": "yes"})


def add_interview(connection: sa.Connection, interview_id: str, name: str | None) -> None:
    """An interview with this study id, or none."""
    filed = InterviewName(name[:3], name[4], int(name[5:])) if name else None
    connection.execute(
        sa.insert(tables.interview).values(
            id=interview_id,
            name=name,
            group_code=filed.group if filed else None,
            role_code=filed.role if filed else None,
            wave=filed.wave if filed else None,
            title="",
            created_at=now(),
            voices_heard=True,
        )
    )
    if filed:
        connection.execute(
            sa.insert(tables.place).values(
                group_code=filed.group, role_code=filed.role, wave=filed.wave, interview_id=interview_id
            )
        )


def mentions(
    transcript: Transcript, *spoken: tuple[str, Label] | tuple[str, Label, str]
) -> tuple[Redaction, ...]:
    """A redaction of each text wherever it is said; the third of a triple is the fullest name of who is meant."""
    found: list[Redaction] = []
    for text, label, *fullest in spoken:
        wanted = form_of(text.split(), label)
        meant = form_of(fullest[0].split(), label) if fullest else wanted
        for utterance in transcript.utterances:
            words = utterance.words
            for at in range(len(words) - len(wanted) + 1):
                covered = words[at : at + len(wanted)]
                if form_of([word.text for word in covered], label) == wanted and not _taken(found, covered):
                    found.append(
                        Redaction(
                            0, label, "[?]", covered[0].start_ms, covered[-1].end_ms,
                            tuple(word.id for word in covered), 0.9, "ner", meant, ("ner",),
                        )
                    )  # fmt: skip
    found.sort(key=lambda one: one.start_ms)
    return tuple(replace(one, id=number) for number, one in enumerate(found))


def _taken(found: Sequence[Redaction], words: Sequence[Word]) -> bool:
    taken = {number for one in found for number in one.word_ids}
    return any(word.id in taken for word in words)


def say(
    connection: sa.Connection,
    interview_id: str,
    name: str | None,
    text: str,
    *spoken: tuple[str, Label] | tuple[str, Label, str],
) -> None:
    """An interview in which somebody says the text, with redactions of what is spoken of."""
    there = sa.select(tables.interview.c.id).where(tables.interview.c.id == interview_id)
    if connection.execute(there).first() is None:
        add_interview(connection, interview_id, name)
    transcript = make_transcript(("S1", text))
    transcript = replace(transcript, provenance=(*transcript.provenance, SEARCHED))
    keep_transcript(connection, interview_id, transcript, mentions(transcript, *spoken))


def stand_ins(connection: sa.Connection, interview_id: str) -> list[str]:
    """What stands for the redactions of an interview, in order."""
    table = tables.redaction
    return list(
        connection.execute(
            sa.select(table.c.placeholder).where(table.c.interview_id == interview_id).order_by(table.c.id)
        ).scalars()
    )


def outdated(connection: sa.Connection) -> set[str]:
    table = tables.interview
    return set(connection.execute(sa.select(table.c.id).where(table.c.names_outdated)).scalars())
