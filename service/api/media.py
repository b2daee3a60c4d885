"""Sound: the listening copy with Range, its peaks, and clips. Transcripts as files."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Literal

import sqlalchemy as sa
from fastapi import APIRouter, Query
from fastapi import Path as PathParameter
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from models.audio.clip import ClipFormat
from models.values import Span, Transcript
from service.accounts.permissions import Action
from service.api import schemas, shaping
from service.api.affect_words import OFF, AffectWords, listed
from service.api.interviews import required
from service.api.notation_schemas import Notated
from service.api.notation_shapes import notated
from service.api.problems import Problem, not_found, responses
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
from service.api.state import Service
from service.api.tracks import (
    FIGURE_ANSWER,
    NOTHING_THERE,
    Points,
    curves_answer,
    figure_answer,
    refuse_no_figure,
)
from service.figures.stretches import track_of
from service.review.drawing import NothingToDraw, interview_figure
from service.review.release import ReleaseRefused, anonymised_transcript
from service.transcript.export import EXPORTS, export
from service.transcript.notation import Notation
from service.transcript.readers import ConnectionReader
from service.transcript.reading import whole_transcript
from service.vault.events import record_event
from service.vault.interviews import StoredInterview, speaker_names_of
from service.vault.media import listening_file, peaks_file, track_file

router = APIRouter(prefix="/api/interviews", tags=["media"])

Reference = Annotated[
    str, PathParameter(max_length=64, description="Study id (any spelling) or internal id.")
]
_DAMAGED = "The sound is damaged in the vault. Run `lytt vault check`, and put the file back from the backup."


def _attachment(found: StoredInterview, suffix: str) -> dict[str, str]:
    # Unfiled interviews are named by id: a title may hold a person's name, which belongs in no header.
    return {"Content-Disposition": f'attachment; filename="{found.name or found.id}{suffix}"'}


@router.head(
    "/{reference}/audio",
    response_class=StreamingResponse,
    operation_id="head_audio",
    dependencies=[allowed(Action.LISTEN)],
)
@router.get(
    "/{reference}/audio",
    response_class=StreamingResponse,
    operation_id="get_audio",
    dependencies=[allowed(Action.LISTEN)],
    responses=SOUND_ANSWERS,
)
def get_audio(service: Service, request: Request, reference: Reference) -> Response:
    """The listening copy, Opus in Ogg; answers Range requests."""
    found = required(service, reference)
    with service.vault.engine.connect() as connection:
        file = listening_file(connection, service.vault.artefacts, found.id)
    if file is None:
        raise not_found("sound")
    with damage_told(_DAMAGED):
        return audio_answer(request, file, "private, max-age=3600")


@router.get("/{reference}/peaks", operation_id="get_peaks", dependencies=[allowed(Action.READ_TRANSCRIPTS)])
def get_peaks(service: Service, reference: Reference) -> schemas.Peaks:
    """What a waveform is drawn from."""
    found = required(service, reference)
    with service.vault.engine.connect() as connection:
        file = peaks_file(connection, service.vault.artefacts, found.id)
    if file is None:
        raise not_found("sound")
    with damage_told(_DAMAGED):
        return peaks_answer(file)


@router.get(
    "/{reference}/clip",
    response_class=StreamingResponse,
    operation_id="get_clip",
    dependencies=[allowed(Action.CUT_CLIPS)],
    responses=CLIP_ANSWER,
)
def get_clip(
    service: Service,
    request: Request,
    who: Who,
    reference: Reference,
    from_ms: Annotated[schemas.Ms, Query()],
    to_ms: Annotated[schemas.Ms, Query()],
    format: Annotated[ClipFormat, Query()] = "opus",
) -> Response:
    """A stretch of the interview as a file, at most 30 minutes."""
    found = required(service, reference)
    refuse_no_clip(from_ms, to_ms, found.duration_ms or 0)
    with service.vault.engine.connect() as connection:
        file = listening_file(connection, service.vault.artefacts, found.id)
    if file is None:
        raise not_found("sound")
    headers = _attachment(found, f"_{from_ms}-{to_ms}.{format}")
    with damage_told(_DAMAGED):
        answer = clip_answer(
            request, file, Span(from_ms, to_ms), format, service.settings.vault_folder, headers
        )
    with service.vault.engine.begin() as connection:
        record_event(
            connection,
            who.name,
            "clip_cut",
            found.id,
            {"from_ms": from_ms, "to_ms": to_ms, "format": format},
        )
    return answer


@router.get("/{reference}/track", operation_id="get_track", dependencies=[allowed(Action.READ_TRANSCRIPTS)])
def get_track(
    service: Service,
    reference: Reference,
    from_ms: Annotated[schemas.Ms, Query()] = 0,
    to_ms: Annotated[schemas.Ms | None, Query()] = None,
    points: Points = 1000,
) -> schemas.TrackCurves:
    """Pitch, level, tilt, harmonicity, shimmer and scores of sounds as curves, of all of the interview or a stretch."""
    found = required(service, reference)
    with damage_told(_DAMAGED):
        with service.vault.engine.connect() as connection:
            file = track_file(connection, service.vault.artefacts, found.id)
        if file is None:
            raise Problem(HTTPStatus.NOT_FOUND, NOTHING_THERE)
        return curves_answer(track_of(file), from_ms, to_ms, points)


@router.get(
    "/{reference}/plot.svg",
    response_class=Response,
    operation_id="get_figure",
    dependencies=[allowed(Action.EXPORT_TRANSCRIPTS)],
    responses=FIGURE_ANSWER | responses(HTTPStatus.CONFLICT),
)
def get_figure(
    service: Service,
    who: Who,
    reference: Reference,
    from_ms: Annotated[schemas.Ms, Query()],
    to_ms: Annotated[schemas.Ms, Query()],
    anonymised: Annotated[bool, Query()] = True,
) -> Response:
    """Pitch and loudness of a stretch with the words under them, as SVG; as coders have it unless asked for as spoken.

    At most two minutes.
    """
    found = required(service, reference)
    refuse_no_figure(from_ms, to_ms, found.duration_ms or 0)
    span = Span(from_ms, to_ms)
    try:
        with damage_told(_DAMAGED):
            svg = interview_figure(service.vault, found, span, anonymised)
    except NothingToDraw as why:
        raise Problem(HTTPStatus.CONFLICT, str(why)) from None
    with service.vault.engine.begin() as connection:
        record_event(
            connection,
            who.name,
            "figure_exported",
            found.id,
            {"from_ms": from_ms, "to_ms": to_ms, "anonymised": int(anonymised)},
        )
    return figure_answer(svg, span, found.name or found.id)


@router.get(
    "/{reference}/transcript",
    response_class=Response,
    operation_id="get_transcript",
    dependencies=[allowed(Action.EXPORT_TRANSCRIPTS)],
    responses=shaping.TRANSCRIPT_ANSWER | responses(HTTPStatus.CONFLICT),
)
def get_transcript(
    service: Service,
    who: Who,
    reference: Reference,
    format: Annotated[Literal["text", "json", "vtt"], Query()] = "text",
    anonymised: Annotated[bool, Query()] = True,
    verbatim: Annotated[
        bool | None, Query(description="Every word; as the settings say if not given.")
    ] = None,
    notation: Annotated[
        Notation | None, Query(description="How markers are written; as the settings say if not given.")
    ] = None,
) -> Response:
    """The whole transcript as a file, anonymised unless asked for as spoken."""
    found = required(service, reference)
    with service.vault.engine.connect() as connection:
        transcript = _read(connection, found.id, anonymised)
        names = {} if anonymised else speaker_names_of(connection, found.id)
    with service.vault.engine.begin() as connection:
        record_event(
            connection,
            who.name,
            "transcript_exported",
            found.id,
            {"format": format, "anonymised": int(anonymised)},
        )
    if verbatim is None:
        verbatim = service.settings.verbatim
    kind = {"text": "txt"}.get(format, format)
    return Response(
        export(transcript, format, verbatim, names, notation or Notation(service.settings.notation)),
        media_type=EXPORTS[format],
        headers=_attachment(found, f".{kind}"),
    )


@router.get(
    "/{reference}/notation",
    operation_id="get_notation",
    dependencies=[allowed(Action.READ_TRANSCRIPTS)],
    responses=responses(HTTPStatus.CONFLICT),
)
def get_notation(
    service: Service,
    reference: Reference,
    notation: Annotated[
        Notation | None, Query(description="How markers are written; as the settings say if not given.")
    ] = None,
    anonymised: Annotated[bool, Query()] = False,
    verbatim: Annotated[bool, Query()] = True,
) -> Notated:
    """The signs that stand in the text of the interview, by the words they stand at, and what they mean."""
    found = required(service, reference)
    with service.vault.engine.connect() as connection:
        transcript = _read(connection, found.id, anonymised)
    return notated(transcript, notation or Notation(service.settings.notation), verbatim)


@router.get(
    "/{reference}/affect-words",
    operation_id="list_affect_words",
    dependencies=[allowed(Action.READ_TRANSCRIPTS)],
    responses=responses(HTTPStatus.CONFLICT),
)
def list_affect_words(
    service: Service, reference: Reference, anonymised: Annotated[bool, Query()] = False
) -> AffectWords:
    """Words about feelings by a word list: a layer of its own, off unless the settings want it."""
    found = required(service, reference)
    if not service.settings.affect_words:
        return OFF
    with service.vault.engine.connect() as connection:
        transcript = _read(connection, found.id, anonymised)
    return listed(transcript)


def _read(connection: sa.Connection, interview_id: str, anonymised: bool) -> Transcript:
    """The transcript as it was spoken, or as coders would read it: 409 while nobody has looked for names in it."""
    try:
        found = (
            anonymised_transcript(connection, interview_id)
            if anonymised
            else whole_transcript(ConnectionReader(connection), interview_id)
        )
    except ReleaseRefused as refused:
        raise Problem(HTTPStatus.CONFLICT, str(refused)) from None
    if found is None:
        raise not_found("interview")
    return found
