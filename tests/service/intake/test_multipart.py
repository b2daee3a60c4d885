"""A file out of a form, however the form is cut up on its way."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from http import HTTPStatus
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from starlette.requests import Request
from starlette.types import Message

from service.intake.multipart import receive_multipart
from service.intake.upload import UploadRefused
from service.settings import Settings

BOUNDARY = "----lytt7MA4YWxk"
SOUND = b"sound\r\n--\r\n----lytt\r\n" * 300


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    made = Settings(data_dir=tmp_path, max_upload_mb=1)
    made.watched_folder.mkdir()
    return made


def form(*parts: tuple[str, bytes]) -> bytes:
    """A form of (Content-Disposition parameters, content) parts."""
    body = b"".join(
        f"--{BOUNDARY}\r\nContent-Disposition: form-data; {disposition}\r\n"
        "Content-Type: audio/mp4\r\n\r\n".encode()
        + content
        + b"\r\n"
        for disposition, content in parts
    )
    return body + f"--{BOUNDARY}--\r\n".encode()


FORM = form(('name="file"; filename="D03-T2.m4a"', SOUND))


def post(
    settings: Settings,
    blocks: Iterable[bytes],
    *,
    content_type: str = f"multipart/form-data; boundary={BOUNDARY}",
    length: int | None = None,
    hang_up: bool = False,
) -> Path:
    messages: list[Message] = [{"type": "http.request", "body": block, "more_body": True} for block in blocks]
    messages.append({"type": "http.disconnect"} if hang_up else {"type": "http.request", "body": b""})
    headers = [(b"content-type", content_type.encode())]
    if length is not None:
        headers.append((b"content-length", str(length).encode()))
    queue = iter(messages)

    async def receive() -> Message:
        return next(queue)

    request = Request({"type": "http", "method": "POST", "headers": headers}, receive)
    return asyncio.run(receive_multipart(settings, request))


def refused(settings: Settings, blocks: Iterable[bytes], **options: object) -> HTTPStatus:
    with pytest.raises(UploadRefused) as refusal:
        post(settings, blocks, **options)  # type: ignore[arg-type]
    assert list(settings.watched_folder.iterdir()) == []
    return refusal.value.status


def test_the_file_of_a_form_lands_in_the_watched_folder(settings: Settings) -> None:
    path = post(settings, [FORM], length=len(FORM))
    assert path == settings.watched_folder / "D03-T2.m4a"
    assert path.read_bytes() == SOUND


@hypothesis_settings(
    max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(cuts=st.lists(st.integers(0, len(FORM)), max_size=12))
def test_it_does_not_matter_where_the_network_cuts_the_form(settings: Settings, cuts: list[int]) -> None:
    edges = [0, *sorted(cuts), len(FORM)]
    blocks = [FORM[start:end] for start, end in pairwise(edges) if start < end]
    assert post(settings, blocks).read_bytes() == SOUND


def test_a_form_sent_byte_by_byte(settings: Settings) -> None:
    assert post(settings, [bytes([byte]) for byte in FORM]).read_bytes() == SOUND


def test_other_fields_are_passed_over(settings: Settings) -> None:
    body = form(
        ('name="note"', b"not a file"),
        ('name="other"; filename="x.m4a"', b"another field's file"),
        ('name="file"', b"no file name"),
        ('name="file"; filename="D03-T2.m4a"', SOUND),
        ('name="file"; filename="second.m4a"', b"one file a request"),
    )
    assert post(settings, [body]).read_bytes() == SOUND
    assert [path.name for path in settings.watched_folder.iterdir()] == ["D03-T2.m4a"]


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("Åse 録音.m4a", "Åse 録音.m4a"),
        ("../../secret.m4a", "secret.m4a"),
        ('a \\"quoted\\" name.m4a', None),
    ],
)
def test_names_arrive_as_they_were_sent_and_are_made_safe(
    settings: Settings, sent: str, kept: str | None
) -> None:
    name = post(settings, [form((f'name="file"; filename="{sent}"', SOUND))]).name
    assert kept is None or name == kept
    assert name.endswith(".m4a")


@pytest.mark.parametrize("cut", [0, 10, 60, 200, len(FORM) // 2, len(FORM) - len(BOUNDARY) - 6])
@pytest.mark.parametrize("hang_up", [False, True])
def test_nothing_stays_of_a_form_cut_short(settings: Settings, cut: int, hang_up: bool) -> None:
    status = refused(settings, [FORM[:cut]] if cut else [], hang_up=hang_up)
    assert status in (HTTPStatus.BAD_REQUEST, HTTPStatus.UNPROCESSABLE_ENTITY)


def test_a_form_without_a_file_is_refused(settings: Settings) -> None:
    assert refused(settings, [form(('name="note"', b"hello"))]) == HTTPStatus.UNPROCESSABLE_ENTITY


@pytest.mark.parametrize(
    "content_type",
    ["audio/mp4", "application/json", "multipart/form-data", "", f"multipart/mixed; boundary={BOUNDARY}"],
)
def test_anything_but_a_form_is_refused(settings: Settings, content_type: str) -> None:
    status = refused(settings, [FORM], content_type=content_type)
    assert status == HTTPStatus.UNSUPPORTED_MEDIA_TYPE


@given(body=st.binary(max_size=400), boundary=st.text("abc-'", max_size=80))
@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_no_body_at_all_breaks_the_parser(settings: Settings, body: bytes, boundary: str) -> None:
    with pytest.raises(UploadRefused):
        post(settings, [body], content_type=f"multipart/form-data; boundary={boundary}")


def test_a_form_that_says_it_is_too_large_is_refused_before_it_is_read(settings: Settings) -> None:
    status = refused(settings, iter([]), length=10 << 20)
    assert status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE


def test_a_form_that_turns_out_too_large_is_refused(settings: Settings) -> None:
    body = form(('name="file"; filename="a.m4a"', bytes((1 << 20) + 1)))
    assert refused(settings, [body]) == HTTPStatus.REQUEST_ENTITY_TOO_LARGE
