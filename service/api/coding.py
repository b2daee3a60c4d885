"""The coding side: released interviews, anonymised, and their redacted sound. These routes never touch the vault."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi import Path as PathParameter
from starlette.responses import StreamingResponse

from models.audio.clip import ClipFormat
from models.nuance.track import Track
from models.values import MarkerKind, Span
from service.accounts.permissions import Action
from service.api import schemas, shaping
from service.api.affect_words import OFF, AffectWords, listed
from service.api.coding_answers import coder_of, released_shape
from service.api.listening import Listened
from service.api.notation_schemas import Notated
from service.api.notation_shapes import notated
from service.api.problems import Problem, not_found
from service.api.references import Group, RoleName, Wave, study_id
from service.api.rights import Who, allowed
from service.api.sound import (
    CLIP_ANSWER,
    SOUND_ANSWERS,
    audio_answer,
    clip_answer,
    damage_told,
    peaks_answer,
    refuse_no_clip,
)
from service.api.tracks import (
    FIGURE_ANSWER,
    NOTHING_THERE,
    Points,
    curves_answer,
    figure_answer,
    refuse_no_figure,
)
from service.coding.files import KeptFile
from service.coding.finding.meaning import Meanings
from service.coding.sounds import Sound, sound_of
from service.coding.store import CodingStore, ReleasedInterview, find_released, list_released, set_coded
from service.coding.writing import writing
from service.encrypted_files import EncryptedFile
from service.figures.stretches import figure_of, track_of
from service.settings import Settings
from service.transcript import reading
from service.transcript.export import EXPORTS, export
from service.transcript.notation import Notation
from service.transcript.readers import ConnectionReader
from service.transcript.search import search
from service.transcript.selecting import NoSuchRole, Selection, chosen_interviews

router = APIRouter(prefix="/api/coding", tags=["coding"])


Note = Callable[[str, str, str, Mapping[str, int | str]], None]
"""Takes who did what to which interview, and numbers or formats."""
_DAMAGED = "The sound is damaged. Ask a steward to take the release back and to release the interview again."


@dataclass(frozen=True, slots=True)
class CodingSide:
    """All a route of the coding side can reach."""

    settings: Settings
    coding: CodingStore
    note: Note
    """Writes into the event log, which is not this side's."""
    meanings: Meanings


def _side(request: Request) -> CodingSide:
    side: CodingSide = request.app.state.coding_side
    return side


Side = Annotated[CodingSide, Depends(_side)]

Name = Annotated[str, PathParameter(max_length=64, description="Study id, in any spelling.")]
From = Annotated[schemas.Ms, Query()]
To = Annotated[schemas.Ms | None, Query()]


@contextmanager
def read_released(side: CodingSide, name: str) -> Iterator[tuple[ReleasedInterview, ConnectionReader]]:
    """A released interview and what reads it; answers 404 where there is none."""
    with side.coding.engine.connect() as connection:
        found = find_released(connection, study_id(side.settings, name))
        if found is None:
            raise not_found("released interview")
        yield found, ConnectionReader(connection)


@router.get("/interviews", operation_id="list_released", dependencies=[allowed(Action.READ_RELEASED)])
def list_released_interviews(
    side: Side, who: Who, group: Group = None, role: RoleName = None, wave: Wave = None
) -> schemas.ReleasedInterviews:
    """Every interview a coder may read, or those of a group, role or wave."""
    with side.coding.engine.connect() as connection:
        try:
            chosen = chosen_interviews(ConnectionReader(connection), Selection(group, role, wave))
        except NoSuchRole as error:
            raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, str(error)) from None
        wanted = {one.id for one in chosen}
        return schemas.ReleasedInterviews(
            interviews=[
                released_shape(found, coder_of(who))
                for found in list_released(connection)
                if found.id in wanted
            ]
        )


@router.get("/interviews/{name}", operation_id="get_released", dependencies=[allowed(Action.READ_RELEASED)])
def get_released(side: Side, who: Who, name: Name) -> schemas.ReleasedInterview:
    """One released interview."""
    with read_released(side, name) as (found, _):
        return released_shape(found, coder_of(who))


@router.put("/interviews/{name}/coded", operation_id="set_coded", dependencies=[allowed(Action.CODE)])
def set_coded_interview(side: Side, who: Who, name: Name, body: schemas.Coded) -> schemas.ReleasedInterview:
    """Say that one is ready with the interview, or not. It is coded when everybody who codes in it is ready."""
    with read_released(side, name) as (found, _), writing(side.coding.engine) as connection:
        set_coded(connection, found.id, who.name, body.coded)
    return get_released(side, who, name)


@router.get(
    "/interviews/{name}/utterances",
    operation_id="list_released_utterances",
    dependencies=[allowed(Action.READ_RELEASED)],
)
def list_released_utterances(
    side: Side,
    name: Name,
    from_ms: From = 0,
    to_ms: To = None,
    after: Annotated[int, Query(ge=-1, le=2**31 - 1)] = -1,
    limit: Annotated[int, Query(ge=1, le=2000)] = 500,
) -> schemas.Utterances:
    """Anonymised utterances that overlap a time range."""
    with read_released(side, name) as (found, reader):
        page = reading.utterances_between(reader, found.id, from_ms, to_ms, after=after, limit=limit)
    return schemas.Utterances(
        utterances=[shaping.utterance(value) for value in page],
        next=page[-1].id if len(page) == limit else None,
    )


@router.get(
    "/interviews/{name}/at", operation_id="get_released_instant", dependencies=[allowed(Action.READ_RELEASED)]
)
def get_released_instant(side: Side, name: Name, ms: From) -> schemas.Instant:
    """What was being said at a time, anonymised."""
    with read_released(side, name) as (found, reader):
        return shaping.instant(reading.at(reader, found.id, ms))


@router.get(
    "/interviews/{name}/markers",
    operation_id="list_released_markers",
    dependencies=[allowed(Action.READ_RELEASED)],
)
def list_released_markers(
    side: Side, name: Name, kind: MarkerKind | None = None, from_ms: From = 0, to_ms: To = None
) -> schemas.Markers:
    """Markers of a released interview."""
    with read_released(side, name) as (found, reader):
        stored = reading.markers_between(reader, found.id, from_ms, to_ms, kind)
    return schemas.Markers(markers=[shaping.marker(value) for value in stored])


@router.get(
    "/interviews/{name}/outline",
    operation_id="get_released_outline",
    dependencies=[allowed(Action.READ_RELEASED)],
)
def get_released_outline(side: Side, name: Name) -> schemas.Outline:
    """All utterances as columns, without words: what a page needs to lay out the whole interview."""
    with read_released(side, name) as (found, reader):
        return shaping.outline(reading.outline(reader, found.id))


@router.get(
    "/interviews/{name}/speakers",
    operation_id="list_released_speakers",
    dependencies=[allowed(Action.READ_RELEASED)],
)
def list_released_speakers(side: Side, name: Name) -> schemas.ReleasedSpeakers:
    """The voices of a released interview, and what they are in it."""
    with read_released(side, name) as (found, reader):
        return schemas.ReleasedSpeakers(
            speakers=[shaping.speaker(value) for value in reading.speakers(reader, found.id)]
        )


@router.get(
    "/interviews/{name}/sound",
    operation_id="get_released_sound",
    dependencies=[allowed(Action.READ_RELEASED)],
)
def get_released_sound(side: Side, name: Name) -> schemas.ReleasedSound:
    """Whether there is sound, and where nothing of it is heard."""
    with read_released(side, name) as (found, _), side.coding.engine.connect() as connection:
        sound = sound_of(connection, found.id)
    masked = sound.masked if sound is not None else ()
    return schemas.ReleasedSound(
        available=sound is not None,
        masked=[schemas.MaskedStretch.model_validate(span) for span in masked],
    )


def _sound_file(side: CodingSide, name: str, of: Callable[[Sound], KeptFile]) -> EncryptedFile:
    with read_released(side, name) as (found, _), side.coding.engine.connect() as connection:
        sound = sound_of(connection, found.id)
    if sound is None:
        raise Problem(
            HTTPStatus.NOT_FOUND,
            "There is no sound of this interview now: it is being redacted. Try again later.",
        )
    try:
        return side.coding.files.file(of(sound))
    except FileNotFoundError:
        raise not_found("sound") from None


@router.head(
    "/interviews/{name}/audio",
    response_class=StreamingResponse,
    operation_id="head_released_audio",
    dependencies=[allowed(Action.LISTEN_RELEASED)],
)
@router.get(
    "/interviews/{name}/audio",
    response_class=StreamingResponse,
    operation_id="get_released_audio",
    dependencies=[allowed(Action.LISTEN_RELEASED)],
    responses=SOUND_ANSWERS,
)
def get_released_audio(side: Side, request: Request, name: Name) -> Response:
    """The redacted sound, Opus in Ogg; answers Range requests."""
    with damage_told(_DAMAGED):
        # Nothing is kept by the browser: the sound may be taken back.
        return audio_answer(request, _sound_file(side, name, lambda sound: sound.listening), "no-store")


@router.get(
    "/interviews/{name}/peaks",
    operation_id="get_released_peaks",
    dependencies=[allowed(Action.LISTEN_RELEASED)],
)
def get_released_peaks(side: Side, name: Name) -> schemas.Peaks:
    """What a waveform of the redacted sound is drawn from."""
    with damage_told(_DAMAGED):
        return peaks_answer(_sound_file(side, name, lambda sound: sound.peaks))


def _track(side: CodingSide, name: str) -> tuple[Track, tuple[Span, ...]]:
    """What was measured in the redacted sound, and where nothing is heard. Raises ``FileBroken``."""
    with read_released(side, name) as (found, _), side.coding.engine.connect() as connection:
        sound = sound_of(connection, found.id)
    if sound is None or sound.track is None:
        raise Problem(HTTPStatus.NOT_FOUND, NOTHING_THERE)
    try:
        return track_of(side.coding.files.file(sound.track)), sound.masked
    except FileNotFoundError:
        raise not_found("sound") from None


@router.get(
    "/interviews/{name}/track",
    operation_id="get_released_track",
    dependencies=[allowed(Action.LISTEN_RELEASED)],
)
def get_released_track(
    side: Side, name: Name, from_ms: From = 0, to_ms: To = None, points: Points = 1000
) -> schemas.TrackCurves:
    """What voices did in the redacted sound, as curves. Measured in that sound; nothing where it is redacted."""
    with damage_told(_DAMAGED):
        track, masked = _track(side, name)
        return curves_answer(track, from_ms, to_ms, points, masked)


@router.get(
    "/interviews/{name}/plot.svg",
    response_class=Response,
    operation_id="get_released_figure",
    dependencies=[allowed(Action.EXPORT_RELEASED)],
    responses=FIGURE_ANSWER,
)
def get_released_figure(
    side: Side,
    name: Name,
    from_ms: Annotated[schemas.Ms, Query()],
    to_ms: Annotated[schemas.Ms, Query()],
) -> Response:
    """Pitch and loudness of a stretch with the released words under them, as SVG. At most two minutes."""
    with read_released(side, name) as (found, reader):
        refuse_no_figure(from_ms, to_ms, found.duration_ms)
        said = reading.utterances_between(reader, found.id, from_ms, to_ms, limit=10_000)
        voices = reading.speakers(reader, found.id)
    with damage_told(_DAMAGED):
        track, masked = _track(side, name)
        span, title = Span(from_ms, to_ms), f"{found.name}, wave {found.wave}"
        return figure_answer(figure_of(track, span, title, said, voices, masked), span, found.name)


@router.get(
    "/interviews/{name}/clip",
    response_class=StreamingResponse,
    operation_id="get_released_clip",
    dependencies=[allowed(Action.LISTEN_RELEASED)],
    responses=CLIP_ANSWER,
)
def get_released_clip(
    side: Side,
    request: Request,
    who: Who,
    name: Name,
    from_ms: From,
    to_ms: Annotated[schemas.Ms, Query()],
    format: Annotated[ClipFormat, Query()] = "opus",
) -> Response:
    """A stretch of the redacted sound as a file, at most 30 minutes."""
    with read_released(side, name) as (found, _):
        refuse_no_clip(from_ms, to_ms, found.duration_ms)
    with damage_told(_DAMAGED):
        file = _sound_file(side, name, lambda sound: sound.listening)
        headers = {"Content-Disposition": f'attachment; filename="{found.name}_{from_ms}-{to_ms}.{format}"'}
        answer = clip_answer(request, file, Span(from_ms, to_ms), format, side.coding.files.folder, headers)
    side.note(who.name, "released_clip_cut", found.id, {"from_ms": from_ms, "to_ms": to_ms})
    return answer


@router.post(
    "/interviews/{name}/listened",
    status_code=HTTPStatus.NO_CONTENT,
    response_class=Response,
    operation_id="report_listened_released",
    dependencies=[allowed(Action.LISTEN_RELEASED)],
)
def report_listened_released(side: Side, who: Who, name: Name, body: Listened) -> None:
    """What the page played, from when to when, for the event log."""
    with read_released(side, name) as (found, _):
        played = body.played(found.duration_ms)
    for from_ms, to_ms in played:
        side.note(who.name, "listened_released", found.id, {"from_ms": from_ms, "to_ms": to_ms})


@router.get(
    "/interviews/{name}/transcript",
    response_class=Response,
    operation_id="export_released",
    dependencies=[allowed(Action.EXPORT_RELEASED)],
    responses=shaping.TRANSCRIPT_ANSWER,
)
def export_released(
    side: Side,
    name: Name,
    format: Annotated[Literal["text", "json", "vtt"], Query()] = "text",
    verbatim: Annotated[
        bool | None, Query(description="Every word; as the settings say if not given.")
    ] = None,
    notation: Annotated[
        Notation | None, Query(description="How markers are written; as the settings say if not given.")
    ] = None,
) -> Response:
    """The whole released transcript as a file, anonymised."""
    with read_released(side, name) as (found, reader):
        transcript = reading.whole_transcript(reader, found.id)
    if transcript is None:
        raise not_found("released interview")
    kind = {"text": "txt"}.get(format, format)
    return Response(
        export(
            transcript,
            format,
            side.settings.verbatim if verbatim is None else verbatim,
            notation=notation or Notation(side.settings.notation),
        ),
        media_type=EXPORTS[format],
        headers={"Content-Disposition": f'attachment; filename="{found.name}.{kind}"'},
    )


@router.get(
    "/interviews/{name}/notation",
    operation_id="get_released_notation",
    dependencies=[allowed(Action.READ_RELEASED)],
)
def get_released_notation(
    side: Side,
    name: Name,
    notation: Annotated[
        Notation | None, Query(description="How markers are written; as the settings say if not given.")
    ] = None,
    verbatim: Annotated[bool, Query()] = True,
) -> Notated:
    """The signs that stand in the text of a released interview, by the words they stand at, and what they mean."""
    with read_released(side, name) as (found, reader):
        transcript = reading.whole_transcript(reader, found.id)
    if transcript is None:
        raise not_found("released interview")
    return notated(transcript, notation or Notation(side.settings.notation), verbatim)


@router.get(
    "/interviews/{name}/affect-words",
    operation_id="list_released_affect_words",
    dependencies=[allowed(Action.READ_RELEASED)],
)
def list_released_affect_words(side: Side, name: Name) -> AffectWords:
    """Words about feelings by a word list, of the anonymised words; off unless the settings want them."""
    with read_released(side, name) as (found, reader):
        transcript = reading.whole_transcript(reader, found.id) if side.settings.affect_words else None
    return OFF if transcript is None else listed(transcript)


@router.get("/search", operation_id="search_released", dependencies=[allowed(Action.READ_RELEASED)])
def search_released(
    side: Side,
    q: Annotated[str, Query(min_length=1, max_length=200)],
    speaker: Annotated[str | None, Query(max_length=32)] = None,
    group: Group = None,
    role: RoleName = None,
    wave: Wave = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> schemas.Moments:
    """Search the anonymised utterances."""
    with side.coding.engine.connect() as connection:
        try:
            found = search(
                ConnectionReader(connection),
                q,
                speaker=speaker,
                selection=Selection(group, role, wave),
                limit=limit,
            )
        except NoSuchRole as error:
            raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, str(error)) from None
        titles = {released.id: (released.name, released.name) for released in list_released(connection)}
    return shaping.moments(found, titles)
