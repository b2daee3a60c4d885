"""Identities as a steward sees them: what stands for whom, said how, and where."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import sqlalchemy as sa

from service.identities.identities import identities_of
from service.identities.rendering import Identity
from service.identities.saying import Said, Words, said_in
from service.vault import tables
from service.vault.interviews import RedactionState

_AROUND = 6
"""Words shown before and after a mention."""


@dataclass(frozen=True, slots=True)
class SeenForm:
    """A form of an identity, where it counts, and whether it is on the study's own list."""

    scope: str
    label: str
    form: str
    listed: bool


@dataclass(frozen=True, slots=True)
class SeenIdentity:
    """An identity with its forms, and how many mentions it has in how many interviews."""

    identity: Identity
    forms: tuple[SeenForm, ...]
    mentions: int
    interviews: int

    @property
    def listed(self) -> bool:
        return any(form.listed for form in self.forms)


@dataclass(frozen=True, slots=True)
class SeenMention:
    """Where an identity is spoken of. ``name`` is the interview's study id; ``before`` and ``after`` are the words
    around it, ``text`` its own."""

    interview: str
    name: str | None
    title: str
    id: int
    start_ms: int
    end_ms: int
    before: str
    text: str
    after: str
    placeholder: str
    rejected: bool
    released: bool


def identities_seen(connection: sa.Connection, wanted: set[int] | None = None) -> tuple[SeenIdentity, ...]:
    """All identities that have a form or a mention, by label and number; or those wanted."""
    form, redaction = tables.identity_form, tables.redaction
    forms: dict[int, list[SeenForm]] = {}
    of_form = sa.true() if wanted is None else form.c.identity_id.in_(wanted)
    for row in connection.execute(sa.select(form).where(of_form)):
        forms.setdefault(row.identity_id, []).append(
            SeenForm(row.scope, row.label, row.form, row.listed_by is not None)
        )
    of_mention = (
        redaction.c.identity_id.is_not(None) if wanted is None else redaction.c.identity_id.in_(wanted)
    )
    mentions: Counter[int] = Counter()
    interviews: Counter[int] = Counter()
    for row in connection.execute(
        sa.select(redaction.c.identity_id, redaction.c.interview_id, sa.func.count().label("n"))
        .where(of_mention, redaction.c.state != RedactionState.REJECTED)
        .group_by(redaction.c.identity_id, redaction.c.interview_id)
    ):
        mentions[row.identity_id] += row.n
        interviews[row.identity_id] += 1
    found = identities_of(connection, wanted)
    return tuple(
        SeenIdentity(
            one,
            tuple(
                sorted(
                    forms.get(one.id, ()), key=lambda form: (-len(form.form.split()), form.form, form.scope)
                )
            ),
            mentions[one.id],
            interviews[one.id],
        )
        for one in sorted(found.values(), key=lambda one: (one.label, one.number))
        if one.id in forms or mentions[one.id]
    )


def mentions_of(connection: sa.Connection, number: int, limit: int = 500) -> tuple[SeenMention, ...]:
    """The mentions of an identity, interview by interview, in order of time."""
    redaction, interview, release = tables.redaction, tables.interview, tables.release
    rows = connection.execute(
        sa.select(redaction, interview.c.name, interview.c.title, release.c.revision.label("released"))
        .join(interview, interview.c.id == redaction.c.interview_id)
        .outerjoin(release, release.c.interview_id == redaction.c.interview_id)
        .where(redaction.c.identity_id == number)
        .order_by(interview.c.name.is_(None), interview.c.name, interview.c.id, redaction.c.start_ms)
        .limit(limit)
    ).all()
    words: dict[str, list[Words]] = {}
    for row in rows:
        words.setdefault(row.interview_id, []).append(tuple(row.word_ids))
    said = {one: said_in(connection, one, mentions) for one, mentions in words.items()}
    return tuple(
        SeenMention(
            row.interview_id,
            row.name,
            row.title,
            row.id,
            row.start_ms,
            row.end_ms,
            *_around(said[row.interview_id].get(tuple(row.word_ids))),
            row.placeholder,
            row.state == RedactionState.REJECTED,
            row.released is not None,
        )
        for row in rows
    )


def _around(said: Said | None) -> tuple[str, str, str]:
    """The words before a mention, its own, and those after it, within its utterance."""
    if said is None:
        return "", "", ""
    return " ".join(said.before[-_AROUND:]), " ".join(said.words), " ".join(said.after[:_AROUND])


def outdated_interviews(connection: sa.Connection) -> tuple[str, ...]:
    """The interviews, by study id or id, in which names are to be looked for again."""
    interview, transcript = tables.interview, tables.transcripts.transcript
    rows = connection.execute(
        sa.select(interview.c.id, interview.c.name)
        .join(transcript, transcript.c.interview_id == interview.c.id)
        .where(interview.c.names_outdated)
        .order_by(interview.c.name.is_(None), interview.c.name, interview.c.id)
    )
    return tuple(row.name or row.id for row in rows)
