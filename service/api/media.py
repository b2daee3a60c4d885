"""Sound: the listening copy with Range, its peaks, and clips. Transcripts as files."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path
from typing import Annotated, Literal

import numpy as np
from fastapi import APIRouter, Query
from fastapi import Path as PathParameter
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from models.audio.clip import ClipFormat, write_clip
from models.audio.peaks import PEAKS_PER_SECOND
from models.values import Span
from service.accounts.permissions import Action
from service.api import schemas, shaping
from service.api.interviews import required
from service.api.problems import Problem, not_found, responses
from service.api.ranges import ranged_response
from service.api.rights import Who, allowed
from service.api.state import Service
from service.encrypted_files import FileBroken, Scratch
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
    response_class=StreamingResponse,
    operation_id="head_audio",
    dependencies=[allowed(Action.LISTEN)],
)
@router.get(
    "/{reference}/audio",
    response_class=StreamingResponse,
    operation_id="get_audio",
    dependencies=[allowed(Action.LISTEN)],
    responses={
        200: _SOUND,
        206: _SOUND | {"description": "The part asked for."},
        **responses(HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE),
    },
)
def get_audio(service: Service, request: Request, reference: Reference) -> Response:
    """The listening copy, Opus in Ogg; answers Range requests."""
    found = required(service, reference)
    with service.vault.engine.connect() as connection:
        file = listening_file(connection, service.vault.artefacts, found.id)
    if file is None:
        raise not_found("sound")
    with _damage_told():
        handle = file.open()
    # The file's name is random, and another one whenever the sound is.
    cached = {"Cache-Control": "private, max-age=3600"}
    return ranged_response(request, handle, "audio/ogg", file.path.name, cached)


@router.get("/{reference}/peaks", operation_id="get_peaks", dependencies=[allowed(Action.READ_TRANSCRIPTS)])
def get_peaks(service: Service, reference: Reference) -> schemas.Peaks:
    """What a waveform is drawn from."""
    found = required(service, reference)
    with service.vault.engine.connect() as connection:
        file = peaks_file(connection, service.vault.artefacts, found.id)
    if file is None:
        raise not_found("sound")
    with _damage_told():
        data = np.frombuffer(file.read_bytes(), dtype=np.int8)
    return schemas.Peaks.model_construct(
        per_second=PEAKS_PER_SECOND, length=len(data) // 2, data=data.tolist()
    )


@router.get(
    "/{reference}/clip",
    response_class=StreamingResponse,
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
    request: Request,
    who: Who,
    reference: Reference,
    from_ms: Annotated[schemas.Ms, Query()],
    to_ms: Annotated[schemas.Ms, Query()],
    format: Annotated[ClipFormat, Query()] = "opus",
) -> Response:
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
    # A clip is as identifiable as the recording it is cut from: nothing plain is written to the disk.
    folder = Path(tempfile.mkdtemp(prefix="clip-", dir=service.settings.vault_folder))
    try:
        scratch = Scratch.of(folder, ["clip"])
        with _damage_told(), scratch.writing("clip") as handle:
            write_clip(file, Span(from_ms, to_ms), handle, format)
        cut = scratch.written("clip").open()
        with service.vault.engine.begin() as connection:
            record_event(
                connection,
                who.name,
                "clip_cut",
                found.id,
                {"from_ms": from_ms, "to_ms": to_ms, "format": format},
            )
    finally:
        # What is open can still be read.
        shutil.rmtree(folder, ignore_errors=True)
    named = _attachment(found, f"_{from_ms}-{to_ms}.{format}")
    return ranged_response(request, cut, _CLIP_TYPES[format], folder.name, named)


@contextlib.contextmanager
def _damage_told() -> Iterator[None]:
    """Sound that is not what was written as a problem in words."""
    try:
        yield
    except FileBroken:
        raise Problem(
            HTTPStatus.INTERNAL_SERVER_ERROR,
            "The sound is damaged in the vault. Run `lytt vault check`, and put the file back from the backup.",
        ) from None


@router.get(
    "/{reference}/transcript",
    response_class=Response,
    operation_id="get_transcript",
    dependencies=[allowed(Action.EXPORT_TRANSCRIPTS)],
    responses=shaping.TRANSCRIPT_ANSWER,
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
