"""Sound: the listening copy with Range, its peaks, and clips. Transcripts as files."""

from __future__ import annotations

import shutil
import tempfile
from http import HTTPStatus
from pathlib import Path
from typing import Annotated, Literal

import numpy as np
from fastapi import APIRouter, Query
from fastapi import Path as PathParameter
from starlette.background import BackgroundTask
from starlette.responses import FileResponse, Response

from models.audio.clip import ClipFormat, clip
from models.audio.peaks import PEAKS_PER_SECOND
from models.values import Span
from service.accounts.permissions import Action
from service.api import schemas
from service.api.interviews import required
from service.api.problems import Problem, not_found, responses
from service.api.rights import Who, allowed
from service.api.state import Service
from service.review.release import anonymised_transcript
from service.transcript.export import EXPORTS, export
from service.transcript.readers import ConnectionReader
from service.transcript.reading import whole_transcript
from service.vault.events import record_event
from service.vault.interviews import StoredInterview, speaker_names_of
from service.vault.media import listening_file, peaks_file

router = APIRouter(prefix="/api/interviews", tags=["media"])

Reference = Annotated[
    str, PathParameter(max_length=64, description="Study id (any spelling) or internal id.")
]
LONGEST_CLIP_MS = 30 * 60 * 1000
_SOUND = {
    "description": "Sound.",
    "content": {"audio/ogg": {"schema": {"type": "string", "format": "binary"}}},
}
_CLIP_TYPES: dict[ClipFormat, str] = {"opus": "audio/ogg", "wav": "audio/wav", "flac": "audio/flac"}


def _attachment(found: StoredInterview, suffix: str) -> dict[str, str]:
    # Unfiled interviews are named by id: a title may hold a person's name, which belongs in no header.
    return {"Content-Disposition": f'attachment; filename="{found.name or found.id}{suffix}"'}


@router.head(
    "/{reference}/audio",
    response_class=FileResponse,
    operation_id="head_audio",
    dependencies=[allowed(Action.LISTEN)],
)
@router.get(
    "/{reference}/audio",
    response_class=FileResponse,
    operation_id="get_audio",
    dependencies=[allowed(Action.LISTEN)],
    responses={
        200: _SOUND,
        206: _SOUND | {"description": "The part asked for."},
        **responses(HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE),
    },
)
def get_audio(service: Service, reference: Reference) -> FileResponse:
    """The listening copy, Opus in Ogg; answers Range requests."""
    found = required(service, reference)
    with service.vault.engine.connect() as connection:
        file = listening_file(connection, service.vault.artefacts, found.id)
    if file is None:
        raise not_found("sound")
    return FileResponse(
        file,
        media_type="audio/ogg",
        headers={"ETag": f'"{file.name}"', "Cache-Control": "private, max-age=3600"},
    )


@router.get("/{reference}/peaks", operation_id="get_peaks", dependencies=[allowed(Action.READ_TRANSCRIPTS)])
def get_peaks(service: Service, reference: Reference) -> schemas.Peaks:
    """What a waveform is drawn from."""
    found = required(service, reference)
    with service.vault.engine.connect() as connection:
        file = peaks_file(connection, service.vault.artefacts, found.id)
    if file is None:
        raise not_found("sound")
    data = np.frombuffer(file.read_bytes(), dtype=np.int8)
    return schemas.Peaks.model_construct(
        per_second=PEAKS_PER_SECOND, length=len(data) // 2, data=data.tolist()
    )


@router.get(
    "/{reference}/clip",
    response_class=FileResponse,
    operation_id="get_clip",
    dependencies=[allowed(Action.CUT_CLIPS)],
    responses={
        200: {
            "description": "Sound.",
            "content": {
                kind: {"schema": {"type": "string", "format": "binary"}} for kind in _CLIP_TYPES.values()
            },
        }
    },
)
def get_clip(
    service: Service,
    who: Who,
    reference: Reference,
    from_ms: Annotated[schemas.Ms, Query()],
    to_ms: Annotated[schemas.Ms, Query()],
    format: Annotated[ClipFormat, Query()] = "opus",
) -> FileResponse:
    """A stretch of the interview as a file, at most 30 minutes."""
    found = required(service, reference)
    if not from_ms < to_ms <= from_ms + LONGEST_CLIP_MS:
        raise Problem(
            HTTPStatus.UNPROCESSABLE_ENTITY, "A clip ends after it starts and is at most 30 minutes long."
        )
    if from_ms >= (found.duration_ms or 0):
        raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, "The interview is shorter than that.")
    with service.vault.engine.connect() as connection:
        file = listening_file(connection, service.vault.artefacts, found.id)
    if file is None:
        raise not_found("sound")
    # On the vault's own disk: a clip is as identifiable as the recording it is cut from.
    folder = Path(tempfile.mkdtemp(prefix="clip-", dir=service.settings.vault_folder))
    target = folder / f"clip.{format}"
    try:
        clip(file, Span(from_ms, to_ms), target, format)
        with service.vault.engine.begin() as connection:
            record_event(
                connection,
                who.name,
                "clip_cut",
                found.id,
                {"from_ms": from_ms, "to_ms": to_ms, "format": format},
            )
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return FileResponse(
        target,
        media_type=_CLIP_TYPES[format],
        headers=_attachment(found, f"_{from_ms}-{to_ms}.{format}"),
        background=BackgroundTask(shutil.rmtree, folder, ignore_errors=True),
    )


@router.get(
    "/{reference}/transcript",
    response_class=Response,
    operation_id="get_transcript",
    dependencies=[allowed(Action.EXPORT_TRANSCRIPTS)],
    responses={
        200: {
            "description": "The transcript.",
            "content": {
                kind: {"schema": {"type": "object" if form == "json" else "string"}}
                for form, kind in EXPORTS.items()
            },
        }
    },
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
) -> Response:
    """The whole transcript as a file, anonymised unless asked for as spoken."""
    found = required(service, reference)
    with service.vault.engine.connect() as connection:
        transcript = (
            anonymised_transcript(connection, found.id)
            if anonymised
            else whole_transcript(ConnectionReader(connection), found.id)
        )
        names = {} if anonymised else speaker_names_of(connection, found.id)
    if transcript is None:
        raise not_found("interview")
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
        export(transcript, format, verbatim, names),
        media_type=EXPORTS[format],
        headers=_attachment(found, f".{kind}"),
    )
