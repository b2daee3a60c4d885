"""The intake as it runs beside the API: woken by changes, stopped without leaving anything behind."""

from __future__ import annotations

import asyncio
import os
import threading
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from service.intake.leftovers import part_name, remove_leftovers
from service.intake.watch import FOLDER_GONE, Intake

from .conftest import Place, make_sound, wait_until

NEVER_S = 3600.0  # only a wake or a settling file makes a scan


@asynccontextmanager
async def running(intake: Intake) -> AsyncIterator[None]:
    task = asyncio.create_task(intake.run())
    try:
        yield
        assert not task.done()
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def until(is_so: Callable[[], bool], seconds: float = 30.0) -> None:
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, "it never came to be"
        await asyncio.sleep(0.02)


def taken(place: Place, *paths: str) -> Callable[[], bool]:
    return lambda: set(paths) <= set(place.recordings())


@pytest.mark.parametrize("watch", ["auto", "poll"])
def test_a_dropped_file_wakes_the_intake(make_place: Callable[..., Place], watch: str) -> None:
    place = make_place(scan_seconds=NEVER_S, watch=watch)

    async def drop() -> None:
        async with running(place.intake):
            make_sound(place.folder / "before.wav", seed=1)
            await until(taken(place, "before.wav"))
            make_sound(place.folder / "later.wav", seed=2)
            await until(taken(place, "later.wav"))
            make_sound(place.folder / "new folder" / "inner" / "deep.wav", seed=3)
            await until(taken(place, "new folder/inner/deep.wav"))
            make_sound(place.folder / "new folder" / "inner" / "another.wav", seed=4)
            await until(taken(place, "new folder/inner/another.wav"))

    asyncio.run(drop())


def test_files_there_at_the_start_are_taken_in(make_place: Callable[..., Place]) -> None:
    place = make_place(scan_seconds=NEVER_S, watch="off")
    make_sound(place.folder / "D03-T2.wav")

    async def start() -> None:
        async with running(place.intake):
            await until(taken(place, "D03-T2.wav"))

    asyncio.run(start())


def test_without_watching_the_regular_scan_finds_files(make_place: Callable[..., Place]) -> None:
    place = make_place(scan_seconds=0.2, watch="off")

    async def drop() -> None:
        async with running(place.intake):
            await asyncio.sleep(0.5)
            make_sound(place.folder / "D03-T2.wav")
            await until(taken(place, "D03-T2.wav"))

    asyncio.run(drop())


def test_whoever_put_a_file_there_can_ask_for_a_scan(make_place: Callable[..., Place]) -> None:
    place = make_place(scan_seconds=NEVER_S, watch="off")
    place.intake.wake()  # not running yet: nothing happens

    async def ask() -> None:
        async with running(place.intake):
            await asyncio.sleep(0.5)
            make_sound(place.folder / "a.wav", seed=1)
            place.intake.wake()
            await until(taken(place, "a.wav"))
            make_sound(place.folder / "b.wav", seed=2)
            await asyncio.to_thread(place.intake.wake)
            await until(taken(place, "b.wav"))

    asyncio.run(ask())


def test_a_file_copied_slowly_is_taken_in_whole(make_place: Callable[..., Place], tmp_path: Path) -> None:
    place = make_place(scan_seconds=NEVER_S, settle_seconds=0.5)
    data = make_sound(tmp_path / "whole.wav", seconds=4).read_bytes()

    async def copy() -> None:
        async with running(place.intake):
            with (place.folder / "D03-T2.wav").open("wb") as file:
                for start in range(0, len(data), 8_000):
                    file.write(data[start : start + 8_000])
                    file.flush()
                    await asyncio.sleep(0.1)
            await until(taken(place, "D03-T2.wav"))

    asyncio.run(copy())
    assert place.recordings()["D03-T2.wav"].duration_ms == 4000
    assert place.count() == 1


def test_a_folder_that_comes_back_is_watched_again(make_place: Callable[..., Place]) -> None:
    place = make_place(scan_seconds=NEVER_S)

    async def unplug() -> None:
        async with running(place.intake):
            make_sound(place.folder / "a.wav", seed=1)
            await until(taken(place, "a.wav"))
            away = place.folder.rename(place.folder.with_name("unplugged"))
            await until(lambda: place.intake.problems() == (FOLDER_GONE,))
            make_sound(away / "b.wav", seed=2)
            away.rename(place.folder)
            await until(taken(place, "b.wav"))
            assert place.intake.problems() == ()
            make_sound(place.folder / "c.wav", seed=3)
            await until(taken(place, "c.wav"))

    asyncio.run(unplug())


def test_a_link_to_everything_and_odd_names_do_not_disturb_the_watch(
    make_place: Callable[..., Place],
) -> None:
    place = make_place(scan_seconds=NEVER_S)
    (place.folder / "everything").symlink_to("/")
    odd = place.folder / os.fsdecode(b"caf\xe9")
    odd.mkdir()

    async def drop() -> None:
        async with running(place.intake):
            make_sound(odd / "a.wav", seed=1)
            await until(taken(place, "caf\\xe9/a.wav"))
            make_sound(place.folder / os.fsdecode(b"\xff.wav"), seed=2)
            make_sound(place.folder / "b.wav", seed=3)
            await until(taken(place, "b.wav", "\\xff.wav"))

    asyncio.run(drop())


def test_when_the_intake_has_stopped_no_thread_is_at_work(make_place: Callable[..., Place]) -> None:
    place = make_place(scan_seconds=NEVER_S)
    for number in range(6):
        make_sound(place.folder / f"{number}.wav", seed=number)

    async def stop_early() -> int:
        async with running(place.intake):
            await until(lambda: place.count() > 0)
        return place.count()

    before = set(threading.enumerate())
    at_the_stop = asyncio.run(stop_early())
    assert at_the_stop < 6
    assert place.count() == at_the_stop
    wait_until(lambda: set(threading.enumerate()) <= before)
    assert place.count() == at_the_stop

    async def go_on() -> None:
        async with running(place.intake):
            await until(lambda: place.count() == 6)

    asyncio.run(go_on())
    assert len(place.queue.jobs()) == len(place.copies()) == 6


def test_uploads_nobody_finished_are_cleared_away_after_a_day(place: Place) -> None:
    yesterday = time.time() - 25 * 3600
    old, fresh = place.folder / part_name(), place.folder / part_name()
    others = place.folder / "D03-T2.m4a.part"
    for path in (old, fresh, others):
        path.write_bytes(b"half")
    for path in (old, others):
        os.utime(path, (yesterday, yesterday))
    assert remove_leftovers(place.folder) == 1
    assert {path.name for path in place.folder.iterdir()} == {fresh.name, others.name}
