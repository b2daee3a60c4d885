"""The shapes of the feed that other stores follow. docs/feed.md describes them; :data:`FORMAT` counts their changes."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from service.api.coding_schemas import Anchor, Code, Theme
from service.api.schemas import Schema
from service.coding.feed.reading import FORMAT


class FeedInterview(Schema):
    """A released interview. Its words, markers, speakers and sound are at ``address``."""

    id: str
    name: str
    group: str
    role: str
    wave: int
    duration_ms: int
    language: str
    revision: int
    released_at: datetime
    sound: str | None = Field(description="Another one for another sound; null while there is none.")
    coded: bool
    ready: list[str] = Field(description="The coders who said that they are ready with it.")
    address: str


class FeedMarkers(Schema):
    """The markers of a released interview were made anew: fetch them where the interview is."""

    interview_id: str
    interview: str
    revision: int
    count: int


class FeedCoding(Schema):
    id: str
    interview_id: str
    coder: str
    code: str | None
    anchor: Anchor
    weight: int | None
    words_changed: bool
    version: int
    made_at: datetime
    changed_at: datetime


class _Entry(Schema):
    """``body`` is what the subject is now; null where it is there no more, or hidden."""

    number: int
    subject: str
    act: str
    version: int
    at: datetime


class InterviewEntry(_Entry):
    kind: Literal["interview"]
    body: FeedInterview | None


class MarkersEntry(_Entry):
    kind: Literal["markers"]
    body: FeedMarkers | None


class CodeEntry(_Entry):
    kind: Literal["code"]
    body: Code | None


class ThemeEntry(_Entry):
    kind: Literal["theme"]
    body: Theme | None


class CodingEntry(_Entry):
    kind: Literal["coding"]
    body: FeedCoding | None


class ErasedEntry(_Entry):
    """What was here was withdrawn."""

    kind: Literal["erased"]
    body: None


FeedEntry = Annotated[
    InterviewEntry | MarkersEntry | CodeEntry | ThemeEntry | CodingEntry | ErasedEntry,
    Field(discriminator="kind"),
]


class Feed(Schema):
    """Some entries of the feed called ``feed``, in their order; ``last`` is the number of the newest there is."""

    format: int = FORMAT
    feed: str
    entries: list[FeedEntry]
    last: int


class FeedMessage(Schema):
    """What a webhook carries: `lytt.feed` with some of the feed, or `lytt.test` with nothing."""

    type: Literal["lytt.feed", "lytt.test"]
    timestamp: datetime
    data: Feed | None
