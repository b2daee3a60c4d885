"""The shapes of codes, codings and memos in the API."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import Query
from pydantic import Field

from service.api.coding_moments import ReleasedMoment
from service.api.problems import ProblemDetail
from service.api.schemas import Ms, ReleasedInterview, Schema
from service.coding.values import About, CodeState

Id = Annotated[
    str,
    Field(
        pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$",
        description="A UUID in small letters, made by whoever asks: the same request sent twice adds one.",
    ),
]
Name = Annotated[str, Field(min_length=1, max_length=200)]
Text = Annotated[str, Field(max_length=20_000)]
Colour = Annotated[str, Field(pattern=r"^(#[0-9a-f]{6})?$", description="Such as `#2f6f8f`, or nothing.")]
Weight = Annotated[int | None, Field(ge=0, le=100)]
Known = Annotated[
    int, Field(ge=0, le=2**31 - 1, description="The version one knows; 409 if there is another.")
]
KnownVersion = Annotated[
    int, Query(ge=0, le=2**31 - 1, description="The version one knows; 409 if there is another.")
]
Number = Annotated[int, Field(ge=0, le=2**31 - 1)]


class Code(Schema):
    """``version`` is the number of the change that made it so."""

    id: str
    parent: str | None
    name: str
    definition: str
    colour: str
    example: str
    state: CodeState
    merged_into: str | None
    version: int
    made_by: str


class Theme(Schema):
    id: str
    name: str
    definition: str
    codes: list[str]
    state: CodeState
    version: int
    made_by: str


class Codebook(Schema):
    """Codes and themes of one version; those that went say so in ``state``."""

    version: int
    codes: list[Code]
    themes: list[Theme]


class CodebookChange(Schema):
    """``before`` has no entry for what is new."""

    number: int
    at: datetime
    who: str
    act: str
    undoes: int | None
    before: Codebook
    after: Codebook


class CodebookChanges(Schema):
    changes: list[CodebookChange]


class NewCode(Schema):
    id: Id
    name: Name
    parent: Id | None = None
    definition: Text = ""
    colour: Colour = ""
    example: Text = ""


class ListedCode(Schema):
    """``parent`` is a code of the codebook, or one that comes before it in the list."""

    id: Id
    name: Name
    parent: Id | None = None
    definition: Text = ""


class ListOfCodes(Schema):
    codes: Annotated[list[ListedCode], Field(min_length=1, max_length=2000)]


class BroughtCodebook(Schema):
    """``qdc`` is what is in a REFI-QDA codebook (``.qdc``)."""

    qdc: Annotated[str, Field(min_length=1, max_length=5_000_000)]


class ChangedCode(Schema):
    """What is left out stays as it is."""

    version: Known
    name: Name | None = None
    definition: Text | None = None
    colour: Colour | None = None
    example: Text | None = None


class MovedCode(Schema):
    version: Known
    parent: Id | None


class MergedCode(Schema):
    version: Known
    into: Id


class SplitPart(Schema):
    """Without a colour it has that of the code that is split."""

    id: Id
    name: Name
    colour: Colour = ""
    codings: Annotated[list[Id], Field(max_length=20_000)]


class SplitCode(Schema):
    version: Known
    parts: Annotated[list[SplitPart], Field(min_length=1, max_length=50)]


class Codes(Schema):
    codes: list[Code]


class InInterview(Schema):
    interview: str
    codings: int


class CodeCount(Schema):
    """``code`` is null for stretches without one so far. ``hidden`` codings are in interviews that are not released
    now, ``kept`` ones are left of withdrawn ones; both are told to leads only."""

    code: str | None
    interviews: list[InInterview]
    hidden: int
    kept: int


class CodeCounts(Schema):
    """The codings that one may see, by code; codes without any are left out."""

    counts: list[CodeCount]


class WantedTheme(Schema):
    """``version`` is left out for a new one."""

    version: Known | None = None
    name: Name
    definition: Text = ""
    codes: Annotated[list[Id], Field(max_length=2000, default_factory=list)]


class Anchor(Schema):
    first_word: int
    last_word: int
    start_ms: int
    end_ms: int


class Coding(Schema):
    """``suggested`` is where it would stand if its changed words were accepted; null where nothing is said there."""

    id: str
    interview: str
    coder: str
    code: str | None
    anchor: Anchor
    weight: int | None
    words_changed: bool
    suggested: Anchor | None
    version: int
    made_at: datetime
    changed_at: datetime
    removed: bool


class Codings(Schema):
    codings: list[Coding]
    next: str | None


class CodedMoment(Schema):
    """A coding, and what is said there."""

    coding: Coding
    moment: ReleasedMoment


class CodedMoments(Schema):
    """Codings with a code. ``next`` is the offset of those that follow, null where none do."""

    codings: list[CodedMoment]
    next: int | None


class Place(Schema):
    """From a word to a word; from edge to edge of them unless times are given."""

    first_word: Number
    last_word: Number
    start_ms: Ms | None = None
    end_ms: Ms | None = None


class NewCoding(Schema):
    """``code`` is left out for a segment that is named later."""

    id: Id
    place: Place
    code: Id | None = None
    weight: Weight = None


class ChangedCoding(Schema):
    """``place`` is left out where it stays."""

    version: Known
    code: Id | None
    weight: Weight
    place: Place | None = None


class OfVersion(Schema):
    version: Known


class CodingChange(Schema):
    at: datetime
    who: str
    act: str
    codebook_change: int | None
    after: Coding


class CodingHistory(Schema):
    changes: list[CodingChange]


class Memo(Schema):
    """``subject`` is a code's, theme's or coding's id, an interview, a participant (``D03-T``), a group, or nothing."""

    id: str
    about: About
    subject: str
    writer: str
    text: str
    version: int
    made_at: datetime
    changed_at: datetime
    removed: bool


class CodeConflict(ProblemDetail):
    """``current`` is the code as it is now."""

    current: Code


class ThemeConflict(ProblemDetail):
    """``current`` is the theme as it is now."""

    current: Theme


class CodingConflict(ProblemDetail):
    """``current`` is the coding as it is now."""

    current: Coding


class MemoConflict(ProblemDetail):
    """``current`` is the memo as it is now."""

    current: Memo


class Memos(Schema):
    memos: list[Memo]


class ListedMemo(Schema):
    """``named`` is what its subject is called: a code or theme, an interview; where the coding it is about stands, from
    ``start_ms`` to ``end_ms``. A memo that was kept of a withdrawn interview has none of that."""

    memo: Memo
    named: str
    interview: str | None
    start_ms: int | None
    end_ms: int | None


class ListedMemos(Schema):
    """``total`` is how many there are, also where fewer are shown."""

    memos: list[ListedMemo]
    total: int


class MemoVersion(Schema):
    version: int
    at: datetime
    act: str
    text: str


class MemoHistory(Schema):
    versions: list[MemoVersion]


class NewMemo(Schema):
    id: Id
    about: About
    subject: Annotated[str, Field(max_length=64)] = ""
    text: Annotated[str, Field(min_length=1, max_length=100_000)]


class ChangedMemo(Schema):
    version: Known
    text: Annotated[str, Field(min_length=1, max_length=100_000)]


class CodingProgress(Schema):
    """``codings`` are one's own; ``unnamed`` of them have no code yet, ``changed`` ones' words are others now."""

    interview: ReleasedInterview
    codings: int
    unnamed: int
    changed: int
    ready: list[str]


class RoleOfParticipants(Schema):
    code: str
    name: str


class AllCodingProgress(Schema):
    """How far one is with each released interview, who is ready with it, and what roles are called."""

    me: str
    interviews: list[CodingProgress]
    roles: list[RoleOfParticipants]


class SeenOthers(Schema):
    coder: str
    at: datetime


class CodingOfInterview(Schema):
    """All a page needs to open an interview for coding, beside its words. ``ready`` are the coders who said so.

    ``seen_others`` are those who may have seen others' codings, since when; ``after_seeing`` the codings that were made
    or changed by hand after that.
    """

    interview: ReleasedInterview
    me: str
    codebook: Codebook
    codings: list[Coding]
    memos: list[Memo]
    ready: list[str]
    seen_others: list[SeenOthers]
    after_seeing: list[str]
