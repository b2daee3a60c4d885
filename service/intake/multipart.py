"""A file out of a multipart request, handed on while it arrives: nothing is kept in memory or beside it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from http import HTTPStatus
from pathlib import Path

from python_multipart import MultipartParser
from python_multipart.exceptions import MultipartParseError
from python_multipart.multipart import parse_options_header
from starlette.requests import ClientDisconnect, Request

from service.intake.upload import UploadRefused, receive_upload
from service.settings import Settings

FIELD = "file"
_MIB = 1 << 20
_ENVELOPE_BYTES = 64 << 10  # room for boundaries and headers around the file


async def receive_multipart(
    settings: Settings, request: Request, withdrawn: Callable[[str], bool] = lambda _: False
) -> Path:
    """Put the request's field ``file`` into the watched folder; returns its path there.

    ``withdrawn`` says of a SHA-256 whether these bytes were withdrawn.

    Raises :class:`UploadRefused` as :func:`receive_upload` does, and when the request is no multipart
    form (415), is malformed or ends early (400), holds no file (422), or says that it is too large (413).
    """
    body = _FilePart(request)
    _refuse_too_large(settings, request)
    filename = await body.filename()
    return await receive_upload(settings, filename, body.chunks(), withdrawn)


def _refuse_too_large(settings: Settings, request: Request) -> None:
    stated = request.headers.get("content-length", "")
    if stated.isdecimal() and int(stated) > settings.max_upload_mb * _MIB + _ENVELOPE_BYTES:
        raise UploadRefused(
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            f"The file is larger than {settings.max_upload_mb} MiB. Copy it into the watched folder instead.",
        )


class _FilePart:
    """The first part named ``file`` that has a file name: its name, then its bytes."""

    def __init__(self, request: Request) -> None:
        kind, options = parse_options_header(request.headers.get("content-type"))
        boundary = options.get(b"boundary")
        if kind != b"multipart/form-data" or not boundary:
            raise UploadRefused(
                HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "Send the recording as a form with a file field."
            )
        self._stream = request.stream()
        self._header: tuple[bytearray, bytearray] = (bytearray(), bytearray())
        self._disposition = b""
        self._filename: str | None = None
        self._inside = False
        self._ended = False
        self._data: list[bytes] = []
        try:
            self._parser = MultipartParser(
                boundary,
                {
                    "on_part_begin": self._begin,
                    "on_header_field": self._field,
                    "on_header_value": self._value,
                    "on_header_end": self._header_ends,
                    "on_headers_finished": self._headers_end,
                    "on_part_data": self._part_data,
                    "on_part_end": self._part_ends,
                },
            )
        except MultipartParseError:
            raise _malformed() from None

    async def filename(self) -> str:
        """The file's name as it was sent. Reads as far as the part's headers."""
        while self._filename is None:
            if not await self._advance():
                raise UploadRefused(
                    HTTPStatus.UNPROCESSABLE_ENTITY, f"The form has no file in the field `{FIELD}`."
                )
        return self._filename

    async def chunks(self) -> AsyncIterator[bytes]:
        """The file's bytes. Ends only behind the last of them: a request cut short is an error."""
        while True:
            ready, self._data = self._data, []
            for block in ready:
                yield block
            if self._ended:
                return
            if not await self._advance():
                raise _malformed()

    async def _advance(self) -> bool:
        try:
            block = await anext(self._stream, b"")
            if block:
                self._parser.write(block)
        except (MultipartParseError, ClientDisconnect):
            raise _malformed() from None
        return bool(block)

    def _begin(self) -> None:
        self._disposition = b""
        self._clear_header()

    def _clear_header(self) -> None:
        self._header = (bytearray(), bytearray())

    def _field(self, data: bytes, start: int, end: int) -> None:
        self._header[0].extend(data[start:end])

    def _value(self, data: bytes, start: int, end: int) -> None:
        self._header[1].extend(data[start:end])

    def _header_ends(self) -> None:
        if self._header[0].lower() == b"content-disposition":
            self._disposition = bytes(self._header[1])
        self._clear_header()

    def _headers_end(self) -> None:
        _, options = parse_options_header(self._disposition.decode("latin-1"))
        name = options.get(b"filename")
        if self._filename is None and options.get(b"name") == FIELD.encode() and name is not None:
            self._filename = _decoded(name)
            self._inside = True

    def _part_data(self, data: bytes, start: int, end: int) -> None:
        if self._inside:
            self._data.append(data[start:end])

    def _part_ends(self) -> None:
        if self._inside:
            self._inside, self._ended = False, True


def _decoded(name: bytes) -> str:
    try:
        return name.decode()
    except UnicodeDecodeError:
        return name.decode("latin-1")


def _malformed() -> UploadRefused:
    return UploadRefused(HTTPStatus.BAD_REQUEST, "The upload was cut off. Send it again.")
