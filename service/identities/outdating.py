"""Interviews in which more may be found by now: they are offered to be looked through again."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from models.anonymisation.identity import bare
from models.anonymisation.mentions import Label
from service.identities.forms import KnownForm
from service.identities.scopes import STUDY, interviews_in, scope_for
from service.transcript.folding import fold_tokens
from service.vault import tables

_LOOKED_FOR = (Label.NAME, Label.PLACE, Label.ORGANISATION)
_SHORTEST_PART = 2
"""Letters of a part of a name that is looked for by itself, as in :mod:`models.anonymisation.propagation`."""


def outdate_all(connection: sa.Connection) -> int:
    """Offer every interview with a transcript to be looked through again; how many there are."""
    interview, transcript = tables.interview, tables.transcripts.transcript
    found = connection.execute(
        sa.update(interview)
        .where(interview.c.id.in_(sa.select(transcript.c.interview_id)))
        .values(names_outdated=True)
    )
    return found.rowcount


def outdate_who_says(
    connection: sa.Connection, scope: str, but_not: str, new: Sequence[KnownForm]
) -> tuple[str, ...]:
    """Offer the interviews that say one of the new forms outside their redactions; returns their ids.

    Names are looked for in the interviews of ``scope``, places and organisations in all of the study.
    """
    looked_for = [form for form in new if form.label in _LOOKED_FOR]
    outdated: list[str] = []
    for wider in {scope_for(form.label, scope) for form in looked_for}:
        wanted = [form for form in looked_for if scope_for(form.label, scope) == wider]
        for interview_id in _settled_interviews(connection, wider, but_not):
            if interview_id not in outdated and _says(connection, interview_id, wanted):
                outdated.append(interview_id)
    if outdated:
        interview = tables.interview
        connection.execute(
            sa.update(interview).where(interview.c.id.in_(outdated)).values(names_outdated=True)
        )
    return tuple(outdated)


def _settled_interviews(connection: sa.Connection, scope: str, but_not: str) -> list[str]:
    interview, transcript = tables.interview, tables.transcripts.transcript
    query = sa.select(transcript.c.interview_id).where(
        transcript.c.interview_id != but_not,
        transcript.c.interview_id.in_(sa.select(interview.c.id).where(interview.c.names_outdated.is_(False))),
    )
    if scope != STUDY:
        query = query.where(transcript.c.interview_id.in_(interviews_in(scope)))
    return list(connection.execute(query).scalars())


def _says(connection: sa.Connection, interview_id: str, forms: Sequence[KnownForm]) -> bool:
    """Whether a word with a capital, outside the redactions, is one of the forms or a part of one of their names."""
    wanted = {
        part
        for one in forms
        for part in (one.form if one.label == Label.NAME else one.form[:1])
        if len(part) >= _SHORTEST_PART
    }
    if not _may_say(connection, interview_id, wanted):
        return False
    word, redaction = tables.transcripts.word, tables.redaction
    covered = {
        number
        for ids in connection.execute(
            sa.select(redaction.c.word_ids).where(redaction.c.interview_id == interview_id)
        ).scalars()
        for number in ids
    }
    rows = connection.execute(sa.select(word.c.id, word.c.text).where(word.c.interview_id == interview_id))
    return any(row.id not in covered and row.text[:1].isupper() and bare(row.text) in wanted for row in rows)


def _may_say(connection: sa.Connection, interview_id: str, wanted: set[str]) -> bool:
    """By the text that is searched, which is read far faster than word by word."""
    searched = tables.transcripts.search_text
    assert searched is not None
    text = connection.execute(
        sa.select(searched.c.lines).where(searched.c.interview_id == interview_id)
    ).scalar_one_or_none()
    tokens = set(text.decode().split()) if text else set()
    return any(token in tokens for part in wanted for token in fold_tokens(part)[:1])
