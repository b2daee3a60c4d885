"""Uploads: safe names, never over another file, whole or not at all."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
from collections.abc import AsyncIterator, Callable, Iterator
from http import HTTPStatus
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.problems import ProblemCode, describe
from service.intake.folder import is_ignored
from service.intake.upload import FOLDER_GONE, NOT_WRITABLE, UploadRefused, receive_upload, safe_name
from service.settings import Settings

from .conftest import Place, make_sound

SOUND = bytes(range(256)) * 5000


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    made = Settings(data_dir=tmp_path, max_upload_mb=2)
    made.watched_folder.mkdir()
    return made


async def pieces(data: bytes, size: int = 10_000) -> AsyncIterator[bytes]:
    for start in range(0, len(data), size):
        yield data[start : start + size]
        await asyncio.sleep(0)


def upload(settings: Settings, name: str, data: bytes = SOUND) -> Path:
    return asyncio.run(receive_upload(settings, name, pieces(data)))


def refusal(settings: Settings, name: str, data: bytes = SOUND) -> UploadRefused:
    with pytest.raises(UploadRefused) as refused:
        upload(settings, name, data)
    assert name not in str(refused.value)
    return refused.value


def everything(settings: Settings) -> set[str]:
    return {path.name for path in settings.watched_folder.iterdir()}


def test_an_upload_is_a_file_of_the_watched_folder(settings: Settings) -> None:
    path = upload(settings, "D03-T2.m4a")
    assert path == settings.watched_folder / "D03-T2.m4a"
    assert path.read_bytes() == SOUND
    assert everything(settings) == {"D03-T2.m4a"}


def test_an_uploaded_file_is_taken_in_like_any_other(place: Place, tmp_path: Path) -> None:
    upload(place.settings, "D03-T2.wav", make_sound(tmp_path / "a.wav").read_bytes())
    place.settle()
    assert place.recordings()["D03-T2.wav"].name == "D03-T2"


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../etc/D03-T2.m4a", "D03-T2.m4a"),
        ("C:\\Users\\Kari\\D03-T2.m4a", "D03-T2.m4a"),
        ("/D03-T2.m4a", "D03-T2.m4a"),
        (".hidden.m4a", "hidden.m4a"),
        ("..", "recording"),
        ("", "recording"),
        ("folder/", "recording"),
        ("D03\x00-T2\n\x1b[31m.m4a", "D03-T2[31m.m4a"),
        ("a\u202ea4m.exe", "aa4m.exe"),
        (" D03-T2.m4a. ", "D03-T2.m4a"),
        ("e\u0301te\u0301.wav", "\u00e9t\u00e9.wav"),
        ("Åse – møte 🎙️.m4a", "Åse – møte 🎙️.m4a"),
        ("x" * 300 + ".m4a", "x" * 236 + ".m4a"),
        ("録" * 100 + ".m4a", "録" * 78 + ".m4a"),
        ("caf\udce9.wav", "caf.wav"),
    ],
)
def test_names_are_made_safe(settings: Settings, sent: str, kept: str) -> None:
    assert upload(settings, sent).name == kept


@given(st.text(st.characters(codec=None), max_size=400))
def test_any_name_at_all_gives_a_plain_visible_one(sent: str) -> None:
    name = safe_name(sent)
    assert name == safe_name(name)
    assert 0 < len(name.encode()) <= 240
    assert not name.startswith(".")
    assert "/" not in name
    assert "\\" not in name
    assert not any(ord(character) < 32 for character in name)


def test_a_file_is_never_replaced(settings: Settings) -> None:
    upload(settings, "D03-T2.m4a", b"first")
    assert upload(settings, "D03-T2.m4a", b"second").name == "D03-T2-2.m4a"
    assert upload(settings, "D03-T2.m4a", b"third").name == "D03-T2-3.m4a"
    contents = {path.name: path.read_bytes() for path in settings.watched_folder.iterdir()}
    assert contents == {"D03-T2.m4a": b"first", "D03-T2-2.m4a": b"second", "D03-T2-3.m4a": b"third"}


def test_the_same_bytes_under_the_same_name_are_one_file(settings: Settings) -> None:
    upload(settings, "D03-T2.m4a", b"first")
    upload(settings, "D03-T2.m4a", b"second")
    assert upload(settings, "D03-T2.m4a", b"second").name == "D03-T2-2.m4a"
    assert upload(settings, "D03-T2.m4a", b"first").name == "D03-T2.m4a"
    assert everything(settings) == {"D03-T2.m4a", "D03-T2-2.m4a"}


def test_links_pipes_and_folders_of_that_name_are_left_alone(settings: Settings, tmp_path: Path) -> None:
    outside = tmp_path / "diary"
    outside.write_bytes(SOUND)
    (settings.watched_folder / "a.m4a").symlink_to(outside)
    os.mkfifo(settings.watched_folder / "a-2.m4a")
    (settings.watched_folder / "a-3.m4a").mkdir()
    (settings.watched_folder / "a-4.m4a").symlink_to("nowhere")
    assert upload(settings, "a.m4a").name == "a-5.m4a"
    assert outside.read_bytes() == SOUND


def test_uploads_of_one_name_at_once_all_arrive(settings: Settings) -> None:
    async def together() -> list[Path]:
        many = [receive_upload(settings, "a.m4a", pieces(SOUND + bytes([n]))) for n in range(5)]
        return await asyncio.gather(*many)

    paths = asyncio.run(together())
    assert len(set(paths)) == 5
    assert {path.read_bytes()[-1] for path in paths} == set(range(5))


def test_a_file_system_without_hard_links_gets_the_file_all_the_same(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def not_here(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")  # what FAT answers

    monkeypatch.setattr(os, "link", not_here)
    assert upload(settings, "a.m4a", b"first").name == "a.m4a"
    assert upload(settings, "a.m4a", b"second").name == "a-2.m4a"
    assert {path.read_bytes() for path in settings.watched_folder.iterdir()} == {b"first", b"second"}


def test_too_large_an_upload_is_refused_while_it_arrives(settings: Settings) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while True:
            sent += 100_000
            yield bytes(100_000)

    with pytest.raises(UploadRefused) as refused:
        asyncio.run(receive_upload(settings, "a.m4a", endless()))
    assert refused.value.status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    assert "2 MiB" in str(refused.value)
    assert sent <= 2 * 1024 * 1024 + 100_000
    assert everything(settings) == set()


def test_an_upload_of_exactly_the_limit_is_taken(settings: Settings) -> None:
    assert upload(settings, "a.m4a", bytes(2 << 20)).stat().st_size == 2 << 20
    assert refusal(settings, "b.m4a", bytes((2 << 20) + 1)).status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE


def test_an_empty_upload_is_refused(settings: Settings) -> None:
    assert str(refusal(settings, "a.m4a", b"")) == describe(ProblemCode.EMPTY_FILE)
    assert everything(settings) == set()


@pytest.mark.parametrize("name", ["a.m4a.part", "b.tmp", "c.crdownload", "d.wav~", "Thumbs.db"])
def test_names_the_intake_would_pass_over_are_refused(settings: Settings, name: str) -> None:
    assert is_ignored(name)
    assert refusal(settings, name).status == HTTPStatus.UNPROCESSABLE_ENTITY
    assert everything(settings) == set()


@pytest.mark.parametrize("error", [ConnectionResetError(), asyncio.CancelledError()])
def test_nothing_stays_of_an_upload_that_is_broken_off(settings: Settings, error: BaseException) -> None:
    async def broken() -> AsyncIterator[bytes]:
        yield SOUND
        assert any(name.endswith(".part") for name in everything(settings))
        raise error

    with pytest.raises(type(error)):
        asyncio.run(receive_upload(settings, "a.m4a", broken()))
    assert everything(settings) == set()


def test_nothing_stays_of_an_upload_that_is_cancelled_while_writing(settings: Settings) -> None:
    async def cancel() -> None:
        for loops in range(1, 12):
            task = asyncio.create_task(receive_upload(settings, "a.m4a", pieces(SOUND, size=700_000)))
            for _ in range(loops):
                await asyncio.sleep(0)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    asyncio.run(cancel())
    assert everything(settings) <= {"a.m4a"}


def test_no_folder_is_a_reason_and_not_made_by_an_upload(settings: Settings) -> None:
    settings.watched_folder.rmdir()
    refused = refusal(settings, "a.m4a")
    assert (refused.status, str(refused)) == (HTTPStatus.SERVICE_UNAVAILABLE, FOLDER_GONE)
    assert not settings.watched_folder.exists()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of one MiB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = shutil.which("mount")
    options = ["-t", "tmpfs", "-o", "size=1m", "tmpfs", str(disk)]
    if mount is None or subprocess.run([mount, *options], capture_output=True, check=False).returncode:
        pytest.skip("this user may not mount a small disk")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


def test_a_full_disk_is_a_reason_and_leaves_nothing(small_disk: Path, tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, recordings_dir=small_disk)
    refused = refusal(settings, "a.m4a", SOUND)
    assert (refused.status, str(refused)) == (
        HTTPStatus.INSUFFICIENT_STORAGE,
        describe(ProblemCode.DISK_FULL),
    )
    assert everything(settings) == set()
    assert upload(settings, "a.m4a", b"small").read_bytes() == b"small"


def test_a_vault_on_a_full_disk_makes_files_wait(small_disk: Path, make_place: Callable[..., Place]) -> None:
    place = make_place()
    (place.settings.data_dir / "vault").symlink_to(small_disk)
    make_sound(place.folder / "D03-T2.wav")
    place.settle()
    assert place.listed()["D03-T2.wav"].problem is ProblemCode.DISK_FULL
    assert place.intake.problems() == (describe(ProblemCode.DISK_FULL),)


def test_a_folder_that_may_not_be_written_to_is_a_reason(small_disk: Path, tmp_path: Path) -> None:
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    refused = refusal(Settings(data_dir=tmp_path, recordings_dir=small_disk), "a.m4a")
    assert (refused.status, str(refused)) == (HTTPStatus.SERVICE_UNAVAILABLE, NOT_WRITABLE)
