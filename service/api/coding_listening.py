"""Listening sessions: playlists that people of a meeting hear together, with notes and decisions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http import HTTPStatus
from typing import Annotated, Literal

import sqlalchemy as sa
from fastapi import APIRouter, Path, Query, Response

from service.accounts.permissions import Action
from service.api import coding_listening_schemas as shapes
from service.api.coding import CodingSide, Side
from service.api.coding_answers import coder_of, refusals_told
from service.api.coding_finding import mistakes_told
from service.api.coding_moments import moment_shape
from service.api.coding_schemas import Id, KnownVersion
from service.api.problems import Problem, not_found, responses
from service.api.references import study_id
from service.api.rights import Who, allowed
from service.coding.listening import notes, playlist, sessions, summary
from service.coding.listening.choosing import Wanted, chosen, whole_interview
from service.coding.listening.standing import playlist_digest, standing
from service.coding.listening.values import About, Chosen, Note, Session, SessionOvertaken
from service.coding.moments import Stretch
from service.coding.store import find_released, released_name
from service.coding.values import Coder, Refused
from service.coding.writing import writing
from service.transcript.selecting import NoSuchRole, Selection

router = APIRouter(prefix="/api/coding/listening", tags=["coding"])

SessionId = Annotated[Id, Path()]
MomentId = Annotated[Id, Path()]
NoteId = Annotated[Id, Path()]
CONFLICT = responses(HTTPStatus.CONFLICT)
_FORMATS = {"markdown": ("text/markdown; charset=utf-8", "md"), "html": ("text/html; charset=utf-8", "html")}


@router.get("", operation_id="list_listening_sessions", dependencies=[allowed(Action.SEE_CODINGS)])
def list_sessions(side: Side, who: Who) -> shapes.ListeningSessions:
    """Every listening session, the newest first."""
    with side.coding.engine.connect() as connection:
        counted = playlist.count_moments(connection, coder_of(who))
        none = playlist.Counted(0, 0)
        found = sessions.list_sessions(connection)
    return shapes.ListeningSessions(
        sessions=[
            shapes.SessionListed(
                **_session(one).model_dump(),
                moments=counted.get(one.id, none).moments,
                heard=counted.get(one.id, none).heard,
            )
            for one in found
        ]
    )


@router.post(
    "",
    operation_id="make_listening_session",
    status_code=HTTPStatus.CREATED,
    dependencies=[allowed(Action.LISTEN_TOGETHER)],
)
def make_session(side: Side, who: Who, body: shapes.NewListeningSession) -> shapes.ListeningSession:
    """Make a session, with a playlist or an empty one."""
    coder, about = coder_of(who), About(body.name, body.held_on, tuple(body.people))
    with _refusals_told(side, "session of yours"), writing(side.coding.engine) as connection:
        made, is_new = sessions.make_session(connection, coder, body.id, about, body.source)
        if body.playlist is not None:
            _add(side, connection, coder, made.id, body.playlist)
        answer = _session(sessions.find_session(connection, made.id))
    if is_new:
        side.note(who.name, "listening_session_made", made.id, {})
    return answer


@router.get("/{session}", operation_id="get_listening_session", dependencies=[allowed(Action.SEE_CODINGS)])
def get_session(side: Side, who: Who, session: SessionId) -> shapes.OpenListeningSession:
    """A session and its notes; its moments are asked for by themselves."""
    with _refusals_told(side, "session"), side.coding.engine.connect() as connection:
        found = sessions.find_session(connection, session)
        written = notes.notes_of(connection, coder_of(who), session)
        listed = playlist.playlist_of(connection, coder_of(who), session).listed
        return shapes.OpenListeningSession(
            session=_session(found),
            me=who.name,
            notes=[_note(connection, one) for one in written.notes],
            some_notes_hidden=written.some_hidden,
            heard=[one.id for one in listed if one.heard_at is not None],
        )


@router.patch(
    "/{session}",
    operation_id="change_listening_session",
    dependencies=[allowed(Action.LISTEN_TOGETHER)],
    responses=CONFLICT,
)
def change_session(
    side: Side, who: Who, session: SessionId, body: shapes.ChangedListeningSession
) -> shapes.ListeningSession:
    """Change name, day, people or state: open, closed, or removed from the list."""
    with _refusals_told(side, "session"), writing(side.coding.engine) as connection:
        about = sessions.find_session(connection, session).about
        if body.name is not None:
            about = replace(about, name=body.name)
        if "held_on" in body.model_fields_set:
            about = replace(about, held_on=body.held_on)
        if body.people is not None:
            about = replace(about, people=tuple(body.people))
        if body.state is not None:
            about = replace(about, state=body.state)
        answer = _session(sessions.change_session(connection, session, body.version, about))
    side.note(who.name, "listening_session_changed", session, {"version": answer.version})
    return answer


@router.get("/{session}/now", operation_id="get_listening_now", dependencies=[allowed(Action.SEE_CODINGS)])
def get_session_now(side: Side, who: Who, session: SessionId) -> shapes.ListeningNow:
    """Where everybody is, and whether anything changed: what an open page asks every second."""
    with _refusals_told(side, "session"), side.coding.engine.connect() as connection:
        found = sessions.find_session(connection, session)
        return _now(connection, coder_of(who), found)


@router.put(
    "/{session}/position",
    operation_id="move_listening_session",
    dependencies=[allowed(Action.LISTEN_TOGETHER)],
)
def move_session(side: Side, who: Who, session: SessionId, body: shapes.Position) -> shapes.ListeningNow:
    """Take everybody who follows to a moment."""
    coder = coder_of(who)
    with _refusals_told(side, "moment"), writing(side.coding.engine) as connection:
        playlist.find_listed(connection, coder, session, body.moment)
        return _now(connection, coder, sessions.move_to(connection, coder, session, body.moment))


@router.get(
    "/{session}/moments",
    operation_id="list_listening_moments",
    dependencies=[allowed(Action.SEE_CODINGS)],
)
def list_listening_moments(side: Side, who: Who, session: SessionId) -> shapes.Playlist:
    """The moments of a playlist that one may see, in order."""
    with _refusals_told(side, "session"), side.coding.engine.connect() as connection:
        return _playlist(connection, coder_of(who), sessions.find_session(connection, session))


@router.post(
    "/{session}/moments",
    operation_id="add_listening_moments",
    status_code=HTTPStatus.CREATED,
    dependencies=[allowed(Action.LISTEN_TOGETHER)],
)
def add_listening_moments(
    side: Side, who: Who, session: SessionId, body: shapes.PlaylistAdditions
) -> shapes.Playlist:
    """Put moments at the end of a playlist."""
    coder = coder_of(who)
    with _refusals_told(side, "session"), writing(side.coding.engine) as connection:
        _add(side, connection, coder, session, body)
        return _playlist(connection, coder, sessions.find_session(connection, session))


@router.delete(
    "/{session}/moments/{moment}",
    operation_id="remove_listening_moment",
    dependencies=[allowed(Action.LISTEN_TOGETHER)],
)
def remove_listening_moment(side: Side, who: Who, session: SessionId, moment: MomentId) -> shapes.Playlist:
    """Take a moment out of the playlist; its notes stay, and it can be put back."""
    return _set_removed(side, coder_of(who), session, moment, removed=True)


@router.post(
    "/{session}/moments/{moment}/restore",
    operation_id="restore_listening_moment",
    dependencies=[allowed(Action.LISTEN_TOGETHER)],
)
def restore_listening_moment(side: Side, who: Who, session: SessionId, moment: MomentId) -> shapes.Playlist:
    """Put a moment back where it was."""
    return _set_removed(side, coder_of(who), session, moment, removed=False)


@router.post(
    "/{session}/moments/{moment}/move",
    operation_id="move_listening_moment",
    dependencies=[allowed(Action.LISTEN_TOGETHER)],
)
def move_listening_moment(
    side: Side, who: Who, session: SessionId, moment: MomentId, body: shapes.Behind
) -> shapes.Playlist:
    """Put a moment behind another one of the playlist."""
    coder = coder_of(who)
    with _refusals_told(side, "moment"), writing(side.coding.engine) as connection:
        playlist.place_after(connection, coder, session, moment, body.after)
        return _playlist(connection, coder, sessions.find_session(connection, session))


@router.post(
    "/{session}/notes",
    operation_id="add_listening_note",
    status_code=HTTPStatus.CREATED,
    dependencies=[allowed(Action.LISTEN_TOGETHER)],
    responses=CONFLICT,
)
def add_session_note(
    side: Side, who: Who, session: SessionId, body: shapes.NewListeningNote
) -> shapes.ListeningNote:
    """Write a note or a decision, at a moment or about the whole session."""
    written = notes.Written(body.kind, body.moment, body.at_ms, body.text)
    with _refusals_told(side, "session, moment or note of yours"), writing(side.coding.engine) as connection:
        return _note(connection, notes.add_note(connection, coder_of(who), session, body.id, written))


@router.patch(
    "/{session}/notes/{note}",
    operation_id="change_listening_note",
    dependencies=[allowed(Action.LISTEN_TOGETHER)],
    responses=CONFLICT,
)
def change_session_note(
    side: Side, who: Who, session: SessionId, note: NoteId, body: shapes.ChangedListeningNote
) -> shapes.ListeningNote:
    """Write one's note anew; a removed one comes back by it."""
    with _refusals_told(side, "note"), writing(side.coding.engine) as connection:
        changed = notes.edit_note(connection, coder_of(who), session, note, body.version, body.text)
        return _note(connection, changed)


@router.delete(
    "/{session}/notes/{note}",
    operation_id="remove_listening_note",
    dependencies=[allowed(Action.LISTEN_TOGETHER)],
    responses=CONFLICT,
)
def remove_session_note(
    side: Side, who: Who, session: SessionId, note: NoteId, version: KnownVersion
) -> shapes.ListeningNote:
    """Take one's note away."""
    with _refusals_told(side, "note"), writing(side.coding.engine) as connection:
        return _note(connection, notes.remove_note(connection, coder_of(who), session, note, version))


@router.get(
    "/{session}/summary",
    response_class=Response,
    operation_id="export_listening_session",
    dependencies=[allowed(Action.EXPORT_RELEASED)],
    responses={200: {"content": {"text/markdown": {}, "text/html": {}}}},
)
def export_session(
    side: Side,
    who: Who,
    session: SessionId,
    format: Annotated[Literal["markdown", "html"], Query()] = "markdown",
) -> Response:
    """The session as a file: who, when, what was heard, noted and decided."""
    coder = coder_of(who)
    with _refusals_told(side, "session"), side.coding.engine.connect() as connection:
        found = sessions.find_session(connection, session)
        listed = playlist.playlist_of(connection, coder, session).listed
        heard = [summary.Heard(*one) for one in playlist.with_moments(connection, coder, listed)]
        written = notes.notes_of(connection, coder, session).notes
    text = (summary.as_markdown if format == "markdown" else summary.as_html)(found, heard, written)
    media_type, ending = _FORMATS[format]
    moments = Counter(one.moment.interview_id for one in heard)
    moments.update({one.interview_id: 0 for one in written if one.interview_id is not None})
    for interview_id, count in moments.items():
        detail: dict[str, int | str] = {"session": session, "format": format, "moments": count}
        side.note(who.name, "listening_session_exported", interview_id, detail)
    if not moments:
        side.note(who.name, "listening_session_exported", session, {"format": format, "moments": 0})
    disposition = f'attachment; filename="listening-{found.made_at:%Y-%m-%d}.{ending}"'
    return Response(text, media_type=media_type, headers={"Content-Disposition": disposition})


@contextmanager
def _refusals_told(side: CodingSide, what: str) -> Iterator[None]:
    """As everywhere on the coding side, and 409 with the session or note that is there now."""
    try:
        with refusals_told(what), mistakes_told():
            yield
    except SessionOvertaken as error:
        with side.coding.engine.connect() as connection:
            there = error.now
            now = _session(there) if isinstance(there, Session) else _note(connection, there)
        raise Problem(HTTPStatus.CONFLICT, str(error), current=now) from None
    except NoSuchRole as error:
        raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, str(error)) from None


def _set_removed(
    side: CodingSide, coder: Coder, session: str, moment: str, *, removed: bool
) -> shapes.Playlist:
    with _refusals_told(side, "moment"), writing(side.coding.engine) as connection:
        playlist.set_removed(connection, coder, session, moment, removed=removed)
        return _playlist(connection, coder, sessions.find_session(connection, session))


def _add(
    side: CodingSide,
    connection: sa.Connection,
    coder: Coder,
    session: str,
    additions: shapes.PlaylistAdditions,
) -> None:
    found: list[Chosen] = []
    if additions.wanted is not None:
        wanted, pattern = _wanted(additions.wanted), side.settings.name_pattern
        found += chosen(connection, coder, wanted, pattern, side.meanings)
    for one in additions.moments:
        interview_id, duration_ms = _released(side, connection, one.interview)
        if not one.start_ms < one.end_ms <= duration_ms:
            raise Refused("A moment ends after it starts, within the interview.")
        found.append(Chosen(Stretch(interview_id, one.start_ms, one.end_ms)))
    for name in additions.interviews:
        whole = whole_interview(connection, _released(side, connection, name)[0])
        if whole is not None:
            found.append(whole)
    playlist.add_moments(connection, coder, session, additions.id, found)


def _released(side: CodingSide, connection: sa.Connection, name: str) -> tuple[str, int]:
    found = find_released(connection, study_id(side.settings, name))
    if found is None:
        raise not_found("released interview")
    return found.id, found.duration_ms


def _wanted(body: shapes.PlaylistWanted) -> Wanted:
    interviews = Selection(body.group, body.role, body.wave)
    return Wanted(body.query, body.code, body.theme, body.coder, body.marker, body.text, interviews)


def _session(one: Session) -> shapes.ListeningSession:
    return shapes.ListeningSession(
        id=one.id,
        name=one.about.name,
        held_on=one.about.held_on,
        people=list(one.about.people),
        state=one.about.state,
        source=one.source,
        at=one.at,
        moved=one.moved,
        moved_by=one.moved_by,
        version=one.version,
        made_by=one.made_by,
        made_at=one.made_at,
        changed_at=one.changed_at,
    )


def _playlist(connection: sa.Connection, coder: Coder, session: Session) -> shapes.Playlist:
    found = playlist.playlist_of(connection, coder, session.id)
    return shapes.Playlist(
        playlist=playlist_digest(found),
        listed=[
            shapes.ListedMoment(
                id=one.id,
                whole=one.whole,
                added_by=one.added_by,
                heard_at=one.heard_at,
                removed=one.removed,
                moment=moment_shape(moment),
            )
            for one, moment in playlist.with_moments(connection, coder, found.listed)
        ],
        some_hidden=found.some_hidden,
    )


def _now(connection: sa.Connection, coder: Coder, session: Session) -> shapes.ListeningNow:
    seen = session.at is not None and playlist.sees(connection, coder, session.id, session.at)
    now = standing(connection, coder, session)
    return shapes.ListeningNow(
        at=session.at if seen else None,
        moved=session.moved,
        moved_by=session.moved_by,
        playlist=now.playlist,
        changes=now.changes,
    )


def _note(connection: sa.Connection, one: Note) -> shapes.ListeningNote:
    return shapes.ListeningNote(
        id=one.id,
        kind=one.kind,
        moment=one.moment,
        interview=(one.interview_id and released_name(connection, one.interview_id)) or None,
        at_ms=one.at_ms,
        writer=one.writer,
        text=one.text,
        version=one.version,
        made_at=one.made_at,
        changed_at=one.changed_at,
        removed=one.removed,
    )
