"""The shapes of the identities' routes."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from models.anonymisation.mentions import Label
from service.api.schemas import Ms, Schema

FormText = Annotated[str, Field(min_length=1, max_length=200)]
Number = Annotated[int, Field(ge=1, le=2**31 - 1)]


class IdentityForm(Schema):
    """How an identity is spoken of: bare words. ``scope`` is the group in which it counts, empty for the whole study;
    ``listed``: on the study's own list."""

    scope: str
    label: Label
    form: str
    listed: bool


class Identity(Schema):
    """Somebody or something that interviews speak of. ``set_by`` wrote the stand-in, null where Lytt made it."""

    id: int
    label: Label
    number: int
    scope: str
    stand_in: str
    set_by: str | None
    listed: bool
    mentions: int
    interviews: int
    forms: list[IdentityForm]


class Identities(Schema):
    """``outdated`` are the interviews in which more may be found by now: look for names in them again."""

    style: Literal["numbered", "realistic", "roles"]
    dates: Literal["shifted", "coarsened"]
    identities: list[Identity]
    outdated: list[str]


class IdentityMention(Schema):
    """Where an identity is spoken of; ``name`` is the interview's study id, ``before`` and ``after`` what is said
    around it."""

    interview: str
    name: str | None
    title: str
    id: int
    start_ms: Ms
    end_ms: Ms
    before: str
    text: str
    after: str
    placeholder: str
    rejected: bool
    released: bool


class IdentityMentions(Schema):
    identity: Identity
    mentions: list[IdentityMention]


class ChangedIdentities(Schema):
    """What was done: its number, by which it is undone, and in how many interviews texts changed; ``passed_on`` are the
    released ones that coders have anew. ``identity`` is the one that is left, or was made."""

    change: int
    interviews: int
    passed_on: int
    identity: int | None = None


class DescribeIdentity(Schema):
    """What is given is changed; a ``stand_in`` of null lets Lytt choose again."""

    stand_in: Annotated[str, Field(max_length=64)] | None = None
    label: Label | None = None


class MergeIdentities(Schema):
    into: Number
    others: Annotated[list[Number], Field(min_length=1, max_length=500)]


class ChosenForm(Schema):
    scope: Annotated[str, Field(max_length=32)]
    label: Label
    form: FormText


class SplitIdentity(Schema):
    forms: Annotated[list[ChosenForm], Field(min_length=1, max_length=500)]


class MoveMention(Schema):
    """``to`` is another identity, null for a new one."""

    interview: Annotated[str, Field(max_length=64)]
    mention: Annotated[int, Field(ge=0, le=2**31 - 1)]
    to: Number | None = None


class ListEntry(Schema):
    value: FormText
    label: Literal["NAME", "PLACE", "ORGANISATION"] = "NAME"


class ListEntries(Schema):
    entries: Annotated[list[ListEntry], Field(min_length=1, max_length=5000)]


class ListChanged(Schema):
    """How many entries were new, or were taken off."""

    entries: int


class PseudonymStyle(Schema):
    style: Literal["numbered", "realistic", "roles"]
    dates: Literal["shifted", "coarsened"] = "shifted"


class StyleChanged(Schema):
    interviews: int
    passed_on: int


class IdentityChange(Schema):
    """``identities`` are the stand-ins that were touched, as they are now."""

    id: int
    at: datetime
    by: str
    kind: Literal["renamed", "merged", "split", "moved", "labelled", "listed", "unlisted"]
    undone: bool
    identities: list[str]


class IdentityChanges(Schema):
    changes: list[IdentityChange]
