"""The protocol of a study, as ``study.toml`` says it: roles, expected interviews, groups, participants, interviewers.

Plain values that know no database. docs/study.md describes the file.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from service.naming import InterviewName, group_code
from service.study.file_names import NamePatterns, compile_names

_Code = Annotated[str, Field(pattern=r"^[^\W\d_]{1,8}$"), AfterValidator(str.upper)]
_GroupId = Annotated[str, Field(pattern=r"^[^\W_]{1,24}$"), AfterValidator(group_code)]
_InterviewerId = Annotated[str, Field(pattern=r"^[\w.-]{1,32}$")]
_Language = Annotated[str, Field(pattern=r"^([a-z]{2,3}|auto)$")]
_GuideName = Annotated[str, Field(pattern=r"^[\w.-]{1,64}\.toml$")]
_Wave = Annotated[int, Field(ge=1, le=999)]


class Kind(StrEnum):
    """What an interview is for: background of the person, the process that is studied, or both at once."""

    BACKGROUND = "background"
    PROCESS = "process"
    BOTH = "both"


class Consent(StrEnum):
    """What a participant agreed to beyond being recorded."""

    TRANSCRIBE = "transcribe"
    VOICEPRINT = "voiceprint"
    CODE = "code"
    QUOTE = "quote"


class Pronoun(StrEnum):
    """The pronoun that stands for a role's participants in print."""

    SHE = "she"
    HE = "he"
    THEY = "they"


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ExpectedInterview(_Table):
    """An interview that every participant of a role is to give."""

    wave: _Wave = Field(description="Serial number of the interview with one participant, from 1.")
    kind: Kind = Field(default=Kind.PROCESS, description="What the interview is for.")
    guide: _GuideName | None = Field(
        default=None, description="File with the questions, in the folder `guides` beside this file."
    )
    minutes: int | None = Field(default=None, ge=1, le=600, description="Expected length in minutes.")


class StudyRole(_Table):
    """A role of participants, such as therapist."""

    code: _Code = Field(description="Letters that stand for the role in study ids: `T` in `D03-T2`.")
    name: Annotated[str, Field(min_length=1, max_length=64)] = Field(description="How the role is shown.")
    pronoun: Pronoun = Field(default=Pronoun.THEY, description="Pronoun in print: she, he or they.")
    interview: tuple[ExpectedInterview, ...] = Field(
        default=(), description="The interviews each participant of this role is to give."
    )


class Person(_Table):
    """What differs for one participant of a group."""

    role: _Code = Field(description="Code of the participant's role.")
    language: _Language | None = Field(
        default=None, description="Language (ISO 639-1) instead of the study's."
    )
    consent: tuple[Consent, ...] | None = Field(
        default=None, description="What this participant agreed to, instead of the study's `consent`."
    )
    left_on: date | None = Field(
        default=None, description="When the participant dropped out: no more interviews are expected."
    )
    withdrawn_on: date | None = Field(default=None, description="When the participant withdrew consent.")
    withdrawn_waves: tuple[_Wave, ...] = Field(
        default=(), description="Waves whose interview alone was withdrawn, such as [2]."
    )
    merged: tuple[tuple[_Wave, _Wave], ...] = Field(
        default=(), description="Pairs of waves that one interview covers, such as [[1, 2]]."
    )
    keep_until: date | None = Field(default=None, description="Until when the recordings may be kept.")


class Group(_Table):
    """Participants who belong together: one of each role unless said otherwise."""

    id: _GroupId = Field(description="Id of the group, such as `D03`.")
    roles: tuple[_Code, ...] | None = Field(
        default=None, description="The roles in this group, where it is not one participant of each."
    )
    participant: tuple[Person, ...] = Field(default=(), description="What differs for a participant.")


class Interviewer(_Table):
    """A researcher who asks."""

    id: _InterviewerId = Field(description="Id of the interviewer; not a name.")
    consent: tuple[Consent, ...] = Field(
        default=(), description="What the interviewer agreed to: `voiceprint`, or nothing."
    )


class Protocol(_Table):
    """One study. Made by :func:`service.study.checking.read_protocol`, which checks what fields can't."""

    format: Literal[1] = Field(default=1, description="Format of this file: 1.")
    title: Annotated[str, Field(min_length=1, max_length=200)] = Field(description="Title of the study.")
    language: _Language = Field(
        default="auto", description="Language of the interviews (ISO 639-1), or `auto`."
    )
    speakers: int | Literal["auto"] = Field(default=2, description="Speakers in a recording, or `auto`.")
    consent: tuple[Consent, ...] = Field(
        default=(Consent.TRANSCRIBE, Consent.CODE),
        description="What all agreed to: transcribe, voiceprint, code, quote.",
    )
    keep_until: date | None = Field(
        default=None, description="Until when the recordings of all participants may be kept."
    )
    keep_days: int | None = Field(
        default=None,
        ge=1,
        le=36_500,
        description="How many days after an interview its recordings may be kept.",
    )
    file_names: tuple[Annotated[str, Field(min_length=1, max_length=200)], ...] = Field(
        default=("{group}-{role}{wave}", "{group}/{role}{wave}", "{group}-{role}{wave}-{part}"),
        description="How recordings are named, as templates.",
    )
    role: tuple[StudyRole, ...] = Field(min_length=1, description="The roles of participants.")
    group: tuple[Group, ...] = Field(default=(), description="The groups.")
    interviewer: tuple[Interviewer, ...] = Field(default=(), description="The researchers who ask.")

    @cached_property
    def names(self) -> NamePatterns:
        """What file names say in this study."""
        roles = {role.code: role.name for role in self.role}
        return compile_names(self.file_names, roles, [group.id for group in self.group])

    @cached_property
    def digest(self) -> str:
        """Equal for protocols that say the same."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()

    @cached_property
    def roles(self) -> Mapping[str, StudyRole]:
        """The roles by code."""
        return {role.code: role for role in self.role}

    @cached_property
    def participants(self) -> Mapping[str, Participant]:
        """All participants by id (``D03-T``), in the order of the file."""
        found = {}
        for group in self.group:
            said = {person.role: person for person in group.participant}
            for role in group.roles if group.roles is not None else tuple(self.roles):
                person = said.get(role) or Person(role=role)
                given = self.consent if person.consent is None else person.consent
                one = Participant(
                    group.id,
                    self.roles[role],
                    person,
                    person.language or self.language,
                    frozenset() if person.withdrawn_on else frozenset(given),
                )
                found[one.id] = one
        return found

    @cached_property
    def places(self) -> Mapping[InterviewName, Place]:
        """Every expected interview by its name, in the order of the file."""
        return {
            InterviewName(one.group, one.role.code, expected.wave): Place(one, expected)
            for one in self.participants.values()
            for expected in one.role.interview
        }

    def covered(self, name: InterviewName) -> tuple[InterviewName, ...]:
        """The expected interviews that one under ``name`` covers: two where the protocol merges them."""
        participant = self.participants.get(participant_id(name.group, name.role))
        for pair in participant.person.merged if participant else ():
            if name.wave in pair:
                return tuple(InterviewName(name.group, name.role, wave) for wave in sorted(pair))
        return (name,)

    def role_code(self, text: str) -> str | None:
        """The code of the role somebody means by its code or its name, or None."""
        wanted = text.casefold()
        return next(
            (role.code for role in self.role if wanted in (role.code.casefold(), role.name.casefold())), None
        )


@dataclass(frozen=True, slots=True)
class Participant:
    """A person in the study, known by a study id. ``language`` and ``consent`` are those that hold for this person."""

    group: str
    role: StudyRole
    person: Person
    language: str
    consent: frozenset[Consent]

    @property
    def id(self) -> str:
        return participant_id(self.group, self.role.code)


@dataclass(frozen=True, slots=True)
class Place:
    """One expected interview of one participant."""

    participant: Participant
    expected: ExpectedInterview

    @property
    def name(self) -> InterviewName:
        return InterviewName(self.participant.group, self.participant.role.code, self.expected.wave)


def participant_id(group: str, role: str) -> str:
    """``D03-T``."""
    return f"{group}-{role}"
