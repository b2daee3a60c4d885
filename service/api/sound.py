"""Answers with sound, the same for both sides: the whole by range, its peaks, and clips."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path
from typing import Any

import numpy as np
from starlette.requests import Request
from starlette.responses import Response

from models.audio.clip import ClipFormat, write_clip
from models.audio.peaks import PEAKS_PER_SECOND
from models.values import Span
from service.api import schemas
from service.api.problems import Problem, responses
from service.api.ranges import ranged_response
from service.encrypted_files import EncryptedFile, FileBroken, Scratch

LONGEST_CLIP_MS = 30 * 60 * 1000
_BINARY = {"schema": {"type": "string", "format": "binary"}}
_CLIP_TYPES: dict[ClipFormat, str] = {"opus": "audio/ogg", "wav": "audio/wav", "flac": "audio/flac"}
_SOUND: dict[str, Any] = {"description": "Sound.", "content": {"audio/ogg": _BINARY}}
SOUND_ANSWERS: dict[int | str, dict[str, Any]] = {
    200: _SOUND,
    206: _SOUND | {"description": "The part asked for."},
    **responses(HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE),
}
CLIP_ANSWER: dict[int | str, dict[str, Any]] = {
    200: {"description": "Sound.", "content": dict.fromkeys(_CLIP_TYPES.values(), _BINARY)}
}


@contextmanager
def damage_told(words: str) -> Iterator[None]:
    """Sound that is not what was written as a problem in these words."""
    try:
        yield
    except FileBroken:
        raise Problem(HTTPStatus.INTERNAL_SERVER_ERROR, words) from None


def audio_answer(request: Request, file: EncryptedFile, caching: str) -> Response:
    """The listening copy, or the part that is asked for. Raises ``FileBroken``."""
    # The file's name is random, and another one whenever the sound is.
    return ranged_response(request, file.open(), "audio/ogg", file.path.name, {"Cache-Control": caching})


def peaks_answer(file: EncryptedFile) -> schemas.Peaks:
    """What a waveform is drawn from. Raises ``FileBroken``."""
    data = np.frombuffer(file.read_bytes(), dtype=np.int8)
    return schemas.Peaks.model_construct(
        per_second=PEAKS_PER_SECOND, length=len(data) // 2, data=data.tolist()
    )


def refuse_no_clip(from_ms: int, to_ms: int, length_ms: int) -> None:
    """Ends the request when there is no such stretch."""
    if not from_ms < to_ms <= from_ms + LONGEST_CLIP_MS:
        raise Problem(
            HTTPStatus.UNPROCESSABLE_ENTITY, "A clip ends after it starts and is at most 30 minutes long."
        )
    if from_ms >= length_ms:
        raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, "The interview is shorter than that.")


def clip_answer(
    request: Request,
    file: EncryptedFile,
    span: Span,
    format: ClipFormat,
    folder: Path,
    headers: dict[str, str],
) -> Response:
    """A stretch of the sound as a file. Nothing plain is written to the disk; ``folder`` is left as it was.

    Raises ``FileBroken``.
    """
    own = Path(tempfile.mkdtemp(prefix="clip-", dir=folder))
    try:
        scratch = Scratch.of(own, ["clip"])
        with scratch.writing("clip") as handle:
            write_clip(file, span, handle, format)
        cut = scratch.written("clip").open()
    finally:
        # What is open can still be read.
        shutil.rmtree(own, ignore_errors=True)
    return ranged_response(request, cut, _CLIP_TYPES[format], own.name, headers)
