"""The shapes of listening sessions in the API."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from pydantic import Field

from models.values import MarkerKind
from service.api.coding_moments import ReleasedMoment
from service.api.coding_schemas import Id, Known
from service.api.schemas import Ms, Schema
from service.coding.finding.parsing import LONGEST
from service.coding.listening.playlist import MOST_LISTED
from service.coding.listening.values import NoteKind, SessionState

Person = Annotated[str, Field(min_length=1, max_length=80)]
People = Annotated[list[Person], Field(max_length=50)]
SessionName = Annotated[str, Field(min_length=1, max_length=200)]
NoteText = Annotated[str, Field(min_length=1, max_length=20_000)]


class ListeningSession(Schema):
    """``at`` is the moment where everybody is; ``moved`` counts the moves there. ``version`` and ``changed_at`` are of
    name, day, people and state."""

    id: str
    name: str
    held_on: date | None
    people: list[str]
    state: SessionState
    source: str
    at: str | None
    moved: int
    moved_by: str
    version: int
    made_by: str
    made_at: datetime
    changed_at: datetime


class SessionListed(ListeningSession):
    """A session with how many of its moments one may see, and how many of these everybody was at."""

    moments: int
    heard: int


class ListeningSessions(Schema):
    sessions: list[SessionListed]


class MomentWanted(Schema):
    interview: Annotated[str, Field(max_length=64, description="Study id, in any spelling.")]
    start_ms: Ms
    end_ms: Ms


class PlaylistWanted(Schema):
    """Moments for which all that is given holds; with nothing but group, role and wave, whole interviews."""

    query: Annotated[
        str, Field(max_length=LONGEST, description="A query; its grammar is in docs/finding.md.")
    ] = ""
    code: Id | None = None
    theme: Id | None = None
    coder: Annotated[str | None, Field(max_length=80)] = None
    marker: MarkerKind | None = None
    text: Annotated[str, Field(max_length=200)] = ""
    group: Annotated[str | None, Field(max_length=32)] = None
    role: Annotated[str | None, Field(max_length=64)] = None
    wave: Annotated[int | None, Field(ge=1, le=999)] = None


class PlaylistAdditions(Schema):
    """What a playlist gets, one after the other: what is found, moments chosen by hand, whole interviews.

    ``id`` is a UUID of this request, so that the same one sent twice adds once.
    """

    id: Id
    wanted: PlaylistWanted | None = None
    moments: Annotated[list[MomentWanted], Field(max_length=MOST_LISTED, default_factory=list)]
    interviews: Annotated[
        list[Annotated[str, Field(max_length=64)]], Field(max_length=500, default_factory=list)
    ]


class NewListeningSession(Schema):
    """``source`` says in words what the playlist is made from."""

    id: Id
    name: SessionName
    held_on: date | None = None
    people: Annotated[list[Person], Field(max_length=50, default_factory=list)]
    source: Annotated[str, Field(max_length=500)] = ""
    playlist: PlaylistAdditions | None = None


class ChangedListeningSession(Schema):
    """What is left out stays as it is; ``held_on`` null takes the day away."""

    version: Known
    name: SessionName | None = None
    held_on: date | None = None
    people: People | None = None
    state: SessionState | None = None


class ListedMoment(Schema):
    """An entry of the playlist. ``whole``: the whole interview. ``heard_at``: when everybody first was there."""

    id: str
    whole: bool
    added_by: str
    heard_at: datetime | None
    removed: bool
    moment: ReleasedMoment


class ListeningNote(Schema):
    """``moment`` is the entry of the playlist it was written at, with ``interview`` and the time in it; null for a note
    about the whole session."""

    id: str
    kind: NoteKind
    moment: str | None
    interview: str | None
    at_ms: int | None
    writer: str
    text: str
    version: int
    made_at: datetime
    changed_at: datetime
    removed: bool


class OpenListeningSession(Schema):
    """A session with its notes. ``some_notes_hidden``: others wrote some that one may not read yet.

    ``heard`` are the moments at which everybody was.
    """

    session: ListeningSession
    me: str
    notes: list[ListeningNote]
    some_notes_hidden: bool
    heard: list[str]


class Playlist(Schema):
    """``some_hidden``: there are moments that come from codings one may not see yet. ``playlist`` as in
    :class:`ListeningNow`."""

    playlist: str
    listed: list[ListedMoment]
    some_hidden: bool


class ListeningNow(Schema):
    """Where everybody is; ``at`` is null where one may not see that moment, or nobody moved yet.

    ``playlist`` is another one when the moments that one sees are, ``changes`` when anything is that one sees.
    """

    at: str | None
    moved: int
    moved_by: str
    playlist: str
    changes: str


class Position(Schema):
    moment: Id


class Behind(Schema):
    """``after`` is the entry it comes behind; null for the beginning."""

    after: Id | None


class NewListeningNote(Schema):
    """``moment`` is left out for a note about the whole session."""

    id: Id
    kind: NoteKind = NoteKind.NOTE
    moment: Id | None = None
    at_ms: Ms | None = None
    text: NoteText


class ChangedListeningNote(Schema):
    version: Known
    text: NoteText
