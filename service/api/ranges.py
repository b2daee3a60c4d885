"""Answering with a part of a file that is no plain file on disk (RFC 9110, section 14)."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import BinaryIO

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from service.api.problems import problem_response

CHUNK_BYTES = 64 * 1024

_RANGE = re.compile(r"bytes=\s*(\d*)-(\d*)\s*", re.IGNORECASE)


def ranged_response(
    request: Request, handle: BinaryIO, media_type: str, tag: str, headers: Mapping[str, str]
) -> Response:
    """What ``handle`` reads, or the one range of it that is asked for; several ranges get the whole.

    ``tag`` changes whenever the content does. The handle is closed in the end.
    """
    size = handle.seek(0, os.SEEK_END)
    told = {"Accept-Ranges": "bytes", "ETag": f'"{tag}"', "Content-Type": media_type, **headers}
    asked = request.headers.get("range")
    if asked is not None and request.headers.get("if-range", told["ETag"]) != told["ETag"]:
        asked = None
    start, end = 0, size
    if asked is not None and (found := _RANGE.fullmatch(asked)) and any(found.groups()):
        start, end = _span(found[1], found[2], size)
        if start >= min(end, size):
            handle.close()
            return problem_response(
                HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE,
                "The sound is shorter than that.",
                headers={"Content-Range": f"bytes */{size}"},
            )
        told["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    told["Content-Length"] = str(end - start)
    status = HTTPStatus.PARTIAL_CONTENT if "Content-Range" in told else HTTPStatus.OK
    if request.method == "HEAD":
        handle.close()
        return Response(status_code=status, headers=told)
    return StreamingResponse(_pieces(handle, start, end), status_code=status, headers=told)


def _span(first: str, last: str, size: int) -> tuple[int, int]:
    """Start and end of ``first-last``, the end not included; ``-last`` are so many bytes at the end."""
    if not first:
        return max(0, size - int(last)), size if int(last) else 0
    return int(first), min(size, int(last) + 1) if last else size


def _pieces(handle: BinaryIO, start: int, end: int) -> Iterator[bytes]:
    with handle:
        handle.seek(start)
        while start < end:
            piece = handle.read(min(CHUNK_BYTES, end - start))
            if not piece:
                return
            start += len(piece)
            yield piece
