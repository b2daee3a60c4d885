"""The voices of the vault's interviews: what they suggest, and what a person confirms of them.

Every function takes an open connection; the caller owns the transaction.
"""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from models.roles import suggest_roles
from models.values import Role
from service.study.protocol import Consent, Protocol, participant_id
from service.vault import tables
from service.vault.interviews import set_role
from service.vault.recordings import now, record_event
from service.vault.sealing import Sealer
from service.voices import prints
from service.voices.matching import Heard, HeardVoice, compare_voices, roles_by_voice


class NoSuchVoice(ValueError):  # noqa: N818 - reads as what happened
    """The interview has no such voice, or the study no such person; ``str()`` says which."""


def heard_voices(connection: sa.Connection, sealer: Sealer) -> tuple[HeardVoice, ...]:
    """Every voiceprint of the study with what is known of whose it is. Raises ``SealBroken``."""
    interview, speaker, voice = tables.interview, tables.transcripts.speaker, tables.voice
    named = {
        row.id: row
        for row in connection.execute(
            sa.select(
                interview.c.id,
                interview.c.name,
                interview.c.title,
                interview.c.group_code,
                interview.c.role_code,
                interview.c.interviewer,
            )
        )
    }
    people = {
        (row.interview_id, row.label): str(row.person)
        for row in connection.execute(sa.select(voice.c.interview_id, voice.c.label, voice.c.person))
    }
    for row in connection.execute(
        sa.select(speaker.c.interview_id, speaker.c.label, speaker.c.role).where(
            speaker.c.suggested.is_(False)
        )
    ):
        of = named[row.interview_id]
        person = _participant(of.group_code, of.role_code) if row.role == Role.PARTICIPANT else None
        person = of.interviewer if row.role == Role.INTERVIEWER else person
        if person is not None:
            people.setdefault((row.interview_id, row.label), person)
    return tuple(
        HeardVoice(
            interview_id,
            named[interview_id].name or named[interview_id].title,
            label,
            _participant(named[interview_id].group_code, named[interview_id].role_code),
            people.get((interview_id, label)),
            one,
        )
        for (interview_id, label), one in sorted(prints.read(connection, sealer).items())
    )


def _participant(group: str | None, role: str | None) -> str | None:
    return participant_id(group, role) if group and role else None


def hear(voices: Sequence[HeardVoice], interview_id: str, protocol: Protocol | None) -> Heard:
    """What the voices of one interview say, compared with those of all others."""
    return compare_voices(
        [one for one in voices if one.interview_id == interview_id],
        [one for one in voices if one.interview_id != interview_id],
        interviewer_ids(protocol),
    )


def interviewer_ids(protocol: Protocol | None) -> frozenset[str]:
    """Who asks in this study."""
    return frozenset(one.id for one in protocol.interviewer) if protocol is not None else frozenset()


def prefill_roles(
    connection: sa.Connection,
    voices: Sequence[HeardVoice],
    protocol: Protocol | None,
    interview_ids: Sequence[str],
) -> None:
    """Let the voices say who asks and who tells, wherever no person has said it."""
    speaker, interview = tables.transcripts.speaker, tables.interview
    for interview_id in interview_ids:
        labels = connection.execute(
            sa.select(speaker.c.label).where(speaker.c.interview_id == interview_id).order_by(speaker.c.label)
        ).scalars()
        of = connection.execute(sa.select(interview).where(interview.c.id == interview_id)).one()
        heard = hear(voices, interview_id, protocol)
        roles = roles_by_voice(
            heard, list(labels), _participant(of.group_code, of.role_code), interviewer_ids(protocol)
        )
        for label, asks in roles.items():
            connection.execute(
                sa.update(speaker)
                .where(
                    speaker.c.interview_id == interview_id,
                    speaker.c.label == label,
                    speaker.c.suggested.is_(True),
                )
                .values(role=Role.INTERVIEWER if asks else Role.PARTICIPANT)
            )


def confirm(
    connection: sa.Connection,
    sealer: Sealer,
    interview_id: str,
    label: str,
    person: str | None,
    protocol: Protocol,
    actor: str,
) -> None:
    """A person says whose voice it is, or with None takes that back. Raises :class:`NoSuchVoice`.

    The voice's role follows, and where nobody has said otherwise, the roles in every interview in which it recurs.
    """
    speaker, voice = tables.transcripts.speaker, tables.voice
    there = sa.select(speaker.c.label).where(speaker.c.interview_id == interview_id, speaker.c.label == label)
    if connection.execute(there).first() is None:
        raise NoSuchVoice("The interview has no such voice.")
    interviewers = interviewer_ids(protocol)
    if person is not None and person not in interviewers and person not in protocol.participants:
        raise NoSuchVoice(
            "The protocol has no such participant or interviewer. Add it to study.toml, or choose another."
        )
    _nobody_asked(connection, interview_id, label, interviewers)
    connection.execute(
        sa.delete(voice).where(
            voice.c.interview_id == interview_id, sa.or_(voice.c.label == label, voice.c.person == person)
        )
    )
    if person is None:
        connection.execute(
            sa.update(speaker)
            .where(speaker.c.interview_id == interview_id, speaker.c.label == label)
            .values(suggested=True, role=_suggested_role(connection, interview_id, label))
        )
    else:
        connection.execute(
            sa.insert(voice).values(
                interview_id=interview_id, label=label, person=person, confirmed_by=actor, confirmed_at=now()
            )
        )
        role = Role.INTERVIEWER if person in interviewers else Role.PARTICIPANT
        set_role(connection, interview_id, label, role, actor)
        if person in interviewers:
            _asked_by(connection, interview_id, person, protocol, label)
    record_event(connection, actor, "voice_confirmed", interview_id, {"label": label})
    voices = heard_voices(connection, sealer)
    prefill_roles(connection, voices, protocol, sorted({one.interview_id for one in voices}))


def _nobody_asked(
    connection: sa.Connection, interview_id: str, label: str, interviewers: frozenset[str]
) -> None:
    """Forget that the interview was held by whom this voice was confirmed as."""
    interview, voice = tables.interview, tables.voice
    before = connection.execute(
        sa.select(voice.c.person).where(voice.c.interview_id == interview_id, voice.c.label == label)
    ).scalar_one_or_none()
    if before in interviewers:
        connection.execute(
            sa.update(interview)
            .where(interview.c.id == interview_id, interview.c.interviewer == before)
            .values(interviewer=None)
        )


def _suggested_role(connection: sa.Connection, interview_id: str, label: str) -> Role:
    """What the words alone say of who the voice is, as after transcription."""
    speaker, word = tables.transcripts.speaker, tables.transcripts.word
    words = {
        row.label: row.words
        for row in connection.execute(
            sa.select(speaker.c.label, speaker.c.words).where(speaker.c.interview_id == interview_id)
        )
    }
    questions = {
        row.speaker: row.number
        for row in connection.execute(
            sa.select(word.c.speaker, sa.func.count().label("number"))
            .where(
                word.c.interview_id == interview_id,
                sa.or_(word.c.text.contains("?"), word.c.text.contains("？")),
            )
            .group_by(word.c.speaker)
        )
    }
    return suggest_roles(words, questions).get(label, Role.UNKNOWN)


def _asked_by(
    connection: sa.Connection, interview_id: str, person: str, protocol: Protocol, label: str
) -> None:
    """The interview was held by this interviewer; a voice of one who did not consent is not kept."""
    interview = tables.interview
    connection.execute(
        sa.update(interview)
        .where(interview.c.id == interview_id, interview.c.interviewer.is_(None))
        .values(interviewer=person)
    )
    consents = any(one.id == person and Consent.VOICEPRINT in one.consent for one in protocol.interviewer)
    if not consents:
        prints.erase_one(connection, interview_id, label)
